/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ecs.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "event/filetime.h"
#include "evidence/evidence.h"
#include "report/attack_tag.h"
#include "report/ecs_document.h"
#include "report/finding_cells.h"
#include "report/match_json.h"
#include "report/row.h"
#include "wmi/payload.h"

/*
 * How it works. A document is written member by member, in a fixed order, from what finding_cells
 * say of any kind of finding, and from the evidence where it is one. Objects that stay empty are
 * taken back (ecs_document.h). Words of event.category and event.type are from the schema's lists.
 */

/* What is written. */
struct document {
	GString *out;
	const struct finding *finding;
	struct finding_cells cells;
	const struct evidence *evidence; /* NULL: of another kind */
};

static const struct ecs_sort sorts_of_evidence[EVIDENCE_KINDS] = {
	[EVIDENCE_PROVIDER_LOADED] = {"library", "start"},
	[EVIDENCE_FAILED_OPERATION] = {"api", "info"},
	[EVIDENCE_PROVIDER_QUERY] = {"api", "access"},
	[EVIDENCE_TEMPORARY_SUBSCRIPTION] = {"api", "access"},
	[EVIDENCE_CLASS_OPERATION] = {"api", "access"},
	[EVIDENCE_PROCESS] = {"process", "start"},
	[EVIDENCE_PROCESS_ENDED] = {"process", "end"},
	[EVIDENCE_LOGON] = {"authentication", "start"},
	[EVIDENCE_EXPLICIT_LOGON] = {"authentication", "start"},
	[EVIDENCE_SCRIPT] = {"process", "info"},
	[EVIDENCE_CLASSIC_SHELL] = {"process", "info"},
	[EVIDENCE_LOG_CLEARED] = {"configuration", "deletion"},
	[EVIDENCE_WMI_STARTED] = {"process", "start"},
	[EVIDENCE_MACHINE_STARTED] = {"host", "start"},
	[EVIDENCE_MACHINE_STOPPED] = {"host", "end"},
	[EVIDENCE_RENAMED] = {"host", "change"},
};

static const char *const types_of_state[] = {
	[WMI_STATE_ACTIVE] = "creation",   [WMI_STATE_CHANGED] = "change",
	[WMI_STATE_SUPERSEDED] = "change", [WMI_STATE_DELETED] = "deletion",
	[WMI_STATE_UNBOUND] = "creation",  [WMI_STATE_DEFINED] = "info",
};

static struct ecs_sort find_sort(const struct document *document)
{
	if (document->evidence)
		return sorts_of_evidence[document->evidence->kind];
	if (document->finding->kind == FINDING_CORRELATION)
		return (struct ecs_sort){"intrusion_detection", "info"};
	return (struct ecs_sort){"configuration",
				 types_of_state[document->finding->subscription->state]};
}

/* Those that Elastic's own rules have. */
static unsigned find_severity(int level)
{
	static const unsigned severities[] = {
		[LEVEL_INFORMATIONAL] = 0, [LEVEL_LOW] = 21,	  [LEVEL_MEDIUM] = 47,
		[LEVEL_HIGH] = 73,	   [LEVEL_CRITICAL] = 99,
	};

	return severities[level];
}

static void add_event(const struct document *document)
{
	const struct finding *finding = document->finding;
	const struct finding_cells *cells = &document->cells;
	const struct event_ref *ref = cells->ref;
	const struct ecs_sort sort = find_sort(document);
	int level = finding_level(finding);
	bool is_alert = level >= LEVEL_LOW && !finding->is_related && !finding->known_good_id;
	GString *out = document->out;

	ecs_add_event_head(out, is_alert ? "alert" : "event", &sort);
	json_add_present(out, "id", cells->id);
	json_add_string(out, "action", cells->state ? cells->state : cells->kind);
	if (ref && ref->has_event_id) {
		g_autofree char *code = g_strdup_printf("%u", ref->event_id);

		json_add_string(out, "code", code);
	}
	if (document->evidence)
		json_add_present(out, "provider", document->evidence->event.provider);
	if (ref && ref->has_record_id && ref->record_id <= G_MAXINT64)
		json_add_uint(out, "sequence", ref->record_id);
	if (level >= 0)
		json_add_uint(out, "severity", find_severity(level));
	ecs_add_time(out, "start", cells->first);
	ecs_add_time(out, "end", cells->last);
	json_close_object(out);
	ecs_add_timestamp(out, cells->first);
}

