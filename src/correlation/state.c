/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/state.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "correlation/entry_order.h"
#include "event/event_times.h"
#include "sigma/number.h"

/*
 * How it works. Events come in any order of time, so they are only kept, in a group for each set of
 * group-by values, until correlation_state_take(). Then each group is put in order, and
 * a window (correlation/window.h) slides over it. A window that meets the condition is a hit, or
 * extends the last one when the two share an event. What is kept is bounded:
 * WH_MAX_CORRELATION_EVENTS entries, WH_MAX_CORRELATION_TEXT bytes of values, each of which is kept
 * once.
 */

/* What a group takes beside its texts, its arrays and its place in the table included. */
#define GROUP_COST 256
/* What a text takes more in a key, and how often longer it can get when it is folded. */
#define KEY_COST 32
#define FOLDED_LONGER 4

struct correlation_group {
	GPtrArray *values; /* char *, as first seen */
	GArray *entries; /* struct window_entry */
};

struct correlation_state {
	const struct correlation *correlation;
	GHashTable *groups; /* key of the folded values → struct correlation_group */
	GHashTable *values; /* folded value → itself, so that equal ones are one pointer */
	size_t events;
	size_t text; /* bytes kept */
};

void correlation_hit_free(struct correlation_hit *hit)
{
	if (!hit)
		return;
	g_ptr_array_unref(hit->group);
	g_array_unref(hit->tags);
	g_free(hit);
}

static void correlation_group_free(gpointer data)
{
	struct correlation_group *group = data;

	g_ptr_array_unref(group->values);
	g_array_unref(group->entries);
	g_free(group);
}

bool correlation_state_can_hold(const struct correlation *correlation, size_t events, size_t bytes)
{
	size_t each = GROUP_COST + 2 * correlation->group_by->len * KEY_COST;

	return events <= WH_MAX_CORRELATION_EVENTS && bytes <= WH_MAX_CORRELATION_TEXT &&
	       events * each + 2 * bytes * FOLDED_LONGER <= WH_MAX_CORRELATION_TEXT;
}

struct correlation_state *correlation_state_new(const struct correlation *correlation)
{
	struct correlation_state *state = g_new0(struct correlation_state, 1);

	state->correlation = correlation;
	state->groups =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, correlation_group_free);
	state->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return state;
}

void correlation_state_free(struct correlation_state *state)
{
	if (!state)
		return;
	g_hash_table_unref(state->groups);
	g_hash_table_unref(state->values);
	g_free(state);
}

/* One text for several: no two lists have the same, whatever characters are in them. NULL
 * when one is missing. Sigma compares texts without regard to case. */
static char *join_folded(const char *const *texts, guint count)
{
	GString *key = g_string_new(NULL);

	for (guint i = 0; i < count; i++) {
		g_autofree char *folded = texts[i] ? text_fold(texts[i]) : NULL;

		if (!folded) {
			g_string_free(key, TRUE);
			return NULL;
		}
		g_string_append_printf(key, "%zu:%s", strlen(folded), folded);
	}
	return g_string_free(key, FALSE);
}

static bool spend(struct correlation_state *state, size_t bytes)
{
	if (bytes > WH_MAX_CORRELATION_TEXT - state->text)
		return false;
	state->text += bytes;
	return true;
}

/* Takes the key. NULL when the state is full. */
static struct correlation_group *find_group(struct correlation_state *state, char *key,
					    const char *const *values)
{
	guint count = state->correlation->group_by->len;
	struct correlation_group *group = g_hash_table_lookup(state->groups, key);

	if (group || !spend(state, 2 * strlen(key) + GROUP_COST)) {
		g_free(key);
		return group;
	}
	group = g_new0(struct correlation_group, 1);
	group->values = g_ptr_array_new_with_free_func(g_free);
	group->entries = g_array_new(FALSE, FALSE, sizeof(struct window_entry));
	for (guint i = 0; i < count; i++)
		g_ptr_array_add(group->values, g_strdup(values[i]));
	g_hash_table_insert(state->groups, key, group);
	return group;
}

/* Takes the text; NULL when the state is full. */
static const char *intern(struct correlation_state *state, char *text)
{
	const char *known = g_hash_table_lookup(state->values, text);

	if (known || !spend(state, strlen(text))) {
		g_free(text);
		return known;
	}
	g_hash_table_add(state->values, text);
	return text;
}

enum reading {
	READING_DONE,
	READING_NOTHING, /* the event has no such value */
	READING_FULL,
};

