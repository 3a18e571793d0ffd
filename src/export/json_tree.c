/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json_tree.h"

#include <string.h>

static struct json_node *node_new(struct json_reader *reader)
{
	struct json_node *node = arena_alloc(reader->arena, sizeof(*node));

	memset(node, 0, sizeof(*node));
	return node;
}

static bool read_children(struct json_reader *reader, struct json_node *parent)
{
	struct json_node **last = &parent->first;
	bool is_object = parent->kind == JSON_KIND_OBJECT;
	const char *key = NULL;
	size_t length = 0;

	if (!json_open(reader))
		return false;
	while (is_object ? json_next_member(reader, &key, &length) : json_next_element(reader)) {
		const char *name = is_object ? arena_copy(reader->arena, key, length) : NULL;

		*last = json_tree_read(reader);
		if (!*last)
			return false;
		(*last)->name = name;
		last = &(*last)->next;
	}
	return !reader->problem;
}

/* Recursive, WH_MAX_JSON_DEPTH deep at most. */
struct json_node *json_tree_read(struct json_reader *reader)
{
	struct json_node *node = node_new(reader);
	const char *start;

	node->kind = json_peek(reader);
	start = reader->at;
	switch (node->kind) {
	case JSON_KIND_OBJECT:
	case JSON_KIND_ARRAY:
		return read_children(reader, node) ? node : NULL;
	case JSON_KIND_TEXT:
		return json_read_text(reader, &node->text) ? node : NULL;
	default:
		if (!json_skip(reader))
			return NULL;
		if (node->kind != JSON_KIND_NULL)
			node->text = arena_copy(reader->arena, start, (size_t)(reader->at - start));
		return node;
	}
}

struct json_node *json_tree_parse(const char *text, struct arena *arena)
{
	struct json_reader reader;
	struct json_node *node;

	if (!text)
		return NULL;
	json_reader_init(&reader, text, strlen(text), arena);
	node = json_tree_read(&reader);
	return node && json_at_end(&reader) ? node : NULL;
}

/* The member of that name, which is made when there is none. */
static struct json_node *get_member(struct json_node *object, const char *name, size_t length,
				    struct arena *arena)
{
	struct json_node **last = &object->first;

	for (; *last; last = &(*last)->next)
		if (strncmp((*last)->name, name, length) == 0 && (*last)->name[length] == '\0')
			return *last;
	*last = arena_alloc(arena, sizeof(**last));
	**last = (struct json_node){.kind = JSON_KIND_OBJECT,
				    .name = arena_copy(arena, name, length)};
	return *last;
}

#define MAX_FOLDED 2048 /* members that are looked through for each other's names */

const struct json_node *json_tree_unfold(const struct json_node *object, struct arena *arena)
{
	struct json_node *root = arena_alloc(arena, sizeof(*root));
	unsigned count = 0;

	*root = (struct json_node){.kind = JSON_KIND_OBJECT, .name = object->name};
	for (object = object->first; object && count < MAX_FOLDED; object = object->next, count++) {
		const char *name = object->name;
		struct json_node *at = root;

		if (object->text && strcmp(object->text, "-") == 0)
			continue;
		while (at->kind == JSON_KIND_OBJECT && *name) {
			size_t length = strcspn(name, ".");

			at = get_member(at, name, length, arena);
			name += length + (name[length] == '.');
		}
		if (*name || at == root)
			continue;
		at->kind = object->kind;
		at->text = object->text;
		at->first = object->first;
	}
	return root;
}

static const struct json_node *get(const struct json_node *node, const char *name, size_t length)
{
	if (!node || node->kind != JSON_KIND_OBJECT)
		return NULL;
	for (node = node->first; node; node = node->next)
		if (node->name[0] == name[0] && strncmp(node->name, name, length) == 0 &&
		    node->name[length] == '\0')
			return node;
	return NULL;
}

const struct json_node *json_tree_get(const struct json_node *node, const char *name)
{
	return get(node, name, strlen(name));
}

const struct json_node *json_tree_find(const struct json_node *node, const char *path)
{
	while (node && *path) {
		size_t length = strcspn(path, ".");

		node = get(node, path, length);
		path += length + (path[length] == '.');
	}
	return node;
}

const char *json_tree_text(const struct json_node *node, const char *path)
{
	node = json_tree_find(node, path);
	if (node && node->kind == JSON_KIND_ARRAY)
		node = node->first;
	return node ? node->text : NULL;
}
