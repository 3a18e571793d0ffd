/* SPDX-License-Identifier: Apache-2.0 */
#include "export/draft.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "export/message.h"

#define GUID_LENGTH 36

void draft_set_text(struct draft *draft, enum event_slot slot, const char *text)
{
	struct event *event = draft->event;
	const char **place = slot == EVENT_PROVIDER   ? &event->provider
			     : slot == EVENT_CHANNEL  ? &event->ref.channel
			     : slot == EVENT_HOST     ? &event->host
			     : slot == EVENT_USER_SID ? &event->user_sid
						      : &event->data_type;

	if (text && *text && !*place)
		*place = text;
}

void draft_set_number(struct draft *draft, enum event_slot slot, const char *text)
{
	if (text)
		event_set(draft->event, slot, NULL, text);
}

void draft_set_export_time(struct draft *draft, const struct export_time *time)
{
	struct event_ref *ref = &draft->event->ref;

	if (draft->has_time)
		return;
	draft->has_time = true;
	ref->time = time->ticks;
	ref->precision = time->precision;
	ref->local_time = !time->has_zone;
	draft->local = time->local;
}

void draft_set_time(struct draft *draft, const char *text)
{
	struct export_time time;

	if (text && export_time_read(text, &time))
		draft_set_export_time(draft, &time);
}

void draft_add_field(struct draft *draft, const char *name, const char *value)
{
	struct event_field field = {name, value ? value : ""};

	if (draft->event->fields->len < WH_MAX_EVENT_FIELDS)
		g_array_append_val(draft->event->fields, field);
}

const char *draft_make_hex(struct draft *draft, const char *text)
{
	g_autofree char *hex = NULL;

	if (!*text || text[strspn(text, "0123456789")])
		return text;
	hex = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", g_ascii_strtoull(text, NULL, 10));
	return arena_copy(draft->arena, hex, strlen(hex));
}

static const char *join_names(struct draft *draft, const char *path, const char *sign,
			      const char *name)
{
	g_autofree char *joined = g_strconcat(path, *path ? "/" : "", sign, name, NULL);

	return arena_copy(draft->arena, joined, strlen(joined));
}

static void add_element(struct draft *draft, const char *path, const struct json_node *node);

static bool is_namespace(const char *name)
{
	return g_str_has_prefix(name, "xmlns") && (name[5] == '\0' || name[5] == ':');
}

static void add_attribute(struct draft *draft, const char *path, const char *name,
			  const struct json_node *node)
{
	if (!is_namespace(name))
		draft_add_field(draft, join_names(draft, path, "@", name), node->text);
}

static void add_attributes(struct draft *draft, const char *path, const struct json_node *node)
{
	for (node = node->first; node; node = node->next)
		add_attribute(draft, path, node->name, node);
}

/* True for a member that is no element. */
static bool add_special(struct draft *draft, const char *path, const struct json_node *member)
{
	if (strcmp(member->name, "#attributes") == 0)
		add_attributes(draft, path, member);
	else if (member->name[0] == '@')
		add_attribute(draft, path, member->name + 1, member);
	else if (strcmp(member->name, "#text") == 0)
		add_element(draft, path, member);
	else
		return is_namespace(member->name);
	return true;
}

static void add_members(struct draft *draft, const char *path, const struct json_node *node)
{
	for (node = node->first; node; node = node->next)
		if (!add_special(draft, path, node))
			add_element(draft, join_names(draft, path, "", node->name), node);
}

/* An element below the data element, by its path. */
static void add_element(struct draft *draft, const char *path, const struct json_node *node)
{
	if (node->kind == JSON_KIND_ARRAY) {
		for (node = node->first; node; node = node->next)
			add_element(draft, path, node);
	} else if (node->kind == JSON_KIND_OBJECT) {
		add_members(draft, path, node);
	} else {
		draft_add_field(draft, path, node->text);
	}
}

/* Data elements: texts without a name, or objects that name themselves. */
static void add_data(struct draft *draft, const struct json_node *node)
{
	const char *name;

	if (node->kind == JSON_KIND_ARRAY) {
		for (node = node->first; node; node = node->next)
			add_data(draft, node);
		return;
	}
	if (node->kind != JSON_KIND_OBJECT) {
		draft_add_field(draft, "", node->text);
		return;
	}
	name = json_tree_text(node, "@Name");
	node = json_tree_get(node, "#text");
	if (name)
		draft_add_field(draft, name, node ? node->text : "");
	else if (node)
		add_data(draft, node);
}

void draft_add_event_data(struct draft *draft, const struct json_node *node)
{
	if (!node || node->kind != JSON_KIND_OBJECT)
		return;
	for (node = node->first; node; node = node->next) {
		if (strcmp(node->name, "#attributes") == 0)
			draft_set_text(draft, EVENT_DATA_TYPE, json_tree_text(node, "Name"));
		else if (strcmp(node->name, "@Name") == 0)
			draft_set_text(draft, EVENT_DATA_TYPE, node->text);
		else if (strcmp(node->name, "Data") == 0)
			add_data(draft, node);
		else if (!is_namespace(node->name) && !g_str_has_suffix(node->name, "_attributes"))
			add_element(draft, node->name, node);
	}
}

