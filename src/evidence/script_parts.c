/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/script_parts.h"

#include <string.h>

#include "base/limits.h"
#include "base/order.h"
#include "wmi/digest.h"
#include "evidence/event_copy.h"

#define PART_OVERHEAD 512 /* of the structs around the texts */

struct part_event {
	uint64_t number;
	struct event event;
	char *memory;
};

struct script {
	GPtrArray *parts; /* struct part_event, by number */
	size_t size;
};

struct script_parts {
	GHashTable *scripts; /* digest of host and id -> struct script */
	size_t size;
	void (*give)(void *context, const struct event *event);
	void *context;
};

static void part_event_free(struct part_event *part)
{
	event_release(&part->event);
	g_free(part->memory);
	g_free(part);
}

static void script_free(struct script *script)
{
	g_ptr_array_unref(script->parts);
	g_free(script);
}

struct script_parts *script_parts_new(void (*give)(void *context, const struct event *event),
				      void *context)
{
	struct script_parts *parts = g_new0(struct script_parts, 1);

	parts->scripts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)script_free);
	parts->give = give;
	parts->context = context;
	return parts;
}

void script_parts_free(struct script_parts *parts)
{
	if (!parts)
		return;
	g_hash_table_unref(parts->scripts);
	g_free(parts);
}

static bool read_number(const struct event *event, const char *name, uint64_t *out)
{
	const char *text = event_get_field(event, name);
	guint64 number;

	if (!text || !g_ascii_string_to_unsigned(text, 10, 1, WH_MAX_SCRIPT_PARTS, &number, NULL))
		return false;
	*out = number;
	return true;
}

/* False unless it is one of several parts. */
static bool read_part(const struct event *event, uint64_t *number, const char **id)
{
	uint64_t total;

	*id = event_get_field(event, "ScriptBlockId");
	return event->ref.has_event_id && event->ref.event_id == 4104 && event->provider &&
	       strstr(event->provider, "PowerShell") && *id && **id &&
	       event_get_field(event, "ScriptBlockText") &&
	       read_number(event, "MessageNumber", number) &&
	       read_number(event, "MessageTotal", &total) && total > 1 && *number <= total;
}

static size_t size_of(const struct event *event)
{
	size_t size = PART_OVERHEAD;

	for (guint i = 0; i < event->fields->len; i++) {
		const struct event_field *field =
			&g_array_index(event->fields, struct event_field, i);

		size += sizeof(*field) + strlen(field->name) + strlen(field->value);
	}
	return size;
}

/* Equal parts of one number come from copies of a log, unequal ones from no PowerShell: any
 * choice will do that does not depend on which came first. */
static int compare_parts(const struct event *a, const struct event *b)
{
	int order = g_strcmp0(event_get_field(a, "ScriptBlockText"),
			      event_get_field(b, "ScriptBlockText"));

	return order ? order : event_ref_compare(&a->ref, &b->ref);
}

static struct script *find_script(struct script_parts *parts, const struct event *event,
				  const char *id)
{
	const char *names[] = {event->host, id};
	g_autofree char *key = names_digest(names, G_N_ELEMENTS(names));
	struct script *script = g_hash_table_lookup(parts->scripts, key);

	if (!script) {
		script = g_new0(struct script, 1);
		script->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_event_free);
		g_hash_table_insert(parts->scripts, g_steal_pointer(&key), script);
	}
	return script;
}

/* The place of a number among the parts, or where it belongs. */
static guint find_place(const struct script *script, uint64_t number, bool *taken)
{
	guint at = script->parts->len;
	const struct part_event *part = NULL;

	while (at > 0) {
		part = script->parts->pdata[at - 1];
		if (part->number <= number)
			break;
		at--;
	}
	*taken = at > 0 && part->number == number;
	return *taken ? at - 1 : at;
}

static const struct event *part_at(const struct script *script, guint place)
{
	const struct part_event *part = script->parts->pdata[place];

	return &part->event;
}

static struct part_event *part_event_new(const struct event *event, uint64_t number)
{
	struct part_event *part = g_new0(struct part_event, 1);

	part->number = number;
	part->memory = event_copy(&part->event, event);
	return part;
}

bool script_parts_add(struct script_parts *parts, const struct event *event)
{
	size_t size = size_of(event);
	struct script *script;
	const char *id;
	uint64_t number;
	bool taken;
	guint place;

	if (!read_part(event, &number, &id) || size > WH_MAX_SCRIPT_SIZE ||
	    size > WH_MAX_SCRIPTS_SIZE - parts->size)
		return false;
	script = find_script(parts, event, id);
	place = find_place(script, number, &taken);
	if (taken && compare_parts(event, part_at(script, place)) >= 0)
		return true;
	if (size > WH_MAX_SCRIPT_SIZE - script->size)
		return false;
	if (taken)
		g_ptr_array_remove_index(script->parts, place);
	/* What is replaced still counts: such parts are no work of PowerShell's. */
	script->size += size;
	parts->size += size;
	g_ptr_array_insert(script->parts, (int)place, part_event_new(event, number));
	return true;
}

/* The script's event, made of its lowest part: all texts are borrowed from the parts, or from
 * `text` and `count`. */
static void give_script(const struct script_parts *parts, const struct script *script)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *count = g_strdup_printf("%u", script->parts->len);
	struct part_event *first = script->parts->pdata[0];

	for (guint i = 0; i < script->parts->len; i++) {
		const struct part_event *part = script->parts->pdata[i];

		g_string_append(text, event_get_field(&part->event, "ScriptBlockText"));
	}
	for (guint i = 0; i < first->event.fields->len; i++) {
		struct event_field *field =
			&g_array_index(first->event.fields, struct event_field, i);

		if (strcmp(field->name, "ScriptBlockText") == 0)
			field->value = text->str;
		else if (strcmp(field->name, "MessageNumber") == 0)
			field->value = count;
	}
	parts->give(parts->context, &first->event);
}

void script_parts_end(struct script_parts *parts)
{
	g_autoptr(GList) keys = g_hash_table_get_keys(parts->scripts);

	keys = g_list_sort(keys, (GCompareFunc)strcmp);
	for (const GList *key = keys; key; key = key->next) {
		const struct script *script = g_hash_table_lookup(parts->scripts, key->data);

		if (script->parts->len > 0)
			give_script(parts, script);
	}
	g_hash_table_remove_all(parts->scripts);
	parts->size = 0;
}
