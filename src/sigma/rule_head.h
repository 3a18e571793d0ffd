/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_RULE_HEAD_H
#define WH_SIGMA_RULE_HEAD_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/lint.h"
#include "sigma/match.h"
#include "sigma/yaml.h"

/* The kinds of documents, as flags. */
enum rule_kind {
	RULE_DETECTION = 1,
	RULE_FILTER = 2,
	RULE_CORRELATION = 4,
};

/* What every document says of itself. The caller owns all of it. */
struct rule_head {
	struct place place; /* of its id, else of the document */
	char *id; /* or NULL */
	char *name; /* or NULL */
	char *title;
	enum rule_level level; /* medium where none is given */
	GPtrArray *tags; /* char * */
	GPtrArray *references; /* char * */
	char *triage; /* x-triage: what to look at next; or NULL */
};

/*
 * Reads it. What is for people only and of the wrong form is a warning, and as if it were not
 * there; a title that is missing or an unknown level is an error in `lint`. *head is filled in any
 * case, so that the caller goes on and finds all errors before it drops the document.
 */
void rule_head_load(const struct yaml_node *document, enum rule_kind kind, struct lint *lint,
		    struct rule_head *head);

#endif
