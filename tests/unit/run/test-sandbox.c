/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/run/sandbox_child.h"

static int allocate_too_much(void *context)
{
	void *volatile little = malloc(32 * MIB);
	void *volatile much = malloc(256 * MIB);

	(void)context;
	return little && !much ? 0 : 1;
}

static void limits_memory(void **state)
{
	(void)state;
	if (sandbox_is_sanitized()) {
		print_message("AddressSanitizer takes terabytes: memory is not limited\n");
		skip();
	}
	works_inside(allocate_too_much, NULL);
}

static int wait_for_end(void *context)
{
	const int *fds = context;
	char byte;

	close(fds[3]);
	return write(fds[1], "r", 1) == 1 && read(fds[2], &byte, 1) == 0 ? 0 : 1;
}

/* The line of /proc/PID/NAME that begins so, without its beginning. */
static char *proc_line(pid_t pid, const char *name, const char *begin)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/%s", (int)pid, name);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (g_str_has_prefix(*line, begin))
			return g_strstrip(g_strdup(*line + strlen(begin)));
	fail_msg("%s has no %s", path, begin);
	return NULL;
}

static void expect_proc(pid_t pid, const char *name, const char *begin, const char *expected)
{
	g_autofree char *line = proc_line(pid, name, begin);

	if (!g_str_has_prefix(line, expected))
		fail_msg("%s%s is not %s", begin, line, expected);
}

static void expect_parts(pid_t pid)
{
	g_autofree char *owner = g_strdup_printf("/proc/%d/status", (int)pid);
	struct stat status;

	expect_proc(pid, "status", "NoNewPrivs:", "1");
	expect_proc(pid, "status", "CapEff:", "0000000000000000");
	expect_proc(pid, "status", "CapPrm:", "0000000000000000");
	expect_proc(pid, "limits", "Max core file size", "0 ");
	expect_proc(pid, "limits", "Max processes", "0 ");
	expect_proc(pid, "limits", "Max open files", G_STRINGIFY(WH_WORKER_DESCRIPTORS) " ");
	if (has_filters())
		expect_proc(pid, "status", "Seccomp:", "2");
	if (!sandbox_is_sanitized())
		expect_proc(pid, "limits", "Max file size", "0 ");
	/* proc(5): the files of a process that is not dumpable are root's. */
	assert_int_equal(stat(owner, &status), 0);
	assert_int_equal(status.st_uid, 0);
}

/* In some containers there is no user to change to. */
static bool can_change_user(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0 &&
				      setresuid(65534, 65534, 65534) == 0
			      ? 0
			      : 1);
	return wait_for(pid) == 0;
}

static void expect_nobody(pid_t pid)
{
	g_autofree char *groups = proc_line(pid, "status", "Groups:");

	if (!can_change_user()) {
		print_message("root cannot become nobody here: not tested\n");
		return;
	}
	expect_proc(pid, "status", "Uid:", "65534\t65534\t65534\t65534");
	expect_proc(pid, "status", "Gid:", "65534\t65534\t65534\t65534");
	assert_string_equal(groups, "");
}

static void puts_each_part_up(void **state)
{
	int fds[4];
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(pipe2(fds + 2, O_CLOEXEC), 0);
	pid = start(wait_for_end, fds);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	expect_parts(pid);
	if (getuid() == 0)
		expect_nobody(pid);
	close(fds[3]);
	assert_exits_well(wait_for(pid));
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
}

