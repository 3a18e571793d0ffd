/* SPDX-License-Identifier: Apache-2.0 */
#include "report/timeline_json.h"

#include "base/json.h"
#include "event/event_json.h"
#include "wmi/wmi_json.h"
#include "evidence/timeline.h"

static void append_process(GString *out, const struct timeline_entry *entry)
{
	json_add_present(out, "image", entry->process);
	if (entry->has_process_id)
		json_add_uint(out, "process_id", entry->process_id);
}

static void append_entry(GString *out, const struct timeline_entry *entry)
{
	json_open_object(out, NULL);
	json_add_present(out, "id", entry->id.text);
	event_ref_append_time(&entry->ref, out);
	if (entry->count > 1) {
		time_append_json("last", entry->last, out);
		json_add_uint(out, "count", entry->count);
	}
	json_add_string(out, "what", entry->what);
	event_ref_append_ids(&entry->ref, true, out);
	json_add_present(out, "user", entry->user);
	json_add_present(out, "user_name", entry->user_name);
	append_process(out, entry);
	json_add_present(out, "from", entry->from);
	json_add_flag(out, "local", entry->is_local);
	json_add_present(out, "detail", entry->detail);
	json_add_present(out, "why", entry->why);
	if (entry->ref.has_event_id || entry->ref.path)
		event_ref_append_source(&entry->ref, out);
	json_close_object(out);
}

void timeline_append_json(const GPtrArray *timeline, GString *out)
{
	json_open_array(out, "timeline");
	for (guint i = 0; i < timeline->len; i++)
		append_entry(out, timeline->pdata[i]);
	json_close_array(out);
}
