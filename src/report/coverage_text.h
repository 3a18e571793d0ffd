/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_COVERAGE_TEXT_H
#define WH_REPORT_COVERAGE_TEXT_H

#include <glib.h>

#include "evidence/coverage.h"

/* The coverage of all hosts in some sentences, for people. Begins as zeros. */
struct coverage_text {
	unsigned with_findings;
	unsigned without[COVERED + 1]; /* findings: by how they are covered */
	unsigned not_covered; /* with findings or without */
	unsigned unlisted; /* hosts that are not covered, and for which there was no line left */
	GPtrArray *lines; /* GString: what there is to say of hosts; NULL: nothing yet */
};

/* Adds a host; `all`: with each sentence on what could not be seen. */
void coverage_text_add(struct coverage_text *text, const struct host_coverage *host, bool all);

/* Appends how many hosts have findings, are covered, or cannot show subscriptions, as the end of a
 * sentence that says how many findings there are; nothing without hosts. */
void coverage_text_append_sum(const struct coverage_text *text, GString *out);

/* Appends lines (GString, not safe to print yet, which the array's owner frees), and releases what
 * was added. Nothing when that is none. */
void coverage_text_end(struct coverage_text *text, GPtrArray *lines);

#endif
