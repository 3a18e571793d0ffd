/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/timeline.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "base/text.h"
#include "wmi/stored.h"
#include "wmi/told.h"

static void entry_free(struct timeline_entry *entry)
{
	g_free(entry->detail);
	g_free(entry);
}

/* A copy that ends on a character. */
static char *cut_text(const char *text)
{
	size_t length = text ? strlen(text) : 0;
	size_t kept = text_cut(text, length, WH_MAX_TIMELINE_TEXT);

	return kept < length ? g_strdup_printf("%.*s…", (int)kept, text) : g_strdup(text);
}

static const char *const contradiction_words[] = {
	[WMI_STATE_ACTIVE] = "contradicts winevt/Logs: active",
	[WMI_STATE_CHANGED] = "contradicts winevt/Logs: changed",
	[WMI_STATE_SUPERSEDED] = "contradicts winevt/Logs: superseded",
	[WMI_STATE_DELETED] = "contradicts winevt/Logs: deleted",
	[WMI_STATE_UNBOUND] = "contradicts winevt/Logs: unbound",
	[WMI_STATE_DEFINED] = "contradicts winevt/Logs: defined",
};

static struct timeline_entry *entry_of_sighting(const struct sighting *sighting)
{
	struct timeline_entry *entry = g_new0(struct timeline_entry, 1);

	entry->ref = sighting->ref;
	entry->last = sighting->ref.time;
	entry->count = 1;
	entry->what = sighting_word(sighting);
	entry->user = sighting->user;
	return entry;
}

/* A forged log may say it again and again: one entry for what is the same but for its time. */
static bool says_the_same(const struct timeline_entry *a, const struct timeline_entry *b)
{
	return strcmp(a->what, b->what) == 0 && a->ref.event_id == b->ref.event_id &&
	       strcmp(a->why, b->why) == 0 && g_strcmp0(a->detail, b->detail) == 0;
}

static void add_contradiction(GPtrArray *timeline, const struct contradiction *contradiction)
{
	struct timeline_entry *entry = entry_of_sighting(contradiction->sighting);
	struct timeline_entry *last = timeline->len ? timeline->pdata[timeline->len - 1] : NULL;
	g_autofree char *place = event_ref_text(&entry->ref);

	entry->detail = cut_text(place);
	entry->why = contradiction_words[contradiction->says];
	if (!last || !says_the_same(last, entry)) {
		g_ptr_array_add(timeline, entry);
		return;
	}
	last->last = entry->last;
	last->count++;
	entry_free(entry);
}

/* Returns the sightings that contradict; the caller unrefs them. */
static GHashTable *add_contradictions(GPtrArray *timeline, const GPtrArray *contradictions)
{
	GHashTable *sightings = g_hash_table_new(NULL, NULL);

	for (guint i = 0; contradictions && i < contradictions->len; i++) {
		const struct contradiction *contradiction = contradictions->pdata[i];

		add_contradiction(timeline, contradiction);
		g_hash_table_add(sightings, (gpointer)contradiction->sighting);
	}
	return sightings;
}

/* 5861 comes again at every start of WMI: what follows another of its kind adds nothing. */
static void add_sightings(GPtrArray *timeline, const GPtrArray *events, GHashTable *contradicting)
{
	struct timeline_entry *last = NULL;

	for (guint i = 0; i < events->len; i++) {
		const struct sighting *sighting = events->pdata[i];

		if (g_hash_table_contains(contradicting, sighting))
			continue;
		if (last && sighting->operation == WMI_REGISTERED &&
		    last->ref.event_id == sighting->ref.event_id &&
		    strcmp(last->what, sighting_word(sighting)) == 0) {
			last->last = sighting->ref.time;
			last->count++;
			continue;
		}
		last = entry_of_sighting(sighting);
		g_ptr_array_add(timeline, last);
	}
}

