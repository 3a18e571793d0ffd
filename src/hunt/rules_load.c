/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rule_set.h"

#include <string.h>

#include "hunt/rule_claims.h"
#include "sigma/documents.h"
#include "sigma/pattern.h"
#include "sigma/rule_packed.h"

/*
 * Takes the rule. What it wants is in `wants`, whose elements are taken, or NULL where that is to
 * be found out. Why a document is of no use, where nothing is wrong with it, is in *why: the caller
 * frees it.
 */
static void take_rule(struct rule_set *rules, struct rule *rule, GPtrArray *wants,
		      struct lint *lint, char **why)
{
	const struct rule_claim claim = {rule->file, rule->place, rule->title};

	if (!rule_claims_add(rules->claims, rule->id, &claim, lint)) {
		*why = g_strdup("the same rule is loaded already");
		rule_free(rule);
		return;
	}
	if (!log_source_is_read(rule->source))
		*why = g_strdup_printf("no log that is read feeds %s", rule->source->name);
	g_ptr_array_add(rule->is_filter ? rules->filters : rules->rules, rule);
	if (!lint->errors_only)
		rule_wants_check(rule, lint);
	if (!rule->is_filter)
		event_rules_add(rules->events, rule, wants);
	if (rule->source == rules->subscriptions && !rule->targets)
		judges_add(rules->judges, rule);
}

static void take_correlation(struct rule_set *rules, struct correlation *correlation,
			     struct lint *lint, char **why)
{
	const struct rule_claim claim = {correlation->file, correlation->place, correlation->title};

	if (rule_claims_add(rules->claims, correlation->id, &claim, lint)) {
		correlations_take(rules->correlations, correlation);
		return;
	}
	*why = g_strdup("the same correlation is loaded already");
	correlation_free(correlation);
}

/* What else lies beside rules in YAML: a tool's settings, a test, a description. */
static bool is_no_rule(const struct yaml_node *document)
{
	static const char *const keys[] = {"title", "logsource", "detection", "filter"};

	for (guint i = 0; document->type == YAML_MAP && i < G_N_ELEMENTS(keys); i++)
		if (yaml_map_get(document, keys[i]))
			return false;
	return true;
}

static void load_document(struct rule_set *rules, const struct yaml_node *document,
			  struct lint *lint, char **why)
{
	struct correlation *correlation;
	struct rule *rule;

	if (log_sources_are_in(document)) {
		log_sources_add(rules->sources, document, lint);
	} else if (correlation_is_in(document)) {
		correlation = correlation_load(document, lint);
		if (correlation)
			take_correlation(rules, correlation, lint, why);
	} else if (is_no_rule(document)) {
		lint_warn(lint, &document->place, "this is no rule: there is no detection in it");
		*why = g_strdup("there is no detection in it");
	} else {
		rule = rule_load(rules->sources, document, lint);
		if (rule)
			take_rule(rules, rule, NULL, lint, why);
	}
}

/* The first error among the messages from the `first`-th on. */
static const struct rule_message *find_error(const GPtrArray *messages, guint first,
					     const char *file, unsigned line)
{
	for (guint i = first; i < messages->len; i++) {
		const struct rule_message *message = g_ptr_array_index(messages, i);

		if (message->is_error && message->line >= line && strcmp(message->file, file) == 0)
			return message;
	}
	return NULL;
}

static void leave_out_broken(struct rule_set *rules, const struct rule_message *error)
{
	const struct place place = {error->line, error->column};

	rule_set_leave_out(rules, left_out_new(error->file, &place, error->text, true));
}

static void take_document(struct rule_set *rules, const struct yaml_node *document,
			  struct lint *lint)
{
	guint first = lint->messages->len;
	unsigned errors = lint->errors, placeholders = lint->placeholders;
	g_autofree char *why = NULL;

