/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include <string.h>

#include "event/filetime.h"
#include "event/key_names.h"
#include "evidence/evidence.h"
#include "evidence/timeline.h"
#include "report/row.h"
#include "wmi/mof.h"
#include "wmi/payload.h"
#include "wmi/stored.h"

#define INDENT 4
#define BELOW 6 /* what belongs to the line before it */
#define MOST_FIELDS 12 /* of an event, and of a match, unless all is shown */
#define MOST_EVENTS 12 /* of a correlation, so */

static void add(const struct prose *prose, unsigned indent, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static void add(const struct prose *prose, unsigned indent, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	prose_add(prose, indent, BELOW, text);
}

static void add_properties(const struct prose *prose, const struct mof_property *property)
{
	for (; property; property = property->next) {
		const struct mof_value *value = property->value;

		if (value->type == MOF_ARRAY)
			value = value->elements;
		for (; value; value = value->next)
			if (value->text)
				prose_add_named(prose, BELOW, key_name_spelling(property->name),
						value->text);
	}
}

static void add_creator(const struct prose *prose, const char *what, const char *sid,
			const char *name)
{
	if (sid && name)
		add(prose, INDENT, "As %s made by %s (%s)", what, name, sid);
	else if (sid)
		add(prose, INDENT, "As %s made by %s", what, sid);
}

/* What the repository and 5861 keep with each of the two. */
static void add_creators(const struct prose *prose, const struct wmi_filter *filter,
			 const struct wmi_consumer *consumer)
{
	const char *of_filter = filter ? filter->creator_sid : NULL;
	const char *of_consumer = consumer ? consumer->creator_sid : NULL;

	if (g_strcmp0(of_filter, of_consumer) == 0) {
		add_creator(prose, "filter and consumer say,", of_filter,
			    filter ? filter->creator : NULL);
		return;
	}
	add_creator(prose, "the filter says,", of_filter, filter ? filter->creator : NULL);
	add_creator(prose, "the consumer says,", of_consumer, consumer ? consumer->creator : NULL);
}

static void add_filter(const struct prose *prose, const struct subscription *subscription)
{
	const struct wmi_filter *filter = subscription->filter;

	if (!filter)
		return;
	add(prose, INDENT, "Filter %s of %s", filter->name ? filter->name : "?",
	    subscription->namespace ? subscription->namespace : "?");
	if (filter->query)
		add(prose, BELOW, "waits for: %s%s%s", filter->query,
		    filter->event_namespace ? ", in " : "",
		    filter->event_namespace ? filter->event_namespace : "");
}

static void add_consumer(const struct prose *prose, const struct wmi_consumer *consumer)
{
	g_autoptr(GPtrArray) decoded = consumer ? payload_decode_consumer(consumer) : NULL;

	if (!consumer)
		return;
	add(prose, INDENT, "Consumer %s, %s", consumer->name ? consumer->name : "?",
	    consumer->class_name ? consumer->class_name : "of an unknown class");
	add_properties(prose, consumer->properties);
	for (guint i = 0; i < decoded->len; i++)
		prose_add_named(prose, BELOW, "which decodes to", decoded->pdata[i]);
}

static void add_stored_parts(const struct prose *prose, const struct stored *stored)
{
	if (stored && stored->timer)
		add(prose, INDENT, "Timer %s, %s: %s%s", stored->timer->id,
		    stored->timer->class_name,
		    stored->timer->interval ? stored->timer->interval
		    : stored->timer->at	    ? stored->timer->at
					    : "?",
		    stored->timer->interval ? " ms" : "");
	if (stored && stored->class) {
		add(prose, INDENT, "Class %s, property %s:", stored->class->name,
		    stored->class->property);
		prose_add_lines(prose, BELOW, stored->class->value);
	}
}

static void append_process(GString *line, const struct timeline_entry *entry)
{
	if (entry->process && entry->has_process_id)
		g_string_append_printf(line, ", %s (%u)", entry->process, entry->process_id);
	else if (entry->process)
		g_string_append_printf(line, ", %s", entry->process);
	else if (entry->has_process_id)
		g_string_append_printf(line, ", process %u", entry->process_id);
}

static void append_user(GString *line, const char *user, const char *user_name)
{
	if (user_name)
		g_string_append_printf(line, ", by %s (%s)", user_name, user);
	else if (user)
		g_string_append_printf(line, ", by %s", user);
}

static void append_from(GString *line, const char *from, bool is_local)
{
	if (from)
		g_string_append_printf(line, ", from %s", from);
	else if (is_local)
		g_string_append(line, ", from this machine");
}

/* The time, how long that is after `before` (0: nothing was), and what happened. */
static void append_when(GString *line, const struct timeline_entry *entry, uint64_t before,
			GTimeZone *zone)
{
	g_autofree char *word = g_strdelimit(g_strdup(entry->what), "_", ' ');

	if (entry->ref.time)
		row_append_seconds(line, entry->ref.time, zone);
	if (before && entry->ref.time >= before + WH_SECOND) {
		g_autofree char *span = filetime_span_text(entry->ref.time - before);

		g_string_append_printf(line, ", %s later", span);
	}
	g_string_append_printf(line, "%s%s", entry->ref.time ? ": " : "", word);
	if (entry->count > 1) {
		g_string_append_printf(line, " %u times", entry->count);
		if (entry->ref.time) {
			g_string_append(line, ", last ");
			row_append_seconds(line, entry->last, zone);
		}
	}
	if (entry->ref.has_event_id) {
		g_string_append(line, ", ");
		event_label_append(line, entry->ref.channel, entry->ref.event_id);
	}
}

static void add_entry(const struct prose *prose, const struct timeline_entry *entry,
		      uint64_t before)
{
	g_autoptr(GString) line = g_string_new(NULL);

	append_when(line, entry, before, prose->zone);
	append_user(line, entry->user, entry->user_name);
	append_process(line, entry);
	append_from(line, entry->from, entry->is_local);
	if (entry->why)
		g_string_append_printf(line, ": %s", entry->why);
	prose_add(prose, INDENT, BELOW, line->str);
	/* Below it, as its length is the attacker's choice. */
	if (entry->detail)
		prose_add_lines(prose, BELOW + 2, entry->detail);
}

enum section { MADE, FIRED, STANDS };

static enum section section_of(const struct timeline_entry *entry)
{
	static const char *const fired[] = {"fired", "may_have_fired", "started",
					    "may_have_started", NULL};
	static const char *const stands[] = {"stored",	     "no_longer_stored", "not_stored",
					     "found_stored", "seen_alive",	 "seen_removed",
					     "seen",	     "contradicted",	 NULL};

	if (g_strv_contains(fired, entry->what))
		return FIRED;
	if (g_strv_contains(stands, entry->what) ||
	    (entry->why && g_str_has_prefix(entry->why, "contradicts ")))
		return STANDS;
	return MADE;
}

/* Returns how many there were. */
static unsigned add_entries(const struct prose *prose, const GPtrArray *timeline,
			    enum section section)
{
	uint64_t before = 0;
	unsigned count = 0;

	for (guint i = 0; i < timeline->len; i++) {
		const struct timeline_entry *entry = timeline->pdata[i];

		if (section_of(entry) != section)
			continue;
		add_entry(prose, entry, before);
		before = entry->ref.time;
		count++;
	}
	return count;
}

static void add_state(const struct prose *prose, const struct subscription *subscription)
{
	static const char *const says[] = {
		[WMI_STATE_ACTIVE] = "Yes, as far as events say: none says that it was deleted",
		[WMI_STATE_CHANGED] = "Yes, as far as events say, and its content was changed",
		[WMI_STATE_SUPERSEDED] = "No, events say that other content took its place",
		[WMI_STATE_DELETED] = "No, events say that it was deleted",
		[WMI_STATE_UNBOUND] = "No event binds it to another part",
		[WMI_STATE_DEFINED] =
			"A MOF text says how it is to be made; nothing says that it was",
	};
	g_autoptr(GString) what = g_string_new("No event names it");

	if (subscription->events->len > 0 || subscription->state == WMI_STATE_DEFINED)
		g_string_assign(what, says[subscription->state]);
	if (subscription->state == WMI_STATE_DELETED && subscription->last_seen) {
		g_string_append(what, ", at ");
		row_append_seconds(what, subscription->last_seen, prose->zone);
	}
	prose_add(prose, INDENT, BELOW, what->str);
}

static void explain_subscription(const struct subscription *subscription, const struct prose *prose)
{
	g_autoptr(GPtrArray) plain = NULL;
	const GPtrArray *timeline = subscription->timeline;
	const struct wmi_filter *filter = subscription->filter;
	const struct wmi_consumer *consumer = subscription->consumer;

	if (!timeline)
		timeline = plain = timeline_from_sightings(subscription);
	prose_add_heading(prose, "What it is");
	add_filter(prose, subscription);
	add_consumer(prose, consumer);
	add_stored_parts(prose, subscription->stored);
	prose_add_heading(prose, "When it was made, and by whom");
	add_creators(prose, filter, consumer);
	if (!add_entries(prose, timeline, MADE))
		add(prose, INDENT, "Nothing that was read says so.");
	prose_add_heading(prose, "When it fired, and what it started");
	if (!add_entries(prose, timeline, FIRED))
		add(prose, INDENT, "Nothing that was read says so.");
	prose_add_heading(prose, "Is it still there?");
	add_state(prose, subscription);
	add_entries(prose, timeline, STANDS);
}

static bool is_left_out(const struct prose *prose, guint index, guint count, guint most)
{
	if (prose->full || index < most)
		return false;
	if (index == most)
		add(prose, BELOW, "(%u more: --full shows all)", count - most);
	return true;
}

static void add_fields(const struct prose *prose, const GArray *fields)
{
	for (guint i = 0; i < fields->len; i++) {
		const struct event_field *field = &g_array_index(fields, struct event_field, i);

		if (!is_left_out(prose, i, fields->len, MOST_FIELDS))
			prose_add_named(prose, INDENT, *field->name ? field->name : "-",
					field->value);
	}
}

static void add_links(const struct prose *prose, const GPtrArray *links)
{
	for (guint i = 0; links && i < links->len; i++) {
		const struct evidence_link *link = links->pdata[i];
		g_autoptr(GString) names = g_string_new(NULL);

		if (is_left_out(prose, i, links->len, MOST_EVENTS))
			continue;
		subscription_names_append(names, link->subscription->filter,
					  link->subscription->consumer);
		add(prose, INDENT, "Belongs to %s: %s", names->str, link->why);
	}
}

static void explain_evidence(const struct evidence *evidence, const struct prose *prose)
{
	const struct timeline_entry entry = {
		.ref = evidence->event.ref,
		.last = evidence->last,
		.count = evidence->count,
		.what = evidence->traits->word,
		.user = evidence->user,
		.user_name = evidence->user_name,
		.process = evidence->image,
		.process_id = evidence->process_id,
		.has_process_id = evidence->has_process_id,
		.from = evidence->from,
		.is_local = evidence->is_local,
	};

	prose_add_heading(prose, "What it is, when and by whom");
	add_entry(prose, &entry, 0);
	if (evidence->parent_image)
		prose_add_named(prose, INDENT, "Started by", evidence->parent_image);
	prose_add_named(prose, INDENT, "Text", evidence->text);
	prose_add_named(prose, INDENT, "Query", evidence->query);
	if (!evidence->text && !evidence->query)
		add_fields(prose, evidence->event.fields);
	add_links(prose, evidence->links);
}

static void explain_correlation(const struct correlation_finding *held, const struct prose *prose)
{
	g_autofree char *span = filetime_span_text(held->last - held->first);

	prose_add_heading(prose, "What it is, and when");
	add(prose, INDENT, "%" G_GUINT64_FORMAT " events within %s:", held->count, span);
	for (guint i = 0; i < held->events->len; i++) {
		const struct correlated_event *event = held->events->pdata[i];
		g_autoptr(GString) line = g_string_new(NULL);

		if (is_left_out(prose, i, held->events->len, MOST_EVENTS))
			continue;
		row_append_seconds(line, event->ref.time, prose->zone);
		g_string_append(line, ": ");
		event_label_append(line, event->ref.channel, event->ref.event_id);
		if (event->host && !held->host)
			g_string_append_printf(line, " of %s", event->host);
		prose_add(prose, BELOW, BELOW + 2, line->str);
	}
}

static void add_match(const struct prose *prose, const struct match *match)
{
	add(prose, INDENT, "%s: %s%s%s%s", rule_level_name(match->level),
	    match->title ? match->title : "-", match->rule_id ? " (" : "",
	    match->rule_id ? match->rule_id : "", match->rule_id ? ")" : "");
	for (guint i = 0; i < match->fields->len; i++) {
		const struct match_field *field = match->fields->pdata[i];

		if (!is_left_out(prose, i, match->fields->len, MOST_FIELDS))
			prose_add_named(prose, BELOW, field->field, field->text);
	}
}

static void add_matches(const struct prose *prose, const struct finding *finding)
{
	const struct match *highest = matches_highest(finding->matches);

	prose_add_heading(prose, "Why it matched");
	if (finding->known_good_id)
		add(prose, INDENT, "A filter vouches for it: %s",
		    finding->known_good_title ? finding->known_good_title : finding->known_good_id);
	else if (!highest)
		add(prose, INDENT, "No rule matches it.");
	for (guint i = 0; finding->matches && i < finding->matches->len; i++)
		add_match(prose, finding->matches->pdata[i]);
	if (!highest || !highest->triage || !*highest->triage)
		return;
	prose_add_heading(prose, "What to look at next");
	prose_add(prose, INDENT, INDENT, highest->triage);
}

void explain_finding(const struct finding *finding, const struct prose *prose)
{
	switch (finding->kind) {
	case FINDING_SUBSCRIPTION:
		explain_subscription(finding->subscription, prose);
		break;
	case FINDING_EVIDENCE:
		explain_evidence(finding->evidence, prose);
		break;
	case FINDING_CORRELATION:
		explain_correlation(finding->correlation, prose);
		break;
	}
	add_matches(prose, finding);
}
