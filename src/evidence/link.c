/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link.h"

#include <string.h>

#include "base/text.h"
#include "event/event_times.h"
#include "evidence/evidence_id.h"
#include "evidence/link_process.h"
#include "evidence/link_start.h"
#include "evidence/link_subject.h"
#include "evidence/timeline.h"
#include "wmi/names.h"

/*
 * How it works. Evidence and subscriptions are sorted by machine, whatever its names
 * (wmi/host_names.h). Then each host is linked by itself, strongest reasons first, as a
 * pair has one link and a subscription at most WH_MAX_LINKS: names and queries (through an index,
 * link_index.c), what the consumer ran (link_process.c), its provider loaded and Sysmon's watch,
 * starts of WMI that logged no 5861 (link_start.c), the processes and logon sessions of linked
 * evidence, and last what came close in time. Every pair that is looked at is a step of
 * WH_MAX_LINK_WORK, so hostile logs cannot cost more than that.
 *
 * A subscription that was first seen because WMI started was made at an unknown time: closeness in
 * time says nothing of it. In the end each subscription's links and sightings make its timeline.
 */

/* How long before or after the making that is. The caller frees it. */
static char *distance_text(const struct candidate *candidate, const struct event_ref *event)
{
	uint64_t time = event->time, made_time = candidate->made.time;
	bool is_before = time < made_time;
	uint64_t span = is_before ? made_time - time : time - made_time;
	g_autofree char *text = filetime_span_text(span);
	const char *made = candidate->is_stored	   ? "the WMI session began that wrote it"
			   : candidate->is_created ? "it was made"
						   : "it was first seen";

	if (span < WH_SECOND || event_distance(event, &candidate->made) == 0)
		return g_strdup_printf("in the same second as %s", made);
	return g_strdup_printf("%s %s %s", text, is_before ? "before" : "after", made);
}

static char *why_named(const struct candidate *candidate)
{
	const struct subscription *subscription = candidate->subscription;

	if (candidate->named == (NAMED_FILTER | NAMED_CONSUMER))
		return g_strdup("names its filter and its consumer");
	if (candidate->named == NAMED_FILTER)
		return g_strdup_printf("names its filter %s", subscription->filter->name);
	return g_strdup_printf("names its consumer %s", subscription->consumer->name);
}

static void link_named(struct link_host *host, struct evidence *evidence)
{
	GPtrArray *found = link_index_find_named(host->index, evidence);

	for (guint i = 0; i < found->len && host_spend(host); i++)
		candidate_link(found->pdata[i], evidence, LINK_NAMES, NULL,
			       why_named(found->pdata[i]));
	g_ptr_array_unref(found);
}

/* A process id is one process only as long as WMI was not started anew. */
static bool is_registered_by(const struct link_host *host, struct candidate *candidate,
			     const struct evidence *evidence)
{
	uint64_t time = event_latest(&evidence->event.ref), before, after;

	if (!evidence->event.has_process_id)
		return false;
	candidate_find_registrations(candidate, evidence->event.process_id, time, &before, &after);
	return (before && host_is_one_wmi(host, before, time)) ||
	       (after < UINT64_MAX && host_is_one_wmi(host, time, after));
}

static void link_query(struct link_host *host, struct evidence *evidence)
{
	g_autofree char *query = query_normalise(evidence->query);
	const GPtrArray *list = query ? link_index_get_query(host->index, query) : NULL;

	for (guint i = 0; list && i < list->len && host_spend(host); i++) {
		struct candidate *candidate = list->pdata[i];

		if (evidence->namespace && candidate->event_namespace &&
		    strcmp(evidence->namespace, candidate->event_namespace) != 0)
			continue;
		candidate_link(candidate, evidence, LINK_QUERY, NULL,
			       g_strdup(is_registered_by(host, candidate, evidence)
						? "the filter's query, in the process that logged "
						  "the binding"
						: "the filter's query"));
	}
}

static void link_contents(struct link_host *host)
{
	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		link_named(host, evidence);
		if (evidence->traits->flags & HAS_FILTER_QUERY)
			link_query(host, evidence);
	}
}

/* The provider of 5857 has the name of the consumer class; scrcons.exe hosts no other. */
static bool is_provider_of(const struct evidence *evidence, const char *provider,
			   const char *program, const struct candidate *candidate)
{
	if (candidate->class_name && provider && strcmp(provider, candidate->class_name) == 0)
		return true;
	return candidate->script && program && strcmp(program, "scrcons") == 0 &&
	       evidence->kind == EVIDENCE_PROVIDER_LOADED;
}

/* The candidates whose consumer the loaded provider may run. */
static GPtrArray *find_able(struct link_host *host, const struct evidence *evidence)
{
	g_autofree char *provider = evidence->class_name ? text_fold(evidence->class_name) : NULL;
	g_autofree char *program = evidence->text ? program_name(evidence->text) : NULL;
	GPtrArray *able = g_ptr_array_new();

	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (candidate->is_bound && is_provider_of(evidence, provider, program, candidate))
			g_ptr_array_add(able, candidate);
	}
	return able;
}

