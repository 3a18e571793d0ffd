/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/object_store.h"

#include "base/bytes.h"
#include "base/crc32.h"

#define ROW_SIZE 16u

static void read_row(const uint8_t *page, uint32_t number, struct object_row *out)
{
	size_t at = (size_t)number * ROW_SIZE;

	bytes_get_u32(page, WH_CIM_PAGE, at, &out->record);
	bytes_get_u32(page, WH_CIM_PAGE, at + 4, &out->offset);
	bytes_get_u32(page, WH_CIM_PAGE, at + 8, &out->size);
	bytes_get_u32(page, WH_CIM_PAGE, at + 12, &out->check);
}

bool object_rows_read(const uint8_t *page, struct object_row *rows, uint32_t *count)
{
	uint32_t end = 0;

	for (*count = 0; *count < WH_MAX_OBJECT_ROWS; ++*count) {
		struct object_row *row = &rows[*count];

		read_row(page, *count, row);
		if (row->record == 0 && row->offset == 0 && row->size == 0 && row->check == 0)
			break;
		if (*count > 0 && (row->offset != end || row->size > WH_CIM_PAGE - end))
			return false;
		if (row->size == 0 || row->size > WH_MAX_CIM_RECORD || row->offset >= WH_CIM_PAGE)
			return false;
		end = MIN(row->offset + row->size, WH_CIM_PAGE);
	}
	return *count < WH_MAX_OBJECT_ROWS &&
	       (*count == 0 || rows[0].offset == (*count + 1) * ROW_SIZE);
}

uint32_t object_rows_get_end(const struct object_row *rows, uint32_t count)
{
	return count == 0 ? ROW_SIZE
			  : MIN(rows[count - 1].offset + rows[count - 1].size, WH_CIM_PAGE);
}

/* The row of that record, of that size where one has it. */
static bool find_row(const uint8_t *page, uint32_t record, uint32_t size, struct object_row *out)
{
	bool found = false;

	for (uint32_t i = 0; i < WH_MAX_OBJECT_ROWS; i++) {
		struct object_row row;

		read_row(page, i, &row);
		if (row.record == 0 && row.offset == 0)
			break;
		if (row.record != record || row.offset >= WH_CIM_PAGE ||
		    row.size > WH_MAX_CIM_RECORD || (found && row.size != size))
			continue;
		*out = row;
		found = true;
		if (row.size == size)
			break;
	}
	return found;
}

enum object_find object_store_read(struct object_store *store, uint32_t page, uint32_t record,
				   uint32_t size, GByteArray *out, uint64_t *offset)
{
	uint32_t physical = page_map_find(store->map, page);
	const uint8_t *bytes = physical == WH_NO_PAGE ? NULL : page_file_get(store->file, physical);
	struct object_row row;
	uint32_t part;

	g_byte_array_set_size(out, 0);
	if (!bytes || !find_row(bytes, record, size, &row))
		return OBJECT_ABSENT;
	*offset = (uint64_t)physical * WH_CIM_PAGE + row.offset;
	part = MIN(row.size, WH_CIM_PAGE - row.offset);
	g_byte_array_append(out, bytes + row.offset, part);
	/* What does not fit goes on in the next logical pages, which have no table. */
	while (out->len < row.size) {
		physical = page_map_find(store->map, ++page);
		bytes = physical == WH_NO_PAGE ? NULL : page_file_get(store->file, physical);
		if (!bytes)
			return OBJECT_CUT;
		g_byte_array_append(out, bytes, MIN(row.size - out->len, WH_CIM_PAGE));
	}
	if (row.size != size)
		return OBJECT_MISFIT;
	return !store->map->is_xp || crc32_update(0, out->data, out->len) == row.check
		       ? OBJECT_FOUND
		       : OBJECT_MISFIT;
}
