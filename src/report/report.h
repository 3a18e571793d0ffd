/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_REPORT_H
#define WH_REPORT_REPORT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "event/event.h"
#include "evidence/coverage.h"
#include "evtx/log_facts.h"
#include "hunt/finding.h"
#include "hunt/rules.h"
#include "hunt/stack.h"
#include "wmi/fact.h"

/*
 * What commands print, in one of several formats. A format is a row of a table in report.c: a
 * command hands over what it found, and the row says what becomes of it.
 */

/* What a command's report consists of, but for the coverage of hosts and what logs held. */
enum report_content { REPORT_FINDINGS, REPORT_STACK, REPORT_EVENTS };

struct report_options {
	enum report_content content;
	bool keyed; /* lines have the host that they are about before them (map/line_key.h) */
	bool flat; /* lines of JSON have no objects and lists in them */
	bool bom; /* a byte order mark before what spreadsheets open */
	unsigned width; /* columns of the terminal, 0: what is printed need not fit one */
	GTimeZone *zone; /* that times are shown of, where people read them; borrowed, NULL: UTC */
	uint64_t memory; /* bytes that rows of events may take before they are printed; 0: any */
	bool colour; /* headers are bold, and what has a level is coloured */
	const struct rule_set *rules; /* that findings are judged by; borrowed, NULL: none are */
	int earlier; /* of a format that adds to a file: the descriptor of what is there; 0: none */
	enum rule_level min_level; /* the lowest that makes a finding */
	bool explain; /* what happened to each subscription, and what the rules advise */
	bool full; /* that, with scripts and the like as long as they are */
};

/* Where it goes; `write` returns false when nothing more can be written. */
struct report_sink {
	bool (*write)(void *context, const char *text, size_t length);
	void *context;
};

struct report {
	const struct report_format *format;
	struct report_options options;
	struct report_sink sink;
	void *state; /* the format's */
	GString *text; /* the format appends to it; written after each call */
	char *problem; /* why nothing could be written, a clause; NULL: the format could. Whoever
			  releases the report frees it */
	struct report *next; /* is handed all that this one is; borrowed, NULL: none */
};

/* A row. Of `finding`, `stack` and `event`, one must be there. */
struct report_format {
	const char *name;
	bool for_people; /* is read, not parsed: the default on a terminal */
	bool has_zone; /* shows times of the zone that is asked for; else always UTC */
	bool has_colours; /* where these are asked for */
	bool has_full; /* what it explains is cut, unless all is asked for */
	bool is_raw; /* bytes that a terminal might obey */
	bool is_lines; /* read errors and the summary may stand among its lines, as JSON */
	bool is_file; /* is for --report alone, and adds to a file that is there */
	void (*begin)(struct report *report); /* makes `state`; may be NULL */
	void (*finding)(struct report *report, const struct finding *finding);
	/* A related event that is no finding, but linked to one; NULL: it is left out. */
	void (*related)(struct report *report, const struct finding *finding);
	/* What could be seen of a host; NULL: it is left out. */
	void (*coverage)(struct report *report, const struct host_coverage *host);
	void (*stack)(struct report *report, const struct stack_entry *entry);
	/* `fact` is what the event says of a subscription; it may be NULL. */
	void (*event)(struct report *report, const struct event *event,
		      const struct wmi_fact *fact);
	/* What is saved of an event for correlations across hosts; NULL: it is left out. */
	void (*match)(struct report *report, const struct event *event, const GPtrArray *saved);
	/* What a log held; NULL: it is left out. */
	void (*log)(struct report *report, const struct log_facts *facts);
	/* A read error of the run; NULL: it is left out. */
	void (*fault)(struct report *report, const struct fault *fault);
	/* Appends what is held back and frees `state`; may be NULL. */
	void (*end)(struct report *report);
};

/* The format of that name, or NULL when there is none. */
const struct report_format *report_format_find(const char *name);

/* True when it can print such a report. */
bool report_format_takes(const struct report_format *format, enum report_content content);

/* The format that is taken when none is named. */
const struct report_format *report_format_default(bool is_terminal);

/* All names, with commas between them, and `last` before the last one, `files`: those that are for
 * --report alone, too; the caller frees it. */
char *report_format_names(const char *last, bool files);

/* Begins a report; copies options and sink, borrows the format. */
void report_init(struct report *report, const struct report_format *format,
		 const struct report_options *options, const struct report_sink *sink);

/* Each returns false when nothing more can be written, by this report and those after it. What is
 * handed over is borrowed for the call; a report has findings, groups or events, never two of
 * these. */
bool report_add_finding(struct report *report, const struct finding *finding);
bool report_add_related(struct report *report, const struct finding *finding);
bool report_add_coverage(struct report *report, const struct host_coverage *host);
bool report_add_stack(struct report *report, const struct stack_entry *entry);
bool report_add_event(struct report *report, const struct event *event);
/* To this report alone; what it keeps it copies. */
void report_add_fault(struct report *report, const struct fault *fault);
bool report_add_match(struct report *report, const struct event *event, const GPtrArray *saved);
bool report_add_log(struct report *report, const struct log_facts *facts);

/* Writes what was held back, and releases all. Nothing for a report that is all zeros. */
void report_release(struct report *report);

#endif
