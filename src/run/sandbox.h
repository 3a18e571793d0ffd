/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_SANDBOX_H
#define WH_RUN_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum sandbox_choice {
	SANDBOX_TRY, /* what the kernel gives */
	SANDBOX_REQUIRE, /* what the kernel gives; the caller stops when a part is missing */
	SANDBOX_OFF, /* only that it dies with the parent and leaves no core */
};

/* Reads "require", "try" or "off"; false, with *out untouched, for any other name. */
bool sandbox_choice_parse(const char *name, enum sandbox_choice *out);

/* The parts, in the order in which they are put up. */
enum sandbox_part {
	SANDBOX_CORE = 1 << 0, /* no core file: it would hold what was read */
	SANDBOX_USER = 1 << 1, /* root becomes nobody */
	SANDBOX_CAPABILITIES = 1 << 2,
	SANDBOX_PARENT_DEATH = 1 << 3, /* a kill when the parent dies */
	SANDBOX_NOT_DUMPABLE = 1 << 4, /* no other process looks in */
	SANDBOX_NO_NEW_PRIVILEGES = 1 << 5,
	SANDBOX_MEMORY = 1 << 6,
	SANDBOX_FILES =
		1 << 7, /* no descriptor from WH_WORKER_DESCRIPTORS on, no byte into a file */
	SANDBOX_PROCESSES = 1 << 8,
	SANDBOX_SYSTEM_CALLS = 1 << 9, /* seccomp: the table in sandbox.c, and nothing else */
	SANDBOX_NO_RUN_DATA = 1 << 10, /* what is read cannot be run */
};

/* The system call filter, ready to be put up by any number of processes. */
struct sandbox_filter;

/* Builds it; `writes_files`: for processes that write to files. NULL when this system has none. */
struct sandbox_filter *sandbox_filter_new(bool writes_files);
void sandbox_filter_free(struct sandbox_filter *filter);

struct sandbox_limits {
	const struct sandbox_filter *filter; /* borrowed; NULL: there is none */
	uint64_t memory; /* bytes of address space beyond those it has on entering; 0: any */
	bool writes_files; /* that it holds open */
	pid_t parent; /* that forked this process; 0: unknown */
};

struct sandbox_report {
	uint32_t missing; /* enum sandbox_part bits that were asked for and refused */
};

/*
 * Shuts this process, forked and of one thread, in for good. It keeps the descriptors it has
 * and those it is sent. A part that is refused does not keep the others from being put up.
 * Does not return when the parent has ended already. Memory stays unlimited under
 * AddressSanitizer, whose shadow alone is terabytes, and so does writing to files, which
 * its report of an error needs.
 */
void sandbox_enter(enum sandbox_choice choice, const struct sandbox_limits *limits,
		   struct sandbox_report *report);

/* The missing parts for a person, "system call filter (seccomp), memory limit"; NULL when none
 * is. The caller frees it. */
char *sandbox_report_text(const struct sandbox_report *report);

/* True when built with AddressSanitizer, which reports errors on standard error. */
bool sandbox_is_sanitized(void);

#endif
