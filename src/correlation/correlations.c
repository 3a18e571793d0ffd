/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/correlations.h"

#include <string.h>

#include "base/limits.h"
#include "correlation/node.h"

/* What a text or a mention takes beside its bytes, its place in a table included. */
#define OVERHEAD 64

static void input_clear(gpointer data)
{
	struct node_input *input = data;

	g_clear_pointer(&input->fields, g_array_unref);
}

static void node_free(gpointer data)
{
	struct correlation_node *node = data;

	g_array_unref(node->inputs);
	g_ptr_array_unref(node->mentions);
	g_clear_pointer(&node->holdings, g_ptr_array_unref);
	correlation_free(node->correlation);
	g_free(node);
}

struct correlations *correlations_new(void)
{
	struct correlations *correlations = g_new0(struct correlations, 1);

	correlations->nodes = g_ptr_array_new_with_free_func(node_free);
	correlations->order = g_ptr_array_new();
	correlations->feeds =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	correlations->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	correlations->events = g_ptr_array_new_with_free_func(g_free);
	correlations->saved = g_ptr_array_new_with_free_func(correlation_match_free);
	return correlations;
}

void correlations_free(struct correlations *correlations)
{
	if (!correlations)
		return;
	g_hash_table_unref(correlations->feeds);
	g_ptr_array_unref(correlations->order);
	g_ptr_array_unref(correlations->nodes);
	g_ptr_array_unref(correlations->events);
	g_ptr_array_unref(correlations->saved);
	g_hash_table_unref(correlations->texts);
	g_free(correlations);
}

void correlations_take(struct correlations *correlations, struct correlation *correlation)
{
	struct correlation_node *node = g_new0(struct correlation_node, 1);

	node->correlation = correlation;
	node->inputs = g_array_new(FALSE, TRUE, sizeof(struct node_input));
	g_array_set_clear_func(node->inputs, input_clear);
	g_array_set_size(node->inputs, correlation->rules->len);
	node->mentions = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(correlations->nodes, node);
}

const struct correlation *correlations_find(const struct correlations *correlations, const char *id,
					    const char *title)
{
	for (guint i = 0; i < correlations->order->len; i++) {
		const struct correlation_node *node = correlations->order->pdata[i];
		const struct correlation *one = node->correlation;

		if (g_strcmp0(one->id, id) == 0 && (id || strcmp(one->title, title) == 0))
			return one;
	}
	return NULL;
}

size_t correlations_count(const struct correlations *correlations)
{
	return correlations->order->len;
}

/* One correlation that lets the rule report is enough. */
bool correlations_silence(const struct correlations *correlations, const struct rule *rule)
{
	const GArray *feeds = g_hash_table_lookup(correlations->feeds, rule);

	for (guint i = 0; feeds && i < feeds->len; i++)
		if (g_array_index(feeds, struct rule_feed, i).node->correlation->generate)
			return false;
	return feeds != NULL;
}

void correlations_next_event(struct correlations *correlations)
{
	correlations->current = NULL;
	g_ptr_array_set_size(correlations->saved, 0);
}

/* Each text once: hosts, paths and users repeat. */
static const char *keep(struct correlations *correlations, const char *text)
{
	const char *kept = text ? g_hash_table_lookup(correlations->texts, text) : NULL;
	char *copy;

	if (kept || !text)
		return kept;
	copy = g_strdup(text);
	g_hash_table_add(correlations->texts, copy);
	correlations->size += strlen(copy) + OVERHEAD;
	return copy;
}

/* The event at hand, kept. */
static const struct correlated_event *keep_event(struct correlations *correlations,
						 const struct event *event)
{
	struct correlated_event *kept = correlations->current;

	if (kept)
		return kept;
	kept = g_new0(struct correlated_event, 1);
	kept->ref = event->ref;
	kept->ref.channel = keep(correlations, event->ref.channel);
	kept->ref.path = keep(correlations, event->ref.path);
	kept->ref.entry = keep(correlations, event->ref.entry);
	kept->ref.via = keep(correlations, event->ref.via);
	kept->host = keep(correlations, event->host);
	g_ptr_array_add(correlations->events, kept);
	correlations->size += sizeof(*kept) + OVERHEAD;
	correlations->current = kept;
	return kept;
}

