/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "correlation/copies.h"
#include "event/event_times.h"

#define MAX_CHAIN 64 /* events of one key, of which a log has one */

/* What copies of one record say alike. A host may be named with its domain or without. */
static char *copy_key(const struct correlated_event *event)
{
	const char *host = event->host ? event->host : "";
	const char *channel = event->ref.channel ? event->ref.channel : "";
	g_autofree char *name = g_strndup(host, strcspn(host, "."));
	g_autofree char *folded_name = text_fold(name);
	g_autofree char *folded_channel = text_fold(channel);

	return g_strdup_printf("%u %" G_GUINT64_FORMAT " %zu %s%s", event->ref.event_id,
			       event->ref.record_id, strlen(folded_name), folded_name,
			       folded_channel);
}

static bool is_of_log(const struct correlated_event *event)
{
	return event->ref.format == EVENT_FORMAT_LOG && !event->ref.hidden;
}

/* Key → GPtrArray of the logs' events. */
static GHashTable *list_logged(const GPtrArray *events)
{
	GHashTable *logged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						   (GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < events->len; i++) {
		struct correlated_event *event = events->pdata[i];
		g_autofree char *key = NULL;
		GPtrArray *list;

		if (!is_of_log(event) || !event->ref.has_record_id)
			continue;
		key = copy_key(event);
		list = g_hash_table_lookup(logged, key);
		if (!list) {
			list = g_ptr_array_new();
			g_hash_table_insert(logged, g_steal_pointer(&key), list);
		}
		if (list->len < MAX_CHAIN)
			g_ptr_array_add(list, event);
	}
	return logged;
}

static bool is_copy(const struct correlated_event *event, GHashTable *logged)
{
	g_autofree char *key = NULL;
	const GPtrArray *list;
	struct event_time time = event_time_of(&event->ref);

	if (event->ref.format == EVENT_FORMAT_LOG || !event->ref.has_record_id)
		return false;
	key = copy_key(event);
	list = g_hash_table_lookup(logged, key);
	for (guint i = 0; list && i < list->len; i++) {
		const struct correlated_event *other = list->pdata[i];
		struct event_time logged_time = event_time_of(&other->ref);

		if (event_times_agree(&time, &logged_time))
			return true;
	}
	return false;
}

static bool has_exports(const GPtrArray *events)
{
	for (guint i = 0; i < events->len; i++)
		if (((const struct correlated_event *)events->pdata[i])->ref.format !=
		    EVENT_FORMAT_LOG)
			return true;
	return false;
}

static void drop_mentions(GPtrArray *mentions, GHashTable *copies)
{
	guint kept = 0;

	for (guint i = 0; i < mentions->len; i++) {
		struct mention *mention = mentions->pdata[i];

		if (g_hash_table_contains(copies, mention->event))
			g_free(mention);
		else
			mentions->pdata[kept++] = mention;
	}
	g_ptr_array_set_free_func(mentions, NULL);
	g_ptr_array_set_size(mentions, (gint)kept);
	g_ptr_array_set_free_func(mentions, g_free);
}

void correlations_drop_copies(struct correlations *correlations)
{
	const GPtrArray *events = correlations->events;
	g_autoptr(GHashTable) logged = NULL, copies = NULL;

	if (!has_exports(events))
		return;
	logged = list_logged(events);
	copies = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < events->len; i++)
		if (is_copy(events->pdata[i], logged))
			g_hash_table_add(copies, events->pdata[i]);
	for (guint i = 0; g_hash_table_size(copies) && i < correlations->order->len; i++)
		drop_mentions(((struct correlation_node *)correlations->order->pdata[i])->mentions,
			      copies);
}
