/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/load.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "sigma/number.h"
#include "sigma/rule_head.h"

#define LONGEST_TIMESPAN (100 * 366ull * 86400) /* seconds */

static const char *const type_names[] = {
	[CORRELATION_EVENT_COUNT] = "event_count",
	[CORRELATION_VALUE_COUNT] = "value_count",
	[CORRELATION_VALUE_SUM] = "value_sum",
	[CORRELATION_VALUE_AVG] = "value_avg",
	[CORRELATION_TEMPORAL] = "temporal",
	[CORRELATION_TEMPORAL_ORDERED] = "temporal_ordered",
};

static const char *const operator_names[OPERATOR_COUNT] = {
	[OPERATOR_GT] = "gt",	[OPERATOR_GTE] = "gte", [OPERATOR_LT] = "lt",
	[OPERATOR_LTE] = "lte", [OPERATOR_EQ] = "eq",	[OPERATOR_NEQ] = "neq",
};

static void rule_name_free(gpointer data)
{
	struct correlation_rule *rule = data;

	g_ptr_array_unref(rule->group_fields);
	g_free(rule->name);
	g_free(rule);
}

void correlation_free(struct correlation *correlation)
{
	if (!correlation)
		return;
	g_ptr_array_unref(correlation->fields);
	g_ptr_array_unref(correlation->group_by);
	g_ptr_array_unref(correlation->rules);
	g_ptr_array_unref(correlation->tags);
	g_ptr_array_unref(correlation->references);
	g_free(correlation->triage);
	g_free(correlation->title);
	g_free(correlation->name);
	g_free(correlation->id);
	g_free(correlation->file);
	g_free(correlation);
}

static struct correlation *correlation_new(const char *file)
{
	struct correlation *correlation = g_new0(struct correlation, 1);

	correlation->file = g_strdup(file);
	correlation->rules = g_ptr_array_new_with_free_func(rule_name_free);
	correlation->group_by = g_ptr_array_new_with_free_func(g_free);
	correlation->fields = g_ptr_array_new_with_free_func(g_free);
	return correlation;
}

static bool is_text(const struct yaml_node *node)
{
	return node && node->type == YAML_SCALAR && !yaml_node_is_null(node) && *node->text;
}

/* The value of a key that must be there, or NULL with an error. */
static const struct yaml_node *require(const struct yaml_node *map, const char *key,
				       struct lint *lint)
{
	const struct yaml_node *value = yaml_map_get(map, key);

	if (!value)
		lint_error(lint, &map->place, "the correlation has no '%s'", key);
	return value;
}

static void load_type(struct correlation *correlation, const struct yaml_node *map,
		      struct lint *lint)
{
	const struct yaml_node *type = require(map, "type", lint);

	for (guint i = 0; type && type->text && i < G_N_ELEMENTS(type_names); i++) {
		if (strcmp(type->text, type_names[i]) == 0) {
			correlation->type = (enum correlation_type)i;
			return;
		}
	}
	if (type && g_strcmp0(type->text, "value_percentile") == 0)
		lint_error(lint, &type->place,
			   "'value_percentile' is not supported: Sigma does not say which "
			   "percentile it asks for");
	else if (type)
		lint_error(lint, &type->place,
			   "'type' must be event_count, value_count, value_sum, value_avg, "
			   "temporal or temporal_ordered");
}

/* Adds copies of a text, or of each of a list. */
static void load_texts(const struct yaml_node *node, const char *key, guint most, bool fold,
		       GPtrArray *out, struct lint *lint)
{
	guint count = node->type == YAML_LIST ? node->children->len : 1;

	if (node->type == YAML_MAP || count > most) {
		lint_error(lint, &node->place, "'%s' must be a list of %u texts at most", key,
			   most);
		return;
	}
	for (guint i = 0; i < count; i++) {
		const struct yaml_node *text =
			node->type == YAML_LIST ? g_ptr_array_index(node->children, i) : node;

		if (is_text(text))
			g_ptr_array_add(out, fold ? text_fold(text->text) : g_strdup(text->text));
		else
			lint_error(lint, &text->place, "'%s' must be texts", key);
	}
}

