/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "evtx/literals.h"
#include "evtx/sieve.h"

#define SHORT_MARK 10

static void clear_want(gpointer data)
{
	struct sieve_want *want = data;

	g_free(want->channel);
	g_clear_pointer(&want->texts, g_hash_table_unref);
}

static struct sieve_provider *provider_new(const char *name)
{
	struct sieve_provider *provider = g_new0(struct sieve_provider, 1);

	provider->name = g_strdup(name);
	provider->wants = g_array_new(FALSE, FALSE, sizeof(struct sieve_want));
	g_array_set_clear_func(provider->wants, clear_want);
	return provider;
}

static void provider_free(gpointer data)
{
	struct sieve_provider *provider = data;

	g_array_unref(provider->wants);
	g_free(provider->name);
	g_free(provider);
}

void sieve_plan_init(struct sieve_plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->providers = g_ptr_array_new_with_free_func(provider_free);
	plan->channels = g_ptr_array_new_with_free_func(g_free);
	plan->marks = g_ptr_array_new_with_free_func(g_free);
	plan->surveyed = g_ptr_array_new_with_free_func(g_free);
}

void sieve_plan_release(struct sieve_plan *plan)
{
	g_ptr_array_unref(plan->providers);
	g_ptr_array_unref(plan->channels);
	g_ptr_array_unref(plan->marks);
	g_ptr_array_unref(plan->surveyed);
}

static bool is_named(const struct sieve_provider *provider, const char *name)
{
	if (!provider->name || !name)
		return provider->name == name;
	return g_ascii_strcasecmp(provider->name, name) == 0;
}

static struct sieve_provider *find_provider(struct sieve_plan *plan, const char *name)
{
	for (guint i = 0; i < plan->providers->len; i++)
		if (is_named(plan->providers->pdata[i], name))
			return plan->providers->pdata[i];
	g_ptr_array_add(plan->providers, provider_new(name));
	return plan->providers->pdata[plan->providers->len - 1];
}

/* The want of that id and channel, or a new one, for which *is_new is set. */
static struct sieve_want *find_want(struct sieve_provider *provider, uint32_t event_id,
				    const char *channel, bool *is_new)
{
	/* Another name is compared in full, when the event is there. */
	g_autofree char *lower =
		channel && g_str_is_ascii(channel) ? g_ascii_strdown(channel, -1) : NULL;
	struct sieve_want fresh = {.event_id = event_id};

	*is_new = false;
	for (guint i = 0; i < provider->wants->len; i++) {
		struct sieve_want *want = &g_array_index(provider->wants, struct sieve_want, i);

		if (want->event_id == event_id && g_strcmp0(want->channel, lower) == 0)
			return want;
	}
	*is_new = true;
	fresh.channel = g_steal_pointer(&lower);
	g_array_append_val(provider->wants, fresh);
	return &g_array_index(provider->wants, struct sieve_want, provider->wants->len - 1);
}

static bool can_be_sought(const GArray *texts)
{
	for (guint i = 0; texts && i < texts->len; i++)
		if (!field_text_can_be_sought(&g_array_index(texts, struct field_text, i)))
			return false;
	return texts != NULL;
}

static bool holds_name(const GPtrArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++)
		if (g_ascii_strcasecmp(name, names->pdata[i]) == 0)
			return true;
	return false;
}

static void add_mark(struct sieve_plan *plan, const struct sieve_origin *origin)
{
	const char *mark = origin->provider ? origin->provider : origin->channel;

	if (mark && strlen(mark) < SHORT_MARK && origin->channel) {
		if (!holds_name(plan->surveyed, origin->channel))
			g_ptr_array_add(plan->surveyed, g_strdup(origin->channel));
		return;
	}
	if (!mark || !literal_can_be_sought(mark))
		plan->any_chunk = true;
	else if (!holds_name(plan->marks, mark))
		g_ptr_array_add(plan->marks, g_strdup(mark));
}

void sieve_plan_add_texts(struct sieve_plan *plan, const struct sieve_origin *origin,
			  uint32_t event_id, const GArray *texts)
{
	bool is_new;
	struct sieve_want *want = find_want(find_provider(plan, origin->provider), event_id,
					    origin->channel, &is_new);

	add_mark(plan, origin);
	if (!can_be_sought(texts)) {
		g_clear_pointer(&want->texts, g_hash_table_unref);
		return;
	}
	if (is_new)
		want->texts = field_texts_new();
	for (guint i = 0; want->texts && i < texts->len; i++)
		field_texts_add(want->texts, &g_array_index(texts, struct field_text, i));
}

void sieve_plan_add(struct sieve_plan *plan, const char *provider, const unsigned *event_ids,
		    size_t count)
{
	const struct sieve_origin origin = {.provider = provider};

	for (size_t i = 0; i < count; i++)
		sieve_plan_add_texts(plan, &origin, event_ids[i], NULL);
}

void sieve_plan_add_channel(struct sieve_plan *plan, const char *channel)
{
	if (!channel)
		plan->any_channel = true;
	else if (!holds_name(plan->channels, channel))
		g_ptr_array_add(plan->channels, g_strdup(channel));
}

bool sieve_plan_has_mark(const struct sieve_plan *plan, const char *name)
{
	return holds_name(plan->marks, name);
}

bool sieve_plan_has_channel(const struct sieve_plan *plan, const char *channel)
{
	return plan->any_channel || holds_name(plan->channels, channel);
}
