/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/log_source.h"

#include <string.h>

#include "base/text.h"

static bool feed_has_id(const struct log_feed *feed, guint64 event_id)
{
	for (guint i = 0; i < feed->event_ids->len; i++)
		if (g_array_index(feed->event_ids, guint32, i) == event_id)
			return true;
	return feed->event_ids->len == 0;
}

bool log_source_is_read(const struct log_source *source)
{
	return source->feeds->len > 0 || source->is_subscription;
}

static bool is_text(const char *wanted, const char *text)
{
	return !wanted || (text && g_ascii_strcasecmp(wanted, text) == 0);
}

bool log_feed_has_event(const struct log_feed *feed, const struct event *event)
{
	if (feed->is_of_hidden && !event->ref.hidden)
		return false;
	if (feed->event_ids->len > 0 && !event->ref.has_event_id)
		return false;
	return feed_has_id(feed, event->ref.event_id) && is_text(feed->provider, event->provider) &&
	       is_text(feed->channel, event->ref.channel);
}

static GHashTable *fold_fields(const struct log_feed *feed, const GPtrArray *logged)
{
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < logged->len; i++) {
		g_autofree char *folded = text_fold(logged->pdata[i]);
		const char *name = feed->names ? g_hash_table_lookup(feed->names, folded) : NULL;

		g_hash_table_add(fields, name ? text_fold(name) : g_steal_pointer(&folded));
	}
	return fields;
}

const GHashTable *log_feed_get_fields(const struct log_feed *feed, guint32 event_id)
{
	gpointer key = GUINT_TO_POINTER(event_id);
	GHashTable *fields = g_hash_table_lookup(feed->fields, key);
	const GPtrArray *logged = feed->logged ? g_hash_table_lookup(feed->logged, key) : NULL;

	if (fields || !logged)
		return fields;
	fields = fold_fields(feed, logged);
	g_hash_table_insert(feed->fields, key, fields);
	return fields;
}

bool log_field_is_common(const char *folded)
{
	static const char *const names[] = {
		"eventid",	   "channel", "provider_name", "computer",
		"security_userid", "hidden",  "remotenode",    NULL};

	return g_strv_contains(names, folded);
}

static bool subscription_has_field(const struct log_source *source, const char *folded)
{
	if (g_hash_table_contains(source->fields, folded))
		return true;
	for (const char *dot = strchr(folded, '.'); dot; dot = strchr(dot + 1, '.')) {
		g_autofree char *above = g_strdup_printf("%.*s.*", (int)(dot - folded), folded);

		if (g_hash_table_contains(source->fields, above))
			return !g_str_has_suffix(folded, ".");
	}
	return false;
}

/* The ids of a feed, or NULL where not all of them are known. The caller frees the list. */
static GList *list_ids(const struct log_feed *feed)
{
	GList *ids = NULL;

	if (feed->event_ids->len == 0)
		return feed->complete ? g_hash_table_get_keys(feed->logged) : NULL;
	for (guint i = 0; i < feed->event_ids->len; i++)
		ids = g_list_prepend(ids,
				     GUINT_TO_POINTER(g_array_index(feed->event_ids, guint32, i)));
	return ids;
}

static bool feed_lacks_field(const struct log_feed *feed, const char *folded)
{
	g_autoptr(GList) ids = list_ids(feed);

	for (const GList *id = ids; id; id = id->next) {
		const GHashTable *fields = log_feed_get_fields(feed, GPOINTER_TO_UINT(id->data));

		if (!fields || g_hash_table_contains((GHashTable *)fields, folded))
			return false;
	}
	return ids != NULL;
}

bool log_source_lacks_field(const struct log_source *source, const char *folded)
{
	for (guint i = 0; i < source->feeds->len; i++)
		if (!feed_lacks_field(source->feeds->pdata[i], folded))
			return false;
	return source->feeds->len > 0 && !log_field_is_common(folded);
}

void log_source_check_field(const struct log_source *source, const char *folded,
			    const struct place *place, struct lint *lint)
{
	/* What Windows logs and an event here does not keep. */
	static const char *const left_out[] = {"level", "keywords", "task", "opcode", NULL};

	if (lint->is_packed || (lint->errors_only && !source->is_subscription))
		return;
	/* A subscription's fields are ours to know; a later Windows may log new ones. */
	if (source->is_subscription) {
		if (!subscription_has_field(source, folded))
			lint_error(lint, place, "a subscription has no field '%s'", folded);
	} else if (log_source_lacks_field(source, folded)) {
		lint_warn(lint, place, "no event of this log source has a field '%s'", folded);
	} else if (g_strv_contains(left_out, folded)) {
		lint_warn(lint, place, "'%s' of an event's System part is not read", folded);
	}
}

static bool source_has_id(const struct log_source *source, guint64 id)
{
	for (guint i = 0; i < source->feeds->len; i++) {
		const struct log_feed *feed = source->feeds->pdata[i];

		if (feed_has_id(feed, id) &&
		    !(feed->complete && !log_feed_get_fields(feed, (guint32)id)))
			return true;
	}
	return source->feeds->len == 0;
}

void log_source_check_event_id(const struct log_source *source, const struct yaml_node *value,
			       struct lint *lint)
{
	guint64 id;

	if (!g_ascii_string_to_unsigned(value->text, 10, 0, G_MAXUINT32, &id, NULL) ||
	    !source_has_id(source, id))
		lint_warn(lint, &value->place,
			  "event '%s' is not read from this log source, so this never matches",
			  value->text);
}