static void add_rule(struct correlation *correlation, const struct yaml_node *node,
		     struct lint *lint)
{
	struct correlation_rule *rule;

	if (!is_text(node)) {
		lint_error(lint, &node->place, "'rules' must be ids or names of rules");
		return;
	}
	for (guint i = 0; i < correlation->rules->len; i++) {
		rule = g_ptr_array_index(correlation->rules, i);
		if (strcmp(rule->name, node->text) != 0)
			continue;
		lint_error(lint, &node->place, "the rule '%s' stands twice", node->text);
		return;
	}
	rule = g_new0(struct correlation_rule, 1);
	rule->name = g_strdup(node->text);
	rule->place = node->place;
	rule->group_fields = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(correlation->rules, rule);
}

static void load_rules(struct correlation *correlation, const struct yaml_node *map,
		       struct lint *lint)
{
	const struct yaml_node *rules = require(map, "rules", lint);

	if (!rules)
		return;
	if (rules->type == YAML_SCALAR) {
		add_rule(correlation, rules, lint);
		return;
	}
	if (rules->type == YAML_MAP || rules->children->len == 0 ||
	    rules->children->len > WH_MAX_CORRELATION_RULES) {
		lint_error(lint, &rules->place, "'rules' must be a list of 1 to %d ids or names",
			   WH_MAX_CORRELATION_RULES);
		return;
	}
	for (guint i = 0; i < rules->children->len; i++)
		add_rule(correlation, g_ptr_array_index(rules->children, i), lint);
}

static void load_timespan(struct correlation *correlation, const struct yaml_node *map,
			  struct lint *lint)
{
	static const struct {
		char letter;
		unsigned seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	const struct yaml_node *timespan = require(map, "timespan", lint);
	const char *text = timespan && is_text(timespan) ? timespan->text : "";
	size_t digits = strspn(text, "0123456789");
	g_autofree char *number = g_strndup(text, digits);
	guint64 count = 0;

	if (!timespan)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		if (text[digits] != units[i].letter || text[digits + 1] != '\0' ||
		    !g_ascii_string_to_unsigned(number, 10, 1, LONGEST_TIMESPAN / units[i].seconds,
						&count, NULL))
			continue;
		correlation->timespan = count * units[i].seconds * WH_SECOND;
		return;
	}
	lint_error(lint, &timespan->place,
		   "'timespan' must be a number and s, m, h or d, like 90m");
}

/* What a group-by field is called in the events of one rule. */
static const struct yaml_node *find_alias(const struct yaml_node *aliases, const char *field,
					  const char *rule)
{
	const struct yaml_node *alias = aliases ? yaml_map_get(aliases, field) : NULL;

	return alias ? yaml_map_get(alias, rule) : NULL;
}

static void check_alias(const struct correlation *correlation, const struct yaml_node *key,
			const struct yaml_node *alias, struct lint *lint)
{
	if (alias->type != YAML_MAP) {
		lint_error(lint, &alias->place, "an alias must map rules to fields");
		return;
	}
	for (guint i = 0; i < alias->children->len; i += 2) {
		const struct yaml_node *rule = g_ptr_array_index(alias->children, i);
		const struct yaml_node *field = g_ptr_array_index(alias->children, i + 1);
		bool known = false;

		for (guint j = 0; j < correlation->rules->len; j++)
			known |= strcmp(((struct correlation_rule *)g_ptr_array_index(
						 correlation->rules, j))
						->name,
					rule->text) == 0;
		if (!known)
			lint_error(lint, &rule->place, "'%s' is not among the rules", rule->text);
		if (!is_text(field))
			lint_error(lint, &field->place, "an alias needs the name of a field");
	}
	if (!g_ptr_array_find_with_equal_func(correlation->group_by, key->text, g_str_equal, NULL))
		lint_warn(lint, &key->place, "'group-by' does not use the alias '%s'", key->text);
}

