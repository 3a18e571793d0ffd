/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/selection.h"

static GPtrArray *add_alternative(struct selection *selection)
{
	GPtrArray *tests = g_ptr_array_new_with_free_func((GDestroyNotify)field_test_free);

	g_ptr_array_add(selection->alternatives, tests);
	return tests;
}

static void load_map(struct selection *selection, const struct yaml_node *map,
		     const struct log_source *source, struct lint *lint)
{
	GPtrArray *tests = add_alternative(selection);

	if (map->children->len == 0)
		lint_error(lint, &map->place, "the selection is empty");
	for (guint i = 0; i < map->children->len; i += 2) {
		struct field_test *test =
			field_test_load(g_ptr_array_index(map->children, i),
					g_ptr_array_index(map->children, i + 1), source, lint);

		if (test)
			g_ptr_array_add(tests, test);
	}
}

static void load_alternative(struct selection *selection, const struct yaml_node *value,
			     const struct log_source *source, struct lint *lint)
{
	struct field_test *keyword;

	if (value->type == YAML_MAP) {
		load_map(selection, value, source, lint);
	} else if (value->type == YAML_LIST) {
		lint_error(lint, &value->place, "a list cannot stand in a list");
	} else if (yaml_node_is_null(value)) {
		lint_warn(lint, &value->place, "an empty value says nothing here");
	} else {
		keyword = field_test_load_keyword(value, lint);
		if (keyword)
			g_ptr_array_add(add_alternative(selection), keyword);
	}
}

struct selection *selection_load(const struct yaml_node *name, const struct yaml_node *value,
				 const struct log_source *source, struct lint *lint)
{
	struct selection *selection = g_new0(struct selection, 1);
	unsigned errors = lint->errors, placeholders = lint->placeholders;

	selection->name = g_strdup(name->text);
	selection->place = name->place;
	selection->alternatives = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	if (value->type != YAML_LIST)
		load_alternative(selection, value, source, lint);
	for (guint i = 0; value->type == YAML_LIST && i < value->children->len; i++)
		load_alternative(selection, g_ptr_array_index(value->children, i), source, lint);
	if (selection->alternatives->len == 0 && lint->errors == errors &&
	    lint->placeholders == placeholders)
		lint_error(lint, &value->place, "the selection is empty");
	if (lint->errors == errors)
		return selection;
	selection_free(selection);
	return NULL;
}

void selection_free(struct selection *selection)
{
	if (!selection)
		return;
	g_ptr_array_unref(selection->alternatives);
	g_free(selection->name);
	g_free(selection);
}

static bool alternative_holds(const GPtrArray *tests, struct matcher *matcher)
{
	for (guint i = 0; i < tests->len; i++)
		if (!field_test_holds(g_ptr_array_index(tests, i), matcher))
			return false;
	return true;
}

bool selection_holds(const struct selection *selection, struct matcher *matcher)
{
	for (guint i = 0; i < selection->alternatives->len; i++)
		if (alternative_holds(g_ptr_array_index(selection->alternatives, i), matcher))
			return true;
	return false;
}

void selection_collect(const struct selection *selection, struct matcher *matcher,
		       GPtrArray *fields)
{
	for (guint i = 0; i < selection->alternatives->len; i++) {
		const GPtrArray *tests = g_ptr_array_index(selection->alternatives, i);

		if (!alternative_holds(tests, matcher))
			continue;
		for (guint j = 0; j < tests->len; j++)
			field_test_collect(g_ptr_array_index(tests, j), matcher, fields);
	}
}
