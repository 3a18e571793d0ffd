/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "correlation/copies.h"
#include "correlation/node.h"
#include "correlation/correlations.h"

/* A hit, and the events that it comes down to. */
struct holding {
	const struct correlation_node *node;
	struct correlation_hit *hit;
	uint64_t first;
	uint64_t last;
	uint64_t count;
	GArray *ranks; /* guint, of its events, ascending; the first of many */
};

/* All of one report. Tags below the number of events are ranks of events, those above are
 * holdings. */
struct reporting {
	struct correlations *correlations;
	GPtrArray *holdings; /* struct holding, all; borrowed from the nodes */
	size_t listed; /* ranks in them */
	bool is_full; /* a state was */
};

static void holding_free(gpointer data)
{
	struct holding *holding = data;

	correlation_hit_free(holding->hit);
	g_array_unref(holding->ranks);
	g_free(holding);
}

static bool tells_rules_apart(const struct correlation *correlation)
{
	return correlation->type >= CORRELATION_TEMPORAL;
}

static bool has_only_idle_inputs(const struct correlation_node *node)
{
	for (guint i = 0; i < node->inputs->len; i++) {
		const struct node_input *input = &g_array_index(node->inputs, struct node_input, i);

		if (input->node && !input->node->is_idle)
			return false;
	}
	return true;
}

static guint count_rules(const struct correlation_node *node)
{
	bool is_there[WH_MAX_CORRELATION_RULES] = {false};
	guint count = 0;

	for (guint i = 0; i < node->mentions->len; i++) {
		const struct mention *mention = g_ptr_array_index(node->mentions, i);

		count += !is_there[mention->rule];
		is_there[mention->rule] = true;
	}
	return count;
}

static size_t measure_groups(const struct correlation_node *node)
{
	size_t size = 0;

	for (guint i = 0; i < node->mentions->len; i++) {
		const struct mention *mention = g_ptr_array_index(node->mentions, i);

		for (guint j = 0; j < node->correlation->group_by->len; j++)
			size += strlen(mention->texts[j]);
	}
	return size;
}

/* No window holds more rules than matched at all. Nor would a state be full. What the node refers
 * to must be known. */
static bool is_idle(const struct correlation_node *node)
{
	const struct correlation *correlation = node->correlation;

	if (!has_only_idle_inputs(node))
		return false;
	if (node->mentions->len == 0)
		return true;
	if (!tells_rules_apart(correlation))
		return false;
	for (guint rules = count_rules(node); rules > 0; rules--)
		if (correlation_condition_holds(&correlation->condition, rules))
			return false;
	return correlation_state_can_hold(correlation, node->mentions->len, measure_groups(node));
}

/* Everything in which two events differ: their order must not depend on who came first. */
static gint compare_events(gconstpointer a, gconstpointer b)
{
	const struct correlated_event *one = *(const struct correlated_event *const *)a;
	const struct correlated_event *other = *(const struct correlated_event *const *)b;
	int order = compare_numbers(one->ref.time, other->ref.time);

	order = order ? order : g_strcmp0(one->host, other->host);
	order = order ? order : compare_numbers(one->ref.record_id, other->ref.record_id);
	order = order ? order : compare_numbers(one->ref.event_id, other->ref.event_id);
	return order ? order : event_ref_compare(&one->ref, &other->ref);
}

static gint compare_mentions(gconstpointer a, gconstpointer b)
{
	const struct mention *one = *(const struct mention *const *)a;
	const struct mention *other = *(const struct mention *const *)b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	return compare_numbers(one->rule, other->rule);
}

static void rank_mentions(const struct correlation_node *node, GHashTable *ranks)
{
	for (guint i = 0; i < node->mentions->len; i++) {
		struct mention *mention = g_ptr_array_index(node->mentions, i);

		mention->rank = GPOINTER_TO_UINT(g_hash_table_lookup(ranks, mention->event));
	}
	g_ptr_array_sort(node->mentions, compare_mentions);
}

static void rank_events(struct correlations *correlations)
{
	g_autoptr(GHashTable) ranks = g_hash_table_new(NULL, NULL);
	const GPtrArray *events = correlations->events;

	g_ptr_array_sort(correlations->events, compare_events);
	for (guint i = 0; i < events->len; i++)
		g_hash_table_insert(ranks, events->pdata[i], GUINT_TO_POINTER(i));
	for (guint i = 0; i < correlations->order->len; i++) {
		const struct correlation_node *node = correlations->order->pdata[i];

		if (!node->is_idle)
			rank_mentions(node, ranks);
	}
}

/* Says whether all are. */
static bool find_idle_ones(const struct correlations *correlations)
{
	bool all_idle = true;

	for (guint i = 0; i < correlations->order->len; i++) {
		struct correlation_node *node = correlations->order->pdata[i];

		node->is_idle = !correlation_node_is_asked(correlations, node) || is_idle(node);
		all_idle &= node->is_idle;
	}
	return all_idle;
}

static void feed(struct reporting *reporting, struct correlation_state *state,
		 const struct correlation_event *event)
{
	if (!correlation_state_add(state, event))
		reporting->is_full = true;
}

