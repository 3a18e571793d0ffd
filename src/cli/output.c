/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#define HELD_BACK (256 * 1024)

static void set_error(GError **error, const struct output *output, int number)
{
	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(number), "cannot write %s: %s",
		    output->path ? output->path : "standard output", g_strerror(number));
}

bool output_open(struct output *output, const char *path, GError **error)
{
	*output = (struct output){.path = path, .fd = STDOUT_FILENO};
	if (path)
		output->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (output->fd < 0) {
		set_error(error, output, errno);
		return false;
	}
	output->is_terminal = isatty(output->fd);
	output->lines = g_string_sized_new(HELD_BACK);
	return true;
}

static size_t write_all(struct output *output, const char *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t written = write(output->fd, data + done, size - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			output->error = written < 0 ? errno : EIO;
			break;
		}
		done += (size_t)written;
	}
	return done;
}

/* Takes the beginning of a line back from a file that could not take all of it. */
static void take_back_half_line(const struct output *output, size_t written)
{
	const char *feed = memrchr(output->lines->str, '\n', written);
	size_t whole = feed ? (size_t)(feed + 1 - output->lines->str) : 0;
	off_t end = lseek(output->fd, 0, SEEK_CUR);

	if (end >= 0 && whole < written && ftruncate(output->fd, end - (off_t)(written - whole)))
		g_debug("the half line stays: %s", g_strerror(errno));
}

bool output_flush(struct output *output)
{
	size_t written;

	if (output->error)
		return false;
	written = write_all(output, output->lines->str, output->lines->len);
	if (output->error)
		take_back_half_line(output, written);
	g_string_truncate(output->lines, 0);
	return !output->error;
}

bool output_write(struct output *output, const char *lines, size_t length)
{
	if (output->error)
		return false;
	g_string_append_len(output->lines, lines, (gssize)length);
	return (output->lines->len < HELD_BACK && !output->is_terminal) || output_flush(output);
}

bool output_close(struct output *output, GError **error)
{
	output_flush(output);
	if (output->path && close(output->fd) != 0 && !output->error)
		output->error = errno;
	g_string_free(output->lines, TRUE);
	if (!output->error || output->error == EPIPE)
		return true;
	set_error(error, output, output->error);
	return false;
}
