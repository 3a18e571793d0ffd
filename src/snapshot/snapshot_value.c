/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot_value.h"

#include <string.h>

#include "base/limits.h"
#include "event/sid.h"

enum property_kind {
	PROPERTY_TEXT,
	PROPERTY_NUMBER,
	PROPERTY_TRUTH,
	PROPERTY_BYTES,
	PROPERTY_TEXTS,
};

static const struct {
	const char *name;
	enum property_kind kind;
} known[] = {
	{"Name", PROPERTY_TEXT},
	{"CreatorSID", PROPERTY_BYTES},
	{"MachineName", PROPERTY_TEXT},
	{"MaximumQueueSize", PROPERTY_NUMBER},
	/* Filters and bindings. */
	{"Query", PROPERTY_TEXT},
	{"QueryLanguage", PROPERTY_TEXT},
	{"EventNamespace", PROPERTY_TEXT},
	{"EventAccess", PROPERTY_TEXT},
	{"Consumer", PROPERTY_TEXT},
	{"Filter", PROPERTY_TEXT},
	{"DeliverSynchronously", PROPERTY_TRUTH},
	{"DeliveryQoS", PROPERTY_NUMBER},
	{"MaintainSecurityContext", PROPERTY_TRUTH},
	{"SlowDownProviders", PROPERTY_TRUTH},
	/* Consumers, in the order of their classes. */
	{"ScriptFileName", PROPERTY_TEXT},
	{"ScriptFilename", PROPERTY_TEXT},
	{"ScriptText", PROPERTY_TEXT},
	{"ScriptingEngine", PROPERTY_TEXT},
	{"KillTimeout", PROPERTY_NUMBER},
	{"CommandLineTemplate", PROPERTY_TEXT},
	{"CreateNewConsole", PROPERTY_TRUTH},
	{"CreateNewProcessGroup", PROPERTY_TRUTH},
	{"CreateSeparateWowVdm", PROPERTY_TRUTH},
	{"CreateSharedWowVdm", PROPERTY_TRUTH},
	{"DesktopName", PROPERTY_TEXT},
	{"ExecutablePath", PROPERTY_TEXT},
	{"FillAttribute", PROPERTY_NUMBER},
	{"FillAttributes", PROPERTY_NUMBER},
	{"ForceOffFeedback", PROPERTY_TRUTH},
	{"ForceOnFeedback", PROPERTY_TRUTH},
	{"Priority", PROPERTY_NUMBER},
	{"RunInteractively", PROPERTY_TRUTH},
	{"ShowWindowCommand", PROPERTY_NUMBER},
	{"UseDefaultErrorMode", PROPERTY_TRUTH},
	{"WindowTitle", PROPERTY_TEXT},
	{"WorkingDirectory", PROPERTY_TEXT},
	{"XCoordinate", PROPERTY_NUMBER},
	{"XNumCharacters", PROPERTY_NUMBER},
	{"XSize", PROPERTY_NUMBER},
	{"YCoordinate", PROPERTY_NUMBER},
	{"YNumCharacters", PROPERTY_NUMBER},
	{"YSize", PROPERTY_NUMBER},
	{"Category", PROPERTY_NUMBER},
	{"EventID", PROPERTY_NUMBER},
	{"EventType", PROPERTY_NUMBER},
	{"InsertionStringTemplates", PROPERTY_TEXTS},
	{"NameOfRawDataProperty", PROPERTY_TEXT},
	{"NameOfUserSIDProperty", PROPERTY_TEXT},
	{"NumberOfInsertionStrings", PROPERTY_NUMBER},
	{"SourceName", PROPERTY_TEXT},
	{"UNCServerName", PROPERTY_TEXT},
	{"Filename", PROPERTY_TEXT},
	{"IsUnicode", PROPERTY_TRUTH},
	{"MaximumFileSize", PROPERTY_NUMBER},
	{"Text", PROPERTY_TEXT},
	{"BccLine", PROPERTY_TEXT},
	{"CcLine", PROPERTY_TEXT},
	{"FromLine", PROPERTY_TEXT},
	{"HeaderFields", PROPERTY_TEXTS},
	{"Message", PROPERTY_TEXT},
	{"ReplyToLine", PROPERTY_TEXT},
	{"SMTPServer", PROPERTY_TEXT},
	{"Subject", PROPERTY_TEXT},
	{"ToLine", PROPERTY_TEXT},
	/* Timers. */
	{"TimerId", PROPERTY_TEXT},
	{"SkipIfPassed", PROPERTY_TRUTH},
	{"IntervalBetweenEvents", PROPERTY_NUMBER},
	{"EventDateTime", PROPERTY_TEXT},
};

