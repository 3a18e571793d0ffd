/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_PREFILTER_H
#define WH_SIGMA_PREFILTER_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/condition.h"

/* What is known of an event before it is looked at. */
struct circumstances {
	const char *event_id; /* in decimal; NULL: none that the condition names as a whole */
	const char *provider; /* NULL: none that the condition names as a whole */
	const char *channel; /* NULL: not known */
	const GHashTable *fields; /* folded names of all its data fields; NULL: not known */
};

enum prefilter_kind {
	PREFILTER_NEVER, /* such an event cannot meet the condition */
	PREFILTER_NOTHING,
	PREFILTER_TEXTS, /* it can when a field holds one of the texts */
};

struct prefilter {
	enum prefilter_kind kind;
	guint32 rate; /* what the texts cost, while demands are put together; 0: not known yet */
	GArray *texts; /* struct field_text, with strings that are the condition's */
	const char *missing; /* folded name of a field it lacks, or NULL; borrowed */
};

/* What the condition, or one alternative of a selection, asks of such an event. */
void prefilter_init(struct prefilter *demand, const struct condition *condition,
		    const struct circumstances *circumstances);
void prefilter_init_alternative(struct prefilter *demand, const GPtrArray *tests,
				const struct circumstances *circumstances);
void prefilter_release(struct prefilter *demand);

/* Adds to `values` (set of char *, borrowed) what the condition says the field must, or must not,
 * equal. */
void condition_add_exact_values(const struct condition *condition, const char *folded,
				GHashTable *values);

#endif
