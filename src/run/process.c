/* SPDX-License-Identifier: Apache-2.0 */
#include "run/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/sandbox.h"

/* How long a process that was killed is waited for: one whose disk does not answer cannot end. */
#define WAIT_MILLISECONDS 1000
#define DROPPED_ROUNDS 2000
#define DROPPED_MICROSECONDS 100

/* The first after the fixed descriptors. */
static int free_descriptor(const struct process_main *main)
{
	return PROCESS_OUTPUT + 1 + (main->more ? (int)main->more->len : 0);
}

/* A copy that none of the fixed descriptors overwrites. */
static int move_up(const struct process_main *main, int fd)
{
	return fcntl(fd, F_DUPFD, free_descriptor(main));
}

/* Before those below them are set, which may be what these are now. */
static void set_more(const struct process_main *main)
{
	guint count = main->more ? main->more->len : 0;
	g_autofree int *moved = g_new(int, count);

	for (guint i = 0; i < count; i++)
		moved[i] = move_up(main, g_array_index(main->more, int, i));
	for (guint i = 0; i < count; i++)
		dup2(moved[i], PROCESS_OUTPUT + 1 + (int)i);
}

static void set_descriptors(const struct process_main *main, int socket)
{
	int null = move_up(main, open("/dev/null", O_RDWR));
	int output = move_up(main, main->keeps_output ? main->output : null);

	socket = move_up(main, socket);
	set_more(main);
	dup2(null, STDIN_FILENO);
	if (!main->keeps_output) {
		dup2(null, STDOUT_FILENO);
		/* A sanitizer's reports are kept. */
		if (!sandbox_is_sanitized())
			dup2(null, STDERR_FILENO);
	}
	dup2(socket, PROCESS_SOCKET);
	dup2(output, PROCESS_OUTPUT);
	close_range((unsigned)free_descriptor(main), ~0U, 0);
}

/* What ends a run goes to the parent; its processes end with it. */
static void set_signals(void)
{
	sigset_t none;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* GLib stops the process when memory is out; what it would print helps nobody here. */
static GLogWriterOutput end_on_error(GLogLevelFlags level, const GLogField *fields, gsize count,
				     gpointer context)
{
	(void)fields, (void)count, (void)context;
	if (level & G_LOG_LEVEL_ERROR)
		_exit(WH_WORKER_NO_MEMORY);
	return G_LOG_WRITER_HANDLED;
}

static G_GNUC_NORETURN void run_child(const struct process_main *main, int socket, pid_t parent)
{
	set_signals();
	set_descriptors(main, socket);
	g_log_set_writer_func(end_on_error, NULL, NULL);
	main->run(main->context, parent);
	_exit(0);
}

uint64_t process_allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return WH_MIN_FILES;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = MIN(limit.rlim_max, MAX(limit.rlim_cur, WH_WANTED_FILES));
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur;
}

bool process_spawn(const struct process_main *main, struct process *out)
{
	pid_t parent = getpid();
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		run_child(main, ends[1], parent);
	close(ends[1]);
	if (pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
		int error = errno;

		close(ends[0]);
		errno = error;
		return false;
	}
	*out = (struct process){pid, ends[0]};
	return true;
}

int process_end(struct process *process)
{
	struct pollfd end = {.fd = process->socket};
	int status = 0;

	kill(process->pid, SIGKILL);
	/* Its memory is gone when its end of the socket is: then it can be waited for. */
	if (poll(&end, 1, WAIT_MILLISECONDS) > 0)
		while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
			;
	close(process->socket);
	return status;
}

void process_drop(struct process *process, GArray *dropped)
{
	kill(process->pid, SIGKILL);
	close(process->socket);
	for (guint i = dropped->len; i-- > 0;)
		if (waitpid(g_array_index(dropped, pid_t, i), NULL, WNOHANG) != 0)
			g_array_remove_index_fast(dropped, i);
	g_array_append_val(dropped, process->pid);
}

void process_wait_for_dropped(void)
{
	pid_t ended = 0;

	for (int i = 0; i < DROPPED_ROUNDS && ended >= 0; i++) {
		ended = waitpid(-1, NULL, WNOHANG);
		if (ended == 0)
			g_usleep(DROPPED_MICROSECONDS);
	}
}
