/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_FAULT_H
#define WH_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A fault (to users: a read error) is data about damaged input: filled once where it is seen,
 * handed to a sink, counted; the scan goes on. All strings are text (base/text.h), borrowed for
 * the call.
 */
struct fault {
	const char *what; /* one clause, lower case, no full stop */
	const char *path;
	const char *entry; /* inside an archive, or NULL */
	uint64_t offset; /* bytes from the start of the (inflated) stream; lines for event lines */
	bool has_offset;
	uint64_t need; /* bytes the reader needed and */
	uint64_t have; /* had; both 0 where that says nothing */
};

/* Takes faults; `add` copies what it keeps of one. */
struct fault_sink {
	void (*add)(void *context, const struct fault *fault);
	void *context;
};

static inline void fault_report(const struct fault_sink *sink, const struct fault *fault)
{
	sink->add(sink->context, fault);
}

#endif
