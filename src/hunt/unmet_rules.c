/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "event/event_kinds.h"
#include "hunt/rule_set.h"
#include "hunt/unnamed_parent.h"
#include "sigma/prefilter.h"

/* What there is of a kind of event, for all rules. */
struct unmet_search {
	const struct event_kind *kind;
	struct event like; /* an event of it, without fields */
	char event_id[12];
	unmet_rule_taker take;
	void *context;
};

/* As rules name a field that is logged so. */
static char *name_in_rules(const struct log_feed *feed, const char *logged)
{
	g_autofree char *folded = text_fold(logged);
	const char *name = feed->names ? g_hash_table_lookup(feed->names, folded) : NULL;

	return name ? text_fold(name) : g_steal_pointer(&folded);
}

/* Those that are there, and those that are made of others. */
static GHashTable *list_fields(const struct event_kind *kind, const struct log_feed *feed)
{
	static const char *const made[] = {"remotenode", WH_PARENT_FIELD_FOLDED};
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, kind->fields);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		/* A rule may ask for it as it is logged, too. */
		g_hash_table_add(fields, text_fold(name));
		g_hash_table_add(fields, name_in_rules(feed, name));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(made); i++)
		g_hash_table_add(fields, name_in_rules(feed, made[i]));
	return fields;
}

/* As Windows spells it, where that is known. */
static const char *find_spelling(const struct log_feed *feed, uint32_t event_id, const char *folded)
{
	const GPtrArray *logged =
		feed->logged ? g_hash_table_lookup(feed->logged, GUINT_TO_POINTER(event_id)) : NULL;

	for (guint i = 0; logged && i < logged->len; i++) {
		g_autofree char *name = name_in_rules(feed, logged->pdata[i]);

		if (strcmp(name, folded) == 0)
			return logged->pdata[i];
	}
	return folded;
}

/* NULL when an event that has these fields (NULL: whatever it has) may meet the rule; else the
 * field that is missing, or "" where it is for another reason. */
static const char *find_missing(const struct unmet_search *search, struct rule *rule,
				const GHashTable *fields)
{
	const struct circumstances circumstances = {
		.event_id = search->event_id,
		.provider = search->kind->provider,
		.channel = search->kind->channel,
		.fields = fields,
	};
	struct prefilter demand;

	prefilter_init(&demand, rule_get_detection(rule)->condition, &circumstances);
	prefilter_release(&demand);
	if (demand.kind != PREFILTER_NEVER)
		return NULL;
	return demand.missing ? demand.missing : "";
}

static void try_want(void *context, const struct rule_want *want)
{
	const struct unmet_search *search = context;
	const struct event_kind *kind = search->kind;
	g_autoptr(GHashTable) fields = NULL;
	const char *missing;

	if (want->feed->is_of_hidden || !log_feed_has_event(want->feed, &search->like) ||
	    find_missing(search, want->rule, log_feed_get_fields(want->feed, kind->event_id)))
		return;
	fields = list_fields(kind, want->feed);
	missing = find_missing(search, want->rule, fields);
	if (missing && *missing)
		search->take(search->context, want->rule,
			     find_spelling(want->feed, kind->event_id, missing));
}

void rule_set_find_unmet(const struct rule_set *rules, const struct event_kind *kind,
			 unmet_rule_taker take, void *context)
{
	struct unmet_search search = {.kind = kind, .take = take, .context = context};

	if (kind->is_open)
		return;
	search.like.provider = kind->provider;
	search.like.ref.channel = kind->channel;
	search.like.ref.event_id = kind->event_id;
	search.like.ref.has_event_id = true;
	g_snprintf(search.event_id, sizeof(search.event_id), "%u", kind->event_id);
	event_rules_list_wants(rules->events, kind->event_id, try_want, &search);
}
