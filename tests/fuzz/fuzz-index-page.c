/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "repository/index_tree.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

static void take(void *context, const struct index_key *key)
{
	*(uint64_t *)context += key->page;
}

/* The pages are a tree, each where its number says, in either form. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct memory_stream memory = memory_stream(data, size);
	struct page_map map = {.count = (uint32_t)(size / WH_CIM_PAGE) + 1};
	struct page_file file;
	uint64_t sum = 0;
	const struct index_calls calls = {.take = take, .context = &sum};

	page_file_init(&file, &memory.stream);
	map.physical = g_new(uint32_t, map.count);
	for (uint32_t i = 0; i < map.count; i++)
		map.physical[i] = i;
	for (int is_xp = 0; is_xp < 2; is_xp++) {
		map.is_xp = is_xp;
		index_walk(&file, &map, is_xp ? 32 : 64, &calls);
		index_read_page(&file, 0, is_xp ? 32 : 64, &calls);
	}
	page_map_release(&map);
	page_file_release(&file);
	return 0;
}
