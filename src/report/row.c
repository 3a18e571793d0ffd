/* SPDX-License-Identifier: Apache-2.0 */
#include "report/row.h"

#include <string.h>

#include "base/text.h"
#include "event/filetime.h"
#include "evidence/evidence.h"
#include "report/cell.h"
#include "report/event_form.h"
#include "wmi/mof.h"
#include "wmi/payload.h"
#include "wmi/stored.h"
#include "wmi/told.h"

#define MOST_HOSTS 5 /* that a cell names */

/*
 * What it runs comes last: its length is the attacker's choice, and the last column
 * is the one that no other row is padded for.
 */
const struct column finding_columns[WH_ROW_CELLS] = {
	{.title = "LEVEL"},
	{.title = "HOST", .turn = 4, .floors = {30, 15, 9, 4}, .is_distinct = true},
	{.title = "LAST SEEN (UTC)", .drops_seconds = true},
	{.title = "FILTER → CONSUMER", .turn = 2, .floors = {40, 30, 16, 6}},
	{.title = "RULE", .turn = 3, .floors = {50, 22, 14, 6}, .below = 2},
	{.title = "WHAT IT RUNS", .turn = 1, .floors = {60, 36, 20, 6}, .below = 1},
};

const struct column stack_columns[WH_ROW_CELLS] = {
	{.title = "LEVEL"},
	{.title = "HOSTS", .turn = 4, .floors = {40, 22, 16, 7}, .is_distinct = true},
	{.title = "FIRST SEEN (UTC)", .drops_seconds = true},
	{.title = "FILTER → CONSUMER", .turn = 2, .floors = {40, 30, 16, 6}},
	{.title = "RULE", .turn = 3, .floors = {50, 22, 14, 6}, .below = 2},
	{.title = "WHAT IT RUNS", .turn = 1, .floors = {60, 36, 20, 6}, .below = 1},
};

const struct column event_columns[WH_ROW_CELLS] = {
	{.title = "TIME (UTC)"},
	{.title = "HOST", .turn = 3, .floors = {30, 15, 9, 4}, .is_distinct = true},
	{.title = "PROVIDER", .turn = 2, .floors = {30, 16, 8, 4}},
	{.title = "ID"},
	{.title = "WHAT", .turn = 2, .floors = {20, 16, 8, 4}},
	{.title = "DETAIL", .turn = 1, .floors = {60, 40, 16, 6}, .below = 1, .wraps = true},
};

static const char *present(const char *text)
{
	return text && *text ? text : NULL;
}

static void append_or(GString *cell, const char *text, const char *fallback)
{
	g_string_append(cell, present(text) ? text : fallback);
}

/* Seconds that the clocks of the zone are ahead then, where the time there can be written, too. */
static gint64 offset_at(GTimeZone *zone, uint64_t filetime)
{
	gint64 unix_time = (gint64)(filetime / WH_SECOND) - (gint64)(WH_UNIX_EPOCH / WH_SECOND);
	gint interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, unix_time);
	gint64 offset = interval < 0 ? 0 : g_time_zone_get_offset(zone, interval);
	uint64_t span = (uint64_t)ABS(offset) * WH_SECOND;

	return offset < 0 ? (span <= filetime ? offset : 0)
			  : (filetime <= UINT64_MAX - span ? offset : 0);
}

static void append_offset(GString *cell, gint64 offset)
{
	unsigned minutes = (unsigned)(ABS(offset) / 60);

	g_string_append_printf(cell, "%c%02u", offset < 0 ? '-' : '+', minutes / 60);
	if (minutes % 60)
		g_string_append_printf(cell, ":%02u", minutes % 60);
}

void row_append_seconds(GString *cell, uint64_t filetime, GTimeZone *zone)
{
	char text[WH_FILETIME_TEXT];
	gint64 offset;

	if (!filetime) {
		g_string_append_c(cell, '-');
		return;
	}
	offset = zone ? offset_at(zone, filetime) : 0;
	filetime_format(filetime + (uint64_t)(offset * (gint64)WH_SECOND), text);
	*strchr(text, 'T') = ' ';
	g_string_append_len(cell, text, strcspn(text, "."));
	if (zone)
		append_offset(cell, offset);
}

void event_label_append(GString *cell, const char *channel, uint32_t id)
{
	static const char prefix[] = "Microsoft-Windows-";

	/* What a collector keeps is of any channel. */
	if (!present(channel) || strcmp(channel, "ForwardedEvents") == 0)
		channel = "event";
	if (g_str_has_prefix(channel, prefix))
		channel += strlen(prefix);
	g_string_append_len(cell, channel, (gssize)strcspn(channel, "/"));
	g_string_append_printf(cell, " %u", id);
}

void subscription_names_append(GString *cell, const struct wmi_filter *filter,
			       const struct wmi_consumer *consumer)
{
	append_or(cell, filter ? filter->name : NULL, "?");
	g_string_append(cell, " → ");
	append_or(cell, consumer ? consumer->name : NULL, "?");
}