/* What a row of the table says: rule, names, what it runs. */
static void add_message(const struct document *document)
{
	GString *cells[WH_ROW_CELLS];
	g_autofree char *message = NULL;

	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		cells[i] = g_string_new(NULL);
	finding_row_append(document->finding, NULL, cells);
	message = g_strdup_printf("%s: %s: %s", cells[4]->str, cells[3]->str, cells[5]->str);
	json_add_string(document->out, "message", message);
	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		g_string_free(cells[i], TRUE);
}

static bool is_sid(const char *text)
{
	return text && g_ascii_strncasecmp(text, "S-1-", 4) == 0;
}

/* Who did it, or made the subscription; either may be NULL. */
static void find_user(const struct document *document, const char **name, const char **sid)
{
	const struct evidence *evidence = document->evidence;
	const struct wmi_consumer *consumer = document->cells.consumer;

	*name = document->cells.user;
	*sid = NULL;
	if (evidence && is_sid(evidence->user))
		*sid = evidence->user;
	if (!*name && consumer) {
		*name = consumer->creator;
		*sid = consumer->creator_sid;
	}
	if (is_sid(*name)) {
		*sid = *name;
		*name = NULL;
	}
}

static void add_user(const struct document *document)
{
	GString *out = document->out;
	size_t start = ecs_open_object(out, "user");
	const char *name, *sid, *slash;

	find_user(document, &name, &sid);
	slash = name ? strchr(name, '\\') : NULL;
	json_add_present(out, "id", sid);
	json_add_present(out, "name", slash ? slash + 1 : name);
	if (slash) {
		g_autofree char *domain = g_strndup(name, (gsize)(slash - name));

		json_add_present(out, "domain", domain);
	}
	ecs_close_object(out, start);
}

static const char *last_part(const char *path)
{
	const char *slash = path ? strrchr(path, '\\') : NULL;

	return slash ? slash + 1 : path;
}

/* Reads one of Sysmon's "SHA1=…,SHA256=…"; NULL when it is not there. The caller frees it. */
static char *read_hash(const struct document *document, const char *name)
{
	const char *text =
		document->evidence ? event_get_field(&document->evidence->event, "Hashes") : NULL;
	g_auto(GStrv) hashes = g_strsplit(text ? text : "", ",", 8);
	size_t length = strlen(name);

	for (char **hash = hashes; *hash; hash++)
		if (g_ascii_strncasecmp(*hash, name, length) == 0 && (*hash)[length] == '=')
			return g_ascii_strdown(*hash + length + 1, -1);
	return NULL;
}

static const char *const hash_names[] = {"md5", "sha1", "sha256"};

static void add_hashes(const struct document *document)
{
	GString *out = document->out;
	size_t start = ecs_open_object(out, "hash");

	for (guint i = 0; i < G_N_ELEMENTS(hash_names); i++) {
		g_autofree char *hash = read_hash(document, hash_names[i]);

		json_add_present(out, hash_names[i], hash);
	}
	ecs_close_object(out, start);
}

static void add_parent(GString *out, const struct evidence *evidence)
{
	const struct parent_cells parent = parent_cells_read(evidence);
	size_t start = ecs_open_object(out, "parent");

	json_add_present(out, "executable", parent.image);
	json_add_present(out, "name", last_part(parent.image));
	if (parent.has_process_id)
		json_add_uint(out, "pid", parent.process_id);
	json_add_present(out, "command_line", parent.command_line);
	ecs_close_object(out, start);
}

static void add_process(const struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct evidence *began;
	GString *out = document->out;
	size_t start;

	if (!evidence)
		return;
	began = evidence->kind == EVIDENCE_PROCESS ? evidence : evidence->process;
	start = ecs_open_object(out, "process");
	json_add_present(out, "executable", evidence->image);
	json_add_present(out, "name", last_part(evidence->image));
	if (evidence->has_process_id)
		json_add_uint(out, "pid", evidence->process_id);
	json_add_present(out, "command_line", began ? began->text : NULL);
	add_hashes(document);
	add_parent(out, evidence);
	ecs_close_object(out, start);
}

