/* SPDX-License-Identifier: Apache-2.0 */
#include "object_pages.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"

#define WH_ENTRY_SIZE 16u

/* A page's table: entries of id, offset, size and check, up to one of zeros. */
struct page_table {
	uint8_t bytes[WH_PAGE_SIZE];
	uint32_t count;
	uint32_t end; /* of the last record */
};

static uint32_t get_u32(const uint8_t *at)
{
	uint32_t value = 0;

	bytes_get_u32(at, 4, 0, &value);
	return value;
}

bool object_pages_open(struct object_pages *objects, enum repository_layout layout,
		       const char *path, uint32_t checkpoint, bool reuse, GError **error)
{
	uint8_t page[WH_PAGE_SIZE] = {1};

	objects->layout = layout;
	objects->open = WH_NO_PAGE;
	objects->records = 0;
	if (!paged_file_open(&objects->pages, path, checkpoint, reuse, error))
		return false;
	/* XP keeps a list of the room in other pages in page 0; here it is empty. */
	return layout != LAYOUT_XP ||
	       paged_file_write(&objects->pages, paged_file_add(&objects->pages), page, 0, error);
}

void object_pages_break(struct object_pages *objects)
{
	objects->open = WH_NO_PAGE;
}

static bool read_table(const struct object_pages *objects, uint32_t page, struct page_table *table,
		       GError **error)
{
	if (!paged_file_read(&objects->pages, page, table->bytes, error))
		return false;
	table->count = 0;
	table->end = WH_ENTRY_SIZE;
	for (const uint8_t *at = table->bytes; get_u32(at) != 0; at += WH_ENTRY_SIZE) {
		table->count++;
		table->end = get_u32(at + 4) + get_u32(at + 8);
	}
	return true;
}

static bool write_table(struct object_pages *objects, uint32_t page, const struct page_table *table,
			GError **error)
{
	return paged_file_write(&objects->pages, page, table->bytes, WH_PAGE_SIZE - table->end,
				error);
}

/* All records, from `start` on, go `by` bytes on. */
static void move_records(struct page_table *table, uint32_t start, int by)
{
	memmove(table->bytes + (int)start + by, table->bytes + start, table->end - start);
	for (uint32_t i = 0; i < table->count; i++) {
		uint8_t *at = table->bytes + i * WH_ENTRY_SIZE + 4;

		bytes_put_u32(at, get_u32(at) + (uint32_t)by);
	}
	table->end += (uint32_t)by;
}

static void put_entry(const struct object_pages *objects, uint8_t *at, uint32_t id, uint32_t offset,
		      const GByteArray *record)
{
	bytes_put_u32(at, id);
	bytes_put_u32(at + 4, offset);
	bytes_put_u32(at + 8, record->len);
	/* Later systems leave the check to the map. */
	bytes_put_u32(at + 12, objects->layout == LAYOUT_XP
				       ? crc32_update(0, record->data, record->len)
				       : 0);
}

static void put_record(const struct object_pages *objects, struct page_table *table, uint32_t id,
		       const GByteArray *record)
{
	move_records(table, (table->count + 1) * WH_ENTRY_SIZE, (int)WH_ENTRY_SIZE);
	put_entry(objects, table->bytes + table->count * WH_ENTRY_SIZE, id, table->end, record);
	table->count++;
	memset(table->bytes + table->count * WH_ENTRY_SIZE, 0, WH_ENTRY_SIZE);
	memcpy(table->bytes + table->end, record->data, record->len);
	table->end += record->len;
}

/* XP counts; later systems take numbers without order. */
static uint32_t next_id(struct object_pages *objects)
{
	uint32_t number = ++objects->records;
	uint32_t id = objects->layout == LAYOUT_XP
			      ? 690000 + number
			      : crc32_update(0, (const uint8_t *)&number, sizeof number);

	return id != 0 ? id : 1;
}

static bool add_long(struct object_pages *objects, const GByteArray *record,
		     struct record_place *out, GError **error)
{
	struct page_table table = {.count = 0};
	uint32_t taken = MIN(record->len, WH_PAGE_SIZE - 2 * WH_ENTRY_SIZE);
	uint32_t page = paged_file_add(&objects->pages);

	put_entry(objects, table.bytes, 1, 2 * WH_ENTRY_SIZE, record);
	memcpy(table.bytes + 2 * WH_ENTRY_SIZE, record->data, taken);
	*out = (struct record_place){page, 1, record->len};
	while (paged_file_write(&objects->pages, page, table.bytes, 0, error)) {
		uint32_t rest = record->len - taken;

		if (rest == 0)
			return true;
		page = paged_file_add(&objects->pages);
		memset(table.bytes, 0, sizeof table.bytes);
		memcpy(table.bytes, record->data + taken, MIN(rest, WH_PAGE_SIZE));
		taken += MIN(rest, WH_PAGE_SIZE);
	}
	return false;
}

bool object_pages_add(struct object_pages *objects, const GByteArray *record,
		      struct record_place *out, GError **error)
{
	struct page_table table = {.end = WH_ENTRY_SIZE};

	if (record->len > WH_PAGE_SIZE - 2 * WH_ENTRY_SIZE)
		return add_long(objects, record, out, error);
	if (objects->open != WH_NO_PAGE && !read_table(objects, objects->open, &table, error))
		return false;
	if (objects->open == WH_NO_PAGE || table.end + WH_ENTRY_SIZE + record->len > WH_PAGE_SIZE) {
		memset(&table, 0, sizeof table);
		table.end = WH_ENTRY_SIZE;
		objects->open = paged_file_add(&objects->pages);
	}
	*out = (struct record_place){objects->open, next_id(objects), record->len};
	put_record(objects, &table, out->id, record);
	return write_table(objects, objects->open, &table, error);
}

static bool remove_long(struct object_pages *objects, const struct record_place *place,
			GError **error)
{
	uint32_t room = WH_PAGE_SIZE - 2 * WH_ENTRY_SIZE;
	uint32_t more = (place->size - room + WH_PAGE_SIZE - 1) / WH_PAGE_SIZE;
	struct page_table table;

	for (uint32_t page = place->page; page <= place->page + more; page++) {
		if (!read_table(objects, page, &table, error))
			return false;
		memset(table.bytes, 0, WH_ENTRY_SIZE);
		table.end = WH_ENTRY_SIZE;
		if (!write_table(objects, page, &table, error))
			return false;
	}
	return true;
}

bool object_pages_remove(struct object_pages *objects, const struct record_place *place,
			 GError **error)
{
	struct page_table table;
	uint8_t *entry = table.bytes;
	uint32_t offset;

	if (place->size > WH_PAGE_SIZE - 2 * WH_ENTRY_SIZE)
		return remove_long(objects, place, error);
	if (!read_table(objects, place->page, &table, error))
		return false;
	while (get_u32(entry) != place->id)
		entry += WH_ENTRY_SIZE;
	offset = get_u32(entry + 4);
	memmove(table.bytes + offset, table.bytes + offset + place->size,
		table.end - offset - place->size);
	table.end -= place->size;
	memmove(entry, entry + WH_ENTRY_SIZE,
		(size_t)(table.bytes + table.count * WH_ENTRY_SIZE - entry));
	table.count--;
	for (; get_u32(entry) != 0; entry += WH_ENTRY_SIZE)
		bytes_put_u32(entry + 4, get_u32(entry + 4) - place->size);
	move_records(&table, (table.count + 2) * WH_ENTRY_SIZE, -(int)WH_ENTRY_SIZE);
	return write_table(objects, place->page, &table, error);
}
