/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_SANDBOX_CHILD_H
#define WH_TESTS_SANDBOX_CHILD_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "run/sandbox.h"

#define MIB ((size_t)1 << 20)

/* A body runs in a forked child; what it returns is the child's exit status, 0 for good. */
typedef int body(void *context);

/* Enters the sandbox, runs the body and exits. */
G_GNUC_NORETURN void run_inside(enum sandbox_choice choice, uint64_t memory, body *inside,
				void *context);

/* Starts a child in a sandbox of 256 MiB. */
pid_t start(body *inside, void *context);

/* Waits for a child's end and returns its wait status. */
int wait_for(pid_t pid);
void assert_exits_well(int status);
void assert_killed_by(int status, int signal);

/* Starts, waits, asserts. */
void works_inside(body *inside, void *context);

bool has_filters(void);
/* Ends the test, and says so, on a kernel without seccomp filters. */
void skip_without_filters(void);

#endif