	load_document(rules, document, lint, &why);
	if (why)
		rule_set_leave_out(rules, left_out_new(lint->file, &document->place, why, false));
	else if (lint->errors != errors)
		leave_out_broken(rules, find_error(lint->messages, first, lint->file, 0));
	else if (lint->placeholders != placeholders)
		rule_set_leave_out(rules,
				   left_out_new(lint->file, &document->place,
						"no values are known for its placeholders", true));
	else
		rules->used++;
}

bool rule_set_add_text(struct rule_set *rules, const char *file, const char *text, size_t length,
		       GPtrArray *messages)
{
	struct lint lint = {.file = file, .messages = messages, .errors_only = rules->errors_only};
	static const struct place top = {1, 1};
	g_autoptr(GPtrArray) documents = NULL;
	guint first = messages->len;

	if (g_utf8_validate(text, (gssize)length, NULL))
		documents = documents_parse(text, length, &lint);
	else
		lint_error(&lint, &top, "not valid UTF-8 text");
	if (lint.errors)
		leave_out_broken(rules, find_error(messages, first, file, 0));
	else if (documents->len == 0)
		lint_warn(&lint, &top, "there is no rule in it");
	for (guint i = 0; documents && i < documents->len; i++)
		take_document(rules, g_ptr_array_index(documents, i), &lint);
	lint_sort(messages, first);
	return lint.errors == 0;
}

static void take_packed(struct rule_set *rules, const uint8_t **at, struct lint *lint)
{
	g_autofree struct yaml_node *document = NULL;
	g_autoptr(GPtrArray) wants = NULL;
	g_autofree char *why = NULL;
	struct rule *rule;

	if (!packed_take_number(at)) {
		document = packed_take_node(at);
		take_document(rules, document, lint);
		return;
	}
	wants = g_ptr_array_new();
	rule = rule_unpack(at, rules->sources, lint, wants);
	take_rule(rules, rule, wants, lint, &why);
	rules->used++;
}

void rule_set_add_packed(struct rule_set *rules, const char *file, const uint8_t **at,
			 GPtrArray *messages)
{
	struct lint lint = {
		.file = file, .messages = messages, .errors_only = true, .is_packed = true};

	for (uint64_t left = packed_take_number(at); left > 0; left--)
		take_packed(rules, at, &lint);
}

bool rule_set_link(struct rule_set *rules, GPtrArray *messages)
{
	guint first = messages->len;
	bool ok = correlations_link(rules->correlations, rules->rules, messages);
	g_autoptr(GPtrArray) unlinked = correlations_list_unlinked(rules->correlations);

	for (guint i = 0; i < unlinked->len; i++) {
		const struct correlation *correlation = unlinked->pdata[i];
		const struct rule_message *error =
			find_error(messages, first, correlation->file, correlation->place.line);
		const char *reason =
			error ? error->text : "a correlation that it is of is left out";

		rule_set_leave_out(
			rules, left_out_new(correlation->file, &correlation->place, reason, true));
	}
	return ok;
}

static bool target_exists(const struct rule_set *rules, const struct rule_target *target,
			  const struct log_source *source)
{
	for (guint i = 0; i < rules->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(rules->rules, i);

		if (rule->source == source && rule_target_is(target, rule))
			return true;
	}
	return false;
}

void rule_set_check_targets(const struct rule_set *rules, size_t first_filter, GPtrArray *messages)
{
	for (guint i = (guint)first_filter; i < rules->filters->len; i++) {
		const struct rule *filter = g_ptr_array_index(rules->filters, i);
		struct lint lint = {.file = filter->file, .messages = messages};

		for (guint j = 0; filter->targets && j < filter->targets->len; j++) {
			const struct rule_target *target = g_ptr_array_index(filter->targets, j);

			if (!target_exists(rules, target, filter->source))
				lint_warn(&lint, &target->place,
					  "no rule '%s' of the same log source is loaded",
					  target->name);
		}
	}
}
