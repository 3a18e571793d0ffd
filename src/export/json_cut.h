/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_JSON_CUT_H
#define WH_EXPORT_JSON_CUT_H

#include "export/json_tree.h"

/* Reads an object of which only the first bytes are there, by which it may be known: a text that is
 * cut off is empty, anything else that is cut off is left out. NULL where the rest is broken. */
const struct json_node *json_cut_read(const char *text, size_t size, struct arena *arena);

/* True for an object that has a member of a name that exporters give: the others of what is an
 * event may not be there yet. */
bool json_cut_is_of_exporter(const struct json_node *object);

#endif
