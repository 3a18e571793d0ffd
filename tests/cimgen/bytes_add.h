/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_BYTES_ADD_H
#define WH_CIMGEN_BYTES_ADD_H

#include <glib.h>

#include "base/bytes.h"

/* Little-endian numbers at the end of `out`. */
static inline void bytes_add_u8(GByteArray *out, uint8_t value)
{
	g_byte_array_append(out, &value, 1);
}

static inline void bytes_add_u16(GByteArray *out, uint16_t value)
{
	uint8_t bytes[2];

	bytes_put_u16(bytes, value);
	g_byte_array_append(out, bytes, sizeof bytes);
}

static inline void bytes_add_u32(GByteArray *out, uint32_t value)
{
	uint8_t bytes[4];

	bytes_put_u32(bytes, value);
	g_byte_array_append(out, bytes, sizeof bytes);
}

static inline void bytes_add_u64(GByteArray *out, uint64_t value)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, value);
	g_byte_array_append(out, bytes, sizeof bytes);
}

/* Room for a length, and what was added since as its value, itself counted. */
static inline guint bytes_open_length(GByteArray *out)
{
	bytes_add_u32(out, 0);
	return out->len - 4;
}

static inline void bytes_close_length(GByteArray *out, guint at)
{
	bytes_put_u32(out->data + at, out->len - at);
}

#endif