static bool check_aliases(const struct correlation *correlation, const struct yaml_node *aliases,
			  struct lint *lint)
{
	unsigned errors = lint->errors;

	if (aliases && aliases->type != YAML_MAP)
		lint_error(lint, &aliases->place, "'aliases' must be a map");
	for (guint i = 0; aliases && aliases->type == YAML_MAP && i < aliases->children->len;
	     i += 2)
		check_alias(correlation, g_ptr_array_index(aliases->children, i),
			    g_ptr_array_index(aliases->children, i + 1), lint);
	return lint->errors == errors;
}

static void load_groups(struct correlation *correlation, const struct yaml_node *map,
			struct lint *lint)
{
	const struct yaml_node *group_by = yaml_map_get(map, "group-by");
	const struct yaml_node *aliases = yaml_map_get(map, "aliases");

	if (group_by)
		load_texts(group_by, "group-by", WH_MAX_CORRELATION_FIELDS, false,
			   correlation->group_by, lint);
	if (!check_aliases(correlation, aliases, lint))
		return;
	for (guint i = 0; i < correlation->rules->len; i++) {
		struct correlation_rule *rule = g_ptr_array_index(correlation->rules, i);

		for (guint j = 0; j < correlation->group_by->len; j++) {
			const char *field = g_ptr_array_index(correlation->group_by, j);
			const struct yaml_node *alias = find_alias(aliases, field, rule->name);

			g_ptr_array_add(rule->group_fields, text_fold(alias ? alias->text : field));
		}
	}
}

static void add_operator(struct correlation_condition *condition, const struct yaml_node *key,
			 const struct yaml_node *value, struct lint *lint)
{
	for (guint i = 0; i < OPERATOR_COUNT; i++) {
		if (strcmp(key->text, operator_names[i]) != 0)
			continue;
		condition->is_set[i] = true;
		if (value->type != YAML_SCALAR || !number_parse(value->text, &condition->number[i]))
			lint_error(lint, &value->place, "'%s' needs a number", key->text);
		return;
	}
	lint_error(lint, &key->place,
		   "a correlation's condition has field, gt, gte, lt, lte, eq and neq");
}

static bool looks_at_values(const struct correlation *correlation)
{
	return correlation->type >= CORRELATION_VALUE_COUNT &&
	       correlation->type <= CORRELATION_VALUE_AVG;
}

static void check_fields(const struct correlation *correlation, const struct place *place,
			 struct lint *lint)
{
	const char *type = type_names[correlation->type];
	guint count = correlation->fields->len;

	if (looks_at_values(correlation) && count == 0)
		lint_error(lint, place, "'%s' needs a field in its condition", type);
	else if (!looks_at_values(correlation) && count > 0)
		lint_error(lint, place, "'%s' does not look at a field", type);
	else if (correlation->type != CORRELATION_VALUE_COUNT && count > 1)
		lint_error(lint, place, "'%s' looks at one field", type);
}

static bool has_operator(const struct correlation_condition *condition)
{
	for (guint i = 0; i < OPERATOR_COUNT; i++)
		if (condition->is_set[i])
			return true;
	return false;
}

static bool is_temporal(const struct correlation *correlation)
{
	return correlation->type >= CORRELATION_TEMPORAL;
}

/* Without a condition, a temporal correlation wants all of its rules. */
static void load_condition(struct correlation *correlation, const struct yaml_node *map,
			   struct lint *lint)
{
	const struct yaml_node *node = yaml_map_get(map, "condition");
	struct correlation_condition *condition = &correlation->condition;
	unsigned errors = lint->errors;

