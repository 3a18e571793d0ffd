/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/name_hash.h"

#include <glib.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>

#include "base/bytes.h"
#include "base/text.h"

/* A character that grows when it is upper-cased stays as it is: Windows maps unit by unit. */
static gunichar to_upper(gunichar c)
{
	gunichar upper = g_unichar_toupper(c);

	return c < 0x10000 && upper < 0x10000 && (c < 0x80) == (upper < 0x80) ? upper : c;
}

static size_t put_units(gunichar c, uint8_t *at)
{
	if (c >= WH_TEXT_SURROGATE_STAND_IN && c < WH_TEXT_STAND_IN_END)
		c = 0xD800 + (c - WH_TEXT_SURROGATE_STAND_IN);
	else if (c >= WH_TEXT_CONTROL_STAND_IN && c < WH_TEXT_SURROGATE_STAND_IN)
		c -= WH_TEXT_CONTROL_STAND_IN;
	if (c < 0x10000) {
		bytes_put_u16(at, (uint16_t)to_upper(c));
		return 2;
	}
	bytes_put_u16(at, (uint16_t)(0xD800 + ((c - 0x10000) >> 10)));
	bytes_put_u16(at + 2, (uint16_t)(0xDC00 + ((c - 0x10000) & 0x3FF)));
	return 4;
}

void name_hash_text(const char *text, bool is_xp, struct name_hash *out)
{
	struct sha256_ctx sha;
	struct md5_ctx md5;
	uint8_t units[4];

	memset(out, 0, sizeof(*out));
	sha256_init(&sha);
	md5_init(&md5);
	for (; *text; text = g_utf8_next_char(text)) {
		size_t size = put_units(g_utf8_get_char(text), units);

		if (is_xp)
			md5_update(&md5, size, units);
		else
			sha256_update(&sha, size, units);
	}
	if (is_xp)
		md5_digest(&md5, MD5_DIGEST_SIZE, out->bytes);
	else
		sha256_digest(&sha, SHA256_DIGEST_SIZE, out->bytes);
}

/* Upper-case only; 0xFF for any other byte. */
static uint8_t get_digit(uint8_t byte)
{
	if ((unsigned)byte - '0' < 10u)
		return byte - '0';
	return (unsigned)byte - 'A' < 6u ? byte - 'A' + 10 : 0xFF;
}

static bool parse(const uint8_t *data, size_t digits, size_t step, struct name_hash *out)
{
	struct name_hash hash = {{0}};

	for (size_t i = 0; i < digits / 2; i++) {
		uint8_t high = get_digit(data[2 * i * step]);
		uint8_t low = get_digit(data[(2 * i + 1) * step]);

		if ((high | low) > 15)
			return false;
		hash.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*out = hash;
	return true;
}

bool name_hash_parse(const char *text, size_t digits, struct name_hash *out)
{
	return parse((const uint8_t *)text, digits, 1, out);
}

bool name_hash_parse_wide(const uint8_t *data, size_t digits, struct name_hash *out)
{
	for (size_t i = 0; i < digits; i++)
		if (data[2 * i + 1] != 0)
			return false;
	return parse(data, digits, 2, out);
}
