/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_BYTES_H
#define WH_BASE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Bounded little-endian reading. Each function reads at `offset` of the `size`
 * bytes at `data`; it returns false, and leaves *out as it was, when the value
 * does not lie wholly inside.
 */
static inline bool bytes_inside(size_t size, size_t offset, size_t length)
{
	return offset <= size && length <= size - offset;
}

static inline bool bytes_get_u8(const uint8_t *data, size_t size, size_t offset, uint8_t *out)
{
	if (!bytes_inside(size, offset, 1))
		return false;
	*out = data[offset];
	return true;
}

static inline bool bytes_get_u16(const uint8_t *data, size_t size, size_t offset, uint16_t *out)
{
	if (!bytes_inside(size, offset, 2))
		return false;
	memcpy(out, data + offset, sizeof(*out));
	*out = le16toh(*out);
	return true;
}

static inline bool bytes_get_u32(const uint8_t *data, size_t size, size_t offset, uint32_t *out)
{
	if (!bytes_inside(size, offset, 4))
		return false;
	memcpy(out, data + offset, sizeof(*out));
	*out = le32toh(*out);
	return true;
}

static inline bool bytes_get_u64(const uint8_t *data, size_t size, size_t offset, uint64_t *out)
{
	if (!bytes_inside(size, offset, 8))
		return false;
	memcpy(out, data + offset, sizeof(*out));
	*out = le64toh(*out);
	return true;
}

/* GLib's is a call for each letter. */
static inline uint8_t ascii_to_lower(uint8_t letter)
{
	return (unsigned)letter - 'A' < 26u ? letter | 0x20 : letter;
}

/* Writing, for synthetic headers: the caller has the room. */
static inline void bytes_put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static inline void bytes_put_u32(uint8_t *at, uint32_t value)
{
	bytes_put_u16(at, (uint16_t)value);
	bytes_put_u16(at + 2, (uint16_t)(value >> 16));
}

static inline void bytes_put_u64(uint8_t *at, uint64_t value)
{
	bytes_put_u32(at, (uint32_t)value);
	bytes_put_u32(at + 4, (uint32_t)(value >> 32));
}

#endif