static void dies_with_its_parent(void **state)
{
	struct pollfd wait = {.events = POLLIN};
	int fds[4];
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(pipe2(fds + 2, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		start(wait_for_end, fds);
		_exit(read(fds[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(fds[1]);
	assert_exits_well(wait_for(pid));
	/* Only the worker holds the other end of this pipe, and it waits for ours. */
	wait.fd = fds[0];
	assert_int_equal(poll(&wait, 1, 10000), 1);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	close(fds[2]);
	close(fds[3]);
}

static void does_not_outlive_a_dead_parent(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct sandbox_limits limits = {.parent = 1 << 30};
		struct sandbox_report report;

		sandbox_enter(SANDBOX_OFF, &limits, &report);
		_exit(0);
	}
	assert_killed_by(wait_for(pid), SIGKILL);
}

/* A container that refuses some parts. */
static bool refuse_parts(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	uint32_t no = SCMP_ACT_ERRNO(EPERM);
	bool ok = filter && seccomp_rule_add(filter, no, SCMP_SYS(seccomp), 0) == 0 &&
		  seccomp_rule_add(filter, no, SCMP_SYS(prctl), 1,
				   SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP, 0)) == 0 &&
		  seccomp_rule_add(filter, no, SCMP_SYS(prctl), 1,
				   SCMP_A0(SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0)) == 0 &&
		  seccomp_rule_add(filter, no, SCMP_SYS(capset), 0) == 0 &&
		  seccomp_load(filter) == 0;

	seccomp_release(filter);
	return ok;
}

static int enter_what_is_left(void)
{
	struct sandbox_limits limits = {.parent = getppid(), .filter = sandbox_filter_new(false)};
	struct sandbox_report report;
	const uint32_t refused =
		SANDBOX_CAPABILITIES | SANDBOX_NO_NEW_PRIVILEGES | SANDBOX_SYSTEM_CALLS;
	struct rlimit processes;

	if (!refuse_parts())
		return 1;
	sandbox_enter(SANDBOX_TRY, &limits, &report);
	/* Root of a real container may be refused another user, too. */
	if ((report.missing & ~(uint32_t)SANDBOX_USER) != refused)
		return 2;
	if (getrlimit(RLIMIT_NPROC, &processes) != 0 || processes.rlim_max != 0 ||
	    prctl(PR_GET_DUMPABLE) != 0)
		return 3;
	return 0;
}

static void reports_what_is_refused(void **state)
{
	pid_t pid;

	(void)state;
	skip_without_filters();
	pid = fork();
	if (pid == 0)
		_exit(enter_what_is_left());
	assert_exits_well(wait_for(pid));
}

/* The heap was made before, so it can be run whatever is done. */
static int enter_where_data_run(void)
{
	struct sandbox_limits limits = {.parent = getppid()};
	struct sandbox_report without, report;
	pid_t pid;

	if (personality(READ_IMPLIES_EXEC) < 0)
		return 1;
	pid = fork();
	if (pid == 0) {
		limits.parent = getppid();
		sandbox_enter(SANDBOX_OFF, &limits, &report);
		_exit(report.missing != 0 || !(personality(0xffffffff) & READ_IMPLIES_EXEC));
	}
	assert_exits_well(wait_for(pid));
	pid = fork();
	if (pid == 0) {
		limits.parent = getppid();
		refuse_parts();
		sandbox_enter(SANDBOX_TRY, &limits, &report);
		_exit(!(report.missing & SANDBOX_NO_RUN_DATA) ||
		      (personality(0xffffffff) & READ_IMPLIES_EXEC));
	}
	assert_exits_well(wait_for(pid));
	personality(0);
	sandbox_enter(SANDBOX_TRY, &limits, &without);
	return without.missing & SANDBOX_NO_RUN_DATA ? 2 : 0;
}

static void reports_that_data_run(void **state)
{
	pid_t pid;

	(void)state;
	skip_without_filters();
	pid = fork();
	if (pid == 0)
		_exit(enter_where_data_run());
	assert_exits_well(wait_for(pid));
}

static int check_off(void *context)
{
	struct rlimit core, files;
	const int *banned = context;
	int signal_of_death = 0;

	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0 ||
	    prctl(PR_GET_PDEATHSIG, &signal_of_death) != 0 || signal_of_death != SIGKILL)
		return 1;
	if (open("/dev/null", O_RDONLY) < 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != *banned ||
	    getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_max == WH_WORKER_DESCRIPTORS)
		return 2;
	return 0;
}

static void off_leaves_the_process_as_it_is(void **state)
{
	int banned = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		run_inside(SANDBOX_OFF, MIB, check_off, &banned);
	assert_exits_well(wait_for(pid));
}

static void names_the_missing_parts(void **state)
{
	struct sandbox_report report = {SANDBOX_SYSTEM_CALLS | SANDBOX_USER};
	g_autofree char *two = sandbox_report_text(&report);

	(void)state;
	assert_string_equal(two,
			    "change of user from root to nobody, system call filter (seccomp)");
	report.missing = 0;
	assert_null(sandbox_report_text(&report));
	report.missing = 1u << 31; /* a worker is not trusted */
	assert_null(sandbox_report_text(&report));
}

static void parses_choices(void **state)
{
	enum sandbox_choice choice = SANDBOX_TRY;

	(void)state;
	assert_true(sandbox_choice_parse("require", &choice));
	assert_int_equal(choice, SANDBOX_REQUIRE);
	assert_true(sandbox_choice_parse("off", &choice));
	assert_int_equal(choice, SANDBOX_OFF);
	assert_true(sandbox_choice_parse("try", &choice));
	assert_int_equal(choice, SANDBOX_TRY);
	choice = SANDBOX_OFF;
	assert_false(sandbox_choice_parse("Require", &choice));
	assert_false(sandbox_choice_parse("", &choice));
	assert_int_equal(choice, SANDBOX_OFF);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_memory),
		cmocka_unit_test(puts_each_part_up),
		cmocka_unit_test(dies_with_its_parent),
		cmocka_unit_test(does_not_outlive_a_dead_parent),
		cmocka_unit_test(reports_what_is_refused),
		cmocka_unit_test(reports_that_data_run),
		cmocka_unit_test(off_leaves_the_process_as_it_is),
		cmocka_unit_test(names_the_missing_parts),
		cmocka_unit_test(parses_choices),
	};

	/* A child that hangs fails the test. */
	alarm(120);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
