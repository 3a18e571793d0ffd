/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/repository_maps.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "repository/name_hash.h"
#include "repository/object_store.h"

static void report(const struct fault_sink *faults, const struct stream *stream,
		   enum fault_code code, const char *what)
{
	struct fault fault = {
		.code = code, .what = what, .path = stream->path, .entry = stream->entry};

	fault_report(faults, &fault);
}

static GBytes *read_whole(struct stream *stream)
{
	size_t size = (size_t)MIN(stream->size, WH_MAX_PAGE_MAP);
	uint8_t *data = g_malloc(MAX(size, 1));
	ssize_t got = stream_read_all_at(stream, data, size, 0);

	return g_bytes_new_take(data, got > 0 ? (gsize)got : 0);
}

static bool is_of_xp(const struct repository_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (files[i].role == ROLE_VERSION || files[i].role == ROLE_OBJECTS_MAP ||
		    files[i].role == ROLE_INDEX_MAP)
			return true;
	return false;
}

static bool read_pair(const uint8_t *data, size_t size, bool is_xp, struct repository_map *out)
{
	size_t at = 0;

	if (!page_map_read(data, size, is_xp, &at, &out->objects))
		return false;
	/* Its index may be lost, as where the file was cut. */
	page_map_read(data, size, is_xp, &at, &out->index);
	return true;
}

static void read_map(struct repository_maps *maps, const struct repository_file *file,
		     const struct fault_sink *faults)
{
	g_autoptr(GBytes) bytes = read_whole(file->stream);
	struct repository_map map = {.number = file->number, .stream = file->stream};
	gsize size;
	const uint8_t *data = g_bytes_get_data(bytes, &size);

	if (maps->count == WH_MAX_REPOSITORY_MAPS)
		return;
	if ((maps->is_xp || !read_pair(data, size, false, &map)) &&
	    !read_pair(data, size, true, &map)) {
		report(faults, file->stream, FAULT_REPOSITORY_DAMAGED,
		       "the map is damaged, and not used");
		return;
	}
	if (!map.index.physical)
		report(faults, file->stream, FAULT_REPOSITORY_DAMAGED,
		       "the map is cut: that of the index is missing");
	maps->is_xp |= map.objects.is_xp;
	maps->maps[maps->count++] = map;
}

/* OBJECTS.MAP and INDEX.MAP. */
static void read_halves(struct repository_maps *maps, const struct repository_file *files,
			size_t count)
{
	struct repository_map map = {0};

	for (size_t i = 0; i < count; i++) {
		g_autoptr(GBytes) bytes = NULL;
		gsize size;
		const uint8_t *data;
		size_t at = 0;

		if (files[i].role != ROLE_OBJECTS_MAP && files[i].role != ROLE_INDEX_MAP)
			continue;
		bytes = read_whole(files[i].stream);
		data = g_bytes_get_data(bytes, &size);
		page_map_read(data, size, true, &at,
			      files[i].role == ROLE_INDEX_MAP ? &map.index : &map.objects);
		map.stream = files[i].stream;
	}
	if (map.objects.physical && maps->count < WH_MAX_REPOSITORY_MAPS) {
		maps->maps[maps->count++] = map;
	} else {
		page_map_release(&map.objects);
		page_map_release(&map.index);
	}
}

/* The number that MAPPING.VER says, or 0. */
static uint32_t read_version(const struct repository_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t bytes[4];
		uint32_t number;

		if (files[i].role == ROLE_VERSION &&
		    stream_read_all_at(files[i].stream, bytes, sizeof(bytes), 0) == 4 &&
		    bytes_get_u32(bytes, sizeof(bytes), 0, &number))
			return number;
	}
	return 0;
}

/* Above 0 when `b` is newer. `version`: of the map that is current in Windows XP. */
static int compare(const struct repository_map *a, const struct repository_map *b, uint32_t version)
{
	if (version && (a->number == version) != (b->number == version))
		return a->number == version ? -1 : 1;
	if ((a->number == 0) != (b->number == 0))
		return a->number == 0 ? 1 : -1;
	if (a->objects.sequence != b->objects.sequence)
		return a->objects.sequence > b->objects.sequence ? -1 : 1;
	return a->objects.id > b->objects.id ? -1 : a->objects.id < b->objects.id;
}

static void sort(struct repository_maps *maps, uint32_t version)
{
	for (unsigned i = 1; i < maps->count; i++) {
		struct repository_map map = maps->maps[i];
		unsigned at = i;

		for (; at > 0 && compare(&maps->maps[at - 1], &map, version) > 0; at--)
			maps->maps[at] = maps->maps[at - 1];
		maps->maps[at] = map;
	}
}

