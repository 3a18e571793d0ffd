/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/rule_wants.h"

#include <string.h>

#include "base/limits.h"

#define ID_TEXT 12

void rule_want_free(struct rule_want *want)
{
	if (!want)
		return;
	prefilter_release(&want->demand);
	g_free(want);
}

/* What a rule names as a whole of providers and event ids. */
struct named {
	GHashTable *event_ids; /* sets of char * */
	GHashTable *providers;
};

static void named_init(struct named *named, const struct condition *condition)
{
	named->event_ids = g_hash_table_new(g_str_hash, g_str_equal);
	named->providers = g_hash_table_new(g_str_hash, g_str_equal);
	condition_add_exact_values(condition, "eventid", named->event_ids);
	condition_add_exact_values(condition, "provider_name", named->providers);
}

static void named_release(struct named *named)
{
	g_hash_table_unref(named->event_ids);
	g_hash_table_unref(named->providers);
}

/* The rule in one feed: what all its wants there share. */
struct listing {
	struct rule *rule;
	const struct log_feed *feed;
	const struct named *named;
	GPtrArray *wants;
};

static void add_want(struct listing *listing, const char *provider, const char *event_id)
{
	const struct log_feed *feed = listing->feed;
	const struct circumstances circumstances = {
		.event_id = event_id,
		.provider = feed->provider ? feed->provider : provider,
		.channel = feed->channel,
	};
	struct rule_want *want = g_new0(struct rule_want, 1);

	prefilter_init(&want->demand, listing->rule->detection.condition, &circumstances);
	want->rule = listing->rule;
	want->feed = feed;
	want->provider = provider;
	want->any_id = !event_id;
	want->event_id = event_id ? (guint32)g_ascii_strtoull(event_id, NULL, 10) : 0;
	if (want->demand.kind == PREFILTER_NEVER)
		rule_want_free(want);
	else
		g_ptr_array_add(listing->wants, want);
}

static bool is_event_id(const char *text)
{
	guint64 id;

	/* One with a leading zero is not how an event's id is written. */
	return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT16, &id, NULL) &&
	       (text[0] != '0' || text[1] == '\0');
}

static void add_ids(struct listing *listing, const char *provider)
{
	const GArray *ids = listing->feed->event_ids;
	char text[ID_TEXT];
	GHashTableIter iter;
	gpointer id;

	for (guint i = 0; i < ids->len; i++) {
		g_snprintf(text, sizeof(text), "%u", g_array_index(ids, guint32, i));
		add_want(listing, provider, text);
	}
	if (ids->len > 0)
		return;
	g_hash_table_iter_init(&iter, listing->named->event_ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (is_event_id(id))
			add_want(listing, provider, id);
	add_want(listing, provider, NULL);
}

/* Too many to tell apart: all events of the feed. */
static void add_whole(struct listing *listing)
{
	struct rule_want *want = g_new0(struct rule_want, 1);

	*want = (struct rule_want){.rule = listing->rule,
				   .feed = listing->feed,
				   .any_id = true,
				   .demand = {.kind = PREFILTER_NOTHING}};
	g_ptr_array_add(listing->wants, want);
}

static void add_feed(struct listing *listing)
{
	const struct named *named = listing->named;
	GHashTableIter iter;
	gpointer provider;

	if ((g_hash_table_size(named->event_ids) + 1ull) *
		    (g_hash_table_size(named->providers) + 1ull) >
	    WH_MAX_RULE_WANTS) {
		add_whole(listing);
		return;
	}
	if (!listing->feed->provider) {
		g_hash_table_iter_init(&iter, named->providers);
		while (g_hash_table_iter_next(&iter, &provider, NULL))
			add_ids(listing, provider);
	}
	add_ids(listing, NULL);
}

void rule_wants_add(struct rule *rule, GPtrArray *wants)
{
	struct listing listing = {.rule = rule, .wants = wants};
	struct named named;

	named_init(&named, rule->detection.condition);
	listing.named = &named;
	for (guint i = 0; i < rule->source->feeds->len; i++) {
		listing.feed = rule->source->feeds->pdata[i];
		add_feed(&listing);
	}
	named_release(&named);
}

/* Selections looked at under all the ids that a source can have. */
struct inspection {
	const struct rule *rule;
	const struct named *named;
	bool possible; /* some event can meet the alternative */
	char *event_id; /* of one that cannot, only as it lacks */
	const char *missing; /* this field */
};

static void inspect_id(struct inspection *at, const GPtrArray *alternative,
		       const struct log_feed *feed, const char *event_id)
{
	struct circumstances circumstances = {
		.event_id = event_id, .provider = feed->provider, .channel = feed->channel};
	struct prefilter demand;

	prefilter_init_alternative(&demand, alternative, &circumstances);
	prefilter_release(&demand);
	/* Of another id: that is no fault. */
	if (demand.kind == PREFILTER_NEVER)
		return;
	circumstances.fields =
		event_id ? log_feed_get_fields(feed, (guint32)g_ascii_strtoull(event_id, NULL, 10))
			 : NULL;
	prefilter_init_alternative(&demand, alternative, &circumstances);
	prefilter_release(&demand);
	if (demand.kind != PREFILTER_NEVER) {
		at->possible = true;
	} else if (demand.missing) {
		g_free(at->event_id);
		at->event_id = g_strdup(event_id);
		at->missing = demand.missing;
	}
}

static void inspect_feed(struct inspection *at, const GPtrArray *alternative,
			 const struct log_feed *feed)
{
	char text[ID_TEXT];
	GHashTableIter iter;
	gpointer id;

	for (guint i = 0; i < feed->event_ids->len; i++) {
		g_snprintf(text, sizeof(text), "%u", g_array_index(feed->event_ids, guint32, i));
		inspect_id(at, alternative, feed, text);
	}
	if (feed->event_ids->len > 0)
		return;
	g_hash_table_iter_init(&iter, at->named->event_ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (is_event_id(id))
			inspect_id(at, alternative, feed, id);
	inspect_id(at, alternative, feed, NULL);
}

static void inspect_alternative(struct inspection *at, const struct selection *selection,
				const GPtrArray *alternative, struct lint *lint)
{
	const GPtrArray *feeds = at->rule->source->feeds;

	at->possible = false;
	at->missing = NULL;
	for (guint i = 0; i < feeds->len; i++)
		inspect_feed(at, alternative, feeds->pdata[i]);
	/* A field that no event of the source has is reported where it stands. */
	if (!at->possible && at->missing && !log_source_lacks_field(at->rule->source, at->missing))
		lint_warn(lint, &selection->place,
			  "the selection '%s' never matches: event %s has no field '%s'",
			  selection->name, at->event_id, at->missing);
}

void rule_wants_check(const struct rule *rule, struct lint *lint)
{
	struct inspection at = {.rule = rule};
	struct named named;

	named_init(&named, rule->detection.condition);
	at.named = &named;
	for (guint i = 0; i < rule->detection.selections->len; i++) {
		const struct selection *selection = rule->detection.selections->pdata[i];

		for (guint j = 0; j < selection->alternatives->len; j++)
			inspect_alternative(&at, selection, selection->alternatives->pdata[j],
					    lint);
	}
	g_free(at.event_id);
	named_release(&named);
}
