/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/xml_text.h"
#include "export/manifest.h"
#include "export/message.h"
#include "export/spelling.h"

/*
 * Wazuh's alerts and archives. Names begin with a small letter; values have lost line feeds and
 * tabs, and have one level of backslashes and entities too many. The rendered text has not, so it
 * comes first where it can be read.
 */

static const struct json_node *find_win(const struct json_node *object)
{
	const struct json_node *win = json_tree_find(object, "data.win");

	return win ? win : json_tree_get(object, "win");
}

static bool fits(const struct json_node *object)
{
	return json_tree_get(find_win(object), "system") != NULL;
}

static const char *unescape(struct draft *draft, const char *text)
{
	char *copy, *to;

	text = xml_text_unescape(text, draft->arena);
	if (!text || !strchr(text, '\\'))
		return text;
	copy = to = arena_copy(draft->arena, text, strlen(text));
	for (; *text; text++) {
		text += *text == '\\' && (text[1] == '\\' || text[1] == '"');
		*to++ = *text;
	}
	*to = '\0';
	return copy;
}

static const char *as_logged(struct draft *draft, const char *name)
{
	char *copy = arena_copy(draft->arena, name, strlen(name));

	copy[0] = g_ascii_toupper(copy[0]);
	return copy;
}

static void add_members(struct draft *draft, const struct json_node *data)
{
	for (data = data->first; data; data = data->next)
		draft_add_field(draft, as_logged(draft, data->name), unescape(draft, data->text));
}

/* Whatever stands beside `system` is data: eventdata, or an element of UserData. */
static void add_data(struct draft *draft, const struct json_node *win)
{
	for (const struct json_node *node = win->first; node; node = node->next) {
		if (node->kind != JSON_KIND_OBJECT || strcmp(node->name, "system") == 0)
			continue;
		if (g_ascii_strcasecmp(node->name, "eventdata") != 0)
			draft_set_text(draft, EVENT_DATA_TYPE, as_logged(draft, node->name));
		add_members(draft, node);
	}
}

static const char *unquoted(struct draft *draft, const char *message)
{
	size_t length = message ? strlen(message) : 0;

	if (length < 2 || message[0] != '"' || message[length - 1] != '"')
		return message;
	return arena_copy(draft->arena, message + 1, length - 2);
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const struct json_node *win = find_win(object), *system = json_tree_get(win, "system");
	const struct event *event = draft->event;

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(system, "providerName"));
	draft_set_number(draft, EVENT_ID, json_tree_text(system, "eventID"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(system, "eventRecordID"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(system, "channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(system, "computer"));
	draft_set_number(draft, EVENT_PROCESS_ID, json_tree_text(system, "processID"));
	draft_set_time(draft, json_tree_text(system, "systemTime"));
	draft->message = unquoted(draft, json_tree_text(system, "message"));
	if (draft->message && manifest_find(event->provider, event->ref.event_id))
		message_complete(draft);
	if (event->fields->len == 0)
		add_data(draft, win);
}

static const struct text_names text_names = {.host = "\"computer\"",
					     .channel = "\"channel\"",
					     .record_id = "\"eventRecordID\"",
					     .times = {"\"systemTime\""}};

const struct spelling spelling_wazuh = {EVENT_FORMAT_WAZUH, "\"eventID\"", fits, read_object,
					&text_names};
