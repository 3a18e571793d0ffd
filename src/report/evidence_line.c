/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evidence_line.h"

#include "base/json.h"
#include "event/event_json.h"
#include "evidence/evidence.h"
#include "report/match_json.h"
#include "wmi/wmi_json.h"

static void append_process(GString *out, const char *key, const struct evidence *process)
{
	if (!process)
		return;
	json_open_object(out, key);
	event_ref_append_time(&process->event.ref, out);
	json_add_uint(out, "process_id", process->process_id);
	json_add_present(out, "image", process->image);
	json_add_present(out, "command_line", process->text);
	json_add_present(out, "user", process->user);
	json_close_object(out);
}

static void append_link(GString *out, const struct evidence_link *link)
{
	const struct subscription *subscription = link->subscription;

	json_open_object(out, NULL);
	json_add_present(out, "id", subscription->id.text);
	json_add_present(out, "namespace", subscription->namespace);
	if (subscription->filter)
		json_add_present(out, "filter_name", subscription->filter->name);
	if (subscription->consumer) {
		json_add_present(out, "consumer_name", subscription->consumer->name);
		json_add_present(out, "class", subscription->consumer->class_name);
	}
	json_add_string(out, "why", link->why);
	json_close_object(out);
}

static void append_links(GString *out, const GPtrArray *links)
{
	json_open_array(out, "links");
	for (guint i = 0; links && i < links->len; i++)
		append_link(out, links->pdata[i]);
	json_close_array(out);
}

static void append_members(GString *out, const struct finding *finding, bool explain)
{
	const struct evidence *evidence = finding->evidence;

	json_add_string(out, "evidence", evidence->traits->name);
	if (evidence->count > 1) {
		json_add_uint(out, "count", evidence->count);
		time_append_json("last", evidence->last, out);
	}
	append_process(out, "process", evidence->process);
	append_process(out, "parent", evidence->parent);
	json_add_flag(out, "not_replayed", evidence->not_replayed);
	json_add_present(out, "user_name", evidence->user_name);
	json_add_flag(out, "local", evidence->is_local);
	json_add_flag(out, "related", finding->is_related);
	matches_append_json(finding, explain, out);
	append_links(out, evidence->links);
}

void evidence_line_append(const struct finding *finding, bool explain, GString *out)
{
	g_autoptr(GString) members = g_string_new(NULL);

	append_members(members, finding, explain);
	event_append_json_as(&finding->evidence->event, "evidence", &finding->evidence->id,
			     members->str, out);
}
