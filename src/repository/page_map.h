/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_PAGE_MAP_H
#define WH_REPOSITORY_PAGE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "repository/page_file.h"

#define WH_NO_PAGE UINT32_MAX

/* Which page of a file stands for which logical page. */
struct page_map {
	uint32_t *physical; /* WH_NO_PAGE: not mapped */
	uint32_t *checks; /* of each page; NULL in the form of Windows XP */
	uint32_t count;
	uint32_t root; /* entry 0's: of an index, the logical page of its root */
	uint32_t sequence;
	uint32_t id; /* the checkpoint; 0 in the form of Windows XP */
	bool is_xp;
	uint32_t misfits; /* pages whose check does not hold; page_map_check() counts them */
};

void page_map_release(struct page_map *map);

/*
 * Reads the map that begins at *at, and moves *at past it. `is_xp`: in the form of Windows XP and
 * 2003, which does not say which it is. False, with *out empty, when there is none.
 */
bool page_map_read(const uint8_t *data, size_t size, bool is_xp, size_t *at, struct page_map *out);

/* The page of the file; WH_NO_PAGE where there is none. */
static inline uint32_t page_map_find(const struct page_map *map, uint32_t logical)
{
	return logical < map->count ? map->physical[logical] : WH_NO_PAGE;
}

/* Whether the page is the one that the map was written for, as far as the map says. NULL is not. */
bool page_map_fits(const struct page_map *map, uint32_t logical, const uint8_t *page);

/* Counts the misfits over the file's pages. */
void page_map_check(struct page_map *map, struct page_file *file);

#endif
