/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "correlation/node.h"

/* What sigma/fields.h calls the host of an event, folded. */
#define HOST_FIELD "computer"

/* Whether the field is the host in all that the correlation refers to, under whatever name. */
static bool groups_by_host(const struct correlation_node *node, guint field)
{
	for (guint i = 0; i < node->inputs->len; i++) {
		const struct node_input *input = &g_array_index(node->inputs, struct node_input, i);
		const struct correlation_rule *rule = node->correlation->rules->pdata[i];

		if (input->rule ? strcmp(rule->group_fields->pdata[field], HOST_FIELD) != 0
				: !(input->node->host_fields &
				    1u << g_array_index(input->fields, guint, field)))
			return false;
	}
	return true;
}

/* What the node refers to must be marked. */
static void mark(struct correlation_node *node)
{
	for (guint i = 0; i < node->correlation->group_by->len; i++)
		if (groups_by_host(node, i))
			node->host_fields |= 1u << i;
	node->correlation->is_across = node->host_fields == 0;
}

void correlations_mark_across(struct correlations *correlations)
{
	const GPtrArray *order = correlations->order;

	for (guint i = 0; i < order->len; i++)
		mark(order->pdata[i]);
	for (guint i = order->len; i-- > 0;) {
		struct correlation_node *node = order->pdata[i];

		node->is_for_across |= node->correlation->is_across;
		for (guint k = 0; node->is_for_across && k < node->inputs->len; k++) {
			struct node_input *input =
				&g_array_index(node->inputs, struct node_input, k);

			if (input->node)
				input->node->is_for_across = true;
		}
	}
}

bool correlation_node_is_asked(const struct correlations *correlations,
			       const struct correlation_node *node)
{
	switch (correlations->scope) {
	case CORRELATE_HOSTS:
		return !node->correlation->is_across;
	case CORRELATE_SAVED:
		return node->is_for_across;
	default:
		return true;
	}
}

bool correlation_node_reports(const struct correlations *correlations,
			      const struct correlation_node *node)
{
	return !node->is_silent && correlation_node_is_asked(correlations, node) &&
	       (correlations->scope != CORRELATE_SAVED || node->correlation->is_across);
}

void correlations_set_scope(struct correlations *correlations, enum correlation_scope scope)
{
	correlations->scope = scope;
}

const GPtrArray *correlations_get_saved(const struct correlations *correlations)
{
	return correlations->saved;
}

const struct rule *correlations_find_rule(const struct correlations *correlations, const char *id,
					  const char *title)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, correlations->feeds);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct rule *rule = key;

		if (g_strcmp0(rule->id, id) == 0 && (id || g_strcmp0(rule->title, title) == 0))
			return rule;
	}
	return NULL;
}

void correlation_match_free(gpointer data)
{
	struct correlation_match *match = data;

	g_ptr_array_unref(match->fields);
	g_free(match);
}

static struct correlation_match *get_match(struct correlations *correlations,
					   const struct rule *rule)
{
	GPtrArray *saved = correlations->saved;
	struct correlation_match *match = saved->len ? saved->pdata[saved->len - 1] : NULL;

	if (match && match->rule == rule)
		return match;
	match = g_new0(struct correlation_match, 1);
	match->rule = rule;
	match->fields = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(saved, match);
	return match;
}

static void add_field(GPtrArray *fields, const char *name, const char *text)
{
	for (guint i = 0; i < fields->len; i += 2)
		if (strcmp(fields->pdata[i], name) == 0)
			return;
	g_ptr_array_add(fields, g_strdup(name));
	g_ptr_array_add(fields, g_strdup(text));
}

void correlations_save(struct correlations *correlations, const struct rule *rule,
		       const struct rule_feed *feed, const char *const *texts)
{
	const struct correlation *correlation = feed->node->correlation;
	const struct correlation_rule *names = correlation->rules->pdata[feed->rule];
	GPtrArray *fields = get_match(correlations, rule)->fields;

	for (guint i = 0; i < names->group_fields->len; i++)
		add_field(fields, names->group_fields->pdata[i], *texts++);
	for (guint i = 0; i < correlation->fields->len; i++)
		add_field(fields, correlation->fields->pdata[i], *texts++);
}