const char *consumer_find_text(const struct wmi_consumer *consumer, const char *name)
{
	for (const struct mof_property *property = consumer->properties; property;
	     property = property->next) {
		if (property->value->type == MOF_STRING && present(property->value->text) &&
		    (!name || g_ascii_strcasecmp(property->name, name) == 0))
			return property->value->text;
	}
	return NULL;
}

const char *consumer_find_payload(const struct wmi_consumer *consumer)
{
	static const char *const names[] = {
		"CommandLineTemplate", "ExecutablePath", "ScriptFileName", "ScriptText", "Filename",
		"SMTPServer",	       "SourceName"};
	const char *text = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(names) && !text; i++)
		text = consumer_find_text(consumer, names[i]);
	return text ? text : consumer_find_text(consumer, NULL);
}

static void append_payload(GString *cell, const struct wmi_consumer *consumer)
{
	g_autoptr(GPtrArray) decoded = consumer ? payload_decode_consumer(consumer) : NULL;
	size_t start = cell->len;
	const char *text = NULL;

	if (consumer)
		text = decoded->len ? decoded->pdata[0] : consumer_find_payload(consumer);
	if (text)
		text_append_squeezed(cell, text);
	if (cell->len == start)
		g_string_append_c(cell, '-');
}

/* Of matches, the highest first. */
static void append_highest(GString *cell, const GPtrArray *matches)
{
	const struct match *highest = matches_highest(matches);

	append_or(cell, highest ? highest->title : NULL,
		  highest && highest->rule_id ? highest->rule_id : "-");
	if (highest && matches->len > 1)
		g_string_append_printf(cell, " +%u", matches->len - 1);
}

/* Snapshots, and what MOF texts define that is known otherwise, too. */
static void append_told(GString *cell, const struct subscription *subscription)
{
	const struct told *told = subscription->told;
	bool is_only = subscription->events->len == 0 && !subscription->stored;
	unsigned i = 0;

	while (told_conflict_name(i) && !(told->conflicts & 1u << i))
		i++;
	if (told_conflict_name(i))
		g_string_append_printf(cell, "[snapshot: %s] ", told_conflict_name(i));
	else if (told_has_snapshot(told))
		g_string_append(cell, is_only ? "[snapshot only] " : "[snapshot] ");
	if (told_has_mof(told) && subscription->state != WMI_STATE_DEFINED)
		g_string_append(cell, "[MOF] ");
}

/* The state stands here and not with the names, which the attacker could make look like it. */
static void append_rule(GString *cell, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;

	if (subscription->state != WMI_STATE_ACTIVE || subscription->contradictions)
		g_string_append_printf(cell, "[%s%s] ", wmi_state_name(subscription->state),
				       subscription->contradictions ? ", contradicted" : "");
	if (subscription->stored && subscription->stored->presence != STORED_PRESENT)
		g_string_append_printf(cell, "[repository: %s] ",
				       stored_presence_name(subscription->stored->presence));
	else if (subscription->stored && subscription->events->len == 0)
		g_string_append(cell, "[repository only] ");
	if (subscription->told)
		append_told(cell, subscription);
	if (finding->known_good_id) {
		g_string_append(cell, "known good: ");
		append_or(cell, finding->known_good_title, finding->known_good_id);
	} else {
		append_highest(cell, finding->matches);
	}
}

void row_append_level(GString *cell, int level)
{
	if (level < 0)
		g_string_append_c(cell, '-');
	else if (level == LEVEL_INFORMATIONAL)
		g_string_append(cell, "info");
	else
		g_string_append(cell, rule_level_name((enum rule_level)level));
}

static void append_class(GString *cells[WH_ROW_CELLS], const struct stored_class *class)
{
	g_string_append_printf(cells[3], "class %s", class->name);
	text_append_squeezed(cells[5], class->value);
}

static void append_subscription(const struct finding *finding, GTimeZone *zone,
				GString *cells[WH_ROW_CELLS])
{
	const struct subscription *subscription = finding->subscription;

	append_or(cells[1], subscription->host, "-");
	row_append_seconds(cells[2], subscription->last_seen, zone);
	append_rule(cells[4], finding);
	if (subscription->stored && subscription->stored->class) {
		append_class(cells, subscription->stored->class);
		return;
	}
	subscription_names_append(cells[3], subscription->filter, subscription->consumer);
	append_payload(cells[5], subscription->consumer);
}

static void append_evidence(const struct finding *finding, GTimeZone *zone,
			    GString *cells[WH_ROW_CELLS])
{
	const struct evidence *evidence = finding->evidence;
	const char *what = evidence->text    ? evidence->text
			   : evidence->query ? evidence->query
					     : evidence->image;

	append_or(cells[1], evidence->event.host, "-");
	row_append_seconds(cells[2], evidence->last ? evidence->last : evidence->event.ref.time,
			   zone);
	g_string_append_printf(cells[3], "event %u: %s", evidence->event.ref.event_id,
			       evidence->traits->name);
	append_highest(cells[4], finding->matches);
	if (what)
		text_append_squeezed(cells[5], what);
	else
		event_form_append(event_form_find(&evidence->event), &evidence->event, cells[5]);
}

