/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/event_rules.h"

#include <string.h>

#include "base/text.h"
#include "hunt/demands.h"
#include "hunt/unnamed_parent.h"

/* Of so many it takes about a millisecond to make their texts ready. */
#define MANY_WANTS 256

/* What rules want of one event id, or of all. */
struct bucket {
	GPtrArray *wants; /* struct rule_want */
	struct demands *demands; /* of each want */
};

struct event_rules {
	GHashTable *by_id; /* event id → struct bucket */
	struct bucket *of_any_id;
	bool names_parents; /* one of them is over processes that may have an unnamed parent */
	struct field_list subject; /* of the event that rules are tried on */
};

/* One event while rules are tried on it. */
struct trying {
	struct event_rules *events;
	const struct event *event;
	const struct event_trial *trial;
	bool stopped;
	const struct log_feed *asked; /* last */
	bool has_event; /* the answer */
	bool has_subject;
	const GHashTable *names; /* that the subject was made with */
};

static struct bucket *bucket_new(void)
{
	struct bucket *bucket = g_new0(struct bucket, 1);

	bucket->wants = g_ptr_array_new_with_free_func((GDestroyNotify)rule_want_free);
	bucket->demands = demands_new();
	return bucket;
}

static void bucket_free(gpointer data)
{
	struct bucket *bucket = data;

	demands_free(bucket->demands);
	g_ptr_array_unref(bucket->wants);
	g_free(bucket);
}

struct event_rules *event_rules_new(void)
{
	struct event_rules *events = g_new0(struct event_rules, 1);

	events->by_id = g_hash_table_new_full(NULL, NULL, NULL, bucket_free);
	events->of_any_id = bucket_new();
	field_list_init(&events->subject);
	return events;
}

void event_rules_free(struct event_rules *events)
{
	g_hash_table_unref(events->by_id);
	bucket_free(events->of_any_id);
	field_list_release(&events->subject);
	g_free(events);
}

static struct bucket *find_bucket(struct event_rules *events, const struct rule_want *want)
{
	gpointer key = GUINT_TO_POINTER(want->event_id);
	struct bucket *bucket;

	if (want->any_id)
		return events->of_any_id;
	bucket = g_hash_table_lookup(events->by_id, key);
	if (!bucket) {
		bucket = bucket_new();
		g_hash_table_insert(events->by_id, key, bucket);
	}
	return bucket;
}

static bool may_lack_parent(const struct log_feed *feed)
{
	return feed->names && g_hash_table_contains(feed->names, WH_PARENT_FIELD_FOLDED);
}

static void add_want(struct event_rules *events, struct rule_want *want)
{
	struct bucket *bucket = find_bucket(events, want);

	events->names_parents |= may_lack_parent(want->feed);
	g_ptr_array_add(bucket->wants, want);
	demands_add(bucket->demands, &want->demand);
}

void event_rules_add(struct event_rules *events, struct rule *rule, const GPtrArray *wants)
{
	g_autoptr(GPtrArray) found = NULL;

	if (!wants) {
		wants = found = g_ptr_array_new();
		rule_wants_add(rule, found);
	}
	for (guint i = 0; i < wants->len; i++)
		add_want(events, wants->pdata[i]);
}

/* Keywords are looked for in these, too. */
static void see_system(struct demands *demands, const struct event *event)
{
	char id[16];

	g_snprintf(id, sizeof(id), "%u", event->ref.event_id);
	demands_see(demands, event->provider);
	demands_see(demands, event->ref.channel);
	demands_see(demands, event->host);
	demands_see(demands, event->user_sid);
	demands_see(demands, id);
}

/* Values of all fields: which of them a rule looks at makes no difference here. */
static void see_event(struct bucket *bucket, const struct event *event)
{
	if (demands_begin(bucket->demands))
		see_system(bucket->demands, event);
	for (guint i = 0; i < event->fields->len; i++)
		demands_see(bucket->demands,
			    g_array_index(event->fields, struct event_field, i).value);
}

static bool feed_has_event(struct trying *trying, const struct rule_want *want)
{
	if (trying->asked != want->feed)
		trying->has_event = log_feed_has_event(want->feed, trying->event);
	trying->asked = want->feed;
	return trying->has_event &&
	       (!want->provider ||
		(trying->event->provider &&
		 g_ascii_strcasecmp(want->provider, trying->event->provider) == 0));
}

/* Rules of one source come one after another, so one subject at a time will do. */
static const struct field_list *get_subject(struct trying *trying, const struct log_feed *feed)
{
	struct field_list *subject = &trying->events->subject;

	if (trying->has_subject && trying->names == feed->names)
		return subject;
	field_list_clear(subject);
	field_list_add_event(subject, trying->event, feed->names);
	trying->has_subject = true;
	trying->names = feed->names;
	return subject;
}

static bool is_one_of(const char *text, const GPtrArray *values)
{
	for (guint i = 0; i < values->len; i++)
		if (g_ascii_strcasecmp(text, values->pdata[i]) == 0)
			return true;
	return false;
}

static bool holds_where(const struct field_list *subject, const struct log_feed *feed)
{
	for (guint i = 0; i < feed->where->len; i++) {
		const struct log_where *where = &g_array_index(feed->where, struct log_where, i);
		const struct field *field;
		guint index = 0;

		field = field_list_next(subject, where->folded, &index);
		if (!field || !is_one_of(field->text, where->values))
			return false;
	}
	return true;
}

