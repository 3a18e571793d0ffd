/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/number.h"

#include "base/bytes.h"

bool sevenzip_take(struct sevenzip_bytes *bytes, uint64_t size, const uint8_t **out)
{
	if (size > bytes->size)
		return false;
	*out = bytes->data;
	bytes->data += size;
	bytes->size -= (size_t)size;
	return true;
}

bool sevenzip_take_byte(struct sevenzip_bytes *bytes, uint8_t *out)
{
	const uint8_t *at;

	if (!sevenzip_take(bytes, 1, &at))
		return false;
	*out = *at;
	return true;
}

bool sevenzip_take_number(struct sevenzip_bytes *bytes, uint64_t *out)
{
	uint64_t value = 0;
	const uint8_t *rest;
	unsigned extra = 0;
	uint8_t first;

	if (!sevenzip_take_byte(bytes, &first))
		return false;
	while (extra < 8 && first & 0x80u >> extra)
		extra++;
	if (!sevenzip_take(bytes, extra, &rest))
		return false;
	for (unsigned i = 0; i < extra; i++)
		value |= (uint64_t)rest[i] << 8 * i;
	if (extra < 7)
		value |= (uint64_t)(first & (0x7fu >> extra)) << 8 * extra;
	*out = value;
	return true;
}

bool sevenzip_take_count(struct sevenzip_bytes *bytes, uint64_t most, uint32_t *out)
{
	uint64_t value;

	if (!sevenzip_take_number(bytes, &value) || value > most || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

void sevenzip_put_number(GByteArray *out, uint64_t value)
{
	uint8_t bytes[9];
	unsigned extra = 0;

	/* n extra bytes and the 7 - n bits of the first hold 7 * (n + 1) bits. */
	while (extra < 8 && value >> 7 * (extra + 1))
		extra++;
	bytes[0] = (uint8_t)(0xff00u >> extra);
	if (extra < 7)
		bytes[0] |= (uint8_t)(value >> 8 * extra);
	for (unsigned i = 0; i < extra; i++)
		bytes[i + 1] = (uint8_t)(value >> 8 * i);
	g_byte_array_append(out, bytes, extra + 1);
}

bool sevenzip_take_id(struct sevenzip_bytes *bytes, uint8_t id)
{
	const uint8_t *at;

	return bytes->size > 0 && *bytes->data == id && sevenzip_take(bytes, 1, &at);
}

bool sevenzip_digests_begin(struct sevenzip_digests *digests, struct sevenzip_bytes *bytes,
			    uint64_t count)
{
	const uint8_t *bits = NULL;
	uint8_t all_are;

	if (!sevenzip_take_byte(bytes, &all_are) ||
	    (!all_are && !sevenzip_take(bytes, count / 8 + (count % 8 != 0), &bits)))
		return false;
	*digests = (struct sevenzip_digests){.bytes = bytes, .bits = bits};
	return true;
}

bool sevenzip_digests_next(struct sevenzip_digests *digests, struct sevenzip_digest *out)
{
	const uint8_t *bits = digests->bits, *crc;
	uint64_t i = digests->next;

	digests->next++;
	if (bits && !(bits[i / 8] & 0x80u >> i % 8)) {
		*out = (struct sevenzip_digest){0};
		return true;
	}
	if (!sevenzip_take(digests->bytes, 4, &crc))
		return false;
	out->is_defined = true;
	bytes_get_u32(crc, 4, 0, &out->crc);
	return true;
}
