/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/detection.h"

#include "base/limits.h"

static bool name_is_reserved(const char *name)
{
	static const char *const words[] = {"and", "or",  "not", "of", "them",
					    "all", "any", "1",	 NULL};
	g_autofree char *lower = g_ascii_strdown(name, -1);

	return g_strv_contains(words, lower) || strpbrk(name, " \t\r\n()|*?");
}

static void load_selection(struct detection *detection, const struct yaml_node *key,
			   const struct yaml_node *value, const struct log_source *source,
			   struct lint *lint)
{
	struct selection *selection;

	if (name_is_reserved(key->text)) {
		lint_error(lint, &key->place, "a selection cannot be called '%s'", key->text);
		return;
	}
	selection = selection_load(key, value, source, lint);
	if (selection)
		g_ptr_array_add(detection->selections, selection);
}

static void load_selections(struct detection *detection, const struct yaml_node *map,
			    const struct log_source *source, const char *const *passed_over,
			    struct lint *lint)
{
	for (guint i = 0; i < map->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(map->children, i);

		if (strcmp(key->text, "timeframe") == 0)
			lint_warn(lint, &key->place,
				  "'timeframe' says nothing: it needs a correlation");
		else if (strcmp(key->text, "condition") != 0 &&
			 !g_strv_contains(passed_over, key->text))
			load_selection(detection, key, g_ptr_array_index(map->children, i + 1),
				       source, lint);
	}
}

static void warn_of_unused(const struct detection *detection, struct lint *lint)
{
	for (guint i = 0; i < detection->selections->len; i++) {
		const struct selection *selection = g_ptr_array_index(detection->selections, i);

		if (!selection->used)
			lint_warn(lint, &selection->place,
				  "the condition does not use the selection '%s'", selection->name);
	}
}

/* Tries the condition on every set of selections that can hold. */
static void warn_of_reach(const struct detection *detection, const struct place *place,
			  struct lint *lint)
{
	guint count = detection->selections->len, holding = 0;

	if (count > WH_MAX_TRIED_SELECTIONS)
		return;
	for (guint set = 0; set < 1u << count; set++) {
		for (guint i = 0; i < count; i++) {
			struct selection *selection = g_ptr_array_index(detection->selections, i);

			selection->assumed = set >> i & 1;
		}
		holding += condition_holds_as_assumed(detection->condition);
	}
	for (guint i = 0; i < count; i++)
		((struct selection *)g_ptr_array_index(detection->selections, i))->assumed = false;
	if (holding == 0)
		lint_warn(lint, place, "this condition can never hold");
	else if (holding == 1u << count)
		lint_warn(lint, place, "this condition always holds");
}

bool detection_load(const struct yaml_node *map, const struct log_source *source,
		    const char *const *passed_over, bool unknown, struct lint *lint,
		    struct detection *out)
{
	struct detection detection = {NULL, NULL};
	const struct yaml_node *condition;
	unsigned errors = lint->errors;
	unsigned placeholders = lint->placeholders;

	if (map->type != YAML_MAP) {
		lint_error(lint, &map->place, "expected a map of selections and a condition");
		return false;
	}
	detection.selections = g_ptr_array_new_with_free_func((GDestroyNotify)selection_free);
	load_selections(&detection, map, source, passed_over, lint);
	condition = yaml_map_get(map, "condition");
	if (!condition)
		lint_error(lint, &map->place, "a condition is missing");
	else if (lint->errors == errors)
		detection.condition = condition_load(condition, detection.selections, lint);
	if (lint->errors != errors) {
		detection_release(&detection);
		return false;
	}
	if (!lint->errors_only) {
		warn_of_unused(&detection, lint);
		warn_of_reach(&detection, &condition->place, lint);
	}
	if (lint->placeholders != placeholders) {
		condition_free(detection.condition);
		detection.condition = condition_new_constant(unknown);
	}
	*out = detection;
	return true;
}

void detection_init_constant(struct detection *detection, bool holds)
{
	detection->selections = g_ptr_array_new_with_free_func((GDestroyNotify)selection_free);
	detection->condition = condition_new_constant(holds);
}

static void prepare_selection(const struct selection *selection)
{
	for (guint i = 0; i < selection->alternatives->len; i++) {
		const GPtrArray *tests = g_ptr_array_index(selection->alternatives, i);

		for (guint j = 0; j < tests->len; j++)
			field_test_prepare(g_ptr_array_index(tests, j));
	}
}

void detection_prepare(const struct detection *detection)
{
	for (guint i = 0; i < detection->selections->len; i++)
		prepare_selection(g_ptr_array_index(detection->selections, i));
}

void detection_release(struct detection *detection)
{
	condition_free(detection->condition);
	if (detection->selections)
		g_ptr_array_unref(detection->selections);
}
