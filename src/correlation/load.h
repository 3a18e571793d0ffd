/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_LOAD_H
#define WH_CORRELATION_LOAD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sigma/lint.h"
#include "sigma/match.h"
#include "sigma/yaml.h"

/* Sigma correlation rules, as the specification of that name (2.1) has them. */
enum correlation_type {
	CORRELATION_EVENT_COUNT,
	CORRELATION_VALUE_COUNT,
	CORRELATION_VALUE_SUM,
	CORRELATION_VALUE_AVG,
	CORRELATION_TEMPORAL,
	CORRELATION_TEMPORAL_ORDERED,
};

enum correlation_operator {
	OPERATOR_GT,
	OPERATOR_GTE,
	OPERATOR_LT,
	OPERATOR_LTE,
	OPERATOR_EQ,
	OPERATOR_NEQ,
	OPERATOR_COUNT,
};

/* What must hold of a number; each comparison that is set. */
struct correlation_condition {
	bool is_set[OPERATOR_COUNT];
	long double number[OPERATOR_COUNT];
};

/* A rule or correlation that a correlation refers to, and what the fields are called there. */
struct correlation_rule {
	char *name; /* id or name, as written */
	struct place place;
	GPtrArray *group_fields; /* char *, one for each of group_by, folded */
};

struct correlation {
	char *file;
	struct place place; /* of its id, else of the document */
	char *id; /* or NULL */
	char *name; /* or NULL */
	char *title;
	enum rule_level level;
	GPtrArray *tags; /* char * */
	GPtrArray *references; /* char * */
	char *triage; /* what to look at next, or NULL */
	enum correlation_type type;
	GPtrArray *rules; /* struct correlation_rule, WH_MAX_CORRELATION_RULES at most */
	GPtrArray *group_by; /* char *, as written; may be empty */
	GPtrArray *fields; /* char *, folded: what value_* looks at, else empty */
	uint64_t timespan; /* as FILETIME counts, 100 ns */
	struct correlation_condition condition;
	bool is_across; /* it does not group by the host, as is known once it is linked */
	bool generate; /* its rules report their own matches, too */
};

/* True for a document that is a correlation and no rule. */
bool correlation_is_in(const struct yaml_node *document);

/*
 * Reads a document with `correlation` into a new one that the caller frees. NULL, with an error
 * in `lint`, when it cannot. Whether its rules are there is the caller's to see. value_percentile
 * is an error: the specification does not say which percentile is asked for.
 */
struct correlation *correlation_load(const struct yaml_node *document, struct lint *lint);
void correlation_free(struct correlation *correlation);

/* True when every comparison that is set holds of `number`. */
bool correlation_condition_holds(const struct correlation_condition *condition, long double number);

#endif
