/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/run/sandbox_child.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/cmocka_test.h"

/* cmocka takes a crash for a failed assertion and goes on with the next test, in the child. */
static void crash_by_default(void)
{
	static const int signals[] = {SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGSYS};

	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		signal(signals[i], SIG_DFL);
}

void run_inside(enum sandbox_choice choice, uint64_t memory, body *inside, void *context)
{
	struct sandbox_limits limits = {
		.memory = memory, .parent = getppid(), .filter = sandbox_filter_new(false)};
	struct sandbox_report report;

	crash_by_default();
	sandbox_enter(choice, &limits, &report);
	_exit(inside(context));
}

pid_t start(body *inside, void *context)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		run_inside(SANDBOX_TRY, 256 * MIB, inside, context);
	return pid;
}

int wait_for(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

void assert_exits_well(int status)
{
	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

void assert_killed_by(int status, int signal)
{
	if (!WIFSIGNALED(status))
		fail_msg("exit status %d", WEXITSTATUS(status));
	assert_int_equal(WTERMSIG(status), signal);
}

void works_inside(body *inside, void *context)
{
	assert_exits_well(wait_for(start(inside, context)));
}

/* seccomp(2): a filter at no address is a bad address, but only where filters are known. */
bool has_filters(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
}

void skip_without_filters(void)
{
	if (has_filters())
		return;
	print_message("this kernel has no seccomp filters: nothing to test\n");
	skip();
}
