/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_CONDITION_H
#define WH_SIGMA_CONDITION_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/selection.h"

enum condition_kind {
	CONDITION_SELECTION,
	CONDITION_NOT,
	CONDITION_AND,
	CONDITION_OR,
};

/* A compiled condition over selections, which it borrows. */
struct condition {
	enum condition_kind kind;
	const struct selection *selection;
	GPtrArray *operands; /* struct condition */
};

/*
 * Reads a condition, or a list of them of which one must hold, over `selections`
 * (struct selection), and marks those it names as used. NULL, with an error in `lint`,
 * when it cannot.
 */
struct condition *condition_load(const struct yaml_node *node, GPtrArray *selections,
				 struct lint *lint);

/* A condition that always holds, or never. */
struct condition *condition_new_constant(bool holds);
void condition_free(struct condition *condition);

bool condition_holds(const struct condition *condition, struct matcher *matcher);

/* Would it hold where just those selections do that are assumed to? */
bool condition_holds_as_assumed(const struct condition *condition);

/* Adds to `fields` what the selections found that made it hold; those under `not` add
 * nothing. */
void condition_collect(const struct condition *condition, struct matcher *matcher,
		       GPtrArray *fields);

#endif
