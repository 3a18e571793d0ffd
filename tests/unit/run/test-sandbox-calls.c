/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "event/event_json.h"
#include "evtx/scan.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/run/sandbox_child.h"

static long try_open(void)
{
	return open("/dev/null", O_RDONLY);
}

static long try_create(void)
{
	return openat(AT_FDCWD, "sandbox-should-not-make-this", O_CREAT | O_WRONLY, 0600);
}

static long try_unlink(void)
{
	return unlink("no-such-file");
}

static long try_stat(void)
{
	struct stat status;

	return stat("/", &status);
}

static long try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_send_to_address(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "no-such-socket"};

	return sendto(0, "x", 1, 0, (struct sockaddr *)&address, sizeof(address));
}

static long try_exec(void)
{
	char *const words[] = {(char *)"true", NULL};

	return execve("/bin/true", words, words + 1);
}

static long try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static long try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long try_run_memory(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? -1 : 0;
}

static long try_make_memory_run(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? 0 : mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static long try_kill_others(void)
{
	return kill(-1, 0);
}

static long try_kill_self(void)
{
	return kill(getpid(), 0);
}

static long try_abort_another(void)
{
	return syscall(SYS_tgkill, INT_MAX, INT_MAX, SIGABRT); /* there is none: ESRCH */
}

static long try_raise_another(void)
{
	return syscall(SYS_tgkill, getpid(), gettid(), SIGURG);
}

static long try_prctl(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long try_ioctl(void)
{
	int size;

	return ioctl(0, FIONREAD, &size);
}

static long try_setrlimit(void)
{
	const struct rlimit none = {0, 0};

	return setrlimit(RLIMIT_CORE, &none);
}

static long try_real_timer(void)
{
	const struct itimerval never = {0};

	return setitimer(ITIMER_REAL, &never, NULL);
}

struct attempt {
	const char *name;
	long (*try)(void);
};

static const struct attempt attempts[] = {
	{"open", try_open},
	{"create", try_create},
	{"unlink", try_unlink},
	{"stat", try_stat},
	{"socket", try_socket},
	{"sendto with an address", try_send_to_address},
	{"execve", try_exec},
	{"fork", try_fork},
	{"ptrace", try_ptrace},
	{"mmap with PROT_EXEC", try_run_memory},
	{"mprotect with PROT_EXEC", try_make_memory_run},
	{"kill of others", try_kill_others},
	{"kill of itself", try_kill_self},
	{"tgkill of another", try_abort_another},
	{"tgkill with a signal that is not SIGABRT", try_raise_another},
	{"prctl", try_prctl},
	{"ioctl", try_ioctl},
	{"setrlimit", try_setrlimit},
	{"setitimer with ITIMER_REAL", try_real_timer},
};

static int is_refused(void *context)
{
	const struct attempt *attempt = context;

	errno = 0;
	return attempt->try() == -1 && errno == EPERM ? 0 : 1;
}

static void refuses_all_else(void **state)
{
	(void)state;
	skip_without_filters();
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		int status = wait_for(start(is_refused, (void *)&attempts[i]));

		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("%s: not refused (wait status %#x)", attempts[i].name, status);
	}
}

/* Sends or receives two bytes, and a descriptor along with them. */
static ssize_t pass(int socket, ssize_t (*call)(int, struct msghdr *, int), int *fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS,
				.cmsg_len = CMSG_LEN(sizeof(int))}};
	char bytes[2] = "xy";
	struct iovec part = {bytes, sizeof(bytes)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.space,
				 .msg_controllen = sizeof(control.space)};
	ssize_t size;

	memcpy(CMSG_DATA(&control.header), fd, sizeof(int));
	size = call(socket, &message, 0);
	memcpy(fd, CMSG_DATA(&control.header), sizeof(int));
	return message.msg_controllen == sizeof(control.space) ? size : -1;
}

static ssize_t call_sendmsg(int socket, struct msghdr *message, int flags)
{
	return sendmsg(socket, message, flags);
}

/* Each kind of reading and writing, on a pair of sockets, a file and what is sent along. */
static int read_and_write(void *context)
{
	const int *fds = context;
	struct iovec part;
	char text[8] = {0};
	struct pollfd wait = {.fd = fds[1], .events = POLLIN};
	int fd;

	part = (struct iovec){text, 4};
	if (write(fds[0], "ab", 2) != 2 || send(fds[0], "cd", 2, MSG_NOSIGNAL) != 2 ||
	    poll(&wait, 1, -1) != 1 || readv(fds[1], &part, 1) != 4 || strcmp(text, "abcd") != 0)
		return 1;
	if (writev(fds[0], &part, 1) != 4 || recv(fds[1], text, 1, 0) != 1 ||
	    read(fds[1], text + 1, 3) != 3 || strcmp(text, "abcd") != 0)
		return 2;
	fd = fds[2];
	if (pass(fds[0], call_sendmsg, &fd) != 2 || pass(fds[1], recvmsg, &fd) != 2 || fd == fds[2])
		return 3;
	if (lseek(fd, 1, SEEK_SET) != 1 || read(fd, text, 2) != 2 || memcmp(text, "lf", 2) != 0 ||
	    pread(fd, text, 3, 0) != 3 || memcmp(text, "Elf", 3) != 0 || close(fd) != 0)
		return 4;
	return 0;
}

