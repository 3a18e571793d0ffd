/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/chunk_check.h"

#include <glib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/bytes.h"
#include "base/limits.h"
#include "evtx/binxml_instance.h"

#define RECORD_MAGIC 0x00002A2Au

/*
 * What the header says: libyal, "Windows XML Event Log (EVTX) format", chunk header. In an unused
 * chunk the last number and both identifiers are all ones.
 */
struct chunk_claim {
	uint64_t first_number; /* at 8 */
	uint64_t last_number; /* at 16 */
	struct chunk_ids ids; /* at 24 and 32 */
	uint32_t last_record; /* at 44 */
	uint32_t free_space; /* at 48 */
	uint64_t records;
};

static bool read_claim(const struct chunk *chunk, struct chunk_claim *out)
{
	if (chunk->size < WH_RECORDS_OFFSET)
		return false;
	bytes_get_u64(chunk->data, chunk->size, 8, &out->first_number);
	bytes_get_u64(chunk->data, chunk->size, 16, &out->last_number);
	bytes_get_u64(chunk->data, chunk->size, 24, &out->ids.first);
	bytes_get_u64(chunk->data, chunk->size, 32, &out->ids.last);
	bytes_get_u32(chunk->data, chunk->size, 44, &out->last_record);
	bytes_get_u32(chunk->data, chunk->size, 48, &out->free_space);
	/* Unused: 1 to all ones, or 1 to 0. */
	out->records = out->last_number == UINT64_MAX || out->last_number < out->first_number
			       ? 0
			       : out->last_number - out->first_number + 1;
	out->ids.any = out->records > 0;
	return true;
}

/*
 * How often a record's magic stands in [from, end), a multiple of 4 from the chunk's start: Windows
 * writes each record to a multiple of 8.
 */
