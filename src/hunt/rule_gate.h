/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_RULE_GATE_H
#define WH_HUNT_RULE_GATE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sigma/condition.h"

/*
 * Adds to `gate` what a condition cannot hold without (with `wanted`; else what it cannot fail
 * without), from the tests whose numbers are given
 * (struct field_test): groups of numbers, of each of which one test at least must hold; a 0 ends
 * each group, and one more the gate. It may let through what does not hold, never the reverse.
 */
void rule_gate_append(GArray *gate, const struct condition *condition, bool wanted);

/* May the condition do so? False where all tests of a group fail already. `gate` is one of those
 * above, in guint; `answers` are those of struct matcher. */
bool rule_gate_is_open(const guint *gate, const uint8_t *answers);

#endif
