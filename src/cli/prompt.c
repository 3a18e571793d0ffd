/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/prompt.h"

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"

enum { INTERRUPT = 3, BACKSPACE = 8, DELETE = 127 };

static void ask(int fd, const char *path)
{
	GString *question = g_string_new("wmihunt: password for ");

	text_append_terminal(question, path);
	g_string_append(question, " (Enter: none): ");
	if (write(fd, question->str, question->len) < 0)
		g_debug("the question cannot be shown");
	g_string_free(question, TRUE);
}

static void take_back(GString *typed)
{
	const char *last = g_utf8_find_prev_char(typed->str, typed->str + typed->len);

	if (last)
		g_string_truncate(typed, (gsize)(last - typed->str));
}

static void read_line(int fd, GString *typed)
{
	char c;

	while (read(fd, &c, 1) == 1 && c != '\n' && c != '\r') {
		if (c == INTERRUPT) {
			kill(getpid(), SIGINT);
			g_string_truncate(typed, 0);
			return;
		}
		if (c == BACKSPACE || c == DELETE)
			take_back(typed);
		else
			g_string_append_c(typed, c);
	}
}

/* Byte by byte: signals are held back while a run goes on, so Ctrl-C has to be seen here. */
static char *read_secret(int fd)
{
	GString *typed = g_string_new(NULL);
	struct termios usual, secret;

	if (tcgetattr(fd, &usual) == 0) {
		secret = usual;
		secret.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
		secret.c_cc[VMIN] = 1;
		secret.c_cc[VTIME] = 0;
		tcsetattr(fd, TCSAFLUSH, &secret);
		read_line(fd, typed);
		tcsetattr(fd, TCSAFLUSH, &usual);
	}
	return g_string_free(typed, typed->len == 0);
}

char *prompt_password(const char *path)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	char *password;

	if (fd < 0)
		return NULL;
	ask(fd, path);
	password = read_secret(fd);
	if (write(fd, "\n", 1) < 0)
		g_debug("the line cannot be ended");
	close(fd);
	return password;
}
