/* SPDX-License-Identifier: Apache-2.0 */
#include "report/scripts.h"

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "event/filetime.h"
#include "event/key_names.h"
#include "evidence/evidence.h"
#include "report/tar_entry.h"
#include "wmi/mof.h"
#include "wmi/payload.h"
#include "wmi/stored.h"

#define FOLDER "wmihunt-scripts/"
/* A property of a class that is not known may be a script when it is as long. */
#define LONG_TEXT 100

struct scripts {
	GString *out; /* the report's */
	GString *index;
	GHashTable *written; /* char *: names */
};

void scripts_begin(struct report *report)
{
	struct scripts *scripts = g_new0(struct scripts, 1);

	scripts->out = report->text;
	scripts->index = g_string_new(NULL);
	scripts->written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	report->state = scripts;
}

/* Writes the text unless it is there already, and appends the member "file". */
static void add_text(struct scripts *scripts, const char *key, const char *text, uint64_t time)
{
	g_autoptr(GString) bytes = g_string_new(NULL);
	g_autofree char *digest = NULL;
	g_autofree char *name = NULL;

	text_append_raw(bytes, text);
	digest = sha256_hex(bytes->str, bytes->len);
	name = g_strconcat(FOLDER, digest, ".txt", NULL);
	json_add_string(scripts->index, key, name);
	if (!g_hash_table_contains(scripts->written, name)) {
		tar_append_file(scripts->out, name, bytes, filetime_to_unix(time));
		g_hash_table_add(scripts->written, g_steal_pointer(&name));
	}
}

static void add_property(struct scripts *scripts, const char *name, const char *text, uint64_t time)
{
	json_open_object(scripts->index, NULL);
	json_add_present(scripts->index, "property", name);
	add_text(scripts, "file", text, time);
	json_close_object(scripts->index);
}

static bool is_run(const struct mof_property *property)
{
	static const char *const names[] = {"CommandLineTemplate", "ExecutablePath", "ScriptText",
					    "ScriptFileName", NULL};
	const struct mof_value *value = property->value;

	if (value->type != MOF_STRING || !value->text || !*value->text)
		return false;
	for (const char *const *name = names; *name; name++)
		if (g_ascii_strcasecmp(*name, property->name) == 0)
			return true;
	return strlen(value->text) >= LONG_TEXT;
}

static void add_consumer(struct scripts *scripts, const struct wmi_consumer *consumer,
			 uint64_t time)
{
	for (const struct mof_property *property = consumer->properties; property;
	     property = property->next)
		if (is_run(property))
			add_property(scripts, key_name_spelling(property->name),
				     property->value->text, time);
}

static void add_decoded(struct scripts *scripts, const GPtrArray *decoded, uint64_t time)
{
	json_open_array(scripts->index, "decoded");
	for (guint i = 0; i < decoded->len; i++)
		add_text(scripts, NULL, decoded->pdata[i], time);
	json_close_array(scripts->index);
}

static void open_line(struct scripts *scripts, const struct finding *finding, const char *kind,
		      const char *host)
{
	int level = finding_level(finding);

	json_open_object(scripts->index, NULL);
	json_add_string(scripts->index, "kind", kind);
	json_add_present(scripts->index, "host", host);
	if (level >= 0)
		json_add_string(scripts->index, "level", rule_level_name((enum rule_level)level));
}

static void close_line(struct scripts *scripts)
{
	json_close_object(scripts->index);
	g_string_append_c(scripts->index, '\n');
}

static void add_subscription(struct scripts *scripts, const struct finding *finding)
{
	const struct subscription *subscription = finding->subscription;
	const struct wmi_consumer *consumer = subscription->consumer;
	const struct stored_class *class =
		subscription->stored ? subscription->stored->class : NULL;
	bool is_class = !consumer && class && class->value;
	g_autoptr(GPtrArray) decoded = consumer ? payload_decode_consumer(consumer)
						: g_ptr_array_new_with_free_func(g_free);
	uint64_t time = subscription->first_seen;

	open_line(scripts, finding, "subscription", subscription->host);
	json_add_present(scripts->index, "namespace", subscription->namespace);
	if (subscription->filter)
		json_add_present(scripts->index, "filter", subscription->filter->name);
	if (consumer) {
		json_add_present(scripts->index, "consumer", consumer->name);
		json_add_present(scripts->index, "class", consumer->class_name);
	} else if (is_class) {
		json_add_present(scripts->index, "class", class->name);
		stored_class_decode(class, decoded);
	}
	json_open_array(scripts->index, "texts");
	if (consumer)
		add_consumer(scripts, consumer, time);
	else if (is_class)
		add_property(scripts, class->property, class->value, time);
	json_close_array(scripts->index);
	add_decoded(scripts, decoded, time);
	close_line(scripts);
}

/* Scripts that were logged, and of command lines those that hide one. */
static void add_evidence(struct scripts *scripts, const struct finding *finding)
{
	const struct evidence *evidence = finding->evidence;
	g_autoptr(GPtrArray) decoded = g_ptr_array_new_with_free_func(g_free);
	uint64_t time = evidence->event.ref.time;

	if (evidence->text)
		payload_decode(evidence->text, decoded);
	if (!evidence->text || (evidence->kind != EVIDENCE_SCRIPT &&
				evidence->kind != EVIDENCE_CLASSIC_SHELL && decoded->len == 0))
		return;
	open_line(scripts, finding, "evidence", evidence->event.host);
	event_ref_append_time(&evidence->event.ref, scripts->index);
	event_ref_append_ids(&evidence->event.ref, true, scripts->index);
	json_open_array(scripts->index, "texts");
	add_property(scripts, evidence->traits->name, evidence->text, time);
	json_close_array(scripts->index);
	add_decoded(scripts, decoded, time);
	close_line(scripts);
}

void scripts_add_finding(struct report *report, const struct finding *finding)
{
	if (finding->kind == FINDING_SUBSCRIPTION)
		add_subscription(report->state, finding);
	else if (finding->kind == FINDING_EVIDENCE)
		add_evidence(report->state, finding);
}

void scripts_end(struct report *report)
{
	struct scripts *scripts = report->state;

	tar_append_file(report->text, FOLDER "index.jsonl", scripts->index, 0);
	tar_append_end(report->text);
	g_string_free(scripts->index, TRUE);
	g_hash_table_unref(scripts->written);
	g_free(scripts);
}
