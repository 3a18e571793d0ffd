/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_BINXML_INSTANCE_H
#define WH_EVTX_BINXML_INSTANCE_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/bytes.h"
#include "evtx/binxml.h"

/* Template instances, which each record is made of: read for every record of a log, so most of it
 * is inline. */

#define BINXML_FRAGMENT_HEADER_SIZE 4

/* A fragment header: 0f 01 01 00. */
static inline bool binxml_is_fragment(const uint8_t *data, size_t end, size_t offset)
{
	return bytes_inside(end, offset, BINXML_FRAGMENT_HEADER_SIZE) &&
	       data[offset] == BINXML_FRAGMENT_HEADER && data[offset + 1] == 1 &&
	       data[offset + 2] == 1 && data[offset + 3] == 0;
}

struct binxml_instance {
	uint32_t template_offset;
	uint32_t values; /* how many substitutions */
	size_t descriptors; /* offset of their (size u16, type u8, 0) array */
	size_t data; /* offset of the first value */
	size_t end; /* of the fragment */
};

/*
 * Reads a template instance (with the token at `offset`): its definition's place and its
 * substitution array. The definition may stand in place or earlier in the chunk.
 */
bool binxml_get_instance(const uint8_t *data, size_t end, size_t offset,
			 struct binxml_instance *out);

/* One substitution value; `at` walks from instance->data and moves after the value. */
struct binxml_value {
	size_t offset;
	uint16_t size;
	uint8_t type;
};

static inline bool binxml_get_value(const uint8_t *data, const struct binxml_instance *instance,
				    uint32_t index, size_t *at, struct binxml_value *out)
{
	size_t descriptor = instance->descriptors + 4u * (size_t)index;

	if (index >= instance->values)
		return false;
	out->offset = *at;
	out->size = (uint16_t)(data[descriptor] | data[descriptor + 1] << 8);
	out->type = data[descriptor + 2];
	if (!bytes_inside(instance->end, *at, out->size))
		return false;
	*at += out->size;
	return true;
}

/* What the sizes of values add up to, from their descriptors, of which each instance has at most
 * 16,384; sets *has_fragment where one of them is a fragment. */
static inline size_t binxml_sum_sizes(const uint8_t *descriptors, uint32_t count,
				      bool *has_fragment)
{
	size_t sum = 0;
	uint32_t i = 0;
#ifdef __SSE2__
	__m128i sums = _mm_setzero_si128(), fragments = _mm_setzero_si128();
	uint32_t lanes[4];

	for (; i + 4 <= count; i += 4) {
		__m128i four = _mm_loadu_si128((const void *)(descriptors + 4 * (size_t)i));
		__m128i types = _mm_and_si128(_mm_srli_epi32(four, 16), _mm_set1_epi32(UINT8_MAX));

		sums = _mm_add_epi32(sums, _mm_and_si128(four, _mm_set1_epi32(UINT16_MAX)));
		fragments = _mm_or_si128(
			fragments, _mm_cmpeq_epi32(types, _mm_set1_epi32(BINXML_TYPE_BINXML)));
	}
	_mm_storeu_si128((void *)lanes, sums);
	sum = (size_t)lanes[0] + lanes[1] + lanes[2] + lanes[3];
	*has_fragment |= _mm_movemask_epi8(fragments) != 0;
#endif
	for (; i < count; i++) {
		const uint8_t *descriptor = descriptors + 4 * (size_t)i;

		sum += descriptor[0] | (size_t)descriptor[1] << 8;
		*has_fragment |= descriptor[2] == BINXML_TYPE_BINXML;
	}
	return sum;
}

/* Where the values of a template instance end, which may lie after instance->end. */
static inline size_t binxml_get_values_end(const uint8_t *data,
					   const struct binxml_instance *instance)
{
	bool has_fragment = false;

	return instance->data +
	       binxml_sum_sizes(data + instance->descriptors, instance->values, &has_fragment);
}

#endif
