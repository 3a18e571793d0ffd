/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_SELECTION_H
#define WH_SIGMA_SELECTION_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/field_test.h"

/* A named search: alternatives, of each of which every test must hold. */
struct selection {
	char *name;
	struct place place;
	GPtrArray *alternatives; /* GPtrArray of struct field_test */
	bool used; /* a condition names it */
	bool assumed; /* to hold: see condition_holds_as_assumed() */
};

/* Reads a map, a list of maps and keywords, or one keyword. NULL, with an error in
 * `lint`, when it is none of them. */
struct selection *selection_load(const struct yaml_node *name, const struct yaml_node *value,
				 const struct log_source *source, struct lint *lint);
void selection_free(struct selection *selection);

bool selection_holds(const struct selection *selection, struct matcher *matcher);

/* Adds to `fields` (struct match_field) what made the selection hold; nothing when it
 * does not. */
void selection_collect(const struct selection *selection, struct matcher *matcher,
		       GPtrArray *fields);

#endif
