/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/encoding.h"

#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

#define BYTE_ORDER_MARK 0xFEFF

/* Fewer bytes leave one or two digits of their own, which any base64 holds somewhere. */
#define SHORTEST_SHIFTED 3

bool encoding_is_set(const struct encoding *encoding)
{
	return encoding->utf16 != UTF16_NONE || encoding->base64 != BASE64_NONE;
}

static void append_unit(GString *out, enum utf16 utf16, uint16_t unit)
{
	uint8_t bytes[2];

	bytes_put_u16(bytes, utf16 == UTF16_BIG ? GUINT16_SWAP_LE_BE(unit) : unit);
	g_string_append_len(out, (const char *)bytes, sizeof bytes);
}

static GString *encode_utf16(enum utf16 utf16, const char *text)
{
	GString *out = g_string_new(NULL);
	glong units = 0;
	g_autofree gunichar2 *wide = NULL;

	if (utf16 == UTF16_NONE)
		return g_string_append(out, text);
	wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
	if (utf16 == UTF16_MARKED)
		append_unit(out, utf16, BYTE_ORDER_MARK);
	for (glong i = 0; i < units; i++)
		append_unit(out, utf16, wide[i]);
	return out;
}

/* What base64 makes of the text after `shift` other bytes, without the digits that those
 * bytes or what follows have a part in. */
static char *encode_shifted(const GString *bytes, unsigned shift)
{
	static const size_t first[] = {0, 2, 3};
	static const size_t unsure[] = {0, 3, 2};
	g_autoptr(GString) padded = g_string_new(NULL);
	g_autofree char *digits = NULL;
	size_t end;

	g_string_append_len(padded, "  ", shift);
	g_string_append_len(padded, bytes->str, (gssize)bytes->len);
	digits = g_base64_encode((const guchar *)padded->str, padded->len);
	end = strlen(digits) - unsure[padded->len % 3];
	return g_strndup(digits + first[shift], end - first[shift]);
}

/* UTF-16 that no base64 hides: each byte as a character, if they are text at all. */
static const char *add_bytes(const GString *bytes, GPtrArray *texts)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize i = 0; i < bytes->len; i++)
		if ((unsigned char)bytes->str[i] >= 0x80)
			return "this value in UTF-16 is no text: it needs 'base64' or "
			       "'base64offset'";
	for (gsize i = 0; i < bytes->len; i++)
		text_append_code_point(text, (gunichar)bytes->str[i]);
	g_ptr_array_add(texts, g_strdup(text->str));
	return NULL;
}

const char *encoding_add_texts(const struct encoding *encoding, const char *text, GPtrArray *texts)
{
	g_autoptr(GString) bytes = encode_utf16(encoding->utf16, text);

	if (encoding->base64 == BASE64_NONE)
		return add_bytes(bytes, texts);
	if (encoding->base64 == BASE64_WHOLE) {
		g_ptr_array_add(texts, g_base64_encode((const guchar *)bytes->str, bytes->len));
		return NULL;
	}
	if (bytes->len < SHORTEST_SHIFTED)
		return "'base64offset' needs a value of three bytes or more";
	for (unsigned shift = 0; shift < 3; shift++)
		g_ptr_array_add(texts, encode_shifted(bytes, shift));
	return NULL;
}
