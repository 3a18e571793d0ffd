/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/sid.h"

#include <inttypes.h>
#include <glib.h>

#include "base/bytes.h"

/*
 * Binary SID: u8 revision (1), u8 count of sub-authorities, 6 bytes authority
 * (big-endian), count × u32 (little-endian). MS-DTYP 2.4.2.2.
 */
#define REVISION 1
#define HEADER_SIZE 8
#define SUB_AUTHORITIES_MAX 15

char *sid_from_bytes(const uint8_t *data, size_t size)
{
	g_autoptr(GString) out = NULL;
	uint64_t authority = 0;
	uint32_t sub_authority;

	if (size < HEADER_SIZE || data[0] != REVISION || data[1] > SUB_AUTHORITIES_MAX ||
	    size != HEADER_SIZE + 4 * (size_t)data[1])
		return NULL;
	for (int i = 2; i < HEADER_SIZE; i++)
		authority = authority << 8 | data[i];
	out = g_string_new("S-1-");
	g_string_append_printf(out, authority >> 32 ? "0x%012" PRIX64 : "%" PRIu64, authority);
	for (size_t at = HEADER_SIZE; bytes_get_u32(data, size, at, &sub_authority); at += 4)
		g_string_append_printf(out, "-%" PRIu32, sub_authority);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *sid_from_mof(const struct mof_value *value)
{
	uint8_t bytes[WH_SID_SIZE_MAX];
	guint64 number;

	if (!value || value->type != MOF_ARRAY || value->cut ||
	    value->elements->len > WH_SID_SIZE_MAX)
		return NULL;
	for (guint i = 0; i < value->elements->len; i++) {
		const struct mof_value *element = value->elements->pdata[i];

		if (element->type != MOF_NUMBER ||
		    !g_ascii_string_to_unsigned(element->text, 10, 0, UINT8_MAX, &number, NULL))
			return NULL;
		bytes[i] = (uint8_t)number;
	}
	return sid_from_bytes(bytes, value->elements->len);
}
