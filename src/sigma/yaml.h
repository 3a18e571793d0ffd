/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_YAML_H
#define WH_SIGMA_YAML_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sigma/lint.h"

enum yaml_type {
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAP,
};

struct yaml_node {
	enum yaml_type type;
	bool plain; /* a scalar without quotes: it may be a number, a boolean or null */
	bool single_quoted;
	struct place place;
	char *text; /* scalars: valid UTF-8 without U+0000 */
	const char *raw; /* scalars: as written, borrowed from the file's text, or NULL */
	size_t raw_length;
	GPtrArray *children; /* lists: nodes; maps: key, value, key, value, … */
};

/*
 * Reads the documents of a file (struct yaml_node, empty documents left out); the
 * caller unrefs the array, and `text` must outlive it. An alias is a copy of what it names.
 * Of a key that stands twice the last value counts, with a warning. What is not plain YAML for
 * rules (tags, keys that are no scalars) is an error in `lint`; the documents before the first
 * error are returned.
 */
GPtrArray *yaml_parse(const char *text, size_t length, struct lint *lint);

/* Does what yaml_parse() does without its shorter way (sigma/yaml_plain.h). */
GPtrArray *yaml_parse_fully(const char *text, size_t length, struct lint *lint);

void yaml_node_free(struct yaml_node *node);

/* A deep copy; it borrows what the original borrows. */
struct yaml_node *yaml_node_copy(const struct yaml_node *node);

/* What it takes in memory, in bytes, by and large. */
size_t yaml_node_measure(const struct yaml_node *node);

/* Without children, or text. */
struct yaml_node *yaml_node_new(enum yaml_type type, const struct place *place);

/* The value under a key (exact), or NULL; the node must be a map. Borrowed. */
const struct yaml_node *yaml_map_get(const struct yaml_node *map, const char *key);

/* Where the byte at `offset` of a scalar's text stands in the file; the scalar's start
 * where escapes make that unknown. */
struct place yaml_node_locate(const struct yaml_node *node, size_t offset);

/* True for a scalar that YAML reads as null. */
bool yaml_node_is_null(const struct yaml_node *node);

/* A scalar that is not null; a list of such. */
bool yaml_node_is_text(const struct yaml_node *node);
bool yaml_node_is_texts(const struct yaml_node *node);

/* Reads a YAML boolean. */
bool yaml_node_get_bool(const struct yaml_node *node, bool *out);

#endif
