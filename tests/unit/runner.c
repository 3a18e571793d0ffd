/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/cmocka_test.h"

static struct test_group *groups;

void test_group_add(struct test_group *group)
{
	group->next = groups;
	groups = group;
}

/* Without arguments all are wanted, else files whose name holds one of them. */
static int is_wanted(const char *file, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strstr(file, argv[i]))
			return 1;
	return argc == 1;
}

/* In a process of its own: what a group leaves (a locale, a crash) does not reach the next one. */
static int run_apart(const struct test_group *group)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		exit(group->run() != 0);
	return pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
}

/* runner [PART OF A FILE'S NAME…]: runs the tests of all files, or of these. */
int main(int argc, char **argv)
{
	int failed = 0, ran = 0;

	for (const struct test_group *group = groups; group; group = group->next) {
		if (!is_wanted(group->file, argc, argv))
			continue;
		printf("%s\n", group->file);
		fflush(stdout);
		failed += run_apart(group);
		ran++;
	}
	printf("%d files, %d failed\n", ran, failed);
	return failed > 0 || ran == 0;
}
