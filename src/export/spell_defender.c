/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/manifest.h"
#include "export/spelling.h"

/* Defender's DeviceEvents: of its kinds of action one is an event of WMI-Activity. */

static bool fits(const struct json_node *object)
{
	return json_tree_get(object, "ActionType") && json_tree_get(object, "AdditionalFields") &&
	       json_tree_get(object, "DeviceName");
}

static void add_field(struct draft *draft, const struct json_node *fields, const char *from,
		      const char *name)
{
	const char *text = json_tree_text(fields, from);

	if (text)
		draft_add_field(draft, name, text);
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const char *action = json_tree_text(object, "ActionType");
	const struct json_node *fields = json_tree_get(object, "AdditionalFields");

	if (g_strcmp0(action, "WmiBindEventFilterToConsumer") != 0)
		return;
	draft_set_text(draft, EVENT_PROVIDER, "Microsoft-Windows-WMI-Activity");
	draft_set_text(draft, EVENT_CHANNEL, "Microsoft-Windows-WMI-Activity/Operational");
	draft_set_number(draft, EVENT_ID, "5861");
	draft_set_text(draft, EVENT_DATA_TYPE, "Operation_ESStoConsumerBinding");
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "DeviceName"));
	draft_set_time(draft, json_tree_text(object, "Timestamp"));
	if (fields && fields->text)
		fields = json_tree_parse(fields->text, draft->arena);
	add_field(draft, fields, "Namespace", "Namespace");
	add_field(draft, fields, "ESS", "ESS");
	add_field(draft, fields, "Consumer", "CONSUMER");
	add_field(draft, fields, "PossibleCause", "PossibleCause");
}

const struct spelling spelling_defender = {EVENT_FORMAT_DEFENDER, NULL, fits, read_object, NULL};
