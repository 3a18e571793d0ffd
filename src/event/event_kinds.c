/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_kinds.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"

struct event_kinds {
	GHashTable *kinds; /* struct event_kind */
};

static guint kind_hash(gconstpointer data)
{
	const struct event_kind *kind = data;

	return kind->event_id * 31 + (kind->provider ? g_str_hash(kind->provider) : 0) +
	       (kind->channel ? g_str_hash(kind->channel) : 1);
}

static gboolean kind_equal(gconstpointer a, gconstpointer b)
{
	const struct event_kind *one = a, *other = b;

	return one->event_id == other->event_id && g_strcmp0(one->channel, other->channel) == 0 &&
	       g_strcmp0(one->provider, other->provider) == 0;
}

static void kind_free(gpointer data)
{
	struct event_kind *kind = data;

	g_free(kind->provider);
	g_free(kind->channel);
	g_hash_table_unref(kind->fields);
	g_free(kind);
}

struct event_kinds *event_kinds_new(void)
{
	struct event_kinds *kinds = g_new0(struct event_kinds, 1);

	kinds->kinds = g_hash_table_new_full(kind_hash, kind_equal, kind_free, NULL);
	return kinds;
}

void event_kinds_free(struct event_kinds *kinds)
{
	if (!kinds)
		return;
	g_hash_table_unref(kinds->kinds);
	g_free(kinds);
}

struct event_kind *event_kinds_get(struct event_kinds *kinds, const char *provider,
				   const char *channel, uint32_t event_id)
{
	const struct event_kind like = {(char *)provider, (char *)channel, event_id, false, NULL};
	struct event_kind *kind = g_hash_table_lookup(kinds->kinds, &like);

	if (kind || g_hash_table_size(kinds->kinds) >= WH_MAX_EVENT_KINDS)
		return kind;
	kind = g_new0(struct event_kind, 1);
	kind->provider = g_strdup(provider);
	kind->channel = g_strdup(channel);
	kind->event_id = event_id;
	kind->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_add(kinds->kinds, kind);
	return kind;
}

void event_kind_add_field(struct event_kind *kind, const char *name)
{
	if (g_hash_table_contains(kind->fields, name))
		return;
	if (g_hash_table_size(kind->fields) >= WH_MAX_KIND_FIELDS ||
	    strlen(name) > WH_MAX_HOLDING_NAME)
		kind->is_open = true;
	else
		g_hash_table_add(kind->fields, g_strdup(name));
}

static const char *or_none(const char *text)
{
	return text && strlen(text) <= WH_MAX_HOLDING_NAME ? text : NULL;
}

void event_kinds_add(struct event_kinds *kinds, const struct event *event)
{
	struct event_kind *kind =
		event->ref.has_event_id
			? event_kinds_get(kinds, or_none(event->provider),
					  or_none(event->ref.channel), event->ref.event_id)
			: NULL;

	for (guint i = 0; kind && i < event->fields->len; i++)
		event_kind_add_field(kind,
				     g_array_index(event->fields, struct event_field, i).name);
}

static void merge_kind(struct event_kind *kind, const struct event_kind *more)
{
	GHashTableIter iter;
	gpointer name;

	kind->is_open |= more->is_open;
	g_hash_table_iter_init(&iter, more->fields);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		event_kind_add_field(kind, name);
}

void event_kinds_merge(struct event_kinds *kinds, const struct event_kinds *more)
{
	g_autoptr(GPtrArray) list = event_kinds_list(more);

	for (guint i = 0; i < list->len; i++) {
		const struct event_kind *one = list->pdata[i];
		struct event_kind *kind =
			event_kinds_get(kinds, one->provider, one->channel, one->event_id);

		if (kind)
			merge_kind(kind, one);
	}
}

static gint compare_kinds(gconstpointer a, gconstpointer b)
{
	const struct event_kind *const *one = a, *const *other = b;
	int order = g_strcmp0((*one)->channel, (*other)->channel);

	order = order ? order : compare_numbers((*one)->event_id, (*other)->event_id);
	return order ? order : g_strcmp0((*one)->provider, (*other)->provider);
}

GPtrArray *event_kinds_list(const struct event_kinds *kinds)
{
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer kind;

	g_hash_table_iter_init(&iter, kinds->kinds);
	while (g_hash_table_iter_next(&iter, &kind, NULL))
		g_ptr_array_add(list, kind);
	g_ptr_array_sort(list, compare_kinds);
	return list;
}

#define NAME_COST 64 /* of a field: its place in a table, and its name by and large */

uint64_t event_kinds_size(const struct event_kinds *kinds)
{
	uint64_t size = 0;
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, kinds->kinds);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct event_kind *kind = key;

		size += 512 + (uint64_t)g_hash_table_size(kind->fields) * NAME_COST;
	}
	return size;
}