static bool find_kind(const char *name, enum property_kind *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (g_ascii_strcasecmp(known[i].name, name) == 0) {
			*out = known[i].kind;
			return true;
		}
	}
	return false;
}

bool snapshot_value_is_property(const char *name)
{
	enum property_kind kind;

	return find_kind(name, &kind);
}

bool snapshot_value_is_added(const char *name)
{
	return g_str_has_prefix(name, "PS") || g_str_has_prefix(name, "Cim") || *name == '#';
}

static bool is_digits(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return length > 0 && length <= 20 && text[length] == '\0' && (*text != '0' || length == 1);
}

static bool begins_query(const char *text)
{
	return g_ascii_strncasecmp(text, "select", 6) == 0 ||
	       g_ascii_strncasecmp(text, "associators", 11) == 0 ||
	       g_ascii_strncasecmp(text, "references", 10) == 0;
}

static bool may_be_text(const char *property, const char *text)
{
	if (g_ascii_strcasecmp(property, "Query") == 0)
		return begins_query(text + strspn(text, " \t\n"));
	if (g_ascii_strcasecmp(property, "Filter") == 0 ||
	    g_ascii_strcasecmp(property, "Consumer") == 0)
		return strchr(text, '=') && g_str_has_suffix(text, "\"");
	if (g_ascii_strcasecmp(property, "QueryLanguage") == 0 ||
	    g_ascii_strcasecmp(property, "ScriptingEngine") == 0)
		return !strpbrk(text, " ,\n");
	return true;
}

bool snapshot_value_may_be(const char *property, const char *text)
{
	enum property_kind kind;

	if (!*text || !find_kind(property, &kind))
		return true;
	switch (kind) {
	case PROPERTY_NUMBER:
		return is_digits(text);
	case PROPERTY_TRUTH:
		return g_ascii_strcasecmp(text, "true") == 0 ||
		       g_ascii_strcasecmp(text, "false") == 0;
	case PROPERTY_TEXT:
		return may_be_text(property, text);
	default:
		return *text == '{' && g_str_has_suffix(text, "}");
	}
}

/* Three dots or one character of them. */
static const char *find_ellipsis(const char *text)
{
	const char *dots = strstr(text, "...");

	return dots ? dots : strstr(text, "\xE2\x80\xA6");
}

/* S-1-AUTHORITY-SUB-… as the bytes that WMI keeps. */
static bool read_sid(const char *text, struct arena *arena, struct cim_value *out)
{
	struct cim_value *items = arena_alloc(arena, WH_SID_SIZE_MAX * sizeof(*items));
	uint8_t bytes[WH_SID_SIZE_MAX] = {1};
	uint32_t count = 0;
	char *end;
	uint64_t part = g_ascii_strtoull(text + 4, &end, 10);

	for (unsigned i = 0; i < 6; i++)
		bytes[7 - i] = (uint8_t)(part >> (8 * i));
	for (; *end == '-' && g_ascii_isdigit(end[1]) && count < 15; count++) {
		part = g_ascii_strtoull(end + 1, &end, 10);
		for (unsigned i = 0; i < 4; i++)
			bytes[8 + 4 * count + i] = (uint8_t)(part >> (8 * i));
	}
	if (*end)
		return false;
	bytes[1] = (uint8_t)count;
	*out = (struct cim_value){.kind = CIM_ARRAY, .count = 8 + 4 * count, .items = items};
	for (uint32_t i = 0; i < out->count; i++) {
		g_autofree char *digits = g_strdup_printf("%u", bytes[i]);

		items[i] = (struct cim_value){.kind = CIM_NUMBER,
					      .text = arena_copy(arena, digits, strlen(digits))};
	}
	return true;
}

/* Numbers of bytes with anything but digits between them; more than a SID has are a text. */
static enum value_reading read_bytes(const char *text, struct arena *arena, struct cim_value *out)
{
	struct cim_value *items = arena_alloc(arena, WH_SID_SIZE_MAX * sizeof(*items));
	const char *dots = find_ellipsis(text);
	uint32_t count = 0;

	if (g_str_has_prefix(text, "S-1-") && read_sid(text, arena, out))
		return VALUE_WHOLE;
	for (const char *at = text; *at && at != dots;) {
		size_t length = strspn(at, "0123456789");

		if (length > 3 || (length > 0 && count == WH_SID_SIZE_MAX) ||
		    (length == 0 && !strchr("{}[]();, \t\r\n", *at)))
			return VALUE_WHOLE;
		/* JSON has no zeros before a number. */
		while (length > 1 && *at == '0')
			at++, length--;
		if (length > 0)
			items[count++] = (struct cim_value){.kind = CIM_NUMBER,
							    .text = arena_copy(arena, at, length)};
		at += MAX(length, 1);
	}
	if (count > 0)
		*out = (struct cim_value){.kind = CIM_ARRAY, .count = count, .items = items};
	return dots ? VALUE_CUT : VALUE_WHOLE;
}

