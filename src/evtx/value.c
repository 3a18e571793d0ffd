/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/value.h"

#include <string.h>

#include "base/bytes.h"
#include "base/real.h"
#include "base/text.h"
#include "event/filetime.h"
#include "event/sid.h"
#include "evtx/binxml.h"

static void append_signed(GString *out, int64_t value)
{
	if (value < 0)
		g_string_append_c(out, '-');
	text_append_decimal(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void append_hex(GString *out, uint64_t value)
{
	char digits[16];
	size_t at = sizeof(digits);

	do
		digits[--at] = "0123456789abcdef"[value & 15];
	while ((value >>= 4) > 0);
	g_string_append(out, "0x");
	g_string_append_len(out, digits + at, (gssize)(sizeof(digits) - at));
}

static void append_binary(GString *out, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		g_string_append_c(out, "0123456789ABCDEF"[data[i] >> 4]);
		g_string_append_c(out, "0123456789ABCDEF"[data[i] & 15]);
	}
}

static void append_guid(GString *out, const uint8_t *data)
{
	static const char order[] = {3,	 2, 1, 0,  -1, 5,  4,  -1, 7,  6,
				     -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};

	g_string_append_c(out, '{');
	for (size_t i = 0; i < sizeof(order); i++) {
		if (order[i] < 0)
			g_string_append_c(out, '-');
		else
			append_binary(out, data + order[i], 1);
	}
	g_string_append_c(out, '}');
}

static void append_filetime(GString *out, uint64_t filetime)
{
	char text[WH_FILETIME_TEXT];

	filetime_format(filetime, text);
	text[strlen(text) - 1] = '\0';
	g_string_append(out, text);
	g_string_append(out, "00Z");
}

/* SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond as u16. */
static void append_system_time(GString *out, const uint8_t *data)
{
	uint16_t part[8];

	for (size_t i = 0; i < G_N_ELEMENTS(part); i++)
		bytes_get_u16(data, 16, 2 * i, &part[i]);
	g_string_append_printf(out, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", part[0], part[1],
			       part[3], part[4], part[5], part[6], part[7]);
}

static uint64_t read_unsigned(const uint8_t *data, size_t size)
{
	uint64_t value = 0;

	for (size_t i = size; i > 0; i--)
		value = value << 8 | data[i - 1];
	return value;
}

static int64_t read_signed(const uint8_t *data, size_t size)
{
	unsigned unused = 64 - 8 * (unsigned)size;

	return (int64_t)(read_unsigned(data, size) << unused) >> unused;
}

/*
 * Windows-1252 is what "ANSI" is in most of the logs. Not by iconv, which opens files: a
 * sandboxed worker cannot. Five codes mean nothing: 0 here.
 */
static bool append_ansi_text(GString *out, const uint8_t *data, size_t size)
{
	static const uint16_t high[32] = {
		0x20AC, 0,	0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,	0x017D, 0,
		0,	0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
		0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,	0x017E, 0x0178,
	};

	for (size_t i = 0; i < size; i++) {
		gunichar c = data[i] >= 0x80 && data[i] < 0xA0 ? high[data[i] - 0x80] : data[i];

		if (c == 0 && data[i])
			return false;
		text_append_code_point(out, c);
	}
	return true;
}

static void append_ansi(GString *out, const uint8_t *data, size_t size)
{
	gsize before = out->len;

	while (size && data[size - 1] == 0)
		size--;
	if (append_ansi_text(out, data, size))
		return;
	g_string_truncate(out, before);
	append_binary(out, data, size);
}

/* The one size of a type's values; 0 where it varies. */
static size_t fixed_size(uint8_t type)
{
	static const uint8_t sizes[] = {
		[BINXML_TYPE_INT8] = 1,	     [BINXML_TYPE_UINT8] = 1,
		[BINXML_TYPE_INT16] = 2,     [BINXML_TYPE_UINT16] = 2,
		[BINXML_TYPE_INT32] = 4,     [BINXML_TYPE_UINT32] = 4,
		[BINXML_TYPE_INT64] = 8,     [BINXML_TYPE_UINT64] = 8,
		[BINXML_TYPE_REAL32] = 4,    [BINXML_TYPE_REAL64] = 8,
		[BINXML_TYPE_BOOLEAN] = 4,   [BINXML_TYPE_GUID] = 16,
		[BINXML_TYPE_FILETIME] = 8,  [BINXML_TYPE_SYSTEMTIME] = 16,
		[BINXML_TYPE_HEX_INT32] = 4, [BINXML_TYPE_HEX_INT64] = 8,
	};

	return type < G_N_ELEMENTS(sizes) ? sizes[type] : 0;
}

/* Values of a fixed size, which has been checked. */
static bool append_fixed(GString *out, const uint8_t *data, size_t size, uint8_t type)
{
	char real[G_ASCII_DTOSTR_BUF_SIZE];

	switch (type) {
	case BINXML_TYPE_INT8:
	case BINXML_TYPE_INT16:
	case BINXML_TYPE_INT32:
	case BINXML_TYPE_INT64:
		append_signed(out, read_signed(data, size));
		return true;
	case BINXML_TYPE_UINT8:
	case BINXML_TYPE_UINT16:
	case BINXML_TYPE_UINT32:
	case BINXML_TYPE_UINT64:
		text_append_decimal(out, read_unsigned(data, size));
		return true;
	case BINXML_TYPE_HEX_INT32:
	case BINXML_TYPE_HEX_INT64:
		append_hex(out, read_unsigned(data, size));
		return true;
	case BINXML_TYPE_REAL32:
	case BINXML_TYPE_REAL64:
		real_format(data, size, real);
		g_string_append(out, real);
		return true;
	case BINXML_TYPE_BOOLEAN:
		g_string_append(out, read_unsigned(data, size) ? "true" : "false");
		return true;
	case BINXML_TYPE_GUID:
		append_guid(out, data);
		return true;
	case BINXML_TYPE_FILETIME:
		append_filetime(out, read_unsigned(data, size));
		return true;
	case BINXML_TYPE_SYSTEMTIME:
		append_system_time(out, data);
		return true;
	default:
		return false;
	}
}

void value_append(GString *out, const uint8_t *data, size_t size, uint8_t type)
{
	if (type == BINXML_TYPE_NULL || size == 0)
		return;
	if (type == BINXML_TYPE_STRING)
		text_append_utf16le(out, data, value_string_units(data, size));
	else if (type == BINXML_TYPE_ANSI_STRING)
		append_ansi(out, data, size);
	else if (type == BINXML_TYPE_SIZE && (size == 4 || size == 8))
		append_hex(out, read_unsigned(data, size));
	else if (type == BINXML_TYPE_SID && sid_append(out, data, size))
		return;
	else if (size != fixed_size(type) || !append_fixed(out, data, size, type))
		append_binary(out, data, size);
}

/* A string in a list ends with U+0000, the last one perhaps with the list. */
static size_t string_size(const uint8_t *data, size_t size, size_t width, size_t *text_size)
{
	size_t end = 0;

	while (end + width <= size && (data[end] || (width == 2 && data[end + 1])))
		end += width;
	*text_size = end;
	return MIN(end + width, size);
}

size_t value_element_size(const uint8_t *data, size_t size, uint8_t type, size_t *text_size)
{
	if (type == BINXML_TYPE_STRING)
		return string_size(data, size, 2, text_size);
	if (type == BINXML_TYPE_ANSI_STRING)
		return string_size(data, size, 1, text_size);
	*text_size = fixed_size(type);
	if (type == BINXML_TYPE_SID && size >= 8)
		*text_size = 8 + 4 * (size_t)data[1];
	return *text_size <= size ? *text_size : 0;
}
