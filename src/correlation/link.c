/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "correlation/node.h"
#include "correlation/correlations.h"

/* How well a rule is meant by a name: names may repeat from file to file. */
enum fit {
	FIT_NONE,
	FIT_NAME,
	FIT_NAME_HERE, /* in the file of the correlation */
	FIT_ID,
};

struct linking {
	struct correlations *correlations;
	const GPtrArray *rules; /* struct rule */
	GPtrArray *messages;
};

/* The search for what one name means. */
struct name_search {
	const struct correlation *by;
	const struct correlation_rule *wanted;
	struct lint *lint;
	enum fit best;
	unsigned equals; /* that fit as well */
	const char *file; /* of the first of them */
	const struct place *place;
	struct node_input found;
};

static enum fit measure(const struct name_search *search, const char *id, const char *name,
			const char *file)
{
	if (id && g_ascii_strcasecmp(id, search->wanted->name) == 0)
		return FIT_ID;
	if (g_strcmp0(name, search->wanted->name) != 0)
		return FIT_NONE;
	return strcmp(file, search->by->file) == 0 ? FIT_NAME_HERE : FIT_NAME;
}

static bool is_better(struct name_search *search, enum fit fit, const char *file,
		      const struct place *place)
{
	search->equals += fit != FIT_NONE && fit == search->best;
	if (fit <= search->best)
		return false;
	search->best = fit;
	search->equals = 1;
	search->file = file;
	search->place = place;
	return true;
}

static void look_among_rules(struct name_search *search, const GPtrArray *rules)
{
	for (guint i = 0; i < rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(rules, i);

		if (is_better(search, measure(search, rule->id, rule->name, rule->file), rule->file,
			      &rule->place))
			search->found = (struct node_input){.rule = rule};
	}
}

static void look_among_nodes(struct name_search *search, const GPtrArray *nodes)
{
	for (guint i = 0; i < nodes->len; i++) {
		struct correlation_node *node = g_ptr_array_index(nodes, i);
		const struct correlation *other = node->correlation;

		if (is_better(search, measure(search, other->id, other->name, other->file),
			      other->file, &other->place))
			search->found = (struct node_input){.node = node};
	}
}

static bool check_rule_fields(const struct name_search *search)
{
	const struct correlation_rule *wanted = search->wanted;
	const struct log_source *source = search->found.rule->source;

	if (source->is_subscription) {
		lint_error(search->lint, &wanted->place,
			   "'%s' is over subscriptions, and a correlation is of events",
			   wanted->name);
		return false;
	}
	for (guint i = 0; i < wanted->group_fields->len; i++)
		log_source_check_field(source, wanted->group_fields->pdata[i], &wanted->place,
				       search->lint);
	for (guint i = 0; i < search->by->fields->len; i++)
		log_source_check_field(source, search->by->fields->pdata[i], &wanted->place,
				       search->lint);
	return true;
}

static bool map_field(struct name_search *search, const char *folded)
{
	const struct correlation *inner = search->found.node->correlation;

	for (guint i = 0; i < inner->group_by->len; i++) {
		g_autofree char *other = text_fold(inner->group_by->pdata[i]);

		if (strcmp(other, folded) != 0)
			continue;
		g_array_append_val(search->found.fields, i);
		return true;
	}
	lint_error(search->lint, &search->wanted->place,
		   "the correlation '%s' does not group by '%s'", search->wanted->name, folded);
	return false;
}

/* All that is known of a correlation that held is what it groups by. */
static bool map_fields(struct name_search *search)
{
	const GPtrArray *groups = search->wanted->group_fields;
	const GPtrArray *fields = search->by->fields;
	bool ok = true;

	search->found.fields = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < groups->len; i++)
		ok &= map_field(search, groups->pdata[i]);
	for (guint i = 0; i < fields->len; i++)
		ok &= map_field(search, fields->pdata[i]);
	if (!ok)
		g_clear_pointer(&search->found.fields, g_array_unref);
	return ok;
}

static bool link_node(struct linking *linking, struct correlation_node *node, unsigned depth);

/* A broken one has been reported already. */
static bool enter_inner(struct linking *linking, struct name_search *search, unsigned depth)
{
	struct correlation_node *inner = search->found.node;

	if (inner->state == NODE_ENTERED) {
		lint_error(search->lint, &search->wanted->place,
			   "by way of '%s' the correlation refers to itself", search->wanted->name);
		return false;
	}
	if (inner->state == NODE_NEW && depth < WH_MAX_CORRELATION_DEPTH)
		link_node(linking, inner, depth + 1);
	if (inner->state == NODE_NEW || inner->height >= WH_MAX_CORRELATION_DEPTH) {
		lint_error(search->lint, &search->wanted->place,
			   "more than %d correlations refer to one another",
			   WH_MAX_CORRELATION_DEPTH);
		return false;
	}
	return inner->state == NODE_LINKED && map_fields(search);
}