static unsigned count_there(const GPtrArray *able, const struct event_ref *event)
{
	unsigned count = 0;

	for (guint i = 0; i < able->len; i++)
		count += candidate_was_there(able->pdata[i], event);
	return count;
}

/* The loads while the candidate was there: at which it was the only one, and at which not. */
struct loads {
	struct evidence_span alone;
	struct evidence_span shared;
	unsigned others; /* most that there were besides */
};

static void add_load(struct evidence_span *span, const struct evidence_span *load)
{
	if (span->count == 0)
		span->first = load->first;
	span->last = load->last;
	span->count++;
}

static char *why_fired(const struct candidate *candidate, const struct loads *loads, bool is_alone)
{
	const struct evidence_span *span = is_alone ? &loads->alone : &loads->shared;
	g_autofree char *when = distance_text(candidate, &span->first.ref);

	if (!is_alone)
		return g_strdup_printf("the provider of its consumer class was loaded %s; "
				       "%u more of that class were there",
				       when, loads->others);
	if (loads->shared.count == 0)
		return g_strdup_printf("the provider of its consumer class was loaded %s", when);
	return g_strdup_printf("the provider of its consumer class was loaded %s, and %u times "
			       "while others of that class were there, too",
			       when, loads->shared.count);
}

static void link_loads(struct candidate *candidate, struct evidence *evidence,
		       const struct loads *loads)
{
	bool is_alone = loads->alone.count > 0;

	if (is_alone || loads->shared.count > 0)
		candidate_link(candidate, evidence, is_alone ? LINK_FIRED : LINK_MAY_HAVE_FIRED,
			       is_alone ? &loads->alone : &loads->shared,
			       why_fired(candidate, loads, is_alone));
}

static void link_fired(struct link_host *host, struct evidence *evidence)
{
	g_autoptr(GPtrArray) able = find_able(host, evidence);
	g_autofree struct loads *loads = g_new0(struct loads, able->len + 1);
	struct evidence_span load;

	for (uint64_t from = 0; evidence_get_span(evidence, from, UINT64_MAX, &load);
	     from = load.first.ref.time + 1) {
		unsigned count = count_there(able, &load.first.ref);

		load.last = load.first.ref.time;
		for (guint i = 0; i < able->len && host_spend(host); i++) {
			if (!candidate_was_there(able->pdata[i], &load.first.ref))
				continue;
			add_load(count == 1 ? &loads[i].alone : &loads[i].shared, &load);
			loads[i].others = MAX(loads[i].others, count - 1);
		}
	}
	for (guint i = 0; i < able->len; i++)
		link_loads(able->pdata[i], evidence, &loads[i]);
}

/* The query that Sysmon asks to see what its events 19-21 report. */
static bool is_watch(const struct evidence *evidence)
{
	return evidence->kind == EVIDENCE_TEMPORARY_SUBSCRIPTION && evidence->query &&
	       g_strcmp0(evidence->namespace, WH_SUBSCRIPTION_NAMESPACE) == 0 &&
	       strstr(evidence->query, "__EventFilter") &&
	       strstr(evidence->query, "__EventConsumer") &&
	       strstr(evidence->query, "__FilterToConsumerBinding");
}

/* Anybody can ask the same; who did is known when the start of the process was logged. */
static char *why_watched(const struct candidate *candidate, const struct evidence *evidence)
{
	g_autofree char *program =
		evidence->process && evidence->image ? program_name(evidence->image) : NULL;

	if (program && !g_str_has_prefix(program, "sysmon"))
		return g_strdup("a watch of root\\subscription, with the query that Sysmon uses");
	if (candidate->is_seen_by_sysmon)
		return g_strdup("Sysmon's own watch of root\\subscription");
	return g_strdup("Sysmon's own watch of root\\subscription, although no event 19 to 21 "
			"reports it");
}

static void link_watch(struct link_host *host, struct evidence *evidence)
{
	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (candidate->is_replay ||
		    event_order(&candidate->made, &evidence->event.ref) == EVENT_BEFORE ||
		    g_strcmp0(candidate->subscription->namespace, WH_SUBSCRIPTION_NAMESPACE) != 0)
			continue;
		candidate_link(candidate, evidence, LINK_WATCHED, NULL,
			       why_watched(candidate, evidence));
	}
}

static void link_consequences(struct link_host *host)
{
	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		if (evidence->kind == EVIDENCE_PROVIDER_LOADED)
			link_fired(host, evidence);
		else if (is_watch(evidence))
			link_watch(host, evidence);
	}
}

/* Of what comes at every turn, only some says something by its time alone. */
static bool counts_near(const struct evidence *evidence)
{
	const struct evidence_traits *traits = evidence->traits;

	if (traits->near.before == 0 && traits->near.after == 0)
		return false;
	/* 3 is the network, 10 a remote desktop. */
	return evidence->kind != EVIDENCE_LOGON || evidence->logon_type == 3 ||
	       evidence->logon_type == 10;
}

static bool is_same_user(struct candidate *candidate, const struct evidence *evidence)
{
	return evidence->user && candidate_is_made_by(candidate, evidence->user);
}

