/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVIDENCE_H
#define WH_EVIDENCE_EVIDENCE_H

#include <glib.h>
#include <stdbool.h>

#include "base/line_id.h"
#include "event/event.h"
#include "evidence/evidence_span.h"
#include "wmi/subscription.h"

/* What related events, those around a subscription, say: who made it and from where, when it
 * fired, what it started. Field names are those of the Windows manifests; the shapes of 5857-5860
 * and 4104 were read off real logs. */

struct evidence;

enum evidence_kind {
	EVIDENCE_OTHER,
	EVIDENCE_PROVIDER_LOADED, /* WMI-Activity 5857 */
	EVIDENCE_FAILED_OPERATION, /* 5858 */
	EVIDENCE_PROVIDER_QUERY, /* 5859 */
	EVIDENCE_TEMPORARY_SUBSCRIPTION, /* 5860 */
	EVIDENCE_CLASS_OPERATION, /* WMI-Activity 11, of the Trace channel */
	EVIDENCE_PROCESS, /* Sysmon 1, Security 4688 */
	EVIDENCE_PROCESS_ENDED, /* Sysmon 5, Security 4689 */
	EVIDENCE_LOGON, /* Security 4624 */
	EVIDENCE_EXPLICIT_LOGON, /* Security 4648 */
	EVIDENCE_SCRIPT, /* PowerShell 4104 */
	EVIDENCE_CLASSIC_SHELL, /* Windows PowerShell 400, 800 */
	EVIDENCE_LOG_CLEARED, /* Eventlog 1102, 104 */
	EVIDENCE_WMI_STARTED, /* Microsoft-Windows-WMI 5617 */
	EVIDENCE_MACHINE_STARTED, /* Kernel-General 12, EventLog 6005 and 6008 */
	EVIDENCE_MACHINE_STOPPED, /* EventLog 6006, User32 1074, Kernel-General 13 */
	EVIDENCE_RENAMED, /* EventLog 6011 */
	EVIDENCE_KINDS
};

#define WH_MAX_NEAR_BEFORE 60 /* seconds: the widest of all kinds' `near` */
#define WH_MAX_NEAR_AFTER 3600

/* An event that a row stands for. */
struct evidence_event {
	const char *provider; /* exact */
	uint32_t event_id;
	void (*read)(struct evidence *evidence); /* NULL: the event has no fields of use */
};

enum {
	NAMES_IN_OPERATION = 1, /* its object paths may name a filter or a consumer, */
	NAMES_IN_TEXT = 2, /* or its text, */
	NAMES_IN_FIELDS = 4, /* or any field of its event */
	HAS_FILTER_QUERY = 8, /* its query may be a filter's */
	NAMES_CALLER = 16, /* its process id is that of who did it, not of a service */
	IN_WMI_LOG = 32, /* 5861 stands in the same log: while this comes, that is written */
	STANDS_ALONE = 64, /* two that say the same are two: of other boots, or other processes */
};

/* All that differs from kind to kind: a kind of evidence is a row of these (evidence.c). */
struct evidence_traits {
	const char *name; /* in JSON */
	const char *word; /* what it is in a timeline, where its link does not say more */
	struct {
		unsigned before; /* seconds; 0: never */
		unsigned after;
	} near; /* how far from the making of a subscription it says something of that */
	unsigned flags; /* of those above */
	struct evidence_event events[4]; /* that are of this kind; a NULL provider ends */
};

/* Why a piece of evidence belongs to a subscription: the strongest first. */
enum link_reason {
	LINK_NAMES, /* it names the filter or the consumer */
	LINK_QUERY,
	LINK_PAYLOAD,
	LINK_FIRED,
	LINK_MAY_HAVE_FIRED, /* it, or another of its consumer class */
	LINK_MAY_HAVE_STARTED, /* a process that could be its consumer's, or another's */
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
	struct evidence_span span; /* the repeats of the evidence that it is about */
	char *why; /* one clause, lower case */
};

/*
 * One event with what it says. Every text is borrowed from the evidence itself, NULL when
 * the event does not say it.
 */
struct evidence {
	struct line_id id; /* of its line, set by evidence_identify() */
	enum evidence_kind kind;
	const struct evidence_traits *traits; /* of its kind */
	struct event event; /* a copy; of repeats, of the earliest */
	const char *user; /* DOMAIN\name, or a SID */
	const char
		*user_name; /* of a SID; link_evidence() fills it, borrowed from other evidence */
	const char *image; /* of the process: started, hosting a provider, or calling WMI */
	const char *parent_image;
	const char *from; /* the machine or address that it came from, unless this one */
	bool is_local; /* it says that it came from this machine */
	const char *query;
	const char *namespace; /* normalised */
	const char *class_name; /* also the provider's name of 5857 */
	const char *filter; /* names that an object path spells out */
	const char *consumer;
	const char *text; /* command line, script, operation, path of a provider */
	uint64_t logon_id; /* 0: unknown */
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
	GArray *repeats; /* struct evidence_repeat: the first WH_MAX_EVIDENCE_TIMES of different
			    times, in order, and the latest; NULL without repeats */
	char *content; /* digest: equal for repeats */

	/* link_evidence() fills these. */
	const struct evidence *process; /* the start of the process it names; borrowed, or NULL */
	const struct evidence *parent; /* the start of a process's parent; borrowed, or NULL */
	GPtrArray *links; /* struct evidence_link */
	bool not_replayed; /* a start of WMI that no 5861 followed */

	char *memory; /* the texts of `event` */
	GPtrArray *texts; /* char *: what was made of them */
};

/* A copy of `event` and what it says; EVIDENCE_OTHER when no kind has such events. Never NULL. The
 * caller frees it. */
struct evidence *evidence_from_event(const struct event *event);
void evidence_free(struct evidence *evidence);

#endif
