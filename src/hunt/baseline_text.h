/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_BASELINE_TEXT_H
#define WH_HUNT_BASELINE_TEXT_H

#include <glib.h>

#include "hunt/stack.h"

/*
 * Appends a Sigma filter, a YAML document of its own, that vouches for the group `entry`:
 * subscriptions of one subscription_fingerprint_exact(), which is the entry's key.
 * Its id (a UUID of version 5) is the same for the same key at any time, anywhere.
 */
void baseline_append_filter(GString *out, const struct stack_entry *entry);

/* The id (a UUID of version 5) of the filter for what has that key. The caller frees it. */
char *baseline_filter_id(const char *key);

#endif
