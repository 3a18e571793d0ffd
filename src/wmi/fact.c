/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/fact.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "evtx/sieve.h"
#include "wmi/activity.h"
#include "wmi/sysmon.h"
#include "wmi/undecoded.h"

const struct wmi_source wmi_sources[] = {
	{"Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational", {5861}},
	{"Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", {19, 20, 21}},
	{0},
};

/* The order of wmi_sources. */
static struct wmi_fact *(*const readers[])(const struct event *) = {
	activity_fact_from_event,
	sysmon_fact_from_event,
};
G_STATIC_ASSERT(G_N_ELEMENTS(readers) == G_N_ELEMENTS(wmi_sources) - 1);

static size_t count_ids(const struct wmi_source *source)
{
	size_t count = 0;

	while (count < G_N_ELEMENTS(source->event_ids) && source->event_ids[count])
		count++;
	return count;
}

void wmi_sources_fill_plan(struct sieve_plan *plan)
{
	for (const struct wmi_source *source = wmi_sources; source->provider; source++) {
		sieve_plan_add(plan, source->provider, source->event_ids, count_ids(source));
		sieve_plan_add_channel(plan, source->channel);
	}
}

/* A record that lost its provider's name is known by its channel. */
static bool is_of_source(const struct wmi_source *source, const struct event *event)
{
	if (event->provider)
		return strcmp(source->provider, event->provider) == 0;
	return event->ref.channel && strcmp(source->channel, event->ref.channel) == 0;
}

static bool source_has_event(const struct wmi_source *source, const struct event *event)
{
	if (!is_of_source(source, event))
		return false;
	for (size_t i = 0; i < count_ids(source); i++) {
		if (source->event_ids[i] == event->ref.event_id)
			return true;
	}
	return false;
}

/* The index into wmi_sources, or -1. */
static int find_source(const struct event *event)
{
	if (!event->ref.has_event_id)
		return -1;
	for (int i = 0; wmi_sources[i].provider; i++) {
		if (source_has_event(&wmi_sources[i], event))
			return i;
	}
	return -1;
}

bool wmi_event_is_wanted(const struct event *event)
{
	return find_source(event) >= 0 || undecoded_is_registration(event);
}

struct wmi_fact *wmi_fact_from_event(const struct event *event)
{
	int source = find_source(event);

	if (source >= 0)
		return readers[source](event);
	return undecoded_is_registration(event) ? undecoded_fact_from_event(event) : NULL;
}

struct wmi_fact *wmi_fact_new(void)
{
	struct wmi_fact *fact = g_new0(struct wmi_fact, 1);

	arena_init(&fact->arena);
	return fact;
}

void wmi_fact_free(struct wmi_fact *fact)
{
	if (!fact)
		return;
	arena_release(&fact->arena);
	g_free(fact);
}

struct wmi_filter *wmi_filter_new(struct arena *arena)
{
	return memset(arena_alloc(arena, sizeof(struct wmi_filter)), 0, sizeof(struct wmi_filter));
}

struct wmi_consumer *wmi_consumer_new(struct arena *arena)
{
	return memset(arena_alloc(arena, sizeof(struct wmi_consumer)), 0,
		      sizeof(struct wmi_consumer));
}

const char *wmi_fact_take(struct wmi_fact *fact, char *text)
{
	const char *copy = text ? arena_copy(&fact->arena, text, strlen(text)) : NULL;

	g_free(text);
	return copy;
}

const char *wmi_fact_read(struct wmi_fact *fact, const struct event *event, const char *name)
{
	const char *value = event_get_field(event, name);
	size_t length;

	if (!value || !*value)
		return NULL;
	length = strnlen(value, WH_MAX_FACT_TEXT + 1);
	if (length <= WH_MAX_FACT_TEXT)
		return value;
	fact->incomplete = true;
	return arena_copy(&fact->arena, value, text_cut(value, length, WH_MAX_FACT_TEXT));
}

const char *wmi_operation_name(enum wmi_operation operation)
{
	static const char *const names[] = {
		[WMI_REGISTERED] = "registered",
		[WMI_CREATED] = "created",
		[WMI_MODIFIED] = "modified",
		[WMI_DELETED] = "deleted",
	};

	return names[operation];
}
