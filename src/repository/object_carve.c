/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/object_carve.h"

#include "base/bytes.h"
#include "base/limits.h"

/* After the digits: two times, the block's length, flags and class. */
#define TIMES 16u
#define BLOCK_HEAD 9u

static bool is_digit_unit(const uint8_t *at)
{
	return at[1] == 0 && ((unsigned)at[0] - '0' < 10u || (unsigned)at[0] - 'A' < 6u);
}

static bool is_mark(const uint8_t *data, size_t size, size_t at, unsigned digits,
		    struct carve_mark *out)
{
	size_t head = 2 * (size_t)digits + TIMES;
	uint32_t length;

	if (!bytes_inside(size, at, head + BLOCK_HEAD) || data[at + head + 4] != 0 ||
	    !bytes_get_u32(data, size, at + head, &length) || length < BLOCK_HEAD ||
	    length > WH_MAX_CIM_RECORD - head)
		return false;
	if (at >= 2 && data[at - 2] == '_' && data[at - 1] == 0)
		return false;
	out->offset = at;
	out->size = head + length;
	return name_hash_parse_wide(data + at, digits, &out->class_hash);
}

/* The run of digits around `at`, from `from` on. */
static void find_run(const uint8_t *data, size_t size, size_t from, size_t at, size_t *begin,
		     size_t *end)
{
	*begin = *end = at;
	while (*end + 2 <= size && is_digit_unit(data + *end))
		*end += 2;
	while (*end > at && *begin >= from + 2 && is_digit_unit(data + *begin - 2))
		*begin -= 2;
}

bool carve_find(const uint8_t *data, size_t size, size_t from, unsigned digits,
		struct carve_mark *out)
{
	size_t width = 2 * (size_t)digits, probe = from;

	/* Of a run of digits that is as long as a hash, some stand at every probe. */
	while (probe + 3 < size) {
		size_t begin, end;

		find_run(data, size, from, probe, &begin, &end);
		if (begin == end)
			find_run(data, size, from, probe + 1, &begin, &end);
		for (; begin + width <= end; begin += 2)
			if (is_mark(data, size, begin, digits, out))
				return true;
		if (end > probe + 1)
			probe = from = end;
		else
			probe += width / 2;
	}
	return false;
}
