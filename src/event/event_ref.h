/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_EVENT_REF_H
#define WH_EVENT_EVENT_REF_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/event_format.h"

/* One record: what it says of when, in which log and as which event it was written, and where
 * it was read. Texts are NULL when absent; whoever holds the reference says who owns them. */
struct event_ref {
	uint64_t time; /* FILETIME, 0 when absent */
	enum time_precision precision; /* of the time */
	bool local_time; /* it is of a zone that is not known, read as if it were UTC */
	enum event_format format; /* of what it was read from */
	const char *channel;
	uint64_t record_id; /* System/EventRecordID */
	uint64_t header_record_id; /* differs from record_id in exported logs */
	uint32_t event_id;
	bool has_event_id;
	bool has_record_id;
	bool recovered; /* from slack, or from a chunk that stands in no log */
	bool hidden; /* inside a record whose size was lengthened over it */
	bool chimera; /* the header is of one record, the values are of another */
	const char *path;
	const char *entry; /* inside an archive, or NULL */
	/* What is known from an event line is that line's claim. The file that it was read from,
	 * and " > " entry: NULL for a log, and for standard input. */
	const char *via;
	bool claimed; /* and nobody named that file */
	uint64_t offset; /* of the record, bytes from the start of the stream */
};

/* A new text of where the record was read, as people write it: "path > entry", and "(says via)" for
 * what a line claims. */
char *event_ref_text(const struct event_ref *ref);

/* Orders by time, then by record id, then by where the record was read: 0 only for one record. */
int event_ref_compare(const struct event_ref *a, const struct event_ref *b);

/* Whether both stand in one file, or entry of an archive; and whether the lines that say so are the
 * same, too, and as much believed. */
bool event_refs_share_file(const struct event_ref *a, const struct event_ref *b);
bool event_refs_share_source(const struct event_ref *a, const struct event_ref *b);

/* Appends the JSON members "event_id", "channel" (when asked for) and "record_id", as far as they
 * are known. */
void event_ref_append_ids(const struct event_ref *ref, bool with_channel, GString *out);

/* Appends the JSON member "source": where the record was read. */
void event_ref_append_source(const struct event_ref *ref, GString *out);

/* Appends the JSON members "time", "time_precision" and "time_zone", as far as there is something
 * to say. */
void event_ref_append_time(const struct event_ref *ref, GString *out);

/* Appends a FILETIME as a JSON member `key`, a text like 2024-01-15T09:00:12.4100000Z; nothing
 * for 0. */
void time_append_json(const char *key, uint64_t filetime, GString *out);

#endif
