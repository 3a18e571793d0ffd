/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair [-a MS] RUNS COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]: what the first command costs
 * beside the second. Both run by turns, once uncounted and then RUNS times, with standard output
 * and error into /dev/null; so what else the machine does meets both.
 *
 * Prints medians, with tabs between: the first command's milliseconds, its milliseconds of
 * processor time and the MiB of its largest process; the second's two times; the ratio of the two
 * commands' times, and that of their processor times. A ratio is the median of each turn's own.
 * -a: milliseconds to take off the first command's time before the ratio.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum measure {
	WALL,
	PROCESSOR,
	PEAK,
	OTHER_WALL,
	OTHER_PROCESSOR,
	RATIO,
	PROCESSOR_RATIO,
	MEASURES
};

static double milliseconds(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int spawn_silent(pid_t *pid, char **command)
{
	posix_spawn_file_actions_t actions;
	int failure = posix_spawn_file_actions_init(&actions);

	if (failure != 0)
		return failure;
	failure =
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (failure == 0)
		failure = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	if (failure == 0)
		failure = posix_spawnp(pid, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failure;
}

/* A command that fails at once would be the fastest of all. 2 is also wmihunt's word for a read
 * error, which real logs have: it is said, and counted. */
static bool ended_well(const char *name, int status)
{
	bool exited = WIFEXITED(status);
	int number = exited ? WEXITSTATUS(status) : WTERMSIG(status);

	if (exited && number < 2)
		return true;
	fprintf(stderr, "pair: %s ended with %s %d\n", name, exited ? "exit status" : "signal",
		number);
	return exited && number == 2;
}

/* Adds what the process, and those that it waited for, cost; false: there is none to wait for. */
static bool reap(pid_t pid, int *status, double *processor, double *peak)
{
	struct rusage usage;

	while (wait4(pid, status, 0, &usage) < 0)
		if (errno != EINTR)
			return false;
	*processor += milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
	if ((double)usage.ru_maxrss / 1024 > *peak)
		*peak = (double)usage.ru_maxrss / 1024;
	return true;
}

/* wmihunt waits for few of its processes: those that it leaves become children of this one. */
static bool run(char **command, double *wall, double *processor, double *peak)
{
	double start = now();
	pid_t pid;
	int status, left;
	int failure = spawn_silent(&pid, command);

	*processor = *peak = 0;
	if (failure != 0) {
		fprintf(stderr, "pair: %s: %s\n", command[0], strerror(failure));
		return false;
	}
	if (!reap(pid, &status, processor, peak))
		return false;
	*wall = now() - start;
	while (reap(-1, &left, processor, peak))
		;
	return ended_well(command[0], status);
}

static bool run_both(char **first, char **second, double allowance, double turn[MEASURES])
{
	double other_peak;

	if (!run(first, &turn[WALL], &turn[PROCESSOR], &turn[PEAK]) ||
	    !run(second, &turn[OTHER_WALL], &turn[OTHER_PROCESSOR], &other_peak))
		return false;
	turn[RATIO] = (turn[WALL] - allowance) / turn[OTHER_WALL];
	turn[PROCESSOR_RATIO] = turn[PROCESSOR] / turn[OTHER_PROCESSOR];
	return true;
}

static int by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(double (*turns)[MEASURES], size_t count, enum measure measure)
{
	double *values = calloc(count, sizeof(*values));
	double middle;

	if (values == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		values[i] = turns[i][measure];
	qsort(values, count, sizeof(*values), by_size);
	middle = (values[(count - 1) / 2] + values[count / 2]) / 2;
	free(values);
	return middle;
}

static bool compare(char **first, char **second, double allowance, size_t runs)
{
	double(*turns)[MEASURES] = calloc(runs, sizeof(*turns));
	bool ran = turns != NULL && run_both(first, second, allowance, turns[0]);

	for (size_t i = 0; i < runs && ran; i++)
		ran = run_both(first, second, allowance, turns[i]);
	for (int measure = 0; measure < MEASURES && ran; measure++)
		printf("%.4f%c", median(turns, runs, measure),
		       measure + 1 < MEASURES ? '\t' : '\n');
	free(turns);
	return ran;
}

/* Where the second command begins, after its "--" has become the end of the first; or NULL. */
static char **split_commands(char **arguments)
{
	for (char **argument = arguments; *argument != NULL; argument++) {
		if (strcmp(*argument, "--") != 0)
			continue;
		*argument = NULL;
		return argument > arguments && argument[1] != NULL ? argument + 1 : NULL;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	double allowance = 0;
	long runs;
	char **second;

	if (argc > 2 && strcmp(argv[1], "-a") == 0) {
		allowance = strtod(argv[2], NULL);
		argv += 2;
		argc -= 2;
	}
	runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	second = runs > 0 && runs < 10000 ? split_commands(argv + 2) : NULL;
	if (second == NULL) {
		fputs("usage: pair [-a MS] RUNS COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]\n",
		      stderr);
		return 2;
	}
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
		perror("pair");
		return 1;
	}
	return compare(argv + 2, second, allowance, (size_t)runs) ? 0 : 1;
}
