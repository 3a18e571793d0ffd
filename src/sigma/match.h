/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_MATCH_H
#define WH_SIGMA_MATCH_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum rule_level {
	LEVEL_INFORMATIONAL,
	LEVEL_LOW,
	LEVEL_MEDIUM,
	LEVEL_HIGH,
	LEVEL_CRITICAL,
};

const char *rule_level_name(enum rule_level level);
bool rule_level_parse(const char *name, enum rule_level *out);

/* One field value that made a rule match. */
struct match_field {
	const char *field; /* the field's real name: "consumer.properties.ScriptText" */
	const char
		*text; /* what matched in it, at most WH_MAX_MATCH_TEXT bytes, cut on a character */
};

void match_field_free(struct match_field *field);

/* An empty list of struct match_field; the caller unrefs it. */
GPtrArray *match_fields_new(void);

/* Adds a copy of a field and its text, cut to WH_MAX_MATCH_TEXT; nothing when the pair is
 * there already or WH_MAX_MATCH_FIELDS are. */
void match_fields_add(GPtrArray *fields, const char *name, const char *text, size_t length);

struct rule;

/* One rule that matched. All but the fields is borrowed from the rule set. */
struct match {
	const struct rule *rule; /* NULL for a correlation */
	const char *rule_id; /* NULL when the rule has none */
	const char *title;
	enum rule_level level;
	const GPtrArray *tags; /* char *, may be NULL */
	const GPtrArray *references; /* char *, may be NULL */
	const char *triage; /* what to look at next, may be NULL */
	GPtrArray *fields; /* struct match_field */
};

void match_free(struct match *match);

/* An empty list of struct match; the caller unrefs it, before the rule set is freed. */
GPtrArray *matches_new(void);

/* The first of a list that is sorted by level; NULL when there is none. Borrowed. */
const struct match *matches_highest(const GPtrArray *matches);

/* Its level (enum rule_level), or -1. */
int matches_level(const GPtrArray *matches);

#endif