static const char *operation_word(const struct evidence *evidence)
{
	if (evidence->text && strstr(evidence->text, "::Put"))
		return "written";
	if (evidence->text && strstr(evidence->text, "::Delete"))
		return "removed";
	return "called";
}

static const char *word_of(const struct evidence_link *link)
{
	if (link->reason == LINK_FIRED)
		return "fired";
	if (link->reason == LINK_MAY_HAVE_FIRED)
		return "may_have_fired";
	if (link->reason == LINK_PAYLOAD)
		return "started";
	if (link->reason == LINK_MAY_HAVE_STARTED)
		return "may_have_started";
	if (link->reason == LINK_WATCHED)
		return "watched";
	if (link->evidence->kind == EVIDENCE_CLASS_OPERATION)
		return operation_word(link->evidence);
	return link->evidence->traits->word;
}

/* Of repeats by several processes none is named. */
static bool is_of_one_process(const struct evidence *evidence, const struct evidence_span *span)
{
	for (guint i = 0; evidence->repeats && i < evidence->repeats->len; i++) {
		const struct evidence_repeat *one =
			&g_array_index(evidence->repeats, struct evidence_repeat, i);

		if (one->ref.time >= span->first.ref.time && one->ref.time <= span->last &&
		    one->process_id != span->first.process_id)
			return false;
	}
	return true;
}

static struct timeline_entry *entry_of_link(const struct evidence_link *link)
{
	const struct evidence *evidence = link->evidence;
	struct timeline_entry *entry = g_new0(struct timeline_entry, 1);

	entry->id = evidence->id;
	entry->ref = link->span.first.ref;
	entry->last = link->span.last;
	entry->count = link->span.count;
	entry->what = word_of(link);
	entry->user = evidence->user;
	entry->user_name = evidence->user_name;
	entry->process = evidence->image;
	entry->process_id = link->span.first.process_id;
	entry->has_process_id = evidence->kind != EVIDENCE_LOG_CLEARED &&
				link->span.first.has_process_id &&
				is_of_one_process(evidence, &link->span);
	entry->from = evidence->from;
	entry->is_local = evidence->is_local;
	entry->detail = cut_text(evidence->text ? evidence->text : evidence->query);
	entry->why = link->why;
	return entry;
}

static int compare_texts(const struct timeline_entry *a, const struct timeline_entry *b)
{
	int order = strcmp(a->what, b->what);

	order = order ? order : g_strcmp0(a->ref.channel, b->ref.channel);
	order = order ? order : compare_numbers(a->ref.event_id, b->ref.event_id);
	order = order ? order : g_strcmp0(a->user, b->user);
	order = order ? order : g_strcmp0(a->process, b->process);
	order = order ? order : g_strcmp0(a->from, b->from);
	return order ? order : g_strcmp0(a->detail, b->detail);
}

static int by_text(gconstpointer a, gconstpointer b)
{
	const struct timeline_entry *one = *(struct timeline_entry *const *)a;
	const struct timeline_entry *other = *(struct timeline_entry *const *)b;
	int order = compare_texts(one, other);

	return order ? order : event_ref_compare(&one->ref, &other->ref);
}

static int by_time(gconstpointer a, gconstpointer b)
{
	const struct timeline_entry *one = *(struct timeline_entry *const *)a;
	const struct timeline_entry *other = *(struct timeline_entry *const *)b;
	int order = event_ref_compare(&one->ref, &other->ref);

	return order ? order : compare_texts(one, other);
}

/* A consumer that fires each minute starts the same each time, only with another process id. */
static void add_links(GPtrArray *timeline, const GPtrArray *links)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new();
	struct timeline_entry *last = NULL;

	for (guint i = 0; i < links->len; i++)
		g_ptr_array_add(entries, entry_of_link(links->pdata[i]));
	g_ptr_array_sort(entries, by_text);
	for (guint i = 0; i < entries->len; i++) {
		struct timeline_entry *entry = entries->pdata[i];

		if (!last || compare_texts(last, entry) != 0) {
			last = entry;
			g_ptr_array_add(timeline, entry);
			continue;
		}
		last->last = MAX(last->last, entry->last);
		last->has_process_id &= entry->process_id == last->process_id;
		last->count += MIN(entry->count, UINT_MAX - last->count);
		entry_free(entry);
	}
}