static bool is_twice(const struct correlation_node *node, guint index,
		     const struct node_input *found)
{
	for (guint i = 0; i < index; i++) {
		const struct node_input *other = &g_array_index(node->inputs, struct node_input, i);

		if (other->rule == found->rule && other->node == found->node)
			return true;
	}
	return false;
}

static bool check_found(const struct name_search *search, const struct correlation_node *node,
			guint index)
{
	const struct correlation_rule *wanted = search->wanted;

	if (search->best == FIT_NONE) {
		lint_error(search->lint, &wanted->place, "no rule or correlation '%s' is loaded",
			   wanted->name);
		return false;
	}
	if (is_twice(node, index, &search->found)) {
		lint_error(search->lint, &wanted->place, "'%s' is a rule that stands there already",
			   wanted->name);
		return false;
	}
	if (search->equals > 1)
		lint_warn(search->lint, &wanted->place,
			  "%u rules are called '%s'; taken is the one at %s:%u:%u", search->equals,
			  wanted->name, search->file, search->place->line, search->place->column);
	return true;
}

static bool link_input(struct linking *linking, struct correlation_node *node, guint index,
		       unsigned depth)
{
	struct lint lint = {.file = node->correlation->file, .messages = linking->messages};
	struct name_search search = {
		.by = node->correlation,
		.wanted = g_ptr_array_index(node->correlation->rules, index),
		.lint = &lint,
	};

	look_among_rules(&search, linking->rules);
	look_among_nodes(&search, linking->correlations->nodes);
	if (!check_found(&search, node, index) ||
	    !(search.found.rule ? check_rule_fields(&search)
				: enter_inner(linking, &search, depth)))
		return false;
	g_array_index(node->inputs, struct node_input, index) = search.found;
	if (search.found.node)
		node->height = MAX(node->height, search.found.node->height + 1);
	return true;
}

static bool link_node(struct linking *linking, struct correlation_node *node, unsigned depth)
{
	bool ok = true;

	node->state = NODE_ENTERED;
	node->height = 1;
	for (guint i = 0; i < node->inputs->len; i++)
		ok &= link_input(linking, node, i, depth);
	node->state = ok ? NODE_LINKED : NODE_BROKEN;
	if (ok)
		g_ptr_array_add(linking->correlations->order, node);
	return ok;
}

GPtrArray *correlations_list_unlinked(const struct correlations *correlations)
{
	GPtrArray *unlinked = g_ptr_array_new();

	for (guint i = 0; i < correlations->nodes->len; i++) {
		const struct correlation_node *node = g_ptr_array_index(correlations->nodes, i);

		if (node->state != NODE_LINKED)
			g_ptr_array_add(unlinked, node->correlation);
	}
	return unlinked;
}

static void add_feed(struct correlations *correlations, const struct rule *rule,
		     const struct rule_feed *feed)
{
	GArray *feeds = g_hash_table_lookup(correlations->feeds, rule);

	if (!feeds) {
		feeds = g_array_new(FALSE, FALSE, sizeof(*feed));
		g_hash_table_insert(correlations->feeds, (gpointer)rule, feeds);
	}
	g_array_append_vals(feeds, feed, 1);
}

static void connect_inputs(struct correlations *correlations, struct correlation_node *node,
			   GHashTable *may_report)
{
	for (guint i = 0; i < node->inputs->len; i++) {
		const struct node_input *input = &g_array_index(node->inputs, struct node_input, i);

		if (input->rule)
			add_feed(correlations, input->rule, &(struct rule_feed){node, i});
		else if (node->correlation->generate)
			g_hash_table_add(may_report, input->node);
		else
			input->node->is_silent = true;
	}
}

bool correlations_link(struct correlations *correlations, const GPtrArray *rules,
		       GPtrArray *messages)
{
	struct linking linking = {correlations, rules, messages};
	g_autoptr(GHashTable) may_report = g_hash_table_new(NULL, NULL);
	bool ok = true;

	for (guint i = 0; i < correlations->nodes->len; i++) {
		struct correlation_node *node = g_ptr_array_index(correlations->nodes, i);

		if (node->state == NODE_NEW)
			link_node(&linking, node, 1);
		ok &= node->state == NODE_LINKED;
	}
	for (guint i = 0; i < correlations->order->len; i++)
		connect_inputs(correlations, correlations->order->pdata[i], may_report);
	for (guint i = 0; i < correlations->order->len; i++) {
		struct correlation_node *node = g_ptr_array_index(correlations->order, i);

		node->is_silent &= !g_hash_table_contains(may_report, node);
	}
	correlations_mark_across(correlations);
	return ok;
}
