/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rule.h"

#include <stdio.h>
#include <string.h>

/* How long a Sigma title may be, in characters. */
#define LONGEST_TITLE 256

enum value_kind {
	VALUE_TEXT,
	VALUE_TEXTS, /* a list of them */
	VALUE_ANY,
};

/* Every key that Sigma defines for rules (R) and filters (F). */
static const struct known_key {
	const char *name;
	enum value_kind kind;
	bool in_rules;
	bool in_filters;
	bool matters; /* to what a match reports */
} known_keys[] = {
	{"title", VALUE_TEXT, true, true, false},
	{"id", VALUE_TEXT, true, true, false},
	{"name", VALUE_TEXT, true, true, false},
	{"description", VALUE_TEXT, true, true, false},
	{"author", VALUE_TEXT, true, true, false},
	{"date", VALUE_TEXT, true, true, false},
	{"modified", VALUE_TEXT, true, true, false},
	{"taxonomy", VALUE_TEXT, true, true, false},
	{"status", VALUE_TEXT, true, true, false},
	{"license", VALUE_TEXT, true, true, false},
	{"references", VALUE_TEXTS, true, true, false},
	{"related", VALUE_ANY, true, true, false},
	{"logsource", VALUE_ANY, true, true, false},
	{"tags", VALUE_TEXTS, true, true, true},
	{"falsepositives", VALUE_TEXTS, true, true, false},
	{"fields", VALUE_TEXTS, true, true, false},
	{"scope", VALUE_TEXTS, true, true, false},
	{"level", VALUE_TEXT, true, false, false},
	{"detection", VALUE_ANY, true, false, false},
	{"filter", VALUE_ANY, false, true, false},
};

static bool is_text(const struct yaml_node *node)
{
	return node->type == YAML_SCALAR && !yaml_node_is_null(node);
}

static bool is_texts(const struct yaml_node *node)
{
	if (node->type != YAML_LIST)
		return false;
	for (guint i = 0; i < node->children->len; i++)
		if (!is_text(g_ptr_array_index(node->children, i)))
			return false;
	return true;
}

static const struct known_key *find_key(const char *name, bool is_filter)
{
	for (guint i = 0; i < G_N_ELEMENTS(known_keys); i++)
		if (strcmp(known_keys[i].name, name) == 0 &&
		    (is_filter ? known_keys[i].in_filters : known_keys[i].in_rules))
			return &known_keys[i];
	return NULL;
}

static void check_key(const struct yaml_node *key, const struct yaml_node *value, bool is_filter,
		      struct lint *lint)
{
	const struct known_key *known = find_key(key->text, is_filter);

	if (strcmp(key->text, "correlation") == 0 || strcmp(key->text, "action") == 0)
		lint_error(lint, &key->place, "'%s' documents are not supported", key->text);
	else if (!known && !g_str_has_prefix(key->text, "x-"))
		lint_warn(lint, &key->place, "unknown key '%s'", key->text);
	else if (known && known->kind == VALUE_TEXT && !is_text(value))
		lint_error(lint, &value->place, "'%s' must be a text", key->text);
	else if (known && known->kind == VALUE_TEXTS && !is_texts(value))
		(known->matters ? lint_error : lint_warn)(
			lint, &value->place, "'%s' should be a list of texts", key->text);
}

static bool check_keys(const struct yaml_node *document, bool is_filter, struct lint *lint)
{
	unsigned errors = lint->errors;

	for (guint i = 0; i < document->children->len; i += 2)
		check_key(g_ptr_array_index(document->children, i),
			  g_ptr_array_index(document->children, i + 1), is_filter, lint);
	return lint->errors == errors;
}

/* The text under a key whose kind check_keys() has seen to. */
static char *copy_text(const struct yaml_node *document, const char *name)
{
	const struct yaml_node *node = yaml_map_get(document, name);

	return node ? g_strdup(node->text) : NULL;
}

static void load_title(struct rule *rule, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *title = yaml_map_get(document, "title");

	rule->title = copy_text(document, "title");
	if (!title || *title->text == '\0')
		lint_error(lint, title ? &title->place : &document->place, "a title is missing");
	else if (g_utf8_strlen(title->text, -1) > LONGEST_TITLE)
		lint_warn(lint, &title->place, "the title is longer than %d characters",
			  LONGEST_TITLE);
}

static void load_id(struct rule *rule, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *id = yaml_map_get(document, "id");

	rule->place = id ? id->place : document->place;
	rule->id = copy_text(document, "id");
	if (!id)
		lint_warn(lint, &document->place, "an id is missing");
	else if (!g_uuid_string_is_valid(id->text))
		lint_warn(lint, &id->place, "the id is not a UUID");
}

static void load_level(struct rule *rule, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *level = yaml_map_get(document, "level");

	rule->level = LEVEL_MEDIUM;
	if (!level)
		lint_warn(lint, &document->place, "a level is missing: taken as medium");
	else if (!rule_level_parse(level->text, &rule->level))
		lint_error(lint, &level->place,
			   "the level must be informational, low, medium, high or critical");
}