static int open_sample(const char *name)
{
	const char *source = g_getenv("srcdir");
	g_autofree char *path = g_build_filename(source ? source : ".", "samples", name, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail_msg("%s: %s", path, g_strerror(errno));
	return fd;
}

static void reads_and_writes(void **state)
{
	int fds[3];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	fds[2] = open_sample("clean-host.evtx");
	works_inside(read_and_write, fds);
	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
		close(fds[i]);
}

static int allocate_sizes(void *context)
{
	(void)context;
	for (int round = 0; round < 3; round++) {
		for (size_t size = 1; size < 32 * MIB; size += size / 2 + 1) {
			char *memory = malloc(size);

			if (!memory)
				return 1;
			memset(memory, round, size);
			memory = realloc(memory, 2 * size);
			if (!memory || memory[size - 1] != round)
				return 2;
			free(memory);
		}
	}
	return 0;
}

static void allocates(void **state)
{
	(void)state;
	works_inside(allocate_sizes, NULL);
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void do_nothing(void)
{
}

/* What the C library asks the kernel for behind the scenes. */
static int use_library(void *context)
{
	pthread_once_t once = PTHREAD_ONCE_INIT;
	struct timespec now;
	int values[5000];

	(void)context;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		values[i] = (int)(i * 7919 % 5000);
	qsort(values, G_N_ELEMENTS(values), sizeof(int), by_value);
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		if (values[i] != (int)i)
			return 1;
	if (pthread_once(&once, do_nothing) != 0 || time(NULL) < 1000000 ||
	    clock_gettime(CLOCK_MONOTONIC, &now) != 0 || clock() == (clock_t)-1)
		return 2;
	return 0;
}

static void uses_the_library(void **state)
{
	(void)state;
	works_inside(use_library, NULL);
}

static int call_abort(void *context)
{
	(void)context;
	abort();
}

static void aborts_by_its_signal(void **state)
{
	(void)state;
	assert_killed_by(wait_for(start(call_abort, NULL)), SIGABRT);
}

static int poll_a_while(void *context)
{
	int ready = *(int *)context;

	if (write(ready, "r", 1) != 1)
		return 1;
	return poll(NULL, 0, 300) == 0 ? 0 : 2;
}

/* As ^Z and fg do to all processes of a run. */
static void goes_on_after_a_stop(void **state)
{
	char byte;
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = start(poll_a_while, &ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	g_usleep(50000);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	g_usleep(50000);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_exits_well(wait_for(pid));
	close(ends[0]);
	close(ends[1]);
}

struct fd_stream {
	struct stream stream;
	int fd;
};

static ssize_t read_fd(struct stream *stream, void *buffer, size_t size)
{
	return read(((struct fd_stream *)stream)->fd, buffer, size);
}

static bool take_line(void *context, const struct event *event, enum event_fit fit)
{
	(void)fit;
	event_append_json(event, NULL, context);
	return true;
}

static void add_fault(void *context, const struct fault *fault)
{
	g_string_append_printf(context, "%" G_GUINT64_FORMAT " %s\n", fault->offset, fault->what);
}

/* All events of a log as lines, with the faults. */
static GString *read_log(int fd, enum decoder_choice decoder)
{
	GString *lines = g_string_new(NULL);
	struct fd_stream stream = {{.path = "log", .read = read_fd}, fd};
	struct fault_sink faults = {add_fault, lines};
	struct scanner *scanner;
	struct event_selection selection;
	struct reader reader;
	struct scan scan = {
		.selection = &selection, .take = take_line, .context = lines, .faults = &faults};

	sieve_plan_init(&selection.plan);
	selection.plan.everything = true;
	reader_init(&reader, &stream.stream);
	scanner = scanner_new(&selection.plan, decoder);
	scanner_scan(scanner, &scan, &reader);
	scanner_free(scanner);
	reader_release(&reader);
	sieve_plan_release(&selection.plan);
	return lines;
}

struct decoding {
	int log;
	int answer;
	enum decoder_choice decoder;
};

static int send_log(void *context)
{
	const struct decoding *decoding = context;
	GString *lines = read_log(decoding->log, decoding->decoder);

	for (size_t at = 0; at < lines->len;) {
		ssize_t sent = write(decoding->answer, lines->str + at, lines->len - at);

		if (sent <= 0)
			return 1;
		at += (size_t)sent;
	}
	return 0;
}

static GString *decode_inside(const char *name, enum decoder_choice decoder)
{
	GString *arrived = g_string_new(NULL);
	char bytes[4096];
	ssize_t size;
	struct decoding decoding = {.log = open_sample(name), .decoder = decoder};
	int ends[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	decoding.answer = ends[1];
	pid = start(send_log, &decoding);
	close(ends[1]);
	close(decoding.log);
	while ((size = read(ends[0], bytes, sizeof(bytes))) > 0)
		g_string_append_len(arrived, bytes, size);
	close(ends[0]);
	assert_exits_well(wait_for(pid));
	return arrived;
}

static void decodes_as_outside(void **state)
{
	static const char *const names[] = {"infected-host.evtx", "damaged.evtx",
					    "hostile-strings.evtx"};
	static const enum decoder_choice decoders[] = {DECODER_NATIVE, DECODER_LIBEVTX};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names) * G_N_ELEMENTS(decoders); i++) {
		const char *name = names[i / G_N_ELEMENTS(decoders)];
		enum decoder_choice decoder = decoders[i % G_N_ELEMENTS(decoders)];
		GString *inside, *outside;
		int fd;

		if (decoder == DECODER_LIBEVTX && !decoder_has_libevtx())
			continue;
		inside = decode_inside(name, decoder);
		fd = open_sample(name);
		outside = read_log(fd, decoder);
		assert_true(outside->len > 1000);
		assert_string_equal(inside->str, outside->str);
		g_string_free(inside, TRUE);
		g_string_free(outside, TRUE);
		close(fd);
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_all_else),
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(allocates),
		cmocka_unit_test(uses_the_library),
		cmocka_unit_test(aborts_by_its_signal),
		cmocka_unit_test(goes_on_after_a_stop),
		cmocka_unit_test(decodes_as_outside),
	};

	/* A child that hangs fails the test. */
	alarm(120);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