static size_t length_of(const char *text)
{
	return text ? strlen(text) + OVERHEAD : 0;
}

/* As if none of the texts were there yet. */
static bool has_room(const struct correlations *correlations, const struct event *event,
		     const char *const *texts, guint count)
{
	size_t size = sizeof(struct correlated_event) + sizeof(struct mention) + 2 * OVERHEAD;

	size += length_of(event->host) + length_of(event->ref.channel) +
		length_of(event->ref.path) + length_of(event->ref.entry) +
		length_of(event->ref.via);
	for (guint i = 0; i < count; i++)
		size += length_of(texts[i]) + sizeof(*texts);
	return correlations->mentions < WH_MAX_CORRELATION_EVENTS &&
	       correlations->size <= WH_MAX_CORRELATION_TEXT &&
	       size <= WH_MAX_CORRELATION_TEXT - correlations->size;
}

static const char *read_field(const struct field_list *subject, const char *folded)
{
	guint index = 0;
	const struct field *field = field_list_next(subject, folded, &index);

	return field ? field->text : NULL;
}

/* The texts that a correlation asks for. False when the event lacks one. */
static bool read_texts(const struct rule_feed *feed, const struct field_list *subject,
		       const char **texts)
{
	const struct correlation *correlation = feed->node->correlation;
	const struct correlation_rule *rule = g_ptr_array_index(correlation->rules, feed->rule);
	guint count = 0;

	for (guint i = 0; i < rule->group_fields->len; i++)
		if (!(texts[count++] = read_field(subject, rule->group_fields->pdata[i])))
			return false;
	for (guint i = 0; i < correlation->fields->len; i++)
		if (!(texts[count++] = read_field(subject, correlation->fields->pdata[i])))
			return false;
	return true;
}

static void add_mention(struct correlations *correlations, const struct rule_feed *feed,
			const struct correlated_event *event, const char *const *texts, guint count)
{
	size_t size = sizeof(struct mention) + count * sizeof(*texts);
	struct mention *mention = g_malloc0(size);

	mention->event = event;
	mention->rule = feed->rule;
	for (guint i = 0; i < count; i++)
		mention->texts[i] = keep(correlations, texts[i]);
	g_ptr_array_add(feed->node->mentions, mention);
	correlations->mentions++;
	correlations->size += size + OVERHEAD;
}

static void hear_feed(struct correlations *correlations, const struct event *event,
		      const struct rule *rule, const struct rule_feed *feed,
		      const struct field_list *subject)
{
	const struct correlation *correlation = feed->node->correlation;
	const char *texts[2 * WH_MAX_CORRELATION_FIELDS];
	guint count = correlation->group_by->len + correlation->fields->len;

	if (!read_texts(feed, subject, texts))
		return;
	if (correlations->scope == CORRELATE_HOSTS && feed->node->is_for_across)
		correlations_save(correlations, rule, feed, texts);
	if (!correlation_node_is_asked(correlations, feed->node))
		return;
	if (has_room(correlations, event, texts, count))
		add_mention(correlations, feed, keep_event(correlations, event), texts, count);
	else
		correlations->left_out++;
}

/* An event without a time stands in no window. */
void correlations_add_match(struct correlations *correlations, const struct event *event,
			    const struct rule *rule, const struct field_list *subject)
{
	const GArray *feeds = g_hash_table_lookup(correlations->feeds, rule);

	for (guint i = 0; feeds && event->ref.time && i < feeds->len; i++)
		hear_feed(correlations, event, rule, &g_array_index(feeds, struct rule_feed, i),
			  subject);
}