/* Where events or values are counted, one that several of the rules matched counts once. */
static void feed_mentions(struct reporting *reporting, const struct correlation_node *node,
			  struct correlation_state *state)
{
	const struct mention *last = NULL;

	for (guint i = 0; i < node->mentions->len; i++) {
		const struct mention *mention = g_ptr_array_index(node->mentions, i);
		const struct correlation_event event = {
			.time = mention->event->ref.time,
			.event = mention->event,
			.rule = mention->rule,
			.tag = mention->rank,
			.group = mention->texts,
			.values = mention->texts + node->correlation->group_by->len,
		};

		if (!last || last->event != mention->event || tells_rules_apart(node->correlation))
			feed(reporting, state, &event);
		last = mention;
	}
}

static const struct correlated_event *event_of(const struct reporting *reporting, guint rank)
{
	return g_ptr_array_index(reporting->correlations->events, rank);
}

/*
 * A correlation that held is at one time, its first event's, when it is counted. Next to other
 * rules it is at the time of each of its events: a logon soon after any of many failed ones is
 * soon after them.
 */
static void feed_holding(struct reporting *reporting, const struct correlation_node *node,
			 const struct holding *holding, struct correlation_state *state,
			 struct correlation_event *event)
{
	event->time = holding->first;
	feed(reporting, state, event);
	if (!tells_rules_apart(node->correlation))
		return;
	for (guint i = 0; i < holding->ranks->len; i++) {
		uint64_t time =
			event_of(reporting, g_array_index(holding->ranks, guint, i))->ref.time;

		if (time == event->time)
			continue;
		event->time = time;
		feed(reporting, state, event);
	}
	if (event->time == holding->last)
		return;
	event->time = holding->last;
	feed(reporting, state, event);
}

static void feed_input(struct reporting *reporting, const struct correlation_node *node, guint rule,
		       struct correlation_state *state)
{
	const struct node_input *input = &g_array_index(node->inputs, struct node_input, rule);
	const char *texts[2 * WH_MAX_CORRELATION_FIELDS];
	struct correlation_event event = {
		.rule = rule,
		.group = texts,
		.values = texts + node->correlation->group_by->len,
	};

	for (guint i = 0; input->node && i < input->node->holdings->len; i++) {
		const struct holding *holding = g_ptr_array_index(input->node->holdings, i);

		for (guint j = 0; j < input->fields->len; j++)
			texts[j] = g_ptr_array_index(holding->hit->group,
						     g_array_index(input->fields, guint, j));
		event.tag = reporting->correlations->events->len + input->node->first_holding + i;
		feed_holding(reporting, node, holding, state, &event);
	}
}

static gint compare_ranks(gconstpointer a, gconstpointer b)
{
	return compare_numbers(*(const guint *)a, *(const guint *)b);
}

/* Ascending, each once, as many as may be listed. */
static void tidy_ranks(struct reporting *reporting, GArray *ranks)
{
	size_t room = WH_MAX_CORRELATION_LISTED - reporting->listed;
	guint kept = 0;

	g_array_sort(ranks, compare_ranks);
	for (guint i = 0; i < ranks->len; i++) {
		guint rank = g_array_index(ranks, guint, i);

		if (kept == 0 || g_array_index(ranks, guint, kept - 1) != rank)
			g_array_index(ranks, guint, kept++) = rank;
	}
	g_array_set_size(ranks, (guint)MIN(MIN(kept, WH_MAX_CORRELATION_MEMBERS), room));
	reporting->listed += ranks->len;
}

static void add_part(const struct reporting *reporting, struct holding *holding, uint64_t tag)
{
	guint events = reporting->correlations->events->len;
	const struct holding *part;
	guint rank = (guint)tag;

	if (tag < events) {
		g_array_append_val(holding->ranks, rank);
		holding->count++;
		return;
	}
	part = g_ptr_array_index(reporting->holdings, tag - events);
	g_array_append_vals(holding->ranks, part->ranks->data, part->ranks->len);
	holding->count += part->count;
	holding->first = MIN(holding->first, part->first);
	holding->last = MAX(holding->last, part->last);
}

/* Takes the hit. */
static struct holding *holding_new(struct reporting *reporting, const struct correlation_node *node,
				   struct correlation_hit *hit)
{
	struct holding *holding = g_new0(struct holding, 1);
	guint distinct, all;

	holding->node = node;
	holding->hit = hit;
	holding->first = hit->first;
	holding->last = hit->last;
	holding->ranks = g_array_new(FALSE, FALSE, sizeof(guint));
	holding->count = hit->events - hit->tags->len;
	for (guint i = 0; i < hit->tags->len; i++)
		add_part(reporting, holding, g_array_index(hit->tags, uint64_t, i));
	all = holding->ranks->len;
	tidy_ranks(reporting, holding->ranks);
	distinct = holding->ranks->len;
	/* Where all are listed, one that stood in two parts can be counted once. */
	if (holding->count == all && distinct < WH_MAX_CORRELATION_MEMBERS &&
	    reporting->listed < WH_MAX_CORRELATION_LISTED)
		holding->count = distinct;
	return holding;
}

