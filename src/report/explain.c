/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include <string.h>

#include "base/text.h"
#include "event/filetime.h"
#include "report/cell.h"
#include "evidence/timeline.h"

#define INDENT "    "

static void append_seconds(GString *line, uint64_t filetime)
{
	char text[WH_FILETIME_TEXT] = "-                  ";

	if (filetime)
		filetime_format(filetime, text);
	if (filetime)
		*strchr(text, 'T') = ' ';
	g_string_append_len(line, text, (gssize)strcspn(text, "."));
}

static void append_process(GString *line, const struct timeline_entry *entry)
{
	if (entry->process)
		g_string_append_printf(line, "  %s", entry->process);
	if (entry->has_process_id)
		g_string_append_printf(line, entry->process ? " (%u)" : "  process %u",
				       entry->process_id);
}

static void append_repeats(GString *line, const struct timeline_entry *entry)
{
	if (entry->count < 2)
		return;
	g_string_append_printf(line, "  %u times", entry->count);
	if (entry->ref.time) {
		g_string_append(line, ", last ");
		append_seconds(line, entry->last);
	}
}

/* Words of JSON, for people. */
static void append_word(GString *line, const char *word)
{
	g_autofree char *plain = g_strdelimit(g_strdup(word), "_", ' ');

	g_string_append_printf(line, "  %-20s", plain);
}

static void append_user(GString *line, const struct timeline_entry *entry)
{
	if (entry->user_name)
		g_string_append_printf(line, "  by %s (%s)", entry->user_name, entry->user);
	else if (entry->user)
		g_string_append_printf(line, "  by %s", entry->user);
}

static GString *line_of(const struct timeline_entry *entry)
{
	GString *line = g_string_new(INDENT);

	append_seconds(line, entry->ref.time);
	append_word(line, entry->what);
	if (entry->ref.has_event_id)
		g_string_append_printf(line, "  event %u", entry->ref.event_id);
	append_repeats(line, entry);
	append_user(line, entry);
	append_process(line, entry);
	if (entry->from)
		g_string_append_printf(line, "  from %s", entry->from);
	else if (entry->is_local)
		g_string_append(line, "  from this machine");
	if (entry->why)
		g_string_append_printf(line, "  [%s]", entry->why);
	/* Last, as its length is the attacker's choice. */
	if (entry->detail) {
		g_string_append(line, "  ");
		text_append_squeezed(line, entry->detail);
	}
	return line;
}

void explain_subscription(const struct subscription *subscription, const char *triage,
			  GPtrArray *lines)
{
	g_autoptr(GPtrArray) plain = NULL;
	const GPtrArray *timeline = subscription->timeline;

	if (!timeline)
		timeline = plain = timeline_from_sightings(subscription);
	for (guint i = 0; i < timeline->len; i++)
		g_ptr_array_add(lines, line_of(timeline->pdata[i]));
	if (triage && *triage) {
		GString *line = g_string_new(INDENT "next: ");

		text_append_squeezed(line, triage);
		g_ptr_array_add(lines, line);
	}
}
