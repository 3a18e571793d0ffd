/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_COVERAGE_H
#define WH_EVIDENCE_COVERAGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "evtx/log_facts.h"
#include "wmi/fact.h"
#include "wmi/host_names.h"

struct rule_set;

/* What could be seen of a host's subscriptions in what was read of it, and what could not. */

/* The logs that a hunt wants of a host. */
enum wanted_log {
	WANTED_WMI, /* Microsoft-Windows-WMI-Activity/Operational */
	WANTED_SYSMON,
	WANTED_SECURITY,
	WANTED_POWERSHELL,
	WANTED_APPLICATION,
	WANTED_SYSTEM,
	WANTED_LOGS
};

/* What is known of a log: the least first. */
enum log_state {
	LOG_ABSENT, /* it is not among what was read */
	LOG_UNREAD, /* a file has its name and could not be read */
	LOG_EMPTY, /* it is there, without a record */
	LOG_EVENTS, /* some of its events were given, not the log */
	LOG_READ, /* or an export of it that holds each record from its first to its last */
};

struct log_coverage {
	enum log_state state;
	uint64_t from,
		to; /* FILETIME, of the records when it was read, else of the events; 0: none */
	uint64_t records; /* of events that were given: those of exports, 0 where that is not known
			   */
	bool is_exported; /* all that is known of it is from exports */
	uint64_t first_id; /* the lowest number of a record; 0 where that says nothing */
	uint64_t missing; /* numbers between the first and the last that no record has */
	bool is_dirty, is_full, is_partial; /* as in struct log_facts */
	uint64_t read_errors;
	uint64_t reports; /* events that report subscriptions */
	uint64_t process_starts, command_lines, scripts; /* as in struct log_holding */
	GArray *cleared; /* uint64_t: FILETIMEs, sorted */
};

struct clock_change {
	uint64_t before, after; /* FILETIMEs */
};

/* Do the logs of the host show its subscriptions? */
enum covered { COVERED_NOT, COVERED_PARTLY, COVERED };

struct host_coverage {
	const struct host_identity *identity; /* borrowed */
	enum covered covered;
	struct log_coverage logs[WANTED_LOGS];
	char *version; /* of Windows, as logged; NULL: not known */
	uint32_t build;
	char *zone; /* the name of its time zone, NULL: not known */
	int32_t bias; /* of it: minutes that UTC is ahead */
	uint64_t starts; /* of Windows */
	uint64_t replayed; /* starts of WMI that a 5861 followed, */
	uint64_t silent; /* that none did though the log was written, */
	uint64_t unknown; /* and others */
	uint64_t first_silent; /* FILETIME of the first of these */
	GArray *clock_changes; /* struct clock_change, of a minute or more, by time */
	uint64_t other_logs; /* that were read of it */
	uint64_t exports; /* of events, that hold some of it */
	uint64_t read_errors; /* in its logs */
	uint64_t left_out; /* facts that there was no memory for */
	uint64_t since, until; /* FILETIME: of the events that were asked for; 0: any */
	uint64_t findings;
	GPtrArray *lacks; /* char *: sentences on what its exports do not hold; NULL: none */
	GPtrArray *blind; /* char *: sentences on what could not be seen */
};

const char *wanted_log_name(enum wanted_log log);
const char *log_state_name(enum log_state state);
const char *covered_name(enum covered covered);

/* Gathers it of all hosts. */
struct coverage;

/* Keeps `memory` bytes at most, which hosts share as share_allows() says. NULL is fine to free. */
struct coverage *coverage_new(uint64_t memory);
void coverage_free(struct coverage *coverage);

/* Adds what a log, or an export, held. */
void coverage_add_log(struct coverage *coverage, const struct log_facts *facts);

/* Adds an event; `is_report`: it reports a subscription. */
void coverage_add_event(struct coverage *coverage, const struct event *event, bool is_report);

/* What is known of each host (struct host_coverage), by name, where `names` (settled) says which
 * names are one host; the caller unrefs the array, before the coverage and the names are freed, of
 * which it borrows. Once, when all is added. `rules`: of which is said what exports lack for them;
 * NULL: none. */
GPtrArray *coverage_take(struct coverage *coverage, struct host_names *names,
			 const struct rule_set *rules);

/* After that: the host has a finding. */
void coverage_note_finding(struct coverage *coverage, const struct host_identity *identity);

/* For that: sets `covered`, and `blind` from all else. */
void host_coverage_judge(struct host_coverage *host);

#endif
