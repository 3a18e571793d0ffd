/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVIDENCE_H
#define WH_EVIDENCE_EVIDENCE_H

#include <glib.h>
#include <stdbool.h>

#include "event/event.h"
#include "wmi/subscription.h"

/* What events around a subscription tell: who made it and from where, when it fired, what
 * it started. Field names are those of the Windows manifests; the shapes of 5857-5860 and
 * 4104 were read off real logs. */

enum evidence_kind {
	EVIDENCE_OTHER,
	EVIDENCE_PROVIDER_LOADED, /* WMI-Activity 5857 */
	EVIDENCE_FAILED_OPERATION, /* 5858 */
	EVIDENCE_PROVIDER_QUERY, /* 5859 */
	EVIDENCE_TEMPORARY_SUBSCRIPTION, /* 5860 */
	EVIDENCE_CLASS_OPERATION, /* WMI-Activity 11, of the Trace channel */
	EVIDENCE_PROCESS, /* Sysmon 1, Security 4688 */
	EVIDENCE_LOGON, /* Security 4624 */
	EVIDENCE_EXPLICIT_LOGON, /* Security 4648 */
	EVIDENCE_SCRIPT, /* PowerShell 4104 */
	EVIDENCE_CLASSIC_SHELL, /* Windows PowerShell 400, 800 */
	EVIDENCE_LOG_CLEARED, /* Eventlog 1102, 104 */
	EVIDENCE_WMI_STARTED, /* Microsoft-Windows-WMI 5617 */
};

/* Why a piece of evidence belongs to a subscription: the strongest first. */
enum link_reason {
	LINK_NAMES, /* it names the filter or the consumer */
	LINK_QUERY,
	LINK_PAYLOAD,
	LINK_FIRED,
	LINK_NOT_REPLAYED,
	LINK_WATCHED,
	LINK_PROCESS, /* the process that other evidence names */
	LINK_SESSION, /* the logon session of such a process */
	LINK_NEAR, /* in time */
};

struct evidence_link {
	const struct subscription *subscription; /* borrowed */
	struct evidence *evidence; /* its owner */
	enum link_reason reason;
	uint64_t time; /* of the repeat of the evidence that it is about */
	char *why; /* one clause, lower case */
};

/*
 * One event with what it tells. Every text is borrowed from the evidence itself, NULL when
 * the event does not tell it.
 */
struct evidence {
	enum evidence_kind kind;
	struct event event; /* a copy; of repeats, of the earliest */
	const char *user; /* DOMAIN\name, or a SID */
	const char *image; /* of the process: started, hosting a provider, or calling WMI */
	const char *parent_image;
	const char *from; /* the machine or address that it came from, unless this one */
	const char *query;
	const char *namespace; /* normalised */
	const char *class_name; /* also the provider's name of 5857 */
	const char *filter; /* names that an object path spells out */
	const char *consumer;
	const char *text; /* command line, script, operation, path of a provider */
	uint64_t logon_id; /* 0: not told */
	uint32_t logon_type;
	uint32_t process_id;
	uint32_t parent_id;
	bool has_process_id;
	bool has_parent_id;

	/* The caller's: struct match, by level; none when it is only there to give processes names.
	 */
	GPtrArray *matches;

	/* Of repeats: an evidence_store fills these. */
	unsigned count;
	uint64_t last;
	GArray *times; /* uint64_t: the first WH_MAX_EVIDENCE_TIMES different times, in order */
	char *content; /* digest: equal for repeats */

	/* link_evidence() fills these. */
	const struct evidence *process; /* the start of the process it names; borrowed, or NULL */
	const struct evidence *parent; /* of a process, likewise */
	GPtrArray *links; /* struct evidence_link */
	bool not_replayed; /* a start of WMI that no 5861 followed */

	char *memory; /* the texts of `event` */
	GPtrArray *texts; /* char *: what was made of them */
};

/* Reads what `event` tells; of a shape that is not known, EVIDENCE_OTHER. Never NULL. */
struct evidence *evidence_from_event(const struct event *event);
void evidence_free(struct evidence *evidence);

/* "provider_loaded", "process", … */
const char *evidence_kind_name(enum evidence_kind kind);

/* Hands `text` (may be NULL) to the evidence, and borrows it back; NULL for an empty one. For the
 * readers below. */
const char *evidence_keep(struct evidence *evidence, char *text);

/* A field of its event; NULL when absent, empty or "-", as Windows writes what it does not know. */
const char *evidence_field(const struct evidence *evidence, const char *name);

/* A number, decimal or behind 0x, of a field. False when there is none up to `maximum`. */
bool evidence_number(const struct evidence *evidence, const char *name, uint64_t maximum,
		     uint64_t *out);

/* Likewise a process id into one of the pairs above. */
void evidence_read_process_id(const struct evidence *evidence, const char *name, uint32_t *out,
			      bool *has);

/* The readers: each fills what its kind of event tells. */
void evidence_read_provider_loaded(struct evidence *evidence);
void evidence_read_operation(struct evidence *evidence);
void evidence_read_query(struct evidence *evidence);
void evidence_read_sysmon_process(struct evidence *evidence);
void evidence_read_security_process(struct evidence *evidence);
void evidence_read_logon(struct evidence *evidence);
void evidence_read_explicit_logon(struct evidence *evidence);
void evidence_read_script(struct evidence *evidence);
void evidence_read_classic_shell(struct evidence *evidence);
void evidence_read_log_cleared(struct evidence *evidence);

#endif
