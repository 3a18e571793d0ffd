/* SPDX-License-Identifier: Apache-2.0 */
#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"

/*
 * How it works. A worker, just forked, calls sandbox_enter(), which goes through the table `parts`
 * in its order: each row gives up one thing for good, and one that the kernel refuses is reported
 * and does not keep the others from being tried. The last row is the system call filter, default
 * deny: the table `permitted` is all that a worker may ask of the kernel afterwards. What a library
 * needs only once, such as machine code for regexes, must be there before the call.
 */

/* The kernel's own "no such user" (Documentation/admin-guide/sysctl/kernel.rst, overflowuid).
 * A look into /etc/passwd could run code of any name service. */
#define NOBODY 65534

#if defined(__SANITIZE_ADDRESS__)
#define IS_ADDRESS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_ADDRESS_SANITIZED true
#endif
#endif
#ifndef IS_ADDRESS_SANITIZED
#define IS_ADDRESS_SANITIZED false
#endif

bool sandbox_choice_parse(const char *name, enum sandbox_choice *out)
{
	static const char *const names[] = {
		[SANDBOX_TRY] = "try", [SANDBOX_REQUIRE] = "require", [SANDBOX_OFF] = "off"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum sandbox_choice)i;
			return true;
		}
	}
	return false;
}

static bool limit(__rlimit_resource_t resource, rlim_t value)
{
	const struct rlimit both = {value, value};

	return setrlimit(resource, &both) == 0;
}

static bool forbid_core(const struct sandbox_limits *limits)
{
	(void)limits;
	return limit(RLIMIT_CORE, 0);
}

static bool drop_user(const struct sandbox_limits *limits)
{
	(void)limits;
	if (getuid() != 0 && geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	       setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

/* A container may refuse another user and still let its root lose what root can do. */
static bool drop_capabilities(const struct sandbox_limits *limits)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	(void)limits;
	return syscall(SYS_capset, &header, none) == 0;
}

static bool die_with_parent(const struct sandbox_limits *limits)
{
	bool ok = prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;

	/* It may have died before it could be asked to send the signal. */
	if (limits->parent && getppid() != limits->parent)
		raise(SIGKILL);
	return ok;
}

static bool forbid_looking_in(const struct sandbox_limits *limits)
{
	(void)limits;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool forbid_new_privileges(const struct sandbox_limits *limits)
{
	(void)limits;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* Bytes of address space in use: the first number of proc(5)'s statm, in pages. */
static bool get_address_space(uint64_t *out)
{
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[128];
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0)
		return false;
	text[size] = '\0';
	*out = strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
	return *out > 0;
}

/* A worker that is forked late begins with all that its parent holds by then. */
static bool limit_memory(const struct sandbox_limits *limits)
{
	uint64_t held, all;

	if (limits->memory == 0 || IS_ADDRESS_SANITIZED)
		return true;
	return get_address_space(&held) && !__builtin_add_overflow(held, limits->memory, &all) &&
	       limit(RLIMIT_AS, all);
}

static bool limit_files(const struct sandbox_limits *limits)
{
	struct rlimit files;

	/* Less than that may be all that there is. */
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return false;
	/* Not writing to a file must look like an error, not like one more crash. */
	signal(SIGXFSZ, SIG_IGN);
	return limit(RLIMIT_NOFILE, files.rlim_max < WH_WORKER_DESCRIPTORS
					    ? files.rlim_max
					    : WH_WORKER_DESCRIPTORS) &&
	       (IS_ADDRESS_SANITIZED || limits->writes_files || limit(RLIMIT_FSIZE, 0));
}

/*
 * Under READ_IMPLIES_EXEC (setarch -X, where the kernel does not clear it for a 64-bit program, as
 * it does on x86-64 and arm64) all memory that can be read can be run, without being asked for by a
 * call that the filter sees. New memory is spared that from here on; what is there, the heap and
 * the stack too, stays as it is.
 */
static bool forbid_running_data(const struct sandbox_limits *limits)
{
	int now = personality(0xffffffff);

	(void)limits;
	if (now < 0 || !(now & READ_IMPLIES_EXEC))
		return now >= 0;
	personality((unsigned)now & ~(unsigned)READ_IMPLIES_EXEC);
	return false;
}

static bool forbid_processes(const struct sandbox_limits *limits)
{
	(void)limits;
	return limit(RLIMIT_NPROC, 0);
}

/*
 * What a worker may ask of the kernel. Everything else fails with EPERM: that denies as well
 * as a kill does, and libraries that only try something (a locale, a time zone, processor
 * counts, executable memory for a regex) go on without it, where a kill would make a
 * good chunk look like a poison one.
 */
static const int permitted[] = {
	/* The bytes of descriptors that it holds. */
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendmsg),
	SCMP_SYS(lseek),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(close),
	/* Memory; mmap and mprotect are below. */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	/* Waking, even of nobody: each pthread_once() and g_once_init_leave() does. */
	SCMP_SYS(futex),
	/* Clocks, where the kernel cannot serve them without a call. */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	/* Seeds of hash tables (expat) and of malloc. */
	SCMP_SYS(getrandom),
	/* glibc's qsort() asks for the size of memory, and takes what is on the stack for an
	 * answer when there is none. */
	SCMP_SYS(sysinfo),
	/* Signals: abort(), the way back from a handler, a wait that a stop and a
	 * continue interrupted. */
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	/* AddressSanitizer, before each call that does not return. */
	SCMP_SYS(sigaltstack),
	/* The end. */
	SCMP_SYS(exit_group),
};

/* Permitted when the one argument is as said. */
static const struct {
	int call;
	struct scmp_arg_cmp only;
} permitted_if[] = {
	/* No memory that can be run. */
	{SCMP_SYS(mmap), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
	{SCMP_SYS(mprotect), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
	/* To the socket's other end, no other address. */
	{SCMP_SYS(sendto), {4, SCMP_CMP_EQ, 0, 0}},
};

/* Stands in the filter for the process that puts it up: no process has that number. */
#define OWN_PID 0x7e11ca11u

/* raise() and abort() reach this process; nothing reaches another. */
static int permit_abort(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp only[] = {
		{0, SCMP_CMP_EQ, OWN_PID, 0},
		{2, SCMP_CMP_EQ, SIGABRT, 0},
	};

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2, only);
}

static int permit_table(scmp_filter_ctx filter)
{
	int status = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(permitted) && status == 0; i++)
		status = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, permitted[i], 0, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(permitted_if) && status == 0; i++)
		status = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, permitted_if[i].call, 1,
						&permitted_if[i].only);
	return status == 0 ? permit_abort(filter) : status;
}

