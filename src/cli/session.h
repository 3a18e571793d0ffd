/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_SESSION_H
#define WH_CLI_SESSION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/diagnostics.h"
#include "cli/line_inputs.h"
#include "cli/output.h"
#include "cli/reducer.h"
#include "cli/read_options.h"
#include "cli/report_files.h"
#include "cli/rule_options.h"
#include "cli/table_options.h"
#include "hunt/baseline.h"
#include "hunt/rules.h"
#include "map/map.h"
#include "map/query.h"
#include "report/report.h"

/* Exit status, as grep's. */
enum { EXIT_MATCHED = 0, EXIT_NOTHING = 1, EXIT_FAULT = 2 };

/*
 * What the commands that read logs share: options, rules, where output and diagnostics go, and the
 * reading of the inputs.
 */
struct session {
	/* Options, as given. */
	struct read_options read_options;
	struct rule_options rule_options;
	struct table_options table_options;
	char **baseline_paths;
	char *format_name;
	gboolean bom;
	gboolean flat;
	char *output_path;
	char *since_text;
	char *until_text;
	char *host_pattern;
	gboolean quiet;
	gboolean exit_zero; /* that nothing was found is no failure */

	gboolean keyed; /* a command's option: each line has its host before it */
	const char
		*lines_for; /* a command's option, which needs lines as format; NULL: none does */
	gboolean inline_errors; /* a command's option: read errors and summary go into the output */
	struct report_options report_options; /* `explain` and `content` are the command's to
						 set */
	struct output output;
	const struct report_format *format;
	struct report_files report_files;
	struct report report; /* the command's, in its process */
	struct signals signals;
	struct diagnostics diagnostics;
	struct fault_sink faults;
	struct fault_sink told; /* where `faults` go on to */
	GPtrArray *early; /* GByteArray, fault_encode(): read errors before there is a reducer */
	struct rule_set *rules;
	struct baseline *baseline;
	GRegex *hosts; /* that are asked for, where the command joins their events; else NULL */
	struct map_job job;
	struct line_inputs lines; /* of a command that reads lines itself */
	GArray *counts; /* struct summary_count; the names are its own */
	GPtrArray *notes; /* char*: on the options, to be said before the reading */
	char *format_help;
	bool failed; /* something went wrong that is no fault of an input */
	const struct session_command *command; /* borrowed */
	struct reducer *reducer; /* where the command runs; the parent's */
	struct reducer_link *link; /* the same, in that process */
};

/* What a command says of itself, and what it does. */
struct session_command {
	const char *usage;
	const char *summary;
	const GOptionEntry *entries; /* its own options; NULL ends */
	bool one_format; /* its output has one form: there is no --format */
	bool takes_baseline; /* there is --baseline */
	bool reads_lines; /* its inputs are lines, which session_read_lines() hands out */
	bool no_events; /* it reads repositories only: there are no options for rules */
	/* The objects of repositories that it asks for; NULL: none. Borrowed. */
	const struct object_wants *objects;
	/* The events that it asks for, prepared by check(); NULL: those of the rules. Borrowed. */
	struct event_query *query;
	/* Looks at its options, before rules are loaded; prints what is wrong and returns false.
	 * May be NULL. */
	bool (*check)(struct session *session, void *context);
	/* Reads, and prints to the report or the output; in a process of its own, which has no
	 * rights but to write there. True when something was found. */
	bool (*run)(struct session *session, void *context);
	void *context;
};

/*
 * A command from its arguments to its exit status, which it returns: parses the options (its own
 * and those that all share), loads the rules, opens the output, runs the command, prints what the
 * report held back and the summary, closes and releases all. Prints what is wrong. A file for the
 * output takes the place of an older one at the end.
 */
int session_run(const struct session_command *command, int argc, char **argv);

/*
 * For a command's run(): hands out the events that its query asks for, of the wanted times, the
 * objects that it asks for, and what the logs held; all are borrowed for the call. Of all hosts
 * where session->hosts is set: which names are of one host is known in the end only. Once.
 */
void session_read(struct session *session, const struct reducer_takers *takers);

/* For the run() of a command that reads lines itself: hands out all lines of the inputs. Once. */
void session_read_lines(struct session *session, const struct line_taker *taker);

/* For a command's run(): adds a count to the summary. */
void session_count(struct session *session, const char *name, uint64_t count);

#endif
