/* SPDX-License-Identifier: Apache-2.0 */
#include "hashed_name.h"

#include "../evtxgen/value.h"
#include "base/bytes.h"

/* One unit becomes one unit, as on Windows: "ß" stays as it is. */
static uint16_t upper(uint16_t unit)
{
	gunichar folded = unit >= 0xd800 && unit < 0xe000 ? unit : g_unichar_toupper(unit);

	return folded < 0x10000 ? (uint16_t)folded : unit;
}

char *hashed_name(enum repository_layout layout, const GByteArray *utf16)
{
	g_autofree uint8_t *bytes = g_memdup2(utf16->data, utf16->len);
	g_autofree char *hex = NULL;

	for (guint i = 0; i + 1 < utf16->len; i += 2) {
		uint16_t unit = (uint16_t)(bytes[i] | bytes[i + 1] << 8);

		bytes_put_u16(bytes + i, upper(unit));
	}
	hex = g_compute_checksum_for_data(layout == LAYOUT_XP ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256,
					  bytes, utf16->len);
	return g_ascii_strup(hex, -1);
}

char *hashed_name_text(enum repository_layout layout, const char *utf8)
{
	g_autoptr(GByteArray) utf16 = utf16_new(utf8);

	return hashed_name(layout, utf16);
}
