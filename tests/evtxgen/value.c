/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "encode.h"
#include "event/filetime.h"

enum part_kind {
	PART_TEXT,
	PART_COUNTER, /* {n} */
	PART_HEX, /* {x} */
	PART_SYSMON_TIME, /* {utc} */
	PART_TIME, /* {time} */
	PART_RECORD_ID, /* {id} */
};

static const struct {
	const char *text;
	enum part_kind kind;
} placeholders[] = {
	{"{n}", PART_COUNTER}, {"{x}", PART_HEX},	 {"{utc}", PART_SYSMON_TIME},
	{"{time}", PART_TIME}, {"{id}", PART_RECORD_ID},
};

struct part {
	enum part_kind kind;
	GByteArray *text; /* of PART_TEXT, UTF-16LE */
};

struct value {
	uint8_t type;
	bool terminated;
	GArray *parts; /* struct part; none in an array */
	GPtrArray *items; /* struct value: of an array; else NULL */
	GByteArray *fixed; /* encoded, when it does not change; else NULL */
};

static void clear_part(gpointer data)
{
	struct part *part = data;

	g_clear_pointer(&part->text, g_byte_array_unref);
}

struct value *value_new(uint8_t type)
{
	struct value *value = g_new0(struct value, 1);

	value->type = type;
	value->parts = g_array_new(FALSE, FALSE, sizeof(struct part));
	g_array_set_clear_func(value->parts, clear_part);
	return value;
}

static void free_item(gpointer item)
{
	value_free(item);
}

struct value *value_new_array(uint8_t type)
{
	struct value *array = value_new(type | BINXML_ARRAY);

	array->items = g_ptr_array_new_with_free_func(free_item);
	return array;
}

void value_add_item(struct value *array, struct value *item)
{
	g_ptr_array_add(array->items, item);
}

struct value *value_new_absent(size_t width)
{
	struct value *value = value_new(BINXML_NULL);

	value->fixed = g_byte_array_new();
	g_byte_array_set_size(value->fixed, (guint)width);
	if (width > 0)
		memset(value->fixed->data, 0, width);
	return value;
}

void value_free(struct value *value)
{
	if (value == NULL)
		return;
	g_array_unref(value->parts);
	g_clear_pointer(&value->items, g_ptr_array_unref);
	g_clear_pointer(&value->fixed, g_byte_array_unref);
	g_free(value);
}

uint8_t value_type(const struct value *value)
{
	return value->type;
}

void utf16_append(GByteArray *out, const char *text, size_t length)
{
	const char *end = text + length;

	for (const char *at = text; at < end; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		uint8_t units[4];
		guint size = 2;

		if (c > 0xffff) {
			bytes_put_u16(units, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
			bytes_put_u16(units + 2, (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff)));
			size = 4;
		} else {
			bytes_put_u16(units, (uint16_t)c);
		}
		g_byte_array_append(out, units, size);
	}
}

GByteArray *utf16_new(const char *text)
{
	GByteArray *out = g_byte_array_new();

	utf16_append(out, text, strlen(text));
	return out;
}

/* The text part at the end, so that runs of text stay one part. */
static GByteArray *get_open_text(struct value *value)
{
	struct part part = {PART_TEXT, NULL};

	if (value->parts->len > 0) {
		part = g_array_index(value->parts, struct part, value->parts->len - 1);
		if (part.kind == PART_TEXT)
			return part.text;
	}
	part.kind = PART_TEXT;
	part.text = g_byte_array_new();
	g_array_append_val(value->parts, part);
	return part.text;
}

static size_t find_placeholder(const char *at, size_t length, enum part_kind *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(placeholders); i++) {
		size_t size = strlen(placeholders[i].text);

		if (size <= length && memcmp(at, placeholders[i].text, size) == 0) {
			*kind = placeholders[i].kind;
			return size;
		}
	}
	return 0;
}

void value_add_text(struct value *value, const char *text, size_t length)
{
	size_t start = 0;

	for (size_t at = 0; at < length;) {
		struct part part = {PART_TEXT, NULL};
		size_t size = find_placeholder(text + at, length - at, &part.kind);

		if (size == 0) {
			at++;
			continue;
		}
		if (at > start)
			utf16_append(get_open_text(value), text + start, at - start);
		g_array_append_val(value->parts, part);
		at += size;
		start = at;
	}
	if (length > start)
		utf16_append(get_open_text(value), text + start, length - start);
}

void value_add_utf16(struct value *value, const uint8_t *data, size_t size)
{
	g_byte_array_append(get_open_text(value), data, (guint)size);
}

/* At once: placeholders stand in millions of records. */
static void append_ascii(GByteArray *out, const char *text)
{
	uint8_t units[2 * WH_FILETIME_TEXT];
	guint count = 0;

	for (; text[count] != '\0' && count < WH_FILETIME_TEXT; count++)
		bytes_put_u16(units + 2 * count, (uint8_t)text[count]);
	g_byte_array_append(out, units, 2 * count);
}

static void append_sysmon_time(GByteArray *out, uint64_t time)
{
	char text[WH_FILETIME_TEXT];

	filetime_format(time, text);
	/* "2021-03-04T05:06:07.1234567Z" as Sysmon has it: "2021-03-04 05:06:07.123". */
	text[10] = ' ';
	text[23] = '\0';
	append_ascii(out, text);
}

