/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/spelling.h"

/* hayabusa's json-timeline and csv-timeline with AllFieldInfo: an event once for each of its rules
 * that matched. Channels are abbreviated. */

static bool fits(const struct json_node *object)
{
	return json_tree_get(object, "RuleTitle") && json_tree_get(object, "RecordID") &&
	       json_tree_get(object, "EventID");
}

static const char *spell_out(const char *channel)
{
	static const struct {
		const char *abbreviation;
		const char *channel;
	} channels[] = {
		{"Sec", "Security"},
		{"Sys", "System"},
		{"App", "Application"},
		{"Sysmon", "Microsoft-Windows-Sysmon/Operational"},
		{"WMI", "Microsoft-Windows-WMI-Activity/Operational"},
		{"PwSh", "Microsoft-Windows-PowerShell/Operational"},
		{"PwShClassic", "Windows PowerShell"},
		{"TaskSch", "Microsoft-Windows-TaskScheduler/Operational"},
		{"Defender", "Microsoft-Windows-Windows Defender/Operational"},
		{"BitsCli", "Microsoft-Windows-Bits-Client/Operational"},
		{"WinRM", "Microsoft-Windows-WinRM/Operational"},
	};

	for (size_t i = 0; channel && i < G_N_ELEMENTS(channels); i++)
		if (strcmp(channel, channels[i].abbreviation) == 0)
			return channels[i].channel;
	return channel;
}

/* In CSV all fields are one text: "Name: value ¦ Name: value". */
static void add_text(struct draft *draft, const char *text)
{
	g_auto(GStrv) pairs = g_strsplit(text, " \xC2\xA6 ", -1);

	for (char **pair = pairs; *pair; pair++) {
		const char *colon = strstr(*pair, ": ");

		if (colon)
			draft_add_field(draft,
					arena_copy(draft->arena, *pair, (size_t)(colon - *pair)),
					arena_copy(draft->arena, colon + 2, strlen(colon + 2)));
	}
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *fields = json_tree_get(object, "AllFieldInfo");

	draft_set_text(draft, EVENT_CHANNEL, spell_out(json_tree_text(object, "Channel")));
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "Provider"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventID"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "RecordID"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Computer"));
	draft_set_time(draft, json_tree_text(object, "Timestamp"));
	draft_add_fields(draft, fields, NULL);
	if (fields && fields->text)
		add_text(draft, fields->text);
}

const struct spelling spelling_hayabusa = {EVENT_FORMAT_HAYABUSA, NULL, fits, read_object, NULL};