static void load_tags(struct rule *rule, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *tags = yaml_map_get(document, "tags");

	if (!tags && !rule->is_filter)
		lint_warn(lint, &document->place, "tags are missing");
	for (guint i = 0; tags && i < tags->children->len; i++) {
		const struct yaml_node *tag = g_ptr_array_index(tags->children, i);

		if (!strchr(tag->text, '.') || strchr(tag->text, ' '))
			lint_warn(lint, &tag->place, "the tag '%s' has no namespace", tag->text);
		g_ptr_array_add(rule->tags, g_strdup(tag->text));
	}
}

static void check_date(const struct yaml_node *document, const char *name, struct lint *lint)
{
	const struct yaml_node *date = yaml_map_get(document, name);
	GDate parsed;
	unsigned year, month, day;

	if (!date)
		return;
	g_date_clear(&parsed, 1);
	if (sscanf(date->text, "%4u%*1[-/]%2u%*1[-/]%2u", &year, &month, &day) != 3 ||
	    strlen(date->text) != strlen("2000-01-01") ||
	    !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		lint_warn(lint, &date->place, "'%s' is not a date like 2000-12-31", name);
}

static void check_words(const struct yaml_node *document, struct lint *lint)
{
	static const char *const states[] = {"stable",	   "test",	  "experimental",
					     "deprecated", "unsupported", NULL};
	const struct yaml_node *status = yaml_map_get(document, "status");
	const struct yaml_node *taxonomy = yaml_map_get(document, "taxonomy");

	if (status && !g_strv_contains(states, status->text))
		lint_warn(lint, &status->place, "unknown status '%s'", status->text);
	if (taxonomy && strcmp(taxonomy->text, "sigma") != 0)
		lint_error(lint, &taxonomy->place, "taxonomy '%s' is not supported",
			   taxonomy->text);
	check_date(document, "date", lint);
	check_date(document, "modified", lint);
}

static void add_target(struct rule *rule, const struct yaml_node *node)
{
	struct rule_target *target = g_new0(struct rule_target, 1);

	target->name = g_strdup(node->text);
	target->place = node->place;
	g_ptr_array_add(rule->targets, target);
}

static void load_targets(struct rule *rule, const struct yaml_node *map, struct lint *lint)
{
	const struct yaml_node *rules = yaml_map_get(map, "rules");

	if (!rules || (is_text(rules) && g_ascii_strcasecmp(rules->text, "any") == 0))
		return;
	if (!is_texts(rules) || rules->children->len == 0) {
		lint_error(lint, &rules->place, "'rules' must be 'any' or a list of rule ids");
		return;
	}
	rule->targets = g_ptr_array_new_with_free_func((GDestroyNotify)rule_target_free);
	for (guint i = 0; i < rules->children->len; i++)
		add_target(rule, g_ptr_array_index(rules->children, i));
}

static void load_filter(struct rule *rule, const struct yaml_node *map, struct lint *lint)
{
	static const char *const passed_over[] = {"rules", NULL};

	if (!detection_load(map, rule->source, passed_over, lint, &rule->detection))
		return;
	load_targets(rule, map, lint);
	if (!condition_holds_on_nothing(rule->detection.condition))
		lint_warn(lint, &yaml_map_get(map, "condition")->place,
			  "this filter takes away all that its selections do not find: "
			  "is a 'not' missing?");
}

static void load_detection(struct rule *rule, const struct yaml_node *document, struct lint *lint)
{
	static const char *const passed_over[] = {NULL};
	const struct yaml_node *map = yaml_map_get(document, "detection");

	if (!map)
		lint_error(lint, &document->place, "a detection is missing");
	else if (detection_load(map, rule->source, passed_over, lint, &rule->detection) &&
		 condition_holds_on_nothing(rule->detection.condition))
		lint_warn(lint, &yaml_map_get(map, "condition")->place,
			  "this rule matches all that its selections do not find");
}

struct rule *rule_load(const struct yaml_node *document, struct lint *lint)
{
	unsigned errors = lint->errors;
	const struct yaml_node *filter;
	struct rule *rule;

	if (document->type != YAML_MAP) {
		lint_error(lint, &document->place, "a rule must be a map");
		return NULL;
	}
	filter = yaml_map_get(document, "filter");
	if (filter && yaml_map_get(document, "detection")) {
		lint_error(lint, &document->place, "'detection' and 'filter' do not go together");
		return NULL;
	}
	if (!check_keys(document, filter != NULL, lint))
		return NULL;
	rule = g_new0(struct rule, 1);
	rule->file = g_strdup(lint->file);
	rule->is_filter = filter != NULL;
	rule->tags = g_ptr_array_new_with_free_func(g_free);
	load_title(rule, document, lint);
	load_id(rule, document, lint);
	rule->name = copy_text(document, "name");
	load_tags(rule, document, lint);
	check_words(document, lint);
	if (!filter)
		load_level(rule, document, lint);
	if (log_source_load(document, lint, &rule->source)) {
		if (filter)
			load_filter(rule, filter, lint);
		else
			load_detection(rule, document, lint);
	}
	if (lint->errors == errors)
		return rule;
	rule_free(rule);
	return NULL;
}
