/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json_cut.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"

/* How far a walk over the text is. */
struct walk {
	char closers[WH_MAX_JSON_DEPTH]; /* of what is open, the innermost last */
	size_t depth;
	size_t whole; /* what is before it can be kept: members, and what opens lists of them */
	size_t quote; /* where the text at hand begins */
	bool in_text;
	bool is_value; /* the text at hand */
};

static bool step(struct walk *walk, const char *text, size_t at, char *before)
{
	char c = text[at];

	if (c == '"') {
		walk->in_text = true;
		walk->quote = at;
		walk->is_value = *before == ':' ||
				 (walk->depth > 0 && walk->closers[walk->depth - 1] == ']');
	} else if (c == '{' || c == '[') {
		if (walk->depth == sizeof(walk->closers))
			return false;
		walk->closers[walk->depth++] = c == '{' ? '}' : ']';
		walk->whole = at + 1;
	} else if (c == '}' || c == ']') {
		if (walk->depth == 0 || walk->closers[--walk->depth] != c)
			return false;
		walk->whole = at + 1;
	} else if (c == ',') {
		walk->whole = at;
	}
	if (!g_ascii_isspace(c))
		*before = c;
	return true;
}

static bool walk_over(struct walk *walk, const char *text, size_t size)
{
	char before = '\0';

	for (size_t at = 0; at < size; at++) {
		if (!walk->in_text) {
			if (!step(walk, text, at, &before))
				return false;
		} else if (text[at] == '\\') {
			at++;
		} else if (text[at] == '"') {
			walk->in_text = false;
			before = '"';
		}
	}
	return walk->depth > 0;
}

const struct json_node *json_cut_read(const char *text, size_t size, struct arena *arena)
{
	struct walk walk = {.depth = 0};
	g_autoptr(GString) whole = NULL;

	if (!walk_over(&walk, text, size))
		return NULL;
	if (walk.in_text && walk.is_value) {
		whole = g_string_new_len(text, (gssize)walk.quote);
		g_string_append(whole, "\"\"");
	} else {
		whole = g_string_new_len(text, (gssize)walk.whole);
	}
	while (walk.depth > 0)
		g_string_append_c(whole, walk.closers[--walk.depth]);
	return json_tree_parse(whole->str, arena);
}

bool json_cut_is_of_exporter(const struct json_node *object)
{
	static const char *const names[] = {"@timestamp",
					    "_source",
					    "_raw",
					    "winlog",
					    "agent",
					    "ecs",
					    "EventTime",
					    "SourceName",
					    "SourceModuleType",
					    "EventReceivedTime",
					    "Payload",
					    "PayloadData1",
					    "MapDescription",
					    "ProviderName",
					    "LogName",
					    "MachineName",
					    "win",
					    "System",
					    "Event",
					    "RuleTitle",
					    "Provider_Name",
					    "ActionType",
					    "AdditionalFields",
					    "Message",
					    "message"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (json_tree_get(object, names[i]))
			return true;
	return false;
}
