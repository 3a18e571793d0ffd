/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/spelling.h"

/* Where Elastic's sysmon module puts fields of Sysmon's events. */
static const struct {
	const char *field;
	const char *path;
} moved[] = {
	{"RuleName", "rule.name"},
	{"ProcessGuid", "process.entity_id"},
	{"ProcessId", "process.pid"},
	{"Image", "process.executable"},
	{"OriginalFileName", "process.pe.original_file_name"},
	{"FileVersion", "process.pe.file_version"},
	{"Description", "process.pe.description"},
	{"Product", "process.pe.product"},
	{"Company", "process.pe.company"},
	{"CommandLine", "process.command_line"},
	{"CurrentDirectory", "process.working_directory"},
	{"ParentProcessGuid", "process.parent.entity_id"},
	{"ParentProcessId", "process.parent.pid"},
	{"ParentImage", "process.parent.executable"},
	{"ParentCommandLine", "process.parent.command_line"},
	{"TargetFilename", "file.path"},
	{"ImageLoaded", "dll.path"},
	{"TargetObject", "registry.path"},
	{"QueryName", "dns.question.name"},
	{"SourceIp", "source.ip"},
	{"SourcePort", "source.port"},
	{"DestinationIp", "destination.ip"},
	{"DestinationHostname", "destination.domain"},
	{"DestinationPort", "destination.port"},
	{"Protocol", "network.transport"},
};

static void restore(struct draft *draft, const char *field, const char *text)
{
	if (text && !event_get_field(draft->event, field))
		draft_add_field(draft, field, text);
}

static void restore_made(struct draft *draft, const char *field, char *text)
{
	restore(draft, field, arena_copy(draft->arena, text, strlen(text)));
	g_free(text);
}

static void restore_user(struct draft *draft, const struct json_node *object)
{
	const char *domain = json_tree_text(object, "user.domain");
	const char *name = json_tree_text(object, "user.name");

	if (name)
		restore_made(draft, "User",
			     domain ? g_strconcat(domain, "\\", name, NULL) : g_strdup(name));
}

/* As Sysmon lists them: NAME=DIGITS, with commas. */
static void restore_hashes(struct draft *draft, const struct json_node *object)
{
	static const char *const names[] = {"sha1", "md5", "sha256", "imphash"};
	const struct json_node *hash = json_tree_find(object, "process.hash");
	GString *list = g_string_new(NULL);

	if (!hash)
		hash = json_tree_get(object, "hash");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *digits = json_tree_text(hash, names[i]);
		g_autofree char *name = g_ascii_strup(names[i], -1);
		g_autofree char *upper = digits ? g_ascii_strup(digits, -1) : NULL;

		if (!digits && strcmp(names[i], "imphash") == 0)
			upper = g_strdup(json_tree_text(object, "process.pe.imphash"));
		if (upper)
			g_string_append_printf(list, "%s%s=%s", list->len ? "," : "", name, upper);
	}
	if (list->len)
		restore(draft, "Hashes", arena_copy(draft->arena, list->str, list->len));
	g_string_free(list, TRUE);
}

/* @timestamp is UtcTime. */
static void restore_time(struct draft *draft, const struct json_node *object)
{
	const char *stamp = json_tree_text(object, "@timestamp");
	char *time;

	if (!stamp || strlen(stamp) != strlen("YYYY-MM-DDThh:mm:ss.fffZ"))
		return;
	time = g_strndup(stamp, strlen(stamp) - 1);
	time[10] = ' ';
	restore_made(draft, "UtcTime", time);
}

void ecs_restore_sysmon(struct draft *draft, const struct json_node *object)
{
	const char *module = json_tree_text(object, "event.module");
	const char *dataset = json_tree_text(object, "event.dataset");

	if (g_strcmp0(module, "sysmon") != 0 &&
	    g_strcmp0(dataset, "windows.sysmon_operational") != 0 &&
	    !json_tree_find(object, "process.executable"))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(moved); i++)
		restore(draft, moved[i].field, json_tree_text(object, moved[i].path));
	restore_user(draft, object);
	restore_hashes(draft, object);
	restore_time(draft, object);
}
