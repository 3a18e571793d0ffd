/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "snapshot/snapshot_text.h"

/*
 * PyWMIPersistenceFinder, of both versions: a binding's line says CONSUMER-FILTER, eight columns
 * in; what follows says more of both, on one line with " ~ " between, or on a line for each.
 */

static const char begin_mark[] = "Enumerating FilterToConsumerBindings";

bool snapshot_finder_fits(const char *head)
{
	return strstr(head, begin_mark) || strstr(head, "    Bindings:\n") ||
	       strstr(head, "    Bindings:\r\n");
}

struct finding_text {
	struct snapshot_run *run;
	const char *names; /* the binding's line */
	struct carved_binding binding;
	const char *consumer; /* its own name, where that is said */
};

static const char *copy(const struct finding_text *found, const char *text)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));

	return *trimmed ? arena_copy(found->run->draft.arena, trimmed, strlen(trimmed)) : NULL;
}

/* What is in both names but the one that is known. */
static const char *other_name(const struct finding_text *found, const char *name, bool is_first)
{
	size_t length = name ? strlen(name) : 0, all = strlen(found->names);
	const char *dash = strchr(found->names, '-');

	if (name && length + 1 < all && is_first && found->names[length] == '-' &&
	    strncmp(found->names, name, length) == 0)
		return found->names + length + 1;
	if (name && length + 1 < all && !is_first && found->names[all - length - 1] == '-' &&
	    g_str_has_suffix(found->names, name))
		return arena_copy(found->run->draft.arena, found->names, all - length - 1);
	if (!dash)
		return NULL;
	return is_first ? dash + 1
			: arena_copy(found->run->draft.arena, found->names,
				     (size_t)(dash - found->names));
}

static void give(struct finding_text *found)
{
	struct carved_binding *binding = &found->binding;

	if (found->names) {
		if (!binding->filter)
			binding->filter = other_name(found, found->consumer, true);
		binding->name = found->consumer ? found->consumer
						: other_name(found, binding->filter, false);
		snapshot_run_give_carved(found->run, binding);
	}
	found->names = found->consumer = NULL;
	*binding = (struct carved_binding){0};
	arena_clear(found->run->draft.arena);
}

/* The two texts after its name are the first that it has. */
static bool is_script(char *const *parts)
{
	return strcmp(parts[0], "ActiveScriptEventConsumer") == 0 &&
	       (g_ascii_strcasecmp(parts[2], "VBScript") == 0 ||
		g_ascii_strcasecmp(parts[2], "JScript") == 0);
}

/* It stands there again and again, as some lines of the file have more of it than others. */
static void read_script(struct finding_text *found, char *const *parts)
{
	struct carved_binding *binding = &found->binding;
	const char *script = copy(found, parts[3]);

	binding->engine = copy(found, parts[2]);
	if (script && (!binding->script || strlen(script) > strlen(binding->script)))
		binding->script = script;
}

/* TYPE ~ ARGUMENTS ~ NAME ~ OTHER of a CommandLineEventConsumer; TYPE ~ NAME ~ … of another. */
static void read_consumer(struct finding_text *found, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, " ~ ", 4);
	guint count = g_strv_length(parts);
	bool is_cli = count > 1 && strcmp(parts[0], "CommandLineEventConsumer") == 0;

	if (count <= 1) {
		found->consumer = copy(found, text);
		return;
	}
	found->binding.type = copy(found, parts[0]);
	found->consumer =
		is_cli ? (count > 2 ? copy(found, parts[2]) : NULL) : copy(found, parts[1]);
	if (is_cli)
		found->binding.arguments = copy(found, parts[1]);
	else if (count > 3 && is_script(parts))
		read_script(found, parts);
	else if (count > 3)
		found->binding.other = copy(found, parts[3]);
}

static void read_filter(struct finding_text *found, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, " ~ ", 2);

	if (!parts[0])
		return;
	found->binding.filter = copy(found, parts[0]);
	found->binding.query = parts[1] ? copy(found, parts[1]) : NULL;
}

static void read_line(struct finding_text *found, const char *line)
{
	const struct {
		const char *label;
		const char **value;
	} labels[] = {
		{"\t\tConsumer Type:", &found->binding.type},
		{"\t\tArguments:", &found->binding.arguments},
		{"\t\tConsumer Name:", &found->consumer},
		{"\t\tOther:", &found->binding.other},
		{"\t\tFilter name:", &found->binding.filter},
		{"\t\tFilter Query:", &found->binding.query},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		if (g_str_has_prefix(line, labels[i].label)) {
			*labels[i].value = copy(found, line + strlen(labels[i].label));
			return;
		}
	}
	if (g_str_has_prefix(line, "            Consumer: ")) {
		read_consumer(found, line + 22);
	} else if (g_str_has_prefix(line, "            Filter: ")) {
		read_filter(found, line + 20);
	} else if (g_str_has_prefix(line, "        ") && !g_ascii_isspace(line[8]) && line[8] &&
		   !g_str_has_prefix(line + 8, "https://")) {
		give(found);
		found->names = copy(found, line + 8);
	}
}

void snapshot_finder_read(struct snapshot_run *run, const char *text)
{
	struct finding_text found = {.run = run};
	const char *at = text;

	run->tool = "PyWMIPersistenceFinder";
	run->lacks = WH_CARVERS_LACK;
	while (*at) {
		size_t size = strcspn(at, "\n");
		g_autofree char *line = g_strndup(at, size);

		if (size > 0 && line[size - 1] == '\r')
			line[size - 1] = '\0';
		read_line(&found, line);
		at += size + (at[size] == '\n');
	}
	give(&found);
}
