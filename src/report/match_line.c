/* SPDX-License-Identifier: Apache-2.0 */
#include "report/match_line.h"

#include "base/json.h"
#include "correlation/correlations.h"
#include "event/event_id.h"

static void append_match(GString *out, const struct correlation_match *match)
{
	json_open_object(out, NULL);
	json_add_present(out, "rule_id", match->rule->id);
	json_add_string(out, "title", match->rule->title);
	json_open_array(out, "fields");
	for (guint i = 0; i < match->fields->len; i += 2) {
		json_open_object(out, NULL);
		json_add_string(out, "field", match->fields->pdata[i]);
		json_add_present(out, "text", match->fields->pdata[i + 1]);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
}

void match_line_append(const struct event *event, const GPtrArray *saved, GString *out)
{
	GString *name = line_name_new("match", event->host);
	struct line_id id;

	event_identify(event, &id);
	line_name_add(name, id.text);
	line_id_set(&id, name);
	line_open(out, "match", &id);
	event_ref_append_time(&event->ref, out);
	json_add_present(out, "host", event->host);
	event_ref_append_ids(&event->ref, true, out);
	json_open_array(out, "rules");
	for (guint i = 0; i < saved->len; i++)
		append_match(out, saved->pdata[i]);
	json_close_array(out);
	event_ref_append_source(&event->ref, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