static void try_bucket(struct trying *trying, struct bucket *bucket)
{
	if (bucket->wants->len == 0)
		return;
	see_event(bucket, trying->event);
	for (guint i = 0; !trying->stopped && i < bucket->wants->len; i++) {
		const struct rule_want *want = bucket->wants->pdata[i];
		const struct field_list *subject;

		if (!demands_are_met(bucket->demands, i) || !feed_has_event(trying, want))
			continue;
		subject = get_subject(trying, want->feed);
		if (holds_where(subject, want->feed))
			trying->stopped =
				!trying->trial->try(trying->trial->context, want->rule, subject);
	}
}

void event_rules_try(struct event_rules *events, const struct event *event,
		     const struct event_trial *trial)
{
	struct trying trying = {.events = events, .event = event, .trial = trial};
	struct bucket *bucket = NULL;

	if (event->ref.has_event_id)
		bucket = g_hash_table_lookup(events->by_id, GUINT_TO_POINTER(event->ref.event_id));
	if (bucket)
		try_bucket(&trying, bucket);
	if (!trying.stopped)
		try_bucket(&trying, events->of_any_id);
}

void event_rules_list_wants(const struct event_rules *events, uint32_t event_id,
			    void (*take)(void *context, const struct rule_want *want),
			    void *context)
{
	const struct bucket *of_id = g_hash_table_lookup(events->by_id, GUINT_TO_POINTER(event_id));

	for (guint i = 0; of_id && i < of_id->wants->len; i++)
		take(context, of_id->wants->pdata[i]);
	for (guint i = 0; i < events->of_any_id->wants->len; i++)
		take(context, events->of_any_id->wants->pdata[i]);
}

void event_rules_prepare(struct event_rules *events)
{
	GHashTableIter iter;
	gpointer data;

	g_hash_table_iter_init(&iter, events->by_id);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		struct bucket *bucket = data;

		if (bucket->wants->len >= MANY_WANTS)
			demands_prepare(bucket->demands);
	}
}

static void add_channels(struct sieve_plan *plan, const struct log_feed *feed)
{
	if (feed->channel)
		sieve_plan_add_channel(plan, feed->channel);
	else if (!feed->usual_channels)
		sieve_plan_add_channel(plan, NULL);
	for (guint i = 0; !feed->channel && feed->usual_channels && i < feed->usual_channels->len;
	     i++)
		sieve_plan_add_channel(plan, feed->usual_channels->pdata[i]);
}

/* As the field is logged: under its name in rules, and under others that mean it. */
static void add_logged(const struct log_feed *feed, const struct field_text *text, GArray *texts)
{
	struct field_text logged = *text;
	GHashTableIter iter;
	gpointer key, name;

	if (!text->field || !feed->names || !g_hash_table_contains(feed->names, text->field))
		g_array_append_val(texts, logged);
	if (!text->field || !feed->names)
		return;
	g_hash_table_iter_init(&iter, feed->names);
	while (g_hash_table_iter_next(&iter, &key, &name)) {
		g_autofree char *folded = text_fold(name);

		logged.field = key;
		if (strcmp(folded, text->field) == 0)
			g_array_append_val(texts, logged);
	}
}

static void plan_want(struct sieve_plan *plan, const struct rule_want *want)
{
	const struct field_text unnamed = field_text_absent(WH_PARENT_FIELD_FOLDED);
	const GArray *demanded = want->demand.texts;
	const struct sieve_origin origin = {
		.provider = want->feed->provider ? want->feed->provider : want->provider,
		.channel = want->feed->channel,
	};
	g_autoptr(GArray) texts = NULL;

	/* Hidden records come out whatever they are. */
	if (want->feed->is_of_hidden)
		return;
	if (demanded)
		texts = g_array_new(FALSE, FALSE, sizeof(struct field_text));
	for (guint i = 0; demanded && i < demanded->len; i++)
		add_logged(want->feed, &g_array_index(demanded, struct field_text, i), texts);
	if (texts && may_lack_parent(want->feed))
		g_array_append_val(texts, unnamed);
	sieve_plan_add_texts(plan, &origin, want->any_id ? WH_ANY_EVENT_ID : want->event_id, texts);
	add_channels(plan, want->feed);
}

static void plan_bucket(struct sieve_plan *plan, const struct bucket *bucket)
{
	for (guint i = 0; i < bucket->wants->len; i++)
		plan_want(plan, bucket->wants->pdata[i]);
}

bool event_rules_name_parents(const struct event_rules *events)
{
	return events->names_parents;
}

static void plan_boots(struct sieve_plan *plan)
{
	static const unsigned ids[] = {4608};

	sieve_plan_add(plan, "Microsoft-Windows-Security-Auditing", ids, G_N_ELEMENTS(ids));
	sieve_plan_add_channel(plan, "Security");
}

void event_rules_fill_plan(struct event_rules *events, struct sieve_plan *plan)
{
	GHashTableIter iter;
	gpointer bucket;

	g_hash_table_iter_init(&iter, events->by_id);
	while (g_hash_table_iter_next(&iter, NULL, &bucket))
		plan_bucket(plan, bucket);
	plan_bucket(plan, events->of_any_id);
	if (events->names_parents)
		plan_boots(plan);
}
