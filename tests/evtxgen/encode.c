/* SPDX-License-Identifier: Apache-2.0 */
#include "encode.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "binxml_write.h"
#include "event/filetime.h"

static bool refuse(GError **error, const char *what, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "not %s: \"%s\"", what, text);
	return false;
}

void encode_u64(uint64_t value, GByteArray *out)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, value);
	g_byte_array_append(out, bytes, sizeof bytes);
}

bool parse_number(const char *text, uint64_t max, uint64_t *out, GError **error)
{
	bool hex = g_str_has_prefix(text, "0x");
	guint64 value;

	if (!g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0, max, &value,
					error))
		return false;
	*out = value;
	return true;
}

static bool encode_unsigned(const char *text, size_t width, GByteArray *out, GError **error)
{
	uint64_t max = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;
	uint64_t value;
	uint8_t bytes[8];

	if (!parse_number(text, max, &value, error))
		return false;
	bytes_put_u64(bytes, value);
	g_byte_array_append(out, bytes, (guint)width);
	return true;
}

static bool encode_signed(const char *text, size_t width, GByteArray *out, GError **error)
{
	int64_t max = width == 8 ? INT64_MAX : (INT64_C(1) << (8 * width - 1)) - 1;
	gint64 value;
	uint8_t bytes[8];

	if (!g_ascii_string_to_signed(text, 10, -max - 1, max, &value, error))
		return false;
	bytes_put_u64(bytes, (uint64_t)value);
	g_byte_array_append(out, bytes, (guint)width);
	return true;
}

static bool encode_real(uint8_t type, const char *text, GByteArray *out, GError **error)
{
	char *end;
	double number = g_ascii_strtod(text, &end);
	float single = (float)number;
	uint8_t bytes[8];
	uint64_t bits;
	uint32_t single_bits;

	if (end == text || *end != '\0')
		return refuse(error, "a real number", text);
	memcpy(&bits, &number, sizeof bits);
	memcpy(&single_bits, &single, sizeof single_bits);
	if (type == BINXML_REAL64)
		bytes_put_u64(bytes, bits);
	else
		bytes_put_u32(bytes, single_bits);
	g_byte_array_append(out, bytes, type == BINXML_REAL64 ? 8 : 4);
	return true;
}

static bool encode_boolean(const char *text, GByteArray *out, GError **error)
{
	uint8_t bytes[4] = {strcmp(text, "true") == 0};

	if (bytes[0] == 0 && strcmp(text, "false") != 0)
		return refuse(error, "true or false", text);
	g_byte_array_append(out, bytes, sizeof bytes);
	return true;
}

static bool read_byte(const char *hex, uint8_t *out)
{
	if (!g_ascii_isxdigit(hex[0]) || !g_ascii_isxdigit(hex[1]))
		return false;
	*out = (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
	return true;
}

bool encode_hex(const char *hex, GByteArray *out, GError **error)
{
	for (const char *at = hex; *at != '\0';) {
		uint8_t byte;

		if (*at == ' ' || *at == '\n') {
			at++;
			continue;
		}
		if (!read_byte(at, &byte))
			return refuse(error, "hexadecimal bytes", hex);
		g_byte_array_append(out, &byte, 1);
		at += 2;
	}
	return true;
}

/* The first three groups are little-endian numbers, the rest bytes in order; where each byte's
 * digits stand in {00112233-4455-6677-8899-aabbccddeeff}. */
static bool encode_guid(const char *text, GByteArray *out, GError **error)
{
	static const uint8_t places[16] = {7,  5,  3,  1,  12, 10, 17, 15,
					   20, 22, 25, 27, 29, 31, 33, 35};
	uint8_t bytes[16];

	if (strlen(text) != 38 || text[0] != '{' || text[9] != '-' || text[14] != '-' ||
	    text[19] != '-' || text[24] != '-' || text[37] != '}')
		return refuse(error, "a GUID in braces", text);
	for (size_t i = 0; i < sizeof bytes; i++)
		if (!read_byte(text + places[i], &bytes[i]))
			return refuse(error, "a GUID in braces", text);
	g_byte_array_append(out, bytes, sizeof bytes);
	return true;
}

/* S-1-AUTHORITY-SUB…: revision, count, authority big-endian in six bytes, subs little-endian. */
static bool encode_sid(const char *text, GByteArray *out, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text, "-", 0);
	guint count = g_strv_length(words);
	uint8_t bytes[8 + 4 * 15] = {1};
	uint64_t number;

	if (count < 4 || count > 18 || strcmp(words[0], "S") != 0 || strcmp(words[1], "1") != 0)
		return refuse(error, "a SID", text);
	if (!parse_number(words[2], UINT32_MAX, &number, error))
		return false;
	bytes[1] = (uint8_t)(count - 3);
	for (size_t i = 0; i < 6; i++)
		bytes[2 + i] = (uint8_t)(number >> (40 - 8 * i));
	for (guint i = 3; i < count; i++) {
		if (!parse_number(words[i], UINT32_MAX, &number, error))
			return false;
		bytes_put_u32(bytes + 8 + 4 * (i - 3), (uint32_t)number);
	}
	g_byte_array_append(out, bytes, 8 + 4 * (count - 3));
	return true;
}

