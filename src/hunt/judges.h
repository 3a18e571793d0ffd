/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_JUDGES_H
#define WH_HUNT_JUDGES_H

#include "sigma/fields.h"
#include "sigma/rule.h"

/* The rules over subscriptions and the filters for all of them, arranged so that what several ask
 * of a subscription is tried once, and not at all where a text that it needs is missing. */
struct judges;

struct judges *judges_new(void);
void judges_free(struct judges *judges);

/* Borrows the rule or filter, whose tests get numbers. */
void judges_add(struct judges *judges, struct rule *rule);

/* Answers (see struct matcher) for the subscription that `subject` is of. Borrowed until the next
 * call. */
uint8_t *judges_begin(struct judges *judges, struct field_list *subject);

/* The next of them from *index on, a filter or a rule as asked, or NULL; *index moves past it. */
struct rule *judges_next(const struct judges *judges, bool is_filter, guint *index);

#endif