static void append_part(const struct part *part, const struct moment *moment, GByteArray *out)
{
	char text[WH_FILETIME_TEXT];

	switch (part->kind) {
	case PART_TEXT:
		g_byte_array_append(out, part->text->data, part->text->len);
		return;
	case PART_SYSMON_TIME:
		append_sysmon_time(out, moment->time);
		return;
	case PART_TIME:
		filetime_format(moment->time, text);
		/* Forwarded events spell nanoseconds. */
		g_strlcpy(text + 27, "00Z", sizeof text - 27);
		break;
	case PART_COUNTER:
		g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, moment->n);
		break;
	case PART_HEX:
		g_snprintf(text, sizeof text, "%08" G_GINT64_MODIFIER "x", moment->n);
		break;
	case PART_RECORD_ID:
		g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, moment->record_id);
		break;
	}
	append_ascii(out, text);
}

static void append_item_texts(const GPtrArray *items, const struct moment *moment, GByteArray *out)
{
	for (guint i = 0; i < items->len; i++) {
		value_append_text(items->pdata[i], moment, out);
		utf16_append(out, "", 1);
	}
}

void value_append_text(const struct value *value, const struct moment *moment, GByteArray *out)
{
	if (value->items != NULL)
		append_item_texts(value->items, moment, out);
	for (guint i = 0; i < value->parts->len; i++)
		append_part(&g_array_index(value->parts, struct part, i), moment, out);
}

const GByteArray *value_get_fixed_text(const struct value *value)
{
	const struct part *part;

	if (value->parts->len != 1)
		return NULL;
	part = &g_array_index(value->parts, struct part, 0);
	return part->kind == PART_TEXT ? part->text : NULL;
}

/* Typed values but strings are numbers, times and identifiers, so ASCII does. */
static char *narrow(const GByteArray *utf16, GError **error)
{
	GString *text = g_string_sized_new(utf16->len / 2 + 1);

	for (guint i = 0; i + 1 < utf16->len; i += 2) {
		if (utf16->data[i] == 0 || utf16->data[i] > 0x7e || utf16->data[i + 1] != 0) {
			g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
					    "a typed value must be printable ASCII");
			g_string_free(text, TRUE);
			return NULL;
		}
		g_string_append_c(text, (char)utf16->data[i]);
	}
	return g_string_free(text, FALSE);
}

/* ANSI is Windows-1252 in most logs. */
static bool append_ansi(const GByteArray *utf16, GByteArray *out, GError **error)
{
	g_autofree char *ansi = NULL;
	gsize size;

	if (utf16->len == 0)
		return true;
	ansi = g_convert((const char *)utf16->data, utf16->len, "WINDOWS-1252", "UTF-16LE", NULL,
			 &size, error);
	if (ansi == NULL)
		return false;
	g_byte_array_append(out, (const uint8_t *)ansi, (guint)size);
	return true;
}

static bool append_typed(const struct value *value, const struct moment *moment, GByteArray *out,
			 GError **error)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *ascii = NULL;

	value_append_text(value, moment, text);
	if (value->type == BINXML_ANSI)
		return append_ansi(text, out, error);
	ascii = narrow(text, error);
	return ascii != NULL && encode_value(value->type, ascii, out, error);
}

/* Strings end with a NUL here, whatever the record's are like: it tells them apart. */
static bool append_items(const struct value *array, const struct moment *moment, GByteArray *out,
			 GError **error)
{
	for (guint i = 0; i < array->items->len; i++) {
		if (!value_append_bytes(array->items->pdata[i], moment, out, error))
			return false;
		if (array->type == (BINXML_ANSI | BINXML_ARRAY))
			g_byte_array_append(out, (const uint8_t *)"", 1);
	}
	return true;
}

static bool append_encoded(const struct value *value, const struct moment *moment, GByteArray *out,
			   GError **error)
{
	static const uint8_t terminator[2];

	if (value->items != NULL)
		return append_items(value, moment, out, error);
	if (value->type == BINXML_STRING) {
		value_append_text(value, moment, out);
		if (value->terminated)
			g_byte_array_append(out, terminator, sizeof terminator);
		return true;
	}
	return append_typed(value, moment, out, error);
}

bool value_finish(struct value *value, bool terminated, GError **error)
{
	g_autoptr(GByteArray) fixed = g_byte_array_new();
	const struct moment none = {0};

	value->terminated = terminated;
	if (value->fixed != NULL)
		return true;
	for (guint i = 0; i < value->parts->len; i++)
		if (g_array_index(value->parts, struct part, i).kind != PART_TEXT)
			return true;
	for (guint i = 0; value->items != NULL && i < value->items->len; i++)
		if (((const struct value *)value->items->pdata[i])->fixed == NULL)
			return true;
	if (!append_encoded(value, &none, fixed, error))
		return false;
	value->fixed = g_steal_pointer(&fixed);
	return true;
}

/* TimeCreated and EventRecordID: each record has them, so they go without the way
 * through text. */
static bool append_running(const struct value *value, const struct moment *moment, GByteArray *out)
{
	const struct part *part = &g_array_index(value->parts, struct part, 0);

	if (value->parts->len != 1)
		return false;
	if (value->type == BINXML_FILETIME && part->kind == PART_TIME)
		encode_u64(moment->time, out);
	else if (value->type == BINXML_UINT64 && part->kind == PART_RECORD_ID)
		encode_u64(moment->record_id, out);
	else
		return false;
	return true;
}

bool value_append_bytes(const struct value *value, const struct moment *moment, GByteArray *out,
			GError **error)
{
	if (value->fixed != NULL) {
		g_byte_array_append(out, value->fixed->data, value->fixed->len);
		return true;
	}
	return append_running(value, moment, out) || append_encoded(value, moment, out, error);
}