	if (node && node->type != YAML_MAP) {
		lint_error(lint, &node->place, "a correlation's condition must be a map");
		return;
	}
	for (guint i = 0; node && i < node->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(node->children, i);
		const struct yaml_node *value = g_ptr_array_index(node->children, i + 1);

		if (strcmp(key->text, "field") == 0)
			load_texts(value, "field", WH_MAX_CORRELATION_FIELDS, true,
				   correlation->fields, lint);
		else
			add_operator(condition, key, value, lint);
	}
	if (lint->errors != errors)
		return;
	check_fields(correlation, node ? &node->place : &map->place, lint);
	if (has_operator(condition))
		return;
	if (!is_temporal(correlation))
		lint_error(lint, node ? &node->place : &map->place,
			   "'%s' needs gt, gte, lt, lte, eq or neq", type_names[correlation->type]);
	condition->is_set[OPERATOR_GTE] = true;
	condition->number[OPERATOR_GTE] = correlation->rules->len;
}

static void check_keys(const struct yaml_node *map, struct lint *lint)
{
	static const char *const keys[] = {"type",	"rules",   "group-by", "timespan",
					   "condition", "aliases", "generate", NULL};

	for (guint i = 0; i < map->children->len; i += 2) {
		const struct yaml_node *key = g_ptr_array_index(map->children, i);

		if (!g_strv_contains(keys, key->text))
			lint_error(lint, &key->place, "a correlation has no '%s'", key->text);
	}
}

static void load_generate(struct correlation *correlation, const struct yaml_node *document,
			  const struct yaml_node *map, struct lint *lint)
{
	const struct yaml_node *generate = yaml_map_get(map, "generate");

	if (!generate)
		generate = yaml_map_get(document, "generate");
	if (generate && !yaml_node_get_bool(generate, &correlation->generate))
		lint_error(lint, &generate->place, "'generate' must be true or false");
}

static void load_body(struct correlation *correlation, const struct yaml_node *document,
		      struct lint *lint)
{
	const struct yaml_node *map = yaml_map_get(document, "correlation");
	unsigned errors = lint->errors;

	if (!map || map->type != YAML_MAP) {
		lint_error(lint, map ? &map->place : &document->place,
			   "'correlation' must be a map");
		return;
	}
	check_keys(map, lint);
	load_type(correlation, map, lint);
	load_rules(correlation, map, lint);
	load_timespan(correlation, map, lint);
	load_groups(correlation, map, lint);
	load_generate(correlation, document, map, lint);
	if (lint->errors == errors)
		load_condition(correlation, map, lint);
}

bool correlation_is_in(const struct yaml_node *document)
{
	return document->type == YAML_MAP && yaml_map_get(document, "correlation");
}

struct correlation *correlation_load(const struct yaml_node *document, struct lint *lint)
{
	struct correlation *correlation;
	unsigned errors = lint->errors;
	struct rule_head head;

	rule_head_load(document, RULE_CORRELATION, lint, &head);
	correlation = correlation_new(lint->file);
	correlation->place = head.place;
	correlation->id = head.id;
	correlation->name = head.name;
	correlation->title = head.title;
	correlation->level = head.level;
	correlation->tags = head.tags;
	correlation->references = head.references;
	correlation->triage = head.triage;
	load_body(correlation, document, lint);
	if (lint->errors == errors)
		return correlation;
	correlation_free(correlation);
	return NULL;
}

bool correlation_condition_holds(const struct correlation_condition *condition, long double number)
{
	const long double *than = condition->number;
	const bool holds[OPERATOR_COUNT] = {
		[OPERATOR_GT] = number > than[OPERATOR_GT],
		[OPERATOR_GTE] = number >= than[OPERATOR_GTE],
		[OPERATOR_LT] = number < than[OPERATOR_LT],
		[OPERATOR_LTE] = number <= than[OPERATOR_LTE],
		[OPERATOR_EQ] = number == than[OPERATOR_EQ],
		[OPERATOR_NEQ] = number != than[OPERATOR_NEQ],
	};

	for (guint i = 0; i < OPERATOR_COUNT; i++)
		if (condition->is_set[i] && !holds[i])
			return false;
	return true;
}