static bool encode_time(uint8_t type, const char *text, GByteArray *out, GError **error)
{
	uint64_t filetime;
	uint8_t bytes[16];
	g_autoptr(GDateTime) time = NULL;

	if (!filetime_parse(text, &filetime))
		return refuse(error, "a time", text);
	if (type == BINXML_FILETIME) {
		encode_u64(filetime, out);
		return true;
	}
	time = g_date_time_new_from_unix_utc((gint64)(filetime / 10000000) - 11644473600);
	if (time == NULL)
		return refuse(error, "a time", text);
	bytes_put_u16(bytes, (uint16_t)g_date_time_get_year(time));
	bytes_put_u16(bytes + 2, (uint16_t)g_date_time_get_month(time));
	bytes_put_u16(bytes + 4, (uint16_t)(g_date_time_get_day_of_week(time) % 7));
	bytes_put_u16(bytes + 6, (uint16_t)g_date_time_get_day_of_month(time));
	bytes_put_u16(bytes + 8, (uint16_t)g_date_time_get_hour(time));
	bytes_put_u16(bytes + 10, (uint16_t)g_date_time_get_minute(time));
	bytes_put_u16(bytes + 12, (uint16_t)g_date_time_get_second(time));
	bytes_put_u16(bytes + 14, (uint16_t)(filetime % 10000000 / 10000));
	g_byte_array_append(out, bytes, sizeof bytes);
	return true;
}

bool encode_value(uint8_t type, const char *text, GByteArray *out, GError **error)
{
	switch ((enum binxml_type)type) {
	case BINXML_NULL:
		return text[0] == '\0' || refuse(error, "empty", text);
	case BINXML_INT8:
		return encode_signed(text, 1, out, error);
	case BINXML_UINT8:
		return encode_unsigned(text, 1, out, error);
	case BINXML_INT16:
		return encode_signed(text, 2, out, error);
	case BINXML_UINT16:
		return encode_unsigned(text, 2, out, error);
	case BINXML_INT32:
		return encode_signed(text, 4, out, error);
	case BINXML_UINT32:
	case BINXML_HEXINT32:
		return encode_unsigned(text, 4, out, error);
	case BINXML_INT64:
		return encode_signed(text, 8, out, error);
	case BINXML_UINT64:
	case BINXML_HEXINT64:
		return encode_unsigned(text, 8, out, error);
	case BINXML_REAL32:
	case BINXML_REAL64:
		return encode_real(type, text, out, error);
	case BINXML_BOOLEAN:
		return encode_boolean(text, out, error);
	case BINXML_BINARY:
		return encode_hex(text, out, error);
	case BINXML_GUID:
		return encode_guid(text, out, error);
	case BINXML_SIZE:
		return encode_unsigned(text, strlen(text) > strlen("0xffffffff") ? 8 : 4, out,
				       error);
	case BINXML_FILETIME:
	case BINXML_SYSTEMTIME:
		return encode_time(type, text, out, error);
	case BINXML_SID:
		return encode_sid(text, out, error);
	case BINXML_STRING:
	case BINXML_ANSI:
	case BINXML_XML:
	case BINXML_ARRAY:
		break;
	}
	return refuse(error, "a value of a known type", text);
}

bool binxml_type_parse(const char *name, uint8_t *out)
{
	static const struct {
		const char *name;
		uint8_t type;
	} types[] = {
		{"null", BINXML_NULL},	       {"string", BINXML_STRING},
		{"ansi", BINXML_ANSI},	       {"int8", BINXML_INT8},
		{"uint8", BINXML_UINT8},       {"int16", BINXML_INT16},
		{"uint16", BINXML_UINT16},     {"int32", BINXML_INT32},
		{"uint32", BINXML_UINT32},     {"int64", BINXML_INT64},
		{"uint64", BINXML_UINT64},     {"boolean", BINXML_BOOLEAN},
		{"binary", BINXML_BINARY},     {"guid", BINXML_GUID},
		{"filetime", BINXML_FILETIME}, {"systemtime", BINXML_SYSTEMTIME},
		{"sid", BINXML_SID},	       {"hexint32", BINXML_HEXINT32},
		{"hexint64", BINXML_HEXINT64}, {"real32", BINXML_REAL32},
		{"real64", BINXML_REAL64},     {"size", BINXML_SIZE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].name, name) != 0)
			continue;
		*out = types[i].type;
		return true;
	}
	return false;
}
