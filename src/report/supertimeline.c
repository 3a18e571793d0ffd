/* SPDX-License-Identifier: Apache-2.0 */
#include "report/supertimeline.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "evidence/evidence.h"
#include "evidence/timeline.h"

const struct column supertimeline_columns[WH_ROW_CELLS] = {
	{.title = "TIME (UTC)"},
	{.title = "HOST", .turn = 4, .floors = {30, 15, 9, 4}, .is_distinct = true},
	{.title = "WHAT"},
	{"FILTER → CONSUMER", .turn = 2, .floors = {40, 30, 16, 6}, .below = 1},
	{.title = "WHO", .turn = 3, .floors = {30, 22, 14, 6}},
	{"DETAIL", .turn = 1, .floors = {60, 36, 20, 6}, .below = 2},
};

static void row_free(struct supertimeline_row *row)
{
	g_ptr_array_unref(row->subscriptions);
	g_ptr_array_unref(row->rules);
	g_ptr_array_unref(row->tags);
	g_free(row);
}

void supertimeline_begin(struct report *report)
{
	struct supertimeline *timeline = g_new0(struct supertimeline, 1);

	timeline->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
	timeline->of_event = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	report->state = timeline;
}

void supertimeline_free(struct supertimeline *timeline)
{
	g_hash_table_unref(timeline->of_event);
	g_ptr_array_unref(timeline->rows);
	arena_release(&timeline->arena);
	g_free(timeline);
}

static const char *copy(struct supertimeline *timeline, const char *text)
{
	return text && *text ? arena_copy(&timeline->arena, text, strlen(text)) : NULL;
}

static const char *copy_cut(struct supertimeline *timeline, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	length = text_cut(text, length, WH_MAX_TIMELINE_TEXT);
	return length ? arena_copy(&timeline->arena, text, length) : NULL;
}

static void add_text(struct supertimeline *timeline, GPtrArray *texts, const char *text)
{
	if (!g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
		g_ptr_array_add(texts, (gpointer)copy(timeline, text));
}

static struct supertimeline_row *add_row(struct supertimeline *timeline,
					 const struct event_ref *ref, const char *host)
{
	struct supertimeline_row *row = g_new0(struct supertimeline_row, 1);

	row->ref = *ref;
	row->ref.channel = copy(timeline, ref->channel);
	row->ref.path = copy(timeline, ref->path);
	row->ref.entry = copy(timeline, ref->entry);
	row->ref.via = copy(timeline, ref->via);
	row->host = copy(timeline, host);
	row->level = -1;
	row->count = 1;
	row->subscriptions = g_ptr_array_new();
	row->rules = g_ptr_array_new();
	row->tags = g_ptr_array_new();
	g_ptr_array_add(timeline->rows, row);
	return row;
}

/* The row of an event, whichever finding names it first: *is_new then. */
static struct supertimeline_row *row_of(struct supertimeline *timeline, const struct event_ref *ref,
					const char *host, bool *is_new)
{
	g_autofree char *source = event_ref_text(ref);
	char *key = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
				    " %u %s",
				    ref->time, ref->record_id, ref->offset, ref->event_id, source);
	struct supertimeline_row *row =
		ref->has_event_id ? g_hash_table_lookup(timeline->of_event, key) : NULL;

	*is_new = !row;
	if (!row)
		row = add_row(timeline, ref, host);
	g_hash_table_replace(timeline->of_event, key, row);
	return row;
}

static void add_matches(struct supertimeline *timeline, struct supertimeline_row *row,
			const struct finding *finding)
{
	for (guint i = 0; i < finding->matches->len; i++) {
		const struct match *match = finding->matches->pdata[i];

		add_text(timeline, row->rules, match->title);
		for (guint j = 0; match->tags && j < match->tags->len; j++)
			add_text(timeline, row->tags, match->tags->pdata[j]);
	}
	row->level = MAX(row->level, finding_level(finding));
}

static void fill_from_entry(struct supertimeline *timeline, struct supertimeline_row *row,
			    const struct timeline_entry *entry)
{
	row->last = entry->last;
	row->count = entry->count;
	row->what = copy(timeline, entry->what);
	row->user = copy(timeline, entry->user);
	row->user_name = copy(timeline, entry->user_name);
	row->process = copy(timeline, entry->process);
	row->process_id = entry->process_id;
	row->has_process_id = entry->has_process_id;
	row->from = copy(timeline, entry->from);
	row->detail = copy(timeline, entry->detail);
	row->why = copy(timeline, entry->why);
}

static void add_entry(struct supertimeline *timeline, const struct finding *finding,
		      const struct timeline_entry *entry, const char *names)
{
	const struct subscription *subscription = finding->subscription;
	struct supertimeline_row *row;
	bool is_new;

	if (!entry->ref.time)
		return;
	row = row_of(timeline, &entry->ref, subscription->host, &is_new);
	/* A subscription's own events say more of it than what others take them for. */
	if (is_new || (row->why && !entry->why))
		fill_from_entry(timeline, row, entry);
	if (!row->namespace)
		row->namespace = copy(timeline, subscription->namespace);
	add_text(timeline, row->subscriptions, names);
	if (!entry->why)
		add_matches(timeline, row, finding);
}