static uint32_t count_mapped(const struct page_map *map)
{
	uint32_t mapped = 0;

	for (uint32_t i = 0; i < map->count; i++)
		mapped += map->physical[i] != WH_NO_PAGE;
	return mapped;
}

/* A map whose checks do not hold for most of its pages is of other files, or of another time. */
static bool is_of_files(const struct repository_map *map)
{
	return map->objects.misfits <= count_mapped(&map->objects) / 2;
}

static void choose(struct repository_maps *maps, struct page_file *objects, struct page_file *index)
{
	uint32_t least = UINT32_MAX;

	maps->current = -1;
	for (unsigned i = 0; i < maps->count && least > 0; i++) {
		struct repository_map *map = &maps->maps[i];
		uint32_t misfits;

		page_map_check(&map->objects, objects);
		page_map_check(&map->index, index);
		misfits = index->stream ? map->index.misfits : 0;
		misfits += map->objects.misfits + (map->index.physical ? 0 : UINT32_MAX / 2);
		if (misfits >= least || !is_of_files(map))
			continue;
		least = misfits;
		maps->current = (int)i;
	}
}

static void report_choice(const struct repository_maps *maps, const struct fault_sink *faults)
{
	if (maps->current < 0) {
		for (unsigned i = 0; i < maps->count; i++)
			report(faults, maps->maps[i].stream, FAULT_REPOSITORY_DAMAGED,
			       "the map is not of these files: its checks do not hold");
		return;
	}
	for (int i = 0; i < maps->current; i++) {
		g_autofree char *what = g_strdup_printf(
			"checks of %u pages do not hold: an older map, of checkpoint %u, is taken "
			"for current",
			maps->maps[i].objects.misfits + maps->maps[i].index.misfits,
			maps->maps[maps->current].objects.id);

		report(faults, maps->maps[i].stream, FAULT_REPOSITORY_DAMAGED, what);
	}
}

/* Windows numbers its three maps by the checkpoint; Vista has two. */
static void note_missing(struct repository_maps *maps, const struct fault_sink *faults)
{
	static const uint32_t numbers[] = {2, 3, 1};

	if (maps->is_xp || maps->count == 0 || maps->count >= 3)
		return;
	for (unsigned i = 0; i < maps->count; i++)
		if (numbers[maps->maps[i].objects.id % 3] != maps->maps[i].number)
			return;
	maps->is_incomplete = true;
	report(faults, maps->maps[0].stream, FAULT_REPOSITORY_INCOMPLETE,
	       "not all three maps (MAPPING1.MAP to MAPPING3.MAP) are there: a newer state, or "
	       "an older, may be missing");
}

/* Without a map: by how long the hashes are that instances begin with. */
static bool is_form_of_xp(struct page_file *objects)
{
	for (uint32_t i = 0; i < objects->pages; i++) {
		const uint8_t *page = page_file_get(objects, i);
		struct object_row rows[WH_MAX_OBJECT_ROWS];
		struct name_hash hash;
		uint32_t count;

		if (!page || !object_rows_read(page, rows, &count))
			continue;
		for (uint32_t j = 0; j < count; j++) {
			const uint8_t *record = page + rows[j].offset;

			if (rows[j].size < 200 || rows[j].offset + 128 > WH_CIM_PAGE)
				continue;
			if (name_hash_parse_wide(record, 64, &hash))
				return false;
			if (name_hash_parse_wide(record, 32, &hash))
				return true;
		}
	}
	return false;
}

void repository_maps_read(struct repository_maps *maps, const struct repository_file *files,
			  size_t count, struct page_file *objects, struct page_file *index,
			  const struct fault_sink *faults)
{
	*maps = (struct repository_maps){.is_xp = is_of_xp(files, count)};
	for (size_t i = 0; i < count; i++)
		if (files[i].role == ROLE_MAP)
			read_map(maps, &files[i], faults);
	if (maps->is_xp)
		read_halves(maps, files, count);
	sort(maps, maps->is_xp ? read_version(files, count) : 0);
	choose(maps, objects, index);
	if (maps->count == 0 && !maps->is_xp)
		maps->is_xp = is_form_of_xp(objects);
	report_choice(maps, faults);
	note_missing(maps, faults);
}

void repository_maps_release(struct repository_maps *maps)
{
	for (unsigned i = 0; i < maps->count; i++) {
		page_map_release(&maps->maps[i].objects);
		page_map_release(&maps->maps[i].index);
	}
}