/* To take the beginning of a line back from a file that could not take all of it. */
static int permit_files(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ftruncate), 0);
}

struct sandbox_filter {
	GByteArray *program; /* struct sock_filter */
};

static bool read_program(int fd, GByteArray *out)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size <= 0 || size > USHRT_MAX * (off_t)sizeof(struct sock_filter))
		return false;
	g_byte_array_set_size(out, (guint)size);
	return lseek(fd, 0, SEEK_SET) == 0 && read(fd, out->data, out->len) == size;
}

struct sandbox_filter *sandbox_filter_new(bool writes_files)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	g_autoptr(GByteArray) program = g_byte_array_new();
	int fd = memfd_create("filter", MFD_CLOEXEC);
	struct sandbox_filter *made = NULL;

	if (filter && fd >= 0 && permit_table(filter) == 0 &&
	    (!writes_files || permit_files(filter) == 0) && seccomp_export_bpf(filter, fd) == 0 &&
	    read_program(fd, program)) {
		made = g_new0(struct sandbox_filter, 1);
		made->program = g_steal_pointer(&program);
	}
	if (fd >= 0)
		close(fd);
	seccomp_release(filter);
	return made;
}

void sandbox_filter_free(struct sandbox_filter *filter)
{
	if (!filter)
		return;
	g_byte_array_unref(filter->program);
	g_free(filter);
}

static bool filter_system_calls(const struct sandbox_limits *limits)
{
	struct sock_filter *filter;
	struct sock_fprog program;

	if (!limits->filter)
		return false;
	filter = (struct sock_filter *)(void *)limits->filter->program->data;
	program = (struct sock_fprog){
		.len = (unsigned short)(limits->filter->program->len / sizeof(*filter)),
		.filter = filter,
	};
	for (unsigned i = 0; i < program.len; i++)
		if (filter[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && filter[i].k == OWN_PID)
			filter[i].k = (uint32_t)getpid();
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

/*
 * The order matters: a change of user clears the signal that the parent's end sends and makes a
 * process dumpable again, and after the last one nothing more can be asked.
 */
static const struct {
	enum sandbox_part part;
	bool always; /* when the sandbox is off, too */
	const char *name;
	bool (*put_up)(const struct sandbox_limits *limits);
} parts[] = {
	{SANDBOX_CORE, true, "ban on core files", forbid_core},
	{SANDBOX_USER, false, "change of user from root to nobody", drop_user},
	{SANDBOX_CAPABILITIES, false, "drop of capabilities", drop_capabilities},
	{SANDBOX_PARENT_DEATH, true, "death with the parent", die_with_parent},
	{SANDBOX_NOT_DUMPABLE, false, "shield from other processes", forbid_looking_in},
	{SANDBOX_NO_NEW_PRIVILEGES, false, "ban on new privileges", forbid_new_privileges},
	{SANDBOX_MEMORY, false, "memory limit", limit_memory},
	{SANDBOX_FILES, false, "file limit", limit_files},
	{SANDBOX_NO_RUN_DATA, false, "ban on running data (READ_IMPLIES_EXEC, setarch -X)",
	 forbid_running_data},
	{SANDBOX_PROCESSES, false, "process limit", forbid_processes},
	{SANDBOX_SYSTEM_CALLS, false, "system call filter (seccomp)", filter_system_calls},
};

void sandbox_enter(enum sandbox_choice choice, const struct sandbox_limits *limits,
		   struct sandbox_report *report)
{
	report->missing = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if ((choice != SANDBOX_OFF || parts[i].always) && !parts[i].put_up(limits))
			report->missing |= parts[i].part;
	}
}

char *sandbox_report_text(const struct sandbox_report *report)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (report->missing & parts[i].part)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", parts[i].name);
	}
	return g_string_free(text, text->len == 0);
}

bool sandbox_is_sanitized(void)
{
	return IS_ADDRESS_SANITIZED;
}
