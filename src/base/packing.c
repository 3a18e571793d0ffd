/* SPDX-License-Identifier: Apache-2.0 */
#include "base/packing.h"

#include "base/text.h"

void pack_text(GByteArray *out, const char *text)
{
	uint32_t length = text ? (uint32_t)strlen(text) + 1 : 0;

	g_byte_array_append(out, (const guint8 *)&length, sizeof(length));
	if (text)
		g_byte_array_append(out, (const guint8 *)text, length);
}

/* Of `length` bytes with a NUL after them. */
static bool is_valid(const char *text, size_t length)
{
	if (text_is_ascii(text, length))
		return memchr(text, '\0', length) == NULL;
	return g_utf8_validate_len(text, length, NULL);
}

const char *unpack_text(struct unpacking *bytes)
{
	const char *text = (const char *)bytes->at + sizeof(uint32_t);
	uint32_t length;

	unpack_bytes(bytes, &length, sizeof(length));
	if (!bytes->ok || length == 0)
		return NULL;
	bytes->ok = length <= bytes->left && text[length - 1] == '\0' && is_valid(text, length - 1);
	if (!bytes->ok)
		return NULL;
	bytes->at += length;
	bytes->left -= length;
	return text;
}