static void add_path(GString *out, const char *key, const char *path)
{
	if (!path || !*path)
		return;
	json_open_object(out, key);
	json_add_string(out, "path", path);
	json_add_present(out, "name", last_part(path));
	json_close_object(out);
}

/* What the consumer runs or writes to, or what the event is about. */
static void add_files(const struct document *document)
{
	static const char *const properties[] = {"ExecutablePath", "ScriptFileName", "Filename"};
	const struct wmi_consumer *consumer = document->cells.consumer;
	const struct evidence *evidence = document->evidence;
	const char *path = NULL;

	for (guint i = 0; consumer && !path && i < G_N_ELEMENTS(properties); i++)
		path = consumer_find_text(consumer, properties[i]);
	if (evidence)
		path = event_get_field(&evidence->event, "TargetFilename");
	add_path(document->out, "file", path);
	if (evidence && evidence->kind == EVIDENCE_PROVIDER_LOADED)
		add_path(document->out, "dll", evidence->text);
}

static const char *find_origin(const struct document *document)
{
	const char *from = document->evidence ? document->evidence->from : NULL;

	return from && *from ? from : NULL;
}

static void add_places(const struct document *document)
{
	const struct event_ref *ref = document->cells.ref;
	g_autofree char *read_from = ref && ref->path ? event_ref_text(ref) : NULL;
	const char *origin = find_origin(document);
	GString *out = document->out;

	if (origin) {
		json_open_object(out, "source");
		json_add_string(out, "address", origin);
		json_add_string(out, g_hostname_is_ip_address(origin) ? "ip" : "domain", origin);
		json_close_object(out);
	}
	if (read_from) {
		json_open_object(out, "log");
		json_open_object(out, "file");
		json_add_string(out, "path", read_from);
		json_close_object(out);
		json_close_object(out);
	}
}

/* The highest; all stand in wmihunt.rules. */
static void add_rule(const struct document *document)
{
	const struct match *match = matches_highest(document->finding->matches);
	GString *out = document->out;
	size_t start = ecs_open_object(out, "rule");

	if (match) {
		json_add_present(out, "id", match->rule_id);
		json_add_present(out, "name", match->title);
		if (match->references && match->references->len > 0)
			json_add_present(out, "reference", match->references->pdata[0]);
	}
	ecs_close_object(out, start);
}

static void add_unique(GPtrArray *texts, char *text)
{
	if (text && *text && !g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
		g_ptr_array_add(texts, text);
	else
		g_free(text);
}

/* T1546.003 is a subtechnique of T1546. */
static void add_threat(const GPtrArray *tags, GString *out)
{
	g_autoptr(GPtrArray) techniques = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) below = g_ptr_array_new_with_free_func(g_free);
	char id[WH_TECHNIQUE_ID];

	for (guint i = 0; i < tags->len; i++) {
		if (!attack_tag_read(tags->pdata[i], id))
			continue;
		if (strchr(id, '.'))
			add_unique(below, g_strdup(id));
		add_unique(techniques, g_strndup(id, strcspn(id, ".")));
	}
	if (techniques->len == 0)
		return;
	json_open_object(out, "threat");
	json_add_string(out, "framework", "MITRE ATT&CK");
	json_open_object(out, "technique");
	texts_append_json("id", techniques, out);
	if (below->len > 0) {
		json_open_object(out, "subtechnique");
		texts_append_json("id", below, out);
		json_close_object(out);
	}
	json_close_object(out);
	json_close_object(out);
}

static void add_tags(const struct document *document)
{
	g_autoptr(GPtrArray) tags = matches_list_tags(document->finding->matches);

	texts_append_json("tags", tags, document->out);
	add_threat(tags, document->out);
}

/* What people search for in any field. */
static void add_related(const struct document *document)
{
	const struct finding *finding = document->finding;
	const struct host_identity *identity =
		finding->kind == FINDING_SUBSCRIPTION ? finding->subscription->identity : NULL;
	g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) users = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
	const char *origin = find_origin(document);
	bool is_address = origin && g_hostname_is_ip_address(origin);
	const char *name, *sid;
	GString *out = document->out;
	size_t start = ecs_open_object(out, "related");

	add_unique(hosts, g_strdup(document->cells.host));
	for (guint i = 0; identity && identity->names && i < identity->names->len; i++)
		add_unique(hosts, g_strdup(identity->names->pdata[i]));
	add_unique(hosts, is_address ? NULL : g_strdup(origin));
	find_user(document, &name, &sid);
	add_unique(users, g_strdup(name));
	add_unique(users, g_strdup(sid));
	for (guint i = 0; i < G_N_ELEMENTS(hash_names); i++)
		add_unique(hashes, read_hash(document, hash_names[i]));
	texts_append_json("hosts", hosts, out);
	texts_append_json("user", users, out);
	ecs_add_list(out, "ip", is_address ? origin : NULL);
	texts_append_json("hash", hashes, out);
	ecs_close_object(out, start);
}