static enum reading read_value(struct correlation_state *state,
			       const struct correlation_event *event, struct window_entry *entry)
{
	const struct correlation *correlation = state->correlation;
	char *joined;

	switch (correlation->type) {
	case CORRELATION_VALUE_COUNT:
		joined = join_folded(event->values, correlation->fields->len);
		if (!joined)
			return READING_NOTHING;
		entry->value = intern(state, joined);
		return entry->value ? READING_DONE : READING_FULL;
	case CORRELATION_VALUE_SUM:
	case CORRELATION_VALUE_AVG:
		return event->values[0] && number_parse(event->values[0], &entry->number)
			       ? READING_DONE
			       : READING_NOTHING;
	default:
		return READING_DONE;
	}
}

bool correlation_state_add(struct correlation_state *state, const struct correlation_event *event)
{
	struct window_entry entry = {
		.time = event->time,
		.latest = event->event ? event_latest(&event->event->ref) : event->time,
		.event = event->event,
		.tag = event->tag,
		.rule = event->rule,
	};
	char *key = join_folded(event->group, state->correlation->group_by->len);
	struct correlation_group *group;
	enum reading reading;

	if (!key)
		return true;
	reading = state->events < WH_MAX_CORRELATION_EVENTS ? read_value(state, event, &entry)
							    : READING_FULL;
	if (reading != READING_DONE) {
		g_free(key);
		return reading == READING_NOTHING;
	}
	group = find_group(state, key, event->group);
	if (!group)
		return false;
	g_array_append_val(group->entries, entry);
	state->events++;
	return true;
}

/* Adds the entries from `first` on to a hit, those that it has already left out. What two rules
 * matched stands there twice and is one event. */
static void extend(struct correlation_hit *hit, const GArray *entries, guint first, guint end)
{
	for (guint i = first; i < end; i++) {
		const struct window_entry *entry = &g_array_index(entries, struct window_entry, i);

		hit->first = MIN(hit->first, entry->time);
		hit->last = MAX(hit->last, entry->time);
		if (hit->events > 0 && hit->last_tag == entry->tag)
			continue;
		if (hit->tags->len < WH_MAX_CORRELATION_MEMBERS)
			g_array_append_val(hit->tags, entry->tag);
		hit->events++;
		hit->last_tag = entry->tag;
	}
}

static struct correlation_hit *hit_new(const struct correlation_group *group, guint first,
				       long double number)
{
	struct correlation_hit *hit = g_new0(struct correlation_hit, 1);

	hit->group = g_ptr_array_ref(group->values);
	hit->tags = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	hit->first = g_array_index(group->entries, struct window_entry, first).time;
	hit->number = number;
	return hit;
}

static void find_hits(const struct correlation *correlation, const struct correlation_group *group,
		      GPtrArray *hits)
{
	struct window *window = window_new(correlation, group->entries);
	struct correlation_hit *hit = NULL;
	guint covered = 0; /* entries before this one are in the hit */
	long double number;

	while (window_next(window, &number)) {
		guint start = window_start(window), end = window_end(window);

		if (!correlation_condition_holds(&correlation->condition, number))
			continue;
		if (!hit || start >= covered) {
			hit = hit_new(group, start, number);
			g_ptr_array_add(hits, hit);
			covered = start;
		}
		extend(hit, group->entries, covered, end);
		covered = end;
	}
	window_free(window);
}

static gint compare_hits(gconstpointer a, gconstpointer b)
{
	const struct correlation_hit *left = *(const struct correlation_hit *const *)a;
	const struct correlation_hit *right = *(const struct correlation_hit *const *)b;
	int order = 0;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	for (guint i = 0; order == 0 && i < left->group->len; i++)
		order = strcmp(g_ptr_array_index(left->group, i),
			       g_ptr_array_index(right->group, i));
	return order;
}

GPtrArray *correlation_state_take(struct correlation_state *state)
{
	GPtrArray *hits = g_ptr_array_new_with_free_func((GDestroyNotify)correlation_hit_free);
	GHashTableIter iter;
	gpointer data;

	g_hash_table_iter_init(&iter, state->groups);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		struct correlation_group *group = data;

		window_entries_sort(state->correlation, group->entries);
		find_hits(state->correlation, group, hits);
	}
	g_ptr_array_sort(hits, compare_hits);
	g_hash_table_remove_all(state->groups);
	g_hash_table_remove_all(state->values);
	state->events = 0;
	state->text = 0;
	return hits;
}
