/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_FIELD_ANSWERS_H
#define WH_HUNT_FIELD_ANSWERS_H

#include "base/secret_hash.h"
#include "sigma/field_test.h"

/* What the tests of one field gave for values that it had before: of many subscriptions most
 * fields say the same. */
struct field_answers;

/* Borrows the folded name; `slot` is that of struct field_name. */
struct field_answers *field_answers_new(const char *folded, guint slot);
void field_answers_free(struct field_answers *field);

/* Adds the number of a test that looks at this field alone, and forgets all answers. */
void field_answers_add(struct field_answers *field, guint number);

/* The numbers (guint). Borrowed. */
const GArray *field_answers_get_numbers(const struct field_answers *field);

const struct field_name *field_answers_get_name(const struct field_answers *field);

/*
 * Sets those of `answers` (by number, see struct matcher) that its tests have, if they were found
 * out for the same values; else false, and the caller finds them out. What is found out for a
 * subject must stay there until the next call, and nobody else writes there.
 */
bool field_answers_begin(struct field_answers *field, const struct hash_secret *secret,
			 const struct field_list *subject, uint8_t *answers);

#endif
