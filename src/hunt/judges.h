/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_JUDGES_H
#define WH_HUNT_JUDGES_H

#include "sigma/fields.h"
#include "sigma/rule.h"

/* The rules over subscriptions and the filters for all of them, arranged so that few of them are
 * tried on each subscription. */
struct judges;

struct judges *judges_new(void);
void judges_free(struct judges *judges);

/* Borrows the rule or filter. */
void judges_add(struct judges *judges, struct rule *rule);

/* Finds those that may match, or vouch for, the subscription that `subject` is of. */
void judges_mark(struct judges *judges, const struct field_list *subject);

/* The next of them from *index on, a filter or a rule as asked, or NULL; *index moves past it. */
struct rule *judges_next(const struct judges *judges, bool is_filter, guint *index);

#endif
