/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_BASELINE_TEXT_H
#define WH_HUNT_BASELINE_TEXT_H

#include <glib.h>

#include "hunt/stack.h"

/*
 * Appends a Sigma filter, a YAML document of its own, that vouches for what lies in the
 * heap: subscriptions of one subscription_fingerprint_exact(), which is the entry's key.
 * Its id (a UUID of version 5) is the same for the same key at any time, anywhere.
 */
void baseline_append_filter(GString *out, const struct stack_entry *entry);

/* That id. The caller frees it. */
char *baseline_filter_id(const char *key);

#endif