/* Texts in quotes, as in {"a","b"}: what is spelled otherwise stays as it is. */
static void read_texts(const char *text, struct arena *arena, struct cim_value *out)
{
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct cim_value));
	const char *at = text;
	struct cim_value *copy;

	if (*at++ != '{')
		return;
	while (*at == '"') {
		const char *begin = ++at;
		struct cim_value item = {.kind = CIM_TEXT};

		while (*at && (*at != '"' || !strchr(",;}", at[1])))
			at++;
		if (!*at)
			return;
		item.text = arena_copy(arena, begin, (size_t)(at - begin));
		g_array_append_val(items, item);
		at++;
		at += strspn(at, ",; ");
	}
	if (*at != '}' || at[1])
		return;
	copy = arena_alloc(arena, MAX(items->len, 1) * sizeof(*copy));
	if (items->len)
		memcpy(copy, items->data, items->len * sizeof(*copy));
	*out = (struct cim_value){.kind = CIM_ARRAY, .count = items->len, .items = copy};
}

enum value_reading snapshot_value_from_text(const char *property, const char *text,
					    struct arena *arena, struct cim_value *out)
{
	enum property_kind kind = PROPERTY_TEXT;

	*out = (struct cim_value){.kind = CIM_NULL};
	if (!text || !*text)
		return VALUE_WHOLE;
	/* What .NET writes of an array. */
	if (strcmp(text, "System.Byte[]") == 0 || strcmp(text, "System.String[]") == 0)
		return VALUE_LOST;
	*out = (struct cim_value){.kind = CIM_TEXT, .text = text};
	find_kind(property, &kind);
	if (kind == PROPERTY_NUMBER && is_digits(text))
		out->kind = CIM_NUMBER;
	else if (kind == PROPERTY_TRUTH && g_ascii_strcasecmp(text, "true") == 0)
		*out = (struct cim_value){.kind = CIM_TRUE};
	else if (kind == PROPERTY_TRUTH && g_ascii_strcasecmp(text, "false") == 0)
		*out = (struct cim_value){.kind = CIM_FALSE};
	else if (kind == PROPERTY_BYTES)
		return read_bytes(text, arena, out);
	else if (kind == PROPERTY_TEXTS)
		read_texts(text, arena, out);
	return VALUE_WHOLE;
}

static enum value_reading read_node(const struct json_node *node, struct arena *arena,
				    struct cim_value *out, unsigned depth);

/* An array, or an object as deep as WMI embeds objects; what is deeper is null. */
static void read_parts(const struct json_node *node, struct arena *arena, struct cim_value *out,
		       unsigned depth)
{
	bool is_array = node->kind == JSON_KIND_ARRAY;
	struct cim_property *properties = NULL;
	struct cim_value *items = NULL;
	uint32_t count = 0;

	if (depth == WH_MAX_CIM_DEPTH)
		return;
	for (const struct json_node *part = node->first; part; part = part->next)
		count++;
	out->kind = is_array ? CIM_ARRAY : CIM_OBJECT;
	out->count = count;
	if (is_array)
		out->items = items = arena_alloc(arena, MAX(count, 1) * sizeof(*items));
	else
		out->properties = properties =
			arena_alloc(arena, MAX(count, 1) * sizeof(*properties));
	for (const struct json_node *part = node->first; part; part = part->next) {
		if (is_array) {
			read_node(part, arena, items++, depth + 1);
		} else {
			properties->name = part->name;
			read_node(part, arena, &properties++->value, depth + 1);
		}
	}
}

static enum value_reading read_node(const struct json_node *node, struct arena *arena,
				    struct cim_value *out, unsigned depth)
{
	*out = (struct cim_value){.kind = CIM_NULL};
	switch (node->kind) {
	case JSON_KIND_TEXT:
		*out = (struct cim_value){.kind = CIM_TEXT, .text = node->text};
		break;
	case JSON_KIND_NUMBER:
		*out = (struct cim_value){.kind = CIM_NUMBER, .text = node->text};
		break;
	case JSON_KIND_TRUE:
	case JSON_KIND_FALSE:
		out->kind = node->kind == JSON_KIND_TRUE ? CIM_TRUE : CIM_FALSE;
		break;
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT:
		read_parts(node, arena, out, depth);
		break;
	default:
		break;
	}
	return VALUE_WHOLE;
}

enum value_reading snapshot_value_from_node(const char *property, const struct json_node *node,
					    struct arena *arena, struct cim_value *out)
{
	if (node->kind == JSON_KIND_TEXT)
		return snapshot_value_from_text(property, node->text, arena, out);
	return read_node(node, arena, out, 0);
}
