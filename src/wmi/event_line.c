/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/event_line.h"

#include "base/json.h"
#include "event/event_json.h"
#include "wmi/wmi_json.h"

void event_line_append(const struct event *event, const struct wmi_fact *fact, GString *out)
{
	GString *members;

	if (!fact) {
		event_append_json(event, NULL, out);
		return;
	}
	members = g_string_new(NULL);
	json_add_string(members, "operation", wmi_operation_name(fact->operation));
	json_add_present(members, "namespace", fact->namespace);
	wmi_filter_append_json(fact->filter, NULL, members);
	wmi_consumer_append_json(fact->consumer, NULL, members);
	if (fact->incomplete)
		json_add_bool(members, "incomplete", true);
	event_append_json(event, members->str, out);
	g_string_free(members, TRUE);
}
