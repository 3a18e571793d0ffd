/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/page_map.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"

#define MAP_MAGIC 0xABCDu
#define MAP_END 0xDCBAu
#define ENTRY_SIZE 24 /* page, check, free bytes, root, id, last */

void page_map_release(struct page_map *map)
{
	g_free(map->physical);
	g_free(map->checks);
	*map = (struct page_map){0};
}

/* The free list and the end mark. */
static bool read_end(const uint8_t *data, size_t size, size_t *at)
{
	uint32_t free_pages, end;

	if (!bytes_get_u32(data, size, *at, &free_pages) || free_pages > (size - *at) / 4)
		return false;
	*at += 4 + 4 * (size_t)free_pages;
	if (!bytes_get_u32(data, size, *at, &end) || end != MAP_END)
		return false;
	*at += 4;
	return true;
}

static bool read_head(const uint8_t *data, size_t size, size_t *at, struct page_map *map)
{
	uint32_t magic, before = 0, pages;
	bool is_xp = map->is_xp;

	if (!bytes_get_u32(data, size, *at, &magic) || magic != MAP_MAGIC ||
	    !bytes_get_u32(data, size, *at + 4, &map->sequence))
		return false;
	*at += 8;
	if (!is_xp) {
		if (!bytes_get_u32(data, size, *at, &map->id) ||
		    !bytes_get_u32(data, size, *at + 4, &before) || map->id - before != 1)
			return false;
		*at += 8;
	}
	if (!bytes_get_u32(data, size, *at, &pages) ||
	    !bytes_get_u32(data, size, *at + 4, &map->count))
		return false;
	*at += 8;
	return map->count <= (size - *at) / (is_xp ? 4 : ENTRY_SIZE);
}

bool page_map_read(const uint8_t *data, size_t size, bool is_xp, size_t *at, struct page_map *out)
{
	struct page_map map = {.is_xp = is_xp};
	size_t step = is_xp ? 4 : ENTRY_SIZE, from = *at;

	*out = (struct page_map){0};
	if (!read_head(data, size, &from, &map))
		return false;
	map.physical = g_new(uint32_t, MAX(map.count, 1));
	map.checks = is_xp ? NULL : g_new(uint32_t, MAX(map.count, 1));
	for (uint32_t i = 0; i < map.count; i++) {
		bytes_get_u32(data, size, from + i * step, &map.physical[i]);
		if (!is_xp)
			bytes_get_u32(data, size, from + i * step + 4, &map.checks[i]);
	}
	if (!is_xp && map.count)
		bytes_get_u32(data, size, from + 12, &map.root);
	from += map.count * step;
	if (!read_end(data, size, &from)) {
		page_map_release(&map);
		return false;
	}
	*at = from;
	*out = map;
	return true;
}

bool page_map_fits(const struct page_map *map, uint32_t logical, const uint8_t *page)
{
	uint8_t samples[WH_CIM_PAGE / 512];

	if (!page || !map->checks)
		return page != NULL;
	for (size_t i = 0; i < sizeof(samples); i++)
		samples[i] = page[i * 512];
	return crc32_update(0, samples, sizeof(samples)) == map->checks[logical];
}

void page_map_check(struct page_map *map, struct page_file *file)
{
	map->misfits = 0;
	for (uint32_t i = 0; i < map->count; i++)
		if (map->physical[i] != WH_NO_PAGE)
			map->misfits +=
				!page_map_fits(map, i, page_file_get(file, map->physical[i]));
}
