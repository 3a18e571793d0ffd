/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/documents.h"

#include <string.h>

#include "base/limits.h"

struct collector {
	struct yaml_node *global; /* or NULL */
	struct yaml_node *last; /* the rule before, borrowed from `out`, or NULL */
	size_t copied; /* bytes, by and large */
	GPtrArray *out;
	struct lint *lint;
};

/* A large document that many short ones repeat would take memory without end. */
static bool may_copy(struct collector *collector, const struct yaml_node *node,
		     const struct place *place)
{
	bool was_over = collector->copied > WH_MAX_RULE_COPIES;

	if (!was_over)
		collector->copied += yaml_node_measure(node);
	if (collector->copied <= WH_MAX_RULE_COPIES)
		return true;
	if (!was_over)
		lint_error(collector->lint, place, "this file repeats too much");
	return false;
}

static struct yaml_node *merge(const struct yaml_node *base, const struct yaml_node *over);

/* Maps are put together; of anything else, what lies over the other stays. */
static struct yaml_node *merge_values(const struct yaml_node *base, const struct yaml_node *over)
{
	if (base && base->type == YAML_MAP && over->type == YAML_MAP)
		return merge(base, over);
	return yaml_node_copy(over);
}

static void add_pair(struct yaml_node *map, const struct yaml_node *key, struct yaml_node *value)
{
	g_ptr_array_add(map->children, yaml_node_copy(key));
	g_ptr_array_add(map->children, value);
}

static struct yaml_node *merge(const struct yaml_node *base, const struct yaml_node *over)
{
	struct yaml_node *map = yaml_node_new(YAML_MAP, &over->place);

	for (guint i = 0; i < over->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(over->children, i);

		add_pair(map, key,
			 merge_values(yaml_map_get(base, key->text),
				      g_ptr_array_index(over->children, i + 1)));
	}
	for (guint i = 0; i < base->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(base->children, i);

		if (!yaml_map_get(over, key->text))
			add_pair(map, key,
				 yaml_node_copy(g_ptr_array_index(base->children, i + 1)));
	}
	return map;
}

static void remove_key(struct yaml_node *map, const char *name)
{
	for (guint i = 0; map && i < map->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(map->children, i);

		if (strcmp(key->text, name) != 0)
			continue;
		g_ptr_array_remove_range(map->children, i, 2);
		return;
	}
}

/* Takes the document. */
static void add_rule(struct collector *collector, struct yaml_node *document)
{
	struct yaml_node *whole = document;

	if (collector->global && !may_copy(collector, collector->global, &document->place)) {
		yaml_node_free(document);
		return;
	}
	if (collector->global) {
		whole = merge(collector->global, document);
		if (!yaml_map_get(document, "id"))
			remove_key(collector->global, "id");
		yaml_node_free(document);
	}
	g_ptr_array_add(collector->out, whole);
	collector->last = whole;
}

static void add_global(struct collector *collector, struct yaml_node *document)
{
	struct yaml_node *before = collector->global;

	remove_key(document, "action");
	if (before && may_copy(collector, before, &document->place)) {
		collector->global = merge(before, document);
		yaml_node_free(document);
	} else {
		collector->global = document;
	}
	yaml_node_free(before);
}

static void add_repeat(struct collector *collector, struct yaml_node *document,
		       const struct place *place)
{
	struct yaml_node *whole;

	if (!collector->last)
		lint_error(collector->lint, place, "there is no rule before it to repeat");
	if (!collector->last || !may_copy(collector, collector->last, place)) {
		yaml_node_free(document);
		return;
	}
	remove_key(document, "action");
	whole = merge(collector->last, document);
	if (!yaml_map_get(document, "id"))
		remove_key(whole, "id");
	yaml_node_free(document);
	g_ptr_array_add(collector->out, whole);
	collector->last = whole;
}

static void act(struct collector *collector, struct yaml_node *document,
		const struct yaml_node *action)
{
	const struct place place = action->place;
	const char *name = action->type == YAML_SCALAR ? action->text : "";

	if (strcmp(name, "global") == 0) {
		add_global(collector, document);
	} else if (strcmp(name, "repeat") == 0) {
		add_repeat(collector, document, &place);
	} else {
		if (strcmp(name, "reset") != 0)
			lint_error(collector->lint, &place,
				   "'action' must be global, reset or repeat");
		g_clear_pointer(&collector->global, yaml_node_free);
		yaml_node_free(document);
	}
}

static void collect(struct collector *collector, struct yaml_node *document)
{
	const struct yaml_node *action =
		document->type == YAML_MAP ? yaml_map_get(document, "action") : NULL;

	if (action)
		act(collector, document, action);
	else if (document->type != YAML_MAP || yaml_map_get(document, "correlation") ||
		 yaml_map_get(document, "filter"))
		g_ptr_array_add(collector->out, document);
	else
		add_rule(collector, document);
}

GPtrArray *documents_parse(const char *text, size_t length, struct lint *lint)
{
	GPtrArray *documents = yaml_parse(text, length, lint);
	struct collector collector = {
		.out = g_ptr_array_new_with_free_func((GDestroyNotify)yaml_node_free),
		.lint = lint,
	};

	g_ptr_array_set_free_func(documents, NULL);
	for (guint i = 0; i < documents->len; i++)
		collect(&collector, g_ptr_array_index(documents, i));
	g_ptr_array_unref(documents);
	yaml_node_free(collector.global);
	return collector.out;
}