/* A coarse time may be as near as any that it stands for. */
static bool get_near(const struct evidence *evidence, const struct event_ref *made, uint64_t before,
		     uint64_t after, struct evidence_span *near)
{
	uint64_t coarse = event_latest(&evidence->event.ref) - evidence->event.ref.time;

	before += coarse;
	return evidence_get_span(evidence, made->time - MIN(made->time, before),
				 event_latest(made) + after, near);
}

static void link_one_near(struct candidate *candidate, struct evidence *evidence)
{
	const struct event_ref *event = &evidence->event.ref, *made = &candidate->made;
	uint64_t before = evidence->traits->near.before * WH_SECOND;
	uint64_t after = evidence->traits->near.after * WH_SECOND;
	bool is_before = event_order(event, made) == EVENT_BEFORE;
	struct evidence_span near;
	g_autofree char *when = NULL;

	if (event_distance(event, made) > (is_before ? before : after) || !counts_near(evidence) ||
	    !get_near(evidence, made, before, after, &near))
		return;
	when = distance_text(candidate, event);
	candidate_link(
		candidate, evidence, LINK_NEAR, &near,
		g_strdup_printf("%s%s", when,
				is_same_user(candidate, evidence) ? ", by the same user" : ""));
}

static void link_near(struct link_host *host, struct candidate *candidate)
{
	uint64_t made = candidate->made.time;
	uint64_t before = MIN(made, (WH_MAX_NEAR_BEFORE + 1) * WH_SECOND);
	uint64_t until = made + (WH_MAX_NEAR_AFTER + 1) * WH_SECOND;

	if (candidate->is_replay || made == 0 || until < made)
		return;
	for (guint i = evidence_count_before(host->evidence, made - before);
	     i < host->evidence->len && host_spend(host); i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		if (evidence->event.ref.time > until)
			break;
		link_one_near(candidate, evidence);
	}
}

/* The strongest reasons come first: WH_MAX_LINKS then leaves out the weakest. */
static void link_host_run(struct link_host *host)
{
	host_note_starts(host);
	host_settle_clients(host);
	host_name_processes(host);
	host_name_subjects(host);
	if (host->candidates->len == 0 || host->evidence->len == 0)
		return;
	host->index = link_index_new(host->candidates);
	link_contents(host);
	host_link_payloads(host);
	link_consequences(host);
	host_link_missing_replays(host);
	host_link_callers(host);
	for (guint i = 0; i < host->candidates->len; i++)
		link_near(host, host->candidates->pdata[i]);
	link_index_free(host->index);
}

/* Machines, each with its evidence and subscriptions. */
struct host_table {
	struct host_names *names;
	GHashTable *hosts; /* struct host_identity -> struct link_host */
};

static struct link_host *get_host(struct host_table *table, const struct host_identity *identity)
{
	struct link_host *host = g_hash_table_lookup(table->hosts, identity);

	if (!host) {
		host = link_host_new(identity);
		g_hash_table_insert(table->hosts, (gpointer)identity, host);
	}
	return host;
}

static void sort_by_host(struct host_table *table, const GPtrArray *evidence,
			 const GPtrArray *subscriptions)
{
	for (guint i = 0; i < evidence->len; i++) {
		struct evidence *one = evidence->pdata[i];
		const struct host_identity *identity =
			host_names_find(table->names, one->event.host, &one->event.ref);

		g_ptr_array_add(get_host(table, identity)->evidence, one);
	}
	for (guint i = 0; i < subscriptions->len; i++) {
		struct subscription *one = subscriptions->pdata[i];
		struct link_host *host = get_host(table, one->identity);

		g_ptr_array_add(host->candidates, candidate_new(one, &host->room));
	}
}

/* All that is shown: what a rule matched or a link holds. */
static void identify(struct host_table *table, const GPtrArray *evidence)
{
	g_autoptr(GHashTable) seen = line_id_seen_new();

	for (guint i = 0; i < evidence->len; i++) {
		struct evidence *one = evidence->pdata[i];

		if (one->matches->len == 0 && !one->links)
			continue;
		evidence_identify(one, host_identity_full_name(host_names_find(
					       table->names, one->event.host, &one->event.ref)));
		line_id_count(&one->id, seen);
	}
}

static void make_timelines(GHashTable *hosts)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, hosts);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct link_host *host = value;

		for (guint i = 0; i < host->candidates->len; i++)
			timeline_make(host->candidates->pdata[i]);
	}
}

bool link_evidence(const struct evidence_store *store, const GPtrArray *subscriptions,
		   struct host_names *names)
{
	g_autoptr(GPtrArray) evidence = evidence_store_list(store);
	g_autoptr(GHashTable) hosts =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)link_host_free);
	struct host_table table = {names, hosts};
	bool is_whole = true;
	GHashTableIter iter;
	gpointer value;

	sort_by_host(&table, evidence, subscriptions);
	g_hash_table_iter_init(&iter, hosts);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct link_host *host = value;

		link_host_run(host);
		is_whole &= host->work > 0;
	}
	identify(&table, evidence);
	make_timelines(hosts);
	for (guint i = 0; i < subscriptions->len; i++)
		timeline_complete(subscriptions->pdata[i]);
	return is_whole;
}
