/* SPDX-License-Identifier: Apache-2.0 */
#include "event/sid.h"

#include <inttypes.h>

#include "base/bytes.h"
#include "base/text.h"

/*
 * Binary SID: u8 revision (1), u8 count of sub-authorities, 6 bytes authority
 * (big-endian), count × u32 (little-endian). MS-DTYP 2.4.2.2.
 */
#define REVISION 1
#define HEADER_SIZE 8
#define SUB_AUTHORITIES_MAX 15

bool sid_append(GString *out, const uint8_t *data, size_t size)
{
	uint64_t authority = 0;
	uint32_t sub_authority;

	if (size < HEADER_SIZE || data[0] != REVISION || data[1] > SUB_AUTHORITIES_MAX ||
	    size != HEADER_SIZE + 4 * (size_t)data[1])
		return false;
	for (int i = 2; i < HEADER_SIZE; i++)
		authority = authority << 8 | data[i];
	g_string_append(out, "S-1-");
	if (authority >> 32)
		g_string_append_printf(out, "0x%012" PRIX64, authority);
	else
		text_append_decimal(out, authority);
	for (size_t at = HEADER_SIZE; bytes_get_u32(data, size, at, &sub_authority); at += 4) {
		g_string_append_c(out, '-');
		text_append_decimal(out, sub_authority);
	}
	return true;
}
