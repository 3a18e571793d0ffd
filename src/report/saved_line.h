/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SAVED_LINE_H
#define WH_REPORT_SAVED_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence/coverage.h"
#include "evidence/evidence.h"
#include "hunt/finding.h"
#include "hunt/rules.h"
#include "report/saved_members.h"
#include "wmi/stored.h"
#include "wmi/told.h"

/*
 * Reads the lines that hunt writes back into what they were made of, so that a report of them is
 * what the run itself would have printed. What the rules say beyond a line (triage, the file) comes
 * from the rule set, where it has such a rule.
 */

enum saved_line_kind {
	SAVED_FINDING,
	SAVED_COVERAGE,
	SAVED_MATCH,
};

/* A filter, and a consumer, with the fingerprints that the line has of them. */
struct saved_filter {
	struct wmi_filter filter;
	const char *sha256;
};
struct saved_consumer {
	struct wmi_consumer consumer;
	const char *sha256;
};

struct saved_line {
	enum saved_line_kind kind;
	struct finding finding; /* not to be released */
	struct host_coverage coverage;
	struct correlated_event matched; /* of SAVED_MATCH: the event, */
	GPtrArray *matched_by; /* and struct match, of which only rule and fields are known */

	/* What these point to, and what is put into it in the end. */
	struct host_identity identity;
	struct subscription subscription;
	struct saved_filter *filter;
	struct saved_consumer *consumer;
	struct stored stored;
	struct told told;
	bool has_presence, has_stored, has_told;
	struct event event; /* that evidence is of */
	struct evidence *evidence; /* made of it */
	struct line_id id; /* a member of that */
	const char *user_name; /* members of that */
	unsigned evidence_count;
	uint64_t evidence_last;
	bool not_replayed, is_local;
	struct evidence *process, *parent;
	GPtrArray *links;
	struct correlation_finding correlation;
	struct correlation rule; /* what the line says of it */
};

struct saved_lines;

/* `rules` is borrowed. */
struct saved_lines *saved_lines_new(const struct rule_set *rules);
void saved_lines_free(struct saved_lines *lines);

/*
 * Reads a line. NULL, with a reason (borrowed, like the line until the next call) when it is none
 * of these, or not as hunt writes it.
 */
const struct saved_line *saved_lines_read(struct saved_lines *lines, const char *line,
					  size_t length, const char **reason);

#endif