static void append_group(GString *cell, const struct correlation_finding *held)
{
	const GPtrArray *names = held->correlation->group_by;

	for (guint i = 0; i < names->len; i++) {
		g_string_append_printf(cell, "%s%s=", i ? ", " : "", (char *)names->pdata[i]);
		text_append_squeezed(cell, held->group->pdata[i]);
	}
	if (names->len == 0)
		g_string_append_c(cell, '-');
}

static void append_correlation(const struct finding *finding, GTimeZone *zone,
			       GString *cells[WH_ROW_CELLS])
{
	const struct correlation_finding *held = finding->correlation;

	append_or(cells[1], held->host, "-");
	row_append_seconds(cells[2], held->last, zone);
	g_string_append_printf(cells[3], "%" G_GUINT64_FORMAT " events: correlation", held->count);
	append_highest(cells[4], finding->matches);
	append_group(cells[5], held);
}

void finding_row_append(const struct finding *finding, GTimeZone *zone,
			GString *cells[WH_ROW_CELLS])
{
	static void (*const append[])(const struct finding *, GTimeZone *, GString **) = {
		[FINDING_SUBSCRIPTION] = append_subscription,
		[FINDING_EVIDENCE] = append_evidence,
		[FINDING_CORRELATION] = append_correlation,
	};

	row_append_level(cells[0], finding_level(finding));
	append[finding->kind](finding, zone, cells);
}

/* As in the lines, it takes all of them to be known-good. */
static void append_stack_rule(GString *cell, const struct stack_entry *entry)
{
	if (entry->vouched == entry->subscriptions) {
		g_string_append(cell, "known good: ");
		append_or(cell, entry->known_good_title, entry->known_good_id);
	} else if (entry->rule_title) {
		append_or(cell, entry->rule_title, entry->rule_id ? entry->rule_id : "-");
	} else {
		g_string_append_c(cell, '-');
	}
}

static void append_hosts(GString *cell, const struct stack_entry *entry)
{
	g_autoptr(GPtrArray) hosts = stack_names(entry->hosts);

	g_string_append_printf(cell, "%u of %u:", hosts->len, entry->of_hosts);
	for (guint i = 0; i < hosts->len && i < MOST_HOSTS; i++)
		g_string_append_printf(cell, "%s %s", i ? "," : "", (const char *)hosts->pdata[i]);
	if (hosts->len > MOST_HOSTS)
		g_string_append(cell, ", …");
}

void stack_row_append(const struct stack_entry *entry, GTimeZone *zone,
		      GString *cells[WH_ROW_CELLS])
{
	const struct subscription *earliest = entry->earliest;

	row_append_level(cells[0], entry->rule_title ? (int)entry->level : -1);
	append_hosts(cells[1], entry);
	row_append_seconds(cells[2], entry->first_seen, zone);
	subscription_names_append(cells[3], earliest->filter, earliest->consumer);
	append_stack_rule(cells[4], entry);
	append_payload(cells[5], earliest->consumer);
}

static void append_provider(GString *cell, const char *provider)
{
	static const char prefix[] = "Microsoft-Windows-";

	if (provider && g_str_has_prefix(provider, prefix))
		provider += strlen(prefix);
	append_or(cell, provider, "-");
}

static void append_what(GString *cell, const struct event *event, const struct wmi_fact *fact)
{
	if (!fact || (!fact->filter && !fact->consumer)) {
		event_form_append(event_form_find(event), event, cell);
		return;
	} else if (fact->filter && fact->consumer) {
		subscription_names_append(cell, fact->filter, fact->consumer);
		if (consumer_find_payload(fact->consumer)) {
			g_string_append(cell, ": ");
			append_payload(cell, fact->consumer);
		}
	} else if (fact->filter) {
		append_or(cell, fact->filter->name, "?");
		g_string_append(cell, ": ");
		append_or(cell, fact->filter->query, "-");
	} else {
		append_or(cell, fact->consumer->name, "?");
		g_string_append(cell, ": ");
		append_payload(cell, fact->consumer);
	}
	if (fact->user)
		g_string_append_printf(cell, ", by %s", fact->user);
}

void event_row_append(const struct event *event, const struct wmi_fact *fact, GTimeZone *zone,
		      GString *cells[WH_ROW_CELLS])
{
	const struct event_form *form = event_form_find(event);

	row_append_seconds(cells[0], event->ref.time, zone);
	append_or(cells[1], event->host, "-");
	append_provider(cells[2], event->provider);
	if (event->ref.has_event_id)
		g_string_append_printf(cells[3], "%u", event->ref.event_id);
	else
		g_string_append_c(cells[3], '-');
	g_string_append(cells[4], fact	 ? wmi_operation_name(fact->operation)
				  : form ? form->what
					 : "-");
	append_what(cells[5], event, fact);
}
