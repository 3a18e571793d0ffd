/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/page_map.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

/* Both maps of a mapping file in either form, over a file that is as good as any. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct memory_stream memory = memory_stream(data, size);
	struct page_file file;

	page_file_init(&file, &memory.stream);
	for (int is_xp = 0; is_xp < 2; is_xp++) {
		struct page_map map;
		size_t at = 0;

		while (page_map_read(data, size, is_xp, &at, &map)) {
			page_map_check(&map, &file);
			page_map_release(&map);
		}
	}
	page_file_release(&file);
	return 0;
}
