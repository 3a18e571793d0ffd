/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/diagnostics.h"
#include "cli/session.h"
#include "sigma/packs.h"
#include "sigma/yaml.h"

#define DOCUMENT_END "\n---\n"

/* A rule, filter or correlation of a pack. */
struct pack_document {
	const char *file;
	const char *text; /* as it was written */
	const struct yaml_node *map;
};

static const char *get_text(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_map_get(map, key);

	return node && node->type == YAML_SCALAR ? node->text : NULL;
}

/* What its events come from: a category or a service of Windows. */
static const char *get_source(const struct yaml_node *map)
{
	const struct yaml_node *source = yaml_map_get(map, "logsource");
	const char *category;

	if (!source || source->type != YAML_MAP)
		return "correlation";
	category = get_text(source, "category");
	return category ? category : get_text(source, "service");
}

static const char *get_level(const struct yaml_node *map)
{
	const char *level = get_text(map, "level");

	return yaml_map_get(map, "filter") ? "known good" : level ? level : "-";
}

static void list_document(const struct pack_document *document)
{
	const char *source = get_source(document->map);

	printf("%-13s  %-19s  %-36s  %s\n", get_level(document->map), source ? source : "-",
	       get_text(document->map, "id"), get_text(document->map, "title"));
}

/* Calls back for each document of a file; the packs were found to be right when the program was
 * built. */
static void read_pack(const struct pack_text *pack,
		      void (*take)(void *context, const struct pack_document *document),
		      void *context)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	g_autofree char *text = g_strndup(pack->text, pack->length);
	g_auto(GStrv) parts = g_strsplit(text, DOCUMENT_END, -1);

	for (char **part = parts; *part; part++) {
		struct lint lint = {.file = pack->name, .messages = messages};
		g_autoptr(GPtrArray) nodes = yaml_parse(*part, strlen(*part), &lint);

		for (guint i = 0; i < nodes->len; i++)
			take(context, &(struct pack_document){pack->name, *part, nodes->pdata[i]});
	}
}

/* The last of the packs is the table of log sources. */
static void read_packs(void (*take)(void *context, const struct pack_document *document),
		       void *context)
{
	for (size_t i = 0; i + 1 < hunt_pack_count; i++)
		read_pack(&hunt_pack_texts[i], take, context);
}

static void list(void *context, const struct pack_document *document)
{
	(void)context;
	list_document(document);
}

struct wanted_rule {
	const char *id;
	unsigned shown;
};

static void show_if_wanted(void *context, const struct pack_document *document)
{
	struct wanted_rule *wanted = context;
	const char *id = get_text(document->map, "id");
	bool ends = g_str_has_suffix(document->text, "\n");

	if (!id || g_ascii_strcasecmp(id, wanted->id) != 0)
		return;
	wanted->shown++;
	printf("# %s\n%s%s", document->file, document->text, ends ? "" : "\n");
}

static int show_rules(char *const *ids)
{
	int status = EXIT_MATCHED;

	for (; *ids; ids++) {
		struct wanted_rule wanted = {.id = *ids};

		read_packs(show_if_wanted, &wanted);
		if (wanted.shown > 0)
			continue;
		diagnostics_error("rules: no rule in the program has the id %s", *ids);
		status = EXIT_FAULT;
	}
	return status;
}

int cmd_rules(int argc, char **argv)
{
	g_auto(GStrv) ids = NULL;
	const GOptionEntry entries[] = {
		{"show", 0, 0, G_OPTION_ARG_STRING_ARRAY, &ids,
		 "Print the rule with that id (may be repeated)", "ID"},
		{0},
	};
	GOptionContext *context = g_option_context_new("- the hunt packs inside the program");
	g_autoptr(GError) error = NULL;
	bool ok;

	g_option_context_set_summary(
		context, "Lists the rules: level, log source, id and title. With --show a rule as "
			 "it is\nwritten, with what it means, what else it may match, and what to "
			 "look at next.");
	g_option_context_set_description(context,
					 "Exit status: 0, or 2 when there is no such rule.");
	g_option_context_add_main_entries(context, entries, NULL);
	ok = g_option_context_parse(context, &argc, &argv, &error);
	g_option_context_free(context);
	if (!ok || argc > 1) {
		diagnostics_error("%s", ok ? "rules: takes no PATH; wmihunt lint reads files"
					   : error->message);
		return EXIT_FAULT;
	}
	if (ids)
		return show_rules(ids);
	read_packs(list, NULL);
	return EXIT_MATCHED;
}
