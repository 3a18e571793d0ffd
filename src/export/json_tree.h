/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_JSON_TREE_H
#define WH_EXPORT_JSON_TREE_H

#include "base/json_reader.h"

/* A JSON value. A member has a name, an element of an array has none. */
struct json_node {
	enum json_kind kind;
	const char *name;
	const char *text; /* of a text, or a number or truth value as it is spelled; else NULL */
	struct json_node *first; /* of an object or array */
	struct json_node *next;
};

/* Reads the value that comes next, all of it into the reader's arena; NULL where it is broken,
 * and reader->problem says how. */
struct json_node *json_tree_read(struct json_reader *reader);

/* Reads a text that is JSON itself; NULL for any other, and for NULL. */
struct json_node *json_tree_parse(const char *text, struct arena *arena);

/* The first member of that name; NULL where there is none, and for a node that is no object or
 * NULL. */
const struct json_node *json_tree_get(const struct json_node *node, const char *name);

/* The object with members that are named with dots made objects in objects, where they do not hold
 * "-", which Kibana writes for nothing. Of its nodes some are borrowed. */
const struct json_node *json_tree_unfold(const struct json_node *object, struct arena *arena);

/* What member after member leads to: the path is their names with dots. No name may hold one. */
const struct json_node *json_tree_find(const struct json_node *node, const char *path);

/* The text of the node that the path leads to; of a list, of its first element; or NULL. */
const char *json_tree_text(const struct json_node *node, const char *path);

#endif
