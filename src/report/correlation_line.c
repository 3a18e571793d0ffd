/* SPDX-License-Identifier: Apache-2.0 */
#include "report/correlation_line.h"

#include <string.h>

#include "base/json.h"
#include "event/event_json.h"
#include "report/match_json.h"
#include "wmi/wmi_json.h"

static bool is_repeat(const GPtrArray *names, guint index)
{
	for (guint i = 0; i < index; i++)
		if (strcmp(names->pdata[i], names->pdata[index]) == 0)
			return true;
	return false;
}

static void append_group(GString *out, const struct correlation_finding *finding)
{
	const GPtrArray *names = finding->correlation->group_by;

	if (names->len == 0)
		return;
	json_open_object(out, "group");
	for (guint i = 0; i < names->len; i++)
		if (!is_repeat(names, i))
			json_add_string(out, names->pdata[i], finding->group->pdata[i]);
	json_close_object(out);
}

static void append_event(GString *out, const struct correlated_event *event)
{
	json_open_object(out, NULL);
	event_ref_append_time(&event->ref, out);
	json_add_present(out, "host", event->host);
	event_ref_append_ids(&event->ref, true, out);
	event_ref_append_source(&event->ref, out);
	json_close_object(out);
}

static void append_events(GString *out, const struct correlation_finding *finding)
{
	json_add_uint(out, "count", finding->count);
	json_open_array(out, "events");
	for (guint i = 0; i < finding->events->len; i++)
		append_event(out, finding->events->pdata[i]);
	json_close_array(out);
}

void correlation_line_append(const struct finding *finding, bool explain, GString *out)
{
	const struct correlation_finding *held = finding->correlation;

	line_open(out, "correlation", &held->id);
	json_add_present(out, "host", held->host);
	json_add_present(out, "rule_id", held->correlation->id);
	json_add_string(out, "title", held->correlation->title);
	tags_append_json(held->correlation->tags, out);
	append_group(out, held);
	time_append_json("first_seen", held->first, out);
	time_append_json("last_seen", held->last, out);
	append_events(out, held);
	matches_append_json(finding, explain, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