static GPtrArray *find_hits(struct reporting *reporting, const struct correlation_node *node)
{
	struct correlation_state *state = correlation_state_new(node->correlation);
	GPtrArray *hits;

	feed_mentions(reporting, node, state);
	for (guint i = 0; i < node->inputs->len; i++)
		feed_input(reporting, node, i, state);
	hits = correlation_state_take(state);
	correlation_state_free(state);
	g_ptr_array_set_free_func(hits, NULL);
	return hits;
}

/* The holdings of what the node refers to must be there. */
static void evaluate(struct reporting *reporting, struct correlation_node *node)
{
	g_autoptr(GPtrArray) hits = node->is_idle ? g_ptr_array_new() : find_hits(reporting, node);

	node->holdings = g_ptr_array_new_with_free_func(holding_free);
	node->first_holding = reporting->holdings->len;
	for (guint i = 0; i < hits->len; i++)
		g_ptr_array_add(node->holdings, holding_new(reporting, node, hits->pdata[i]));
	g_ptr_array_extend(reporting->holdings, node->holdings, NULL, NULL);
}

static int compare_hosts(const char *one, const char *other)
{
	g_autofree char *folded = NULL;
	g_autofree char *other_folded = NULL;

	if (!one || !other || strcmp(one, other) == 0)
		return g_strcmp0(one, other);
	folded = text_fold(one);
	other_folded = text_fold(other);
	return strcmp(folded, other_folded);
}

static const char *find_host(const GPtrArray *events)
{
	const char *host = NULL;

	for (guint i = 0; i < events->len; i++) {
		const struct correlated_event *event = g_ptr_array_index(events, i);

		if (i == 0)
			host = event->host;
		else if (compare_hosts(host, event->host) != 0)
			return NULL;
	}
	return host;
}

static GPtrArray *make_matches(const struct correlation *correlation)
{
	GPtrArray *matches = matches_new();
	struct match *match = g_new0(struct match, 1);

	match->rule_id = correlation->id;
	match->title = correlation->title;
	match->level = correlation->level;
	match->tags = correlation->tags;
	match->references = correlation->references;
	match->triage = correlation->triage;
	match->fields = match_fields_new();
	g_ptr_array_add(matches, match);
	return matches;
}

static struct correlation_finding *make_finding(const struct reporting *reporting,
						const struct holding *holding)
{
	struct correlation_finding *finding = g_new0(struct correlation_finding, 1);

	finding->correlation = holding->node->correlation;
	finding->group = g_ptr_array_ref(holding->hit->group);
	finding->first = holding->first;
	finding->last = holding->last;
	finding->count = holding->count;
	finding->events = g_ptr_array_new();
	for (guint i = 0; i < holding->ranks->len; i++)
		g_ptr_array_add(
			finding->events,
			(gpointer)event_of(reporting, g_array_index(holding->ranks, guint, i)));
	finding->host = find_host(finding->events);
	finding->matches = make_matches(finding->correlation);
	return finding;
}

static int compare_groups(const GPtrArray *one, const GPtrArray *other)
{
	int order = 0;

	for (guint i = 0; order == 0 && i < MIN(one->len, other->len); i++)
		order = strcmp(one->pdata[i], other->pdata[i]);
	return order;
}

static gint compare_findings(gconstpointer a, gconstpointer b)
{
	const struct correlation_finding *one = *(const struct correlation_finding *const *)a;
	const struct correlation_finding *other = *(const struct correlation_finding *const *)b;
	int order = compare_hosts(one->host, other->host);

	order = order ? order : compare_numbers(one->first, other->first);
	order = order ? order : strcmp(one->correlation->title, other->correlation->title);
	order = order ? order : g_strcmp0(one->correlation->id, other->correlation->id);
	return order ? order : compare_groups(one->group, other->group);
}

static void report_loss(const struct reporting *reporting, const struct fault_sink *faults)
{
	const struct fault fault = {
		.code = FAULT_LEFT_OUT,
		.what = "there are more events for correlations than fit into memory, and some "
			"were left out",
	};

	if (faults && (reporting->is_full || reporting->correlations->left_out))
		fault_report(faults, &fault);
}

GPtrArray *correlations_report(struct correlations *correlations, const struct fault_sink *faults)
{
	struct reporting reporting = {correlations, g_ptr_array_new(), 0, false};
	GPtrArray *findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)correlation_finding_free);

	correlations_drop_copies(correlations);
	if (!find_idle_ones(correlations))
		rank_events(correlations);
	for (guint i = 0; i < correlations->order->len; i++)
		evaluate(&reporting, correlations->order->pdata[i]);
	for (guint i = 0; i < reporting.holdings->len; i++) {
		const struct holding *holding = g_ptr_array_index(reporting.holdings, i);

		if (correlation_node_reports(correlations, holding->node))
			g_ptr_array_add(findings, make_finding(&reporting, holding));
	}
	g_ptr_array_sort(findings, compare_findings);
	report_loss(&reporting, faults);
	g_ptr_array_unref(reporting.holdings);
	return findings;
}