static unsigned count_magics(const uint8_t *data, size_t from, size_t end)
{
	unsigned count = 0;
	uint32_t word = 0;
#ifdef __SSE2__
	const __m128i magic = _mm_set1_epi32(RECORD_MAGIC);
	__m128i sums[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
	uint32_t lanes[4];

	for (; from + 32 <= end; from += 32) {
		const __m128i *at = (const void *)(data + from);

		sums[0] = _mm_sub_epi32(sums[0], _mm_cmpeq_epi32(_mm_loadu_si128(at), magic));
		sums[1] = _mm_sub_epi32(sums[1], _mm_cmpeq_epi32(_mm_loadu_si128(at + 1), magic));
	}
	_mm_storeu_si128((void *)lanes, _mm_add_epi32(sums[0], sums[1]));
	count = lanes[0] + lanes[1] + lanes[2] + lanes[3];
#endif
	for (; from + 4 <= end; from += 4)
		count += bytes_get_u32(data, end, from, &word) && word == RECORD_MAGIC;
	return count;
}

enum room { ROOM_NONE, ROOM_UNKNOWN, ROOM_LEFT };

/* Can a record be hidden in this one, after its event? Reads the event's instance. */
static enum room find_room(const uint8_t *data, struct told_record *told)
{
	size_t offset = told->record.offset;
	size_t start = offset + WH_RECORD_HEADER + BINXML_FRAGMENT_HEADER_SIZE, end;
	struct binxml_instance *instance = &told->instance;

	told->is_instance =
		binxml_get_instance(data, offset + told->record.size - 4, start, instance);
	if (!told->is_instance)
		return ROOM_UNKNOWN;
	end = binxml_get_values_end(data, instance);
	return end <= instance->end && instance->end - end <= WH_RECORD_PADDING ? ROOM_NONE
										: ROOM_LEFT;
}

/* Of a walk over a chunk's records. */
struct quick_walk {
	struct told_record *records;
	struct chunk_check found;
	/* How often a record's magic stands where it should, and in the padding of 4 bytes before
	 * the end of a record, which Windows leaves as it finds it. */
	unsigned magics;
	bool needs_magics; /* only they say whether a record is hidden in another */
};

/* The record at `offset`, up to `end`; false when it is not sound or holds no event. */
static bool read_sound(const struct chunk *chunk, uint32_t offset, uint32_t end, struct record *out)
{
	uint32_t magic = 0, copy = 0;

	if (!bytes_inside(end, offset, WH_RECORD_MINIMUM))
		return false;
	bytes_get_u32(chunk->data, end, offset, &magic);
	bytes_get_u32(chunk->data, end, offset + 4, &out->size);
	bytes_get_u64(chunk->data, end, offset + 8, &out->id);
	bytes_get_u64(chunk->data, end, offset + 16, &out->time);
	out->offset = offset;
	out->uncounted = false;
	if (magic != RECORD_MAGIC || offset % 4 || out->size < WH_RECORD_MINIMUM ||
	    out->size > end - offset)
		return false;
	bytes_get_u32(chunk->data, end, offset + out->size - 4, &copy);
	return copy == out->size &&
	       binxml_is_event(chunk->data, offset + out->size, offset + WH_RECORD_HEADER);
}

/* False at the first record that is not sound, holds no event, leaves room or is not the next. */
static bool walk_records(const struct chunk *chunk, uint32_t end, struct quick_walk *out)
{
	uint32_t offset = WH_RECORDS_OFFSET, padding = 0;
	struct chunk_check *found = &out->found;

	while (offset < end) {
		struct told_record *told = &out->records[found->records];
		const struct record *record = &told->record;
		enum room room;

		if (!read_sound(chunk, offset, end, &told->record) ||
		    (found->records && record->id != found->ids.last + 1))
			return false;
		bytes_get_u32(chunk->data, end, offset + record->size - 8, &padding);
		out->magics += 1 + (padding == RECORD_MAGIC && record->size % 4 == 0);
		room = find_room(chunk->data, told);
		if (room == ROOM_LEFT)
			return false;
		out->needs_magics |= room == ROOM_UNKNOWN;
		if (found->records++ == 0)
			found->ids.first = record->id;
		found->ids.last = record->id;
		found->last_record = offset;
		offset += record->size;
	}
	return true;
}

/* Does a record follow that goes on with the numbering? */
static bool is_followed(const struct chunk *chunk, const struct chunk_claim *claim)
{
	uint32_t magic;
	uint64_t id;

	return bytes_get_u32(chunk->data, chunk->size, claim->free_space, &magic) &&
	       magic == RECORD_MAGIC &&
	       bytes_get_u64(chunk->data, chunk->size, (size_t)claim->free_space + 8, &id) &&
	       id == claim->ids.last + 1;
}

bool chunk_is_as_told(const struct chunk *chunk, struct chunk_ids *ids, struct told_record *records,
		      size_t *count)
{
	struct quick_walk walk = {.records = records};
	const struct chunk_check *found = &walk.found;
	struct chunk_claim claim;

	if (chunk->size != WH_CHUNK_SIZE || !read_claim(chunk, &claim) ||
	    claim.free_space < WH_RECORDS_OFFSET || claim.free_space > WH_CHUNK_SIZE ||
	    claim.free_space <= claim.last_record ||
	    !walk_records(chunk, claim.free_space, &walk) || found->records != claim.records)
		return false;
	*ids = (struct chunk_ids){found->ids.first, found->ids.last, found->ids.last,
				  found->records > 0};
	*count = found->records;
	if (!ids->any)
		return true;
	if (claim.ids.first != ids->first || claim.ids.last != ids->last ||
	    claim.last_record != found->last_record || is_followed(chunk, &claim))
		return false;
	return !walk.needs_magics ||
	       count_magics(chunk->data, WH_RECORDS_OFFSET, claim.free_space) == walk.magics;
}

void chunk_check_add(struct chunk_check *check, const struct record *record)
{
	bool any = check->records || check->uncounted;

	if (any && record->id <= check->last_id)
		check->disordered = true;
	else if (any)
		check->missing += record->id - check->last_id - 1;
	check->last_id = record->id;
	if (record->uncounted) {
		check->uncounted++;
		return;
	}
	if (check->records++ == 0)
		check->ids.first = record->id;
	check->ids.last = record->id;
	check->ids.any = true;
	check->last_record = record->offset;
	check->end = record->offset + record->size;
}

static char *compare_counts(const struct chunk_check *check, const struct chunk_claim *claim)
{
	if (check->records < claim->records)
		return g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				       " records that the chunk header counts",
				       check->records, claim->records);
	if (check->records > claim->records)
		return g_strdup_printf("%" G_GUINT64_FORMAT
				       " records, where the chunk header counts %" G_GUINT64_FORMAT,
				       check->records, claim->records);
	if (check->records == 0)
		return NULL;
	if (check->ids.first != claim->ids.first || check->ids.last != claim->ids.last)
		return g_strdup_printf(
			"records %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
			", where the chunk header says %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
			check->ids.first, check->ids.last, claim->ids.first, claim->ids.last);
	if (check->end != claim->free_space)
		return g_strdup_printf("the records end at %u, where the chunk header says %u",
				       check->end, claim->free_space);
	if (check->last_record != claim->last_record)
		return g_strdup_printf(
			"the last record begins at %u, where the chunk header says %u",
			check->last_record, claim->last_record);
	return NULL;
}

char *chunk_check_end(const struct chunk_check *check, const struct chunk *chunk, bool is_open)
{
	struct chunk_claim claim = {0};
	char *difference;

	if (check->missing)
		return g_strdup_printf("%" G_GUINT64_FORMAT " records are missing in this chunk: "
				       "taken out, or lost to damage",
				       check->missing);
	if (check->disordered)
		return g_strdup("identifiers of records fall in this chunk");
	if (!read_claim(chunk, &claim))
		return NULL;
	/* Then its numbers say nothing, and chunk_check_seal() says that. */
	if (!chunk_has_sound_header(chunk->data, chunk->size))
		return NULL;
	difference = compare_counts(check, &claim);
	if (!difference && check->uncounted && !is_open)
		difference = g_strdup_printf(
			"records that the chunk header does not count: %" G_GUINT64_FORMAT,
			check->uncounted);
	return difference;
}

const char *chunk_check_seal(const struct chunk *chunk)
{
	if (chunk->size < WH_CHUNK_SIZE)
		return NULL;
	if (!chunk_has_sound_header(chunk->data, chunk->size))
		return "chunk header has a wrong checksum";
	return chunk_has_sound_records(chunk->data, chunk->size)
		       ? NULL
		       : "the records of this chunk have a wrong checksum";
}