static void insert_by_time(GPtrArray *timeline, struct timeline_entry *entry)
{
	guint at = 0;

	while (at < timeline->len &&
	       ((const struct timeline_entry *)timeline->pdata[at])->ref.time <= entry->ref.time)
		at++;
	g_ptr_array_insert(timeline, (gint)at, entry);
}

/* The time at which it was written is between that and the next session. */
static void insert_session(GPtrArray *timeline, const struct stored *stored)
{
	struct timeline_entry *entry;

	if (!stored || !stored->has_session)
		return;
	entry = g_new0(struct timeline_entry, 1);
	entry->ref.time = entry->last = stored->session;
	entry->count = 1;
	entry->what = "written_in_session";
	entry->why = "the WMI session that wrote it began then; when it was written is not known";
	insert_by_time(timeline, entry);
}

static struct timeline_entry *entry_of_told(const struct wmi_object *object)
{
	static const char *const words[OBJECT_STATES] = {
		[OBJECT_LIVE] = "seen_alive", [OBJECT_DELETED] = "seen_removed",
		[OBJECT_EARLIER] = "seen",    [OBJECT_UNKNOWN] = "seen",
		[OBJECT_DEFINED] = "defined", [OBJECT_UNDEFINED] = "to_be_deleted",
	};
	const struct event_ref ref = {.path = object->path, .entry = object->entry};
	struct timeline_entry *entry = g_new0(struct timeline_entry, 1);
	g_autofree char *place = event_ref_text(&ref);
	g_autofree char *detail = g_strdup_printf(
		"%s: %s", object->tool ? object->tool : object_found_in_name(object->found_in),
		place);

	entry->ref.time = entry->last = object->has_collected ? object->collected : 0;
	entry->count = 1;
	entry->what = words[object->state];
	entry->detail = cut_text(detail);
	return entry;
}

/* What one tool says again and again, in one entry: from its first time to its last. */
static void merge_told(GPtrArray *entries, struct timeline_entry *entry)
{
	for (guint i = 0; i < entries->len; i++) {
		struct timeline_entry *known = entries->pdata[i];

		if (strcmp(known->what, entry->what) != 0 ||
		    strcmp(known->detail, entry->detail) != 0)
			continue;
		known->ref.time = MIN(known->ref.time, entry->ref.time);
		known->last = MAX(known->last, entry->last);
		known->count++;
		entry_free(entry);
		return;
	}
	g_ptr_array_add(entries, entry);
}

/* Those of snapshots of a known time, or the others, which stand last. */
static void add_told(GPtrArray *timeline, const struct told *told, bool has_time)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new();

	for (const struct told_place *at = told ? told->places : NULL; at; at = at->next)
		if (at->place->object.has_collected == has_time)
			merge_told(entries, entry_of_told(&at->place->object));
	for (guint i = 0; i < entries->len; i++) {
		if (has_time)
			insert_by_time(timeline, entries->pdata[i]);
		else
			g_ptr_array_add(timeline, entries->pdata[i]);
	}
}

/* What snapshots contradict, last: it is of what is not there, too. */
static void add_told_conflicts(GPtrArray *timeline, const struct told *told)
{
	for (unsigned i = 0; told && told_conflict_name(i); i++) {
		struct timeline_entry *entry;

		if (!(told->conflicts & 1u << i))
			continue;
		entry = g_new0(struct timeline_entry, 1);
		entry->count = 1;
		entry->what = "contradicted";
		entry->why = told_conflict_name(i);
		g_ptr_array_add(timeline, entry);
	}
}

