/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/base64_text.h"

#include <string.h>

#include "base/text.h"

#define RUN_MIN 4 /* ASCII characters side by side: chance makes 1 in 10^11 in UTF-16 */
#define ODD_SHARE 8 /* at most one in so many may be a control character */
#define PLAIN_SHARE 8 /* at least one in so many UTF-16 units is ASCII */
#define COMMAND_BYTES_MIN 8 /* words after "/e " decode to short texts by chance */
#define LATIN1_BYTES_MIN 8

struct tally {
	size_t plain; /* ASCII that text is made of */
	size_t odd; /* control characters */
	size_t run;
	size_t longest_run; /* of plain ones */
};

static bool is_plain(unsigned c)
{
	return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

static void tally_add(struct tally *tally, unsigned c)
{
	if (!is_plain(c)) {
		tally->run = 0;
		tally->odd += c < 0x20 || c == 0xFFFE || c == 0xFFFF;
		return;
	}
	tally->plain++;
	tally->run++;
	tally->longest_run = MAX(tally->longest_run, tally->run);
}

static bool looks_like_utf16(const uint8_t *data, size_t units, bool is_command)
{
	struct tally tally = {0};

	for (size_t i = 0; i < units; i++)
		tally_add(&tally, data[2 * i] | (unsigned)data[2 * i + 1] << 8);
	return units >= 2 && tally.longest_run >= MIN(units, RUN_MIN) &&
	       tally.odd * ODD_SHARE <= units && (is_command || tally.plain * PLAIN_SHARE >= units);
}

static bool looks_like_utf8(const uint8_t *data, size_t size)
{
	struct tally tally = {0};

	for (size_t i = 0; i < size; i++)
		tally_add(&tally, data[i]);
	return size > 0 && tally.odd * ODD_SHARE <= size &&
	       g_utf8_validate_len((const char *)data, size, NULL);
}

static bool looks_like_latin1(const uint8_t *data, size_t size)
{
	struct tally tally = {0};

	for (size_t i = 0; i < size; i++) {
		if (!is_plain(data[i]) && data[i] < 0xA0)
			return false;
		tally_add(&tally, data[i]);
	}
	return size >= LATIN1_BYTES_MIN && tally.plain >= size - size / 4;
}

static GString *decode_bytes(const char *base64, size_t length)
{
	GString *bytes = g_string_sized_new(length + 4);
	gsize size;

	g_string_append_len(bytes, base64, (gssize)length);
	/* One character beyond whole bytes says nothing: the text was cut there. */
	if (bytes->len % 4 == 1)
		g_string_truncate(bytes, bytes->len - 1);
	while (bytes->len % 4)
		g_string_append_c(bytes, '=');
	if (bytes->len == 0)
		return bytes;
	g_base64_decode_inplace(bytes->str, &size);
	g_string_truncate(bytes, size);
	return bytes;
}

char *base64_decode_text(const char *base64, size_t length, bool is_command, size_t limit)
{
	g_autoptr(GString) bytes = decode_bytes(base64, length);
	g_autoptr(GString) text = g_string_new(NULL);
	const uint8_t *data = (const uint8_t *)bytes->str;
	size_t size = bytes->len;

	if (looks_like_utf16(data, size / 2, is_command)) {
		size_t mark = memcmp(data, "\xFF\xFE", 2) == 0 ? 2 : 0;

		text_append_utf16le(text, data + mark, (size - mark) / 2);
	} else if (is_command && size < COMMAND_BYTES_MIN) {
		return NULL;
	} else if (looks_like_utf8(data, size)) {
		text_append_utf8(text, bytes->str, size);
	} else if (looks_like_latin1(data, size)) {
		for (size_t i = 0; i < size; i++)
			text_append_code_point(text, data[i]);
	}
	g_string_truncate(text, text_cut(text->str, text->len, limit));
	return text->len ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}