void draft_add_user_data(struct draft *draft, const struct json_node *node)
{
	if (!node || node->kind != JSON_KIND_OBJECT)
		return;
	for (node = node->first; node; node = node->next) {
		if (is_namespace(node->name) || node->name[0] == '#' || node->name[0] == '@' ||
		    g_str_has_suffix(node->name, "_attributes"))
			continue;
		draft_set_text(draft, EVENT_DATA_TYPE, node->name);
		add_element(draft, "", node);
	}
}

void draft_add_fields(struct draft *draft, const struct json_node *node, const char *wrapper)
{
	if (!node || node->kind != JSON_KIND_OBJECT)
		return;
	draft_set_text(draft, EVENT_DATA_TYPE, wrapper);
	add_members(draft, "", node);
}

/* Which provider logs there, where the export does not name it. */
static const char *provider_of(struct draft *draft)
{
	const struct event_ref *ref = &draft->event->ref;
	const char *slash;

	if (!ref->channel)
		return NULL;
	if (g_ascii_strcasecmp(ref->channel, "Security") == 0)
		return ref->event_id >= 1100 && ref->event_id < 1110
			       ? "Microsoft-Windows-Eventlog"
			       : "Microsoft-Windows-Security-Auditing";
	slash = strchr(ref->channel, '/');
	if (slash)
		return arena_copy(draft->arena, ref->channel, (size_t)(slash - ref->channel));
	if (g_ascii_strcasecmp(ref->channel, "System") == 0 && ref->event_id == 7045)
		return "Service Control Manager";
	return g_ascii_strcasecmp(ref->channel, "Windows PowerShell") == 0 ? "PowerShell" : NULL;
}

bool draft_may_add_provider(const char *provider)
{
	static const char *const added[] = {"Microsoft-Windows-Security-Auditing",
					    "Microsoft-Windows-Eventlog",
					    "Service Control Manager"};

	for (size_t i = 0; i < G_N_ELEMENTS(added); i++)
		if (g_ascii_strcasecmp(provider, added[i]) == 0)
			return true;
	return false;
}

static bool is_guid(const char *text)
{
	bool is_braced = text[0] == '{';

	text += is_braced;
	for (int i = 0; i < GUID_LENGTH; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_dash ? text[i] != '-' : !g_ascii_isxdigit(text[i]))
			return false;
	}
	return strcmp(text + GUID_LENGTH, is_braced ? "}" : "") == 0;
}

static bool names_guid(const char *name)
{
	size_t length = strlen(name);

	return length >= 4 && g_ascii_strcasecmp(name + length - 4, "Guid") == 0;
}

/* As the logs' reader writes them: in braces, in capitals. */
static void restore_guids(struct draft *draft)
{
	for (guint i = 0; i < draft->event->fields->len; i++) {
		struct event_field *field =
			&g_array_index(draft->event->fields, struct event_field, i);
		char braced[GUID_LENGTH + 3];

		if (!names_guid(field->name) || !is_guid(field->value))
			continue;
		g_snprintf(braced, sizeof(braced), "{%.*s}", GUID_LENGTH,
			   field->value + (field->value[0] == '{'));
		for (char *at = braced; *at; at++)
			*at = g_ascii_toupper(*at);
		field->value = arena_copy(draft->arena, braced, strlen(braced));
	}
}

/* Sysmon says when in UTC, where the export does not. */
static void restore_time(struct draft *draft)
{
	const char *text = event_get_field(draft->event, "UtcTime");
	const struct event_ref *ref = &draft->event->ref;
	struct export_time time = {.ticks = draft->has_time ? ref->time : 0}, utc;

	if ((draft->has_time && !ref->local_time) || !text || !export_time_read(text, &utc))
		return;
	export_time_set_utc(&time, &utc);
	draft->has_time = false;
	draft_set_export_time(draft, &time);
}

void draft_restore_python(struct draft *draft, const char *time)
{
	bool is_python = time && strlen(time) > 11 && time[10] == ' ';

	for (guint i = 0; is_python && i < draft->event->fields->len; i++) {
		struct event_field *field =
			&g_array_index(draft->event->fields, struct event_field, i);
		const char *digits = field->value + 2;
		size_t length = strlen(field->value);

		if (g_str_has_prefix(field->value, "0x0") && (length == 10 || length == 18) &&
		    strspn(digits, "0123456789abcdef") == length - 2) {
			digits += MIN(strspn(digits, "0"), length - 3);
			field->value = arena_copy(draft->arena, digits - 2, strlen(digits) + 2);
			memcpy((char *)field->value, "0x", 2);
		} else if (strcmp(field->value, "True") == 0) {
			field->value = "true";
		} else if (strcmp(field->value, "False") == 0) {
			field->value = "false";
		}
	}
}

void draft_finish(struct draft *draft)
{
	struct event *event = draft->event;

	if (event->user_sid && !g_str_has_prefix(event->user_sid, "S-1-"))
		event->user_sid = NULL;
	if (!event->provider)
		event->provider = provider_of(draft);
	if (draft->message)
		message_complete(draft);
	restore_guids(draft);
	restore_time(draft);
}