static void add_subscription(struct supertimeline *timeline, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	g_autoptr(GPtrArray) plain = NULL;
	g_autoptr(GString) names = g_string_new(NULL);
	const GPtrArray *entries = subscription->timeline;

	if (!entries)
		entries = plain = timeline_from_sightings(subscription);
	subscription_names_append(names, subscription->filter, subscription->consumer);
	for (guint i = 0; i < entries->len; i++)
		add_entry(timeline, finding, entries->pdata[i], names->str);
}

static void fill_from_evidence(struct supertimeline *timeline, struct supertimeline_row *row,
			       const struct evidence *evidence)
{
	row->last = MAX(evidence->last, row->ref.time);
	row->count = MAX(evidence->count, 1);
	row->what = evidence->traits->word;
	row->user = copy(timeline, evidence->user);
	row->user_name = copy(timeline, evidence->user_name);
	row->process = copy(timeline, evidence->image);
	row->process_id = evidence->process_id;
	row->has_process_id = evidence->has_process_id;
	row->from = copy(timeline, evidence->from);
	row->detail = copy_cut(timeline, evidence->text ? evidence->text : evidence->query);
	row->namespace = copy(timeline, evidence->namespace);
}

static void add_evidence(struct supertimeline *timeline, const struct finding *finding)
{
	const struct event *event = &finding->evidence->event;
	struct supertimeline_row *row;
	bool is_new;

	if (!event->ref.time)
		return;
	row = row_of(timeline, &event->ref, event->host, &is_new);
	if (is_new)
		fill_from_evidence(timeline, row, finding->evidence);
	add_matches(timeline, row, finding);
}

static void add_correlation(struct supertimeline *timeline, const struct finding *finding)
{
	const struct correlation_finding *held = finding->correlation;
	const struct event_ref ref = {.time = held->first};
	struct supertimeline_row *row;

	if (!held->first)
		return;
	row = add_row(timeline, &ref, held->host);
	row->last = held->last;
	row->count = (unsigned)MIN(held->count, G_MAXUINT);
	row->what = "correlation";
	row->detail = copy_cut(timeline, held->correlation->title);
	add_matches(timeline, row, finding);
}

void supertimeline_add_finding(struct report *report, const struct finding *finding)
{
	static void (*const add[])(struct supertimeline *, const struct finding *) = {
		[FINDING_SUBSCRIPTION] = add_subscription,
		[FINDING_EVIDENCE] = add_evidence,
		[FINDING_CORRELATION] = add_correlation,
	};

	add[finding->kind](report->state, finding);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
	const struct supertimeline_row *one = *(struct supertimeline_row *const *)a;
	const struct supertimeline_row *other = *(struct supertimeline_row *const *)b;
	int order = event_ref_compare(&one->ref, &other->ref);

	order = order ? order : g_strcmp0(one->host, other->host);
	return order ? order : g_strcmp0(one->detail, other->detail);
}

void supertimeline_sort(struct supertimeline *timeline)
{
	g_ptr_array_sort(timeline->rows, by_time);
}

/* Words of JSON, for people. */
static void append_word(GString *out, const char *word)
{
	for (; *word; word++)
		g_string_append_c(out, *word == '_' ? ' ' : *word);
}

static void append_subscriptions(GString *out, const struct supertimeline_row *row)
{
	for (guint i = 0; i < row->subscriptions->len; i++)
		g_string_append_printf(out, "%s%s", i ? "; " : "",
				       (char *)row->subscriptions->pdata[i]);
}

/* What it runs comes last, as its length is the attacker's choice. */
static void append_detail(GString *out, const struct supertimeline_row *row)
{
	if (row->count > 1)
		g_string_append_printf(out, " %u times", row->count);
	if (row->process)
		g_string_append_printf(out, " %s", row->process);
	if (row->has_process_id)
		g_string_append_printf(out, row->process ? " (%u)" : " process %u",
				       row->process_id);
	if (row->from)
		g_string_append_printf(out, " from %s", row->from);
	if (row->why)
		g_string_append_printf(out, " [%s]", row->why);
	if (row->detail) {
		g_string_append_c(out, ' ');
		text_append_squeezed(out, row->detail);
	}
}

void supertimeline_row_append_message(const struct supertimeline_row *row, GString *out)
{
	append_word(out, row->what);
	if (row->subscriptions->len > 0)
		g_string_append(out, " ");
	append_subscriptions(out, row);
	if (row->user)
		g_string_append_printf(out, " by %s", row->user_name ? row->user_name : row->user);
	append_detail(out, row);
}

void supertimeline_row_append(const struct supertimeline_row *row, GTimeZone *zone,
			      GString *cells[WH_ROW_CELLS])
{
	const char *user = row->user_name ? row->user_name : row->user;

	row_append_seconds(cells[0], row->ref.time, zone);
	g_string_append(cells[1], row->host ? row->host : "-");
	append_word(cells[2], row->what);
	append_subscriptions(cells[3], row);
	g_string_append(cells[4], user ? user : "-");
	append_detail(cells[5], row);
	if (cells[3]->len == 0)
		g_string_append_c(cells[3], '-');
	if (cells[5]->len == 0)
		g_string_append(cells[5], " -");
	g_string_erase(cells[5], 0, 1);
}
