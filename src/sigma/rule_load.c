/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/rule.h"

#include <string.h>

#include "sigma/packed.h"
#include "sigma/rule_head.h"

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

	if (!rules || (yaml_node_is_text(rules) && g_ascii_strcasecmp(rules->text, "any") == 0))
		return;
	if (!yaml_node_is_texts(rules) || rules->children->len == 0) {
		lint_error(lint, &rules->place, "'rules' must be 'any' or a list of rule ids");
		return;
	}
	rule->targets = g_ptr_array_new_with_free_func((GDestroyNotify)rule_target_free);
	for (guint i = 0; i < rules->children->len; i++)
		add_target(rule, g_ptr_array_index(rules->children, i));
}

/* Where a placeholder leaves it unknown what the condition gives, a filter takes nothing away. */
static bool load_selections(struct rule *rule, const struct yaml_node *map, struct lint *lint)
{
	static const char *const of_filter[] = {"rules", NULL};
	static const char *const none[] = {NULL};

	return detection_load(map, rule->source, rule->is_filter ? of_filter : none,
			      rule->is_filter, lint, &rule->detection);
}

static void load_filter(struct rule *rule, const struct yaml_node *map, struct lint *lint)
{
	if (!load_selections(rule, map, lint))
		return;
	load_targets(rule, map, lint);
	if (!condition_holds_as_assumed(rule->detection.condition))
		lint_warn(lint, &yaml_map_get(map, "condition")->place,
			  "this filter takes away all that its selections do not find: "
			  "is a 'not' missing?");
}

static void load_detection(struct rule *rule, const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *map = yaml_map_get(document, "detection");

	if (!map)
		lint_error(lint, &document->place, "a detection is missing");
	else if (load_selections(rule, map, lint) &&
		 condition_holds_as_assumed(rule->detection.condition))
		lint_warn(lint, &yaml_map_get(map, "condition")->place,
			  "this rule matches all that its selections do not find");
}

static void load_body(struct rule *rule, struct log_sources *sources,
		      const struct yaml_node *document, struct lint *lint)
{
	rule->source = log_source_load(sources, document, lint);
	if (!rule->source)
		return;
	/* What is written for another product may be so in ways that are its own. */
	if (rule->source->is_foreign)
		detection_init_constant(&rule->detection, rule->is_filter);
	else if (rule->is_filter)
		load_filter(rule, yaml_map_get(document, "filter"), lint);
	else
		load_detection(rule, document, lint);
}

static struct rule *new_rule(const struct rule_head *head, const char *file)
{
	struct rule *rule = g_new0(struct rule, 1);

	rule->file = g_strdup(file);
	rule->place = head->place;
	rule->id = head->id;
	rule->name = head->name;
	rule->title = head->title;
	rule->level = head->level;
	rule->tags = head->tags;
	rule->references = head->references;
	rule->triage = head->triage;
	return rule;
}

struct rule *rule_load(struct log_sources *sources, const struct yaml_node *document,
		       struct lint *lint)
{
	unsigned errors = lint->errors;
	struct rule_head head;
	bool is_filter;
	struct rule *rule;

	if (document->type != YAML_MAP) {
		lint_error(lint, &document->place, "a rule must be a map");
		return NULL;
	}
	is_filter = yaml_map_get(document, "filter") != NULL;
	if (is_filter && yaml_map_get(document, "detection")) {
		lint_error(lint, &document->place, "'detection' and 'filter' do not go together");
		return NULL;
	}
	rule_head_load(document, is_filter ? RULE_FILTER : RULE_DETECTION, lint, &head);
	rule = new_rule(&head, lint->file);
	rule->is_filter = is_filter;
	load_body(rule, sources, document, lint);
	if (lint->errors == errors)
		return rule;
	rule_free(rule);
	return NULL;
}

static void read_packed(struct rule *rule)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct lint lint = {
		.file = rule->file, .messages = messages, .errors_only = true, .is_packed = true};
	g_autofree struct yaml_node *map = packed_take_node(&rule->packed);

	rule->packed = NULL;
	if (!load_selections(rule, map, &lint))
		g_error("%s: %s", rule->file, ((struct rule_message *)messages->pdata[0])->text);
}

const struct detection *rule_get_detection(struct rule *rule)
{
	if (rule->packed)
		read_packed(rule);
	return &rule->detection;
}