static void add_content(const struct document *document)
{
	const struct finding_cells *cells = &document->cells;
	g_autoptr(GPtrArray) decoded =
		cells->consumer ? payload_decode_consumer(cells->consumer) : NULL;
	GString *out = document->out;
	size_t start = ecs_open_object(out, "filter");

	json_add_present(out, "name", cells->filter);
	json_add_present(out, "query", cells->query);
	ecs_close_object(out, start);
	start = ecs_open_object(out, "consumer");
	json_add_present(out, "name", cells->consumer_name);
	json_add_present(out, "class", cells->class_name);
	ecs_close_object(out, start);
	json_add_present(out, "runs", cells->runs);
	texts_append_json("decoded", decoded, out);
}

static void add_rules(const struct document *document)
{
	const GPtrArray *matches = document->finding->matches;
	GString *out = document->out;

	if (matches->len == 0)
		return;
	json_open_array(out, "rules");
	for (guint i = 0; i < matches->len; i++) {
		const struct match *match = matches->pdata[i];

		json_open_object(out, NULL);
		json_add_present(out, "id", match->rule_id);
		json_add_present(out, "title", match->title);
		json_add_string(out, "level", rule_level_name(match->level));
		json_close_object(out);
	}
	json_close_array(out);
}

/* The subscriptions that an event belongs to. */
static void add_links(const struct document *document)
{
	const GPtrArray *links = document->evidence ? document->evidence->links : NULL;
	GString *out = document->out;

	if (!links || links->len == 0)
		return;
	json_open_array(out, "subscriptions");
	for (guint i = 0; i < links->len; i++) {
		const struct evidence_link *link = links->pdata[i];
		const struct subscription *subscription = link->subscription;

		json_open_object(out, NULL);
		json_add_present(out, "id", subscription->id.text);
		json_add_present(out, "namespace", subscription->namespace);
		if (subscription->filter)
			json_add_present(out, "filter", subscription->filter->name);
		if (subscription->consumer)
			json_add_present(out, "consumer", subscription->consumer->name);
		json_add_present(out, "why", link->why);
		json_close_object(out);
	}
	json_close_array(out);
}

static void add_own(const struct document *document)
{
	const struct finding *finding = document->finding;
	const struct finding_cells *cells = &document->cells;
	int level = finding_level(finding);
	GString *out = document->out;

	json_open_object(out, "wmihunt");
	json_add_string(out, "kind", cells->kind);
	if (level >= 0)
		json_add_string(out, "level", rule_level_name((enum rule_level)level));
	json_add_flag(out, "time_unknown", cells->first == 0);
	json_add_present(out, "state", cells->state);
	json_add_present(out, "known_good",
			 finding->known_good_id ? finding->known_good_id
						: finding->known_good_title);
	json_add_uint(out, "count", cells->count);
	json_add_present(out, "channel", cells->ref ? cells->ref->channel : NULL);
	json_add_present(out, "namespace", cells->namespace);
	add_content(document);
	add_rules(document);
	add_links(document);
	json_close_object(out);
}

void ecs_add_finding(struct report *report, const struct finding *finding)
{
	const struct document document = {
		.out = report->text,
		.finding = finding,
		.cells = finding_cells_read(finding),
		.evidence = finding->kind == FINDING_EVIDENCE ? finding->evidence : NULL,
	};

	json_open_object(document.out, NULL);
	add_event(&document);
	add_message(&document);
	add_tags(&document);
	ecs_add_host(document.out, document.cells.host, NULL);
	add_user(&document);
	add_process(&document);
	add_files(&document);
	add_places(&document);
	add_rule(&document);
	add_related(&document);
	add_own(&document);
	json_close_object(document.out);
	g_string_append_c(document.out, '\n');
}
