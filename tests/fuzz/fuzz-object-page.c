/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "repository/object_store.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

/* Every record that the tables of the pages name. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct memory_stream memory = memory_stream(data, size);
	struct page_map map = {.count = (uint32_t)(size / WH_CIM_PAGE) + 1};
	g_autoptr(GByteArray) record = g_byte_array_new();
	struct object_row rows[WH_MAX_OBJECT_ROWS];
	struct object_store store;
	struct page_file file;

	page_file_init(&file, &memory.stream);
	map.physical = g_new(uint32_t, map.count);
	for (uint32_t i = 0; i < map.count; i++)
		map.physical[i] = map.count - 1 - i;
	store = (struct object_store){&file, &map};
	for (uint32_t i = 0; i < map.count; i++) {
		const uint8_t *page = page_file_get(&file, map.physical[i]);
		uint32_t count;
		uint64_t offset;

		if (!page || !object_rows_read(page, rows, &count))
			continue;
		g_assert_true(object_rows_get_end(rows, count) <= WH_CIM_PAGE);
		for (uint32_t j = 0; j < count; j++)
			object_store_read(&store, i, rows[j].record, rows[j].size, record, &offset);
	}
	page_map_release(&map);
	page_file_release(&file);
	return 0;
}
