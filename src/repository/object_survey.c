/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "repository/repository_reading.h"

#define UNKNOWN UINT16_MAX

/* When the record was written: of an instance after the class's hash, of a class after its
 * parent's name. */
static bool find_time(const struct repository_reading *reading, const uint8_t *record, size_t size,
		      uint64_t *out)
{
	struct cim_class_record class_record;
	struct name_hash hash;
	uint32_t units;

	if (size >= WH_CIM_HEAD(reading->digits) &&
	    name_hash_parse_wide(record, reading->digits, &hash))
		return bytes_get_u64(record, size, 2 * (size_t)reading->digits, out);
	/* The number of units is below what digits would be. */
	if (!bytes_get_u32(record, size, 0, &units) || units > UINT16_MAX ||
	    !cim_class_record_read(record, size, &class_record))
		return false;
	*out = class_record.time;
	return true;
}

static void add_times(struct repository_reading *reading, const uint8_t *page,
		      const struct object_row *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		size_t size = MIN(rows[i].size, WH_CIM_PAGE - rows[i].offset);
		uint64_t time;

		if (find_time(reading, page + rows[i].offset, size, &time))
			session_times_add(&reading->times, time);
	}
}

/* The pages that a long record goes on in, which have no table. */
static void mark_continued(struct repository_reading *reading, uint32_t logical, uint32_t left)
{
	const struct page_map *map = reading->objects_map;

	while (left > 0) {
		uint32_t physical = page_map_find(map, ++logical);

		if (physical >= reading->objects.pages)
			return;
		reading->tails[physical] = (uint16_t)MIN(left, WH_CIM_PAGE);
		left -= MIN(left, WH_CIM_PAGE);
	}
}

static void report_page(struct repository_reading *reading, const char *what, uint32_t physical)
{
	reading->is_damaged = true;
	reading_report(reading, what, (uint64_t)physical * WH_CIM_PAGE);
}

/* A mapped page: its rows, and whether it is the one that the map was written for. */
static void look_at_mapped(struct repository_reading *reading, uint32_t logical)
{
	const struct page_map *map = reading->objects_map;
	uint32_t physical = map->physical[logical], count;
	struct object_row rows[WH_MAX_OBJECT_ROWS];
	const uint8_t *page = page_file_get(&reading->objects, physical);

	if (!page) {
		report_page(reading, "a page cannot be read, or lies after the end of the file",
			    physical);
		return;
	}
	if (!page_map_fits(map, logical, page))
		report_page(reading, "a page does not have its check", physical);
	if (reading->tails[physical] != UNKNOWN || !object_rows_read(page, rows, &count))
		return;
	reading->tails[physical] = (uint16_t)object_rows_get_end(rows, count);
	if (count > 0 && rows[count - 1].offset + rows[count - 1].size > WH_CIM_PAGE)
		mark_continued(reading, logical,
			       rows[count - 1].offset + rows[count - 1].size - WH_CIM_PAGE);
}

/* In Windows XP some pages list where there is room. */
static void report_unknown(struct repository_reading *reading)
{
	const struct page_map *map = reading->objects_map;

	for (uint32_t i = 0; i < map->count && !reading->is_xp; i++) {
		uint32_t physical = map->physical[i];

		if (physical < reading->objects.pages && reading->tails[physical] == UNKNOWN)
			report_page(reading, "a page's table of records is damaged", physical);
	}
}

void reading_survey(struct repository_reading *reading)
{
	const struct page_map *map = reading->objects_map;
	struct page_file *file = &reading->objects;
	bool is_plain = map == &reading->plain;

	reading->tails = g_new(uint16_t, (size_t)file->pages + 1);
	for (uint32_t i = 0; i < file->pages; i++)
		reading->tails[i] = UNKNOWN;
	for (uint32_t i = 0; i < file->pages; i++) {
		struct object_row rows[WH_MAX_OBJECT_ROWS];
		const uint8_t *page = page_file_get(file, i);
		uint32_t count;

		if (page && object_rows_read(page, rows, &count))
			add_times(reading, page, rows, count);
		if (reading->calls->progress)
			reading->calls->progress(reading->calls->context, WH_CIM_PAGE);
	}
	for (uint32_t i = 0; i < map->count && !is_plain; i++)
		if (map->physical[i] != WH_NO_PAGE)
			look_at_mapped(reading, i);
	if (!is_plain)
		report_unknown(reading);
}