static char *found_text(const struct stored *stored)
{
	const struct stored_place *place = stored->places[0];
	const struct wmi_object *object = place ? &place->object : NULL;

	/* What is gone is the one that says what it is gone with. */
	for (guint i = 0; stored->places[i]; i++)
		if (stored->places[i]->object.state != OBJECT_LIVE)
			object = &stored->places[i]->object;
	if (!object)
		return g_strdup("repository");
	if (object->checkpoint)
		return g_strdup_printf("repository: %s, checkpoint %u",
				       object_found_in_name(object->found_in), object->checkpoint);
	return g_strdup_printf("repository: %s", object_found_in_name(object->found_in));
}

/* It is of no time that is known, so it stands last. */
static void add_presence(GPtrArray *timeline, const struct stored *stored)
{
	static const char *const words[] = {
		[STORED_PRESENT] = "stored",
		[STORED_DELETED] = "no_longer_stored",
		[STORED_ABSENT] = "not_stored",
		[STORED_UNKNOWN] = "found_stored",
	};
	static const char *const whys[] = {
		"the logs leave it alive: removed since",
		"the logs leave it alive: replaced since",
		"no event names it, although 5861 was logged at that time and after",
		"Sysmon reported such events, and not this deletion",
		"the logs say that it was deleted",
	};
	struct timeline_entry *entry;

	if (!stored)
		return;
	entry = g_new0(struct timeline_entry, 1);
	entry->count = 1;
	entry->what = words[stored->presence];
	entry->detail = found_text(stored);
	for (unsigned i = 0; i < G_N_ELEMENTS(whys) && !entry->why; i++)
		if (stored->conflicts & 1u << i)
			entry->why = whys[i];
	g_ptr_array_add(timeline, entry);
}

static void add_timeless(GPtrArray *timeline, const struct subscription *subscription)
{
	add_presence(timeline, subscription->stored);
	add_told(timeline, subscription->told, false);
	add_told_conflicts(timeline, subscription->told);
}

/* What WH_MAX_LINKS left out must not be missing in silence. */
static void add_more(GPtrArray *timeline, unsigned more)
{
	struct timeline_entry *entry;

	if (more == 0)
		return;
	entry = g_new0(struct timeline_entry, 1);
	entry->what = "more";
	entry->count = more;
	entry->why = "related events are left out here";
	g_ptr_array_add(timeline, entry);
}

static GPtrArray *list_own(const struct subscription *subscription)
{
	GPtrArray *timeline = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	g_autoptr(GPtrArray) contradictions =
		g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	g_autoptr(GHashTable) contradicting =
		add_contradictions(contradictions, subscription->contradictions);

	add_sightings(timeline, subscription->events, contradicting);
	insert_session(timeline, subscription->stored);
	add_told(timeline, subscription->told, true);
	g_ptr_array_extend_and_steal(timeline, g_steal_pointer(&contradictions));
	return timeline;
}

GPtrArray *timeline_from_sightings(const struct subscription *subscription)
{
	GPtrArray *timeline = list_own(subscription);

	add_timeless(timeline, subscription);
	return timeline;
}

void timeline_make(const struct candidate *candidate)
{
	struct subscription *subscription = candidate->subscription;
	GPtrArray *timeline;

	if (candidate->links->len == 0)
		return;
	timeline = list_own(subscription);
	add_links(timeline, candidate->links);
	g_ptr_array_sort(timeline, by_time);
	add_timeless(timeline, subscription);
	add_more(timeline, candidate->more);
	g_clear_pointer(&subscription->timeline, g_ptr_array_unref);
	subscription->timeline = timeline;
}

void timeline_complete(struct subscription *subscription)
{
	if ((subscription->stored || subscription->told) && !subscription->timeline)
		subscription->timeline = timeline_from_sightings(subscription);
}
