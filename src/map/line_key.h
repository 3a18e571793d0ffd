/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_LINE_KEY_H
#define WH_MAP_LINE_KEY_H

#include <glib.h>
#include <stddef.h>

#include "evtx/log_facts.h"

/*
 * A keyed line: a JSON line with the host that it is about and a TAB before it, so that whatever
 * sorts and sends lines by their first field brings those of a host together.
 */

/* Appends the key of a host (NULL: none, an empty key) and its TAB. The name is folded, and
 * cut where it is very long; what must not reach a terminal, or means something to JSON, is "_" in
 * it. */
void line_key_append(const char *host, GString *out);

/* How many bytes of `text` are a key with its TAB; 0 for what begins as a JSON object does, and for
 * what is neither. */
size_t line_key_length(const char *text, size_t size);

/* Appends the keyed lines (of kind "log") of what a log held: one for each first label of a name in
 * it, which says how many there are. */
void line_key_append_log(const struct log_facts *facts, GString *out);

#endif
