/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SAVED_TABLES_H
#define WH_REPORT_SAVED_TABLES_H

#include "event/event_ref.h"
#include "report/saved_members.h"

/* The members of the lines that hunt writes, and of objects in them. */

/* Of an event's time, in a struct that has its place as `ref`. */
#define SAVED_TIME_MEMBERS(type, ref)                                                              \
	{.name = "time", .kind = SAVED_TIME, .at = offsetof(type, ref.time)},                      \
		{.name = "time_precision",                                                         \
		 .kind = SAVED_CALL,                                                               \
		 .at = offsetof(type, ref),                                                        \
		 .call = saved_read_precision},                                                    \
	{                                                                                          \
		.name = "time_zone", .kind = SAVED_CALL, .at = offsetof(type, ref),                \
		.call = saved_read_zone                                                            \
	}

/* Of all of that place: when, which event, where it was read. */
#define SAVED_REF_MEMBERS(type, ref)                                                               \
	SAVED_TIME_MEMBERS(type, ref),                                                             \
		{.name = "event_id",                                                               \
		 .kind = SAVED_UINT32,                                                             \
		 .at = offsetof(type, ref.event_id),                                               \
		 .has_at = offsetof(type, ref.has_event_id)},                                      \
		{.name = "channel", .kind = SAVED_TEXT, .at = offsetof(type, ref.channel)},        \
		{.name = "record_id",                                                              \
		 .kind = SAVED_UINT64,                                                             \
		 .at = offsetof(type, ref.record_id),                                              \
		 .has_at = offsetof(type, ref.has_record_id)},                                     \
	{                                                                                          \
		.name = "source", .kind = SAVED_PART, .at = offsetof(type, ref),                   \
		.members = saved_source_members                                                    \
	}

/* Of a struct line_id. */
#define SAVED_ID_MEMBER(place)                                                                     \
	{                                                                                          \
		.name = "id", .kind = SAVED_CALL, .at = place, .call = saved_read_id               \
	}

/* What rules say of a finding, in struct saved_line. */
#define SAVED_RULES_MEMBERS                                                                        \
	{.name = "level", .kind = SAVED_IGNORED},                                                  \
		SAVED_LIST("matches", offsetof(struct saved_line, finding.matches), true,          \
			   struct match, saved_match_members)

extern const struct saved_member saved_source_members[]; /* of struct event_ref */
void saved_read_id(struct saved_reader *reader, const char *name, void *line_id);
void saved_read_precision(struct saved_reader *reader, const char *name, void *ref);
void saved_read_zone(struct saved_reader *reader, const char *name, void *ref);

extern const struct saved_member saved_stored_members[]; /* of struct stored */
extern const struct saved_member saved_told_members[]; /* of struct told */
extern const struct saved_member saved_match_members[]; /* of struct match */
extern const struct saved_member saved_subscription_members[]; /* of struct saved_line */
extern const struct saved_member saved_evidence_members[];
extern const struct saved_member saved_correlation_members[];
extern const struct saved_member saved_coverage_members[];
extern const struct saved_member saved_matched_members[];

/* What is left to do when the members are read: lists that may be missing are made, what refers to
 * others of them is found. */
struct saved_line;
void saved_subscription_end(struct saved_reader *reader, struct saved_line *line);
void saved_evidence_end(struct saved_reader *reader, struct saved_line *line);
void saved_correlation_end(struct saved_reader *reader, struct saved_line *line);
void saved_coverage_end(struct saved_reader *reader, struct saved_line *line);

#endif
