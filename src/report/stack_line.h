/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_STACK_LINE_H
#define WH_REPORT_STACK_LINE_H

#include <glib.h>

#include "hunt/stack.h"

/* Appends the JSON line of one group of a stack, and its line feed. Of each kind of names up to
 * twenty are listed. Filter and consumer are those of the subscription seen first. */
void stack_line_append(const struct stack_entry *entry, GString *out);

#endif
