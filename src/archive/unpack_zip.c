/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "archive/libarchive_stream.h"
#include "archive/replay_stream.h"
#include "archive/slice.h"
#include "archive/unpack_parts.h"
#include "archive/zip_entry.h"

#define BATCH_SIZE (4 << 20) /* packed bytes that are worth another core */
#define BATCH_COUNT 64

/* Of the input itself each entry has a budget of its own for what it packs, whoever reads it. */
static void begin_budget(struct unpacker *unpacker)
{
	unpacker->budget =
		(struct budget){unpacker->limits.total_size, unpacker->limits.entries, false};
}

/* Which of a zip's items are unpacked, when parts of it are given away. */
enum zip_share {
	SHARE_ALL,
	SHARE_STAYING,
	SHARE_GIVEN, /* all others */
};

static bool is_in_share(const struct zip *zip, uint64_t number, enum zip_share share)
{
	const struct unpack_calls *calls = zip->unpacker->calls;
	const struct zip_item *item = zip_directory_get(zip->directory, number);
	bool stays;

	if (share == SHARE_ALL || !calls->stays)
		return share != SHARE_STAYING;
	stays = calls->stays(calls->context, zip_get_raw_name(zip, item), item->name_length);
	return stays == (share == SHARE_STAYING);
}

static bool unpack_items(struct zip *zip, uint64_t first, uint64_t end, enum zip_share share)
{
	struct unpacker *unpacker = zip->unpacker;

	for (uint64_t i = first; i < end; i++) {
		if (!is_in_share(zip, i, share))
			continue;
		if (zip->depth == 0) {
			begin_budget(unpacker);
			unpacker->spending.entries++;
		} else if (unpacker->budget.reported || !unpack_add_entry(unpacker, zip->stream)) {
			break;
		}
		if (!zip_unpack_item(zip, zip_directory_get(zip->directory, i), i))
			return false;
	}
	return true;
}

/* What an entry may inflate to at most; deflate packs 1032 bytes into one. */
static uint64_t get_cost(const struct zip *zip, const struct zip_item *item)
{
	uint64_t cost = MIN(item->size, zip->unpacker->limits.entry_size);

	if (item->method == WH_ZIP_STORED)
		cost = MIN(cost, item->packed);
	else if (item->method == WH_ZIP_DEFLATED && item->packed < UINT64_MAX / 1032)
		cost = MIN(cost, item->packed * 1032);
	return cost;
}

/* How many entries the limits let through; reports what ends them. */
static uint64_t count_allowed(const struct zip *zip)
{
	struct unpacker *unpacker = zip->unpacker;
	uint64_t left = unpacker->limits.total_size;
	uint64_t count = zip->directory->items->len;

	for (uint64_t i = 0; i < count && zip->depth == 0; i++) {
		uint64_t cost = get_cost(zip, zip_directory_get(zip->directory, i));

		if (cost > left) {
			unpack_report(unpacker, zip->stream, zip->stream->entry, FAULT_LIMIT,
				      "the entries are larger together than --max-total-size "
				      "allows; the rest is left out");
			return i;
		}
		left -= cost;
	}
	if (zip->directory->more)
		unpack_report(unpacker, zip->stream, zip->stream->entry, FAULT_LIMIT,
			      "there are more entries than --max-entries allows; the rest is "
			      "left out");
	return count;
}

/* The end of the batch that begins with entry `first`, and its packed bytes. */
static uint64_t get_batch(const struct zip *zip, uint64_t first, uint64_t end, uint64_t *packed)
{
	uint64_t i = first;

	for (*packed = 0; i < end && i - first < BATCH_COUNT && *packed < BATCH_SIZE; i++) {
		const struct zip_item *item = zip_directory_get(zip->directory, i);

		/* An entry cannot hold more than there is. */
		*packed += MIN(item->packed, zip->stream->size);
	}
	return i;
}

static bool split(const struct zip *zip, uint64_t count)
{
	const struct unpack_calls *calls = zip->unpacker->calls;
	uint64_t packed, end;

	if (!calls->split || !zip->is_input || get_batch(zip, 0, count, &packed) == count)
		return false;
	for (uint64_t first = 0; first < count; first = end) {
		end = get_batch(zip, first, count, &packed);
		calls->split(calls->context, first, end - first, packed);
	}
	return true;
}

static bool salvage(struct zip *zip, uint64_t begin, uint64_t end)
{
	if (zip->depth == 0)
		begin_budget(zip->unpacker);
	return zip_salvage(zip, begin, end);
}

/* Where the entries that the directory names end. */
static uint64_t get_known_end(const struct zip *zip)
{
	uint64_t end = 0;

	for (guint i = 0; i < zip->directory->items->len; i++) {
		const struct zip_item *item = zip_directory_get(zip->directory, i);

		if (item->offset < zip->directory->position &&
		    item->packed < zip->directory->position - item->offset)
			end = MAX(end, item->offset + item->packed);
	}
	return end;
}

/* What follows the zip's end, by the marks of entries. */
static bool salvage_rest(struct zip *zip)
{
	uint64_t end = zip->directory->end;
	uint8_t rest[4096];
	ssize_t got;

	while ((got = zip->stream->read_at(zip->stream, rest, sizeof(rest), end)) > 0 &&
	       unpack_is_padding(rest, (size_t)got))
		end += (uint64_t)got;
	if (got <= 0)
		return true;
	unpack_report(zip->unpacker, zip->stream, zip->stream->entry, FAULT_ARCHIVE_DAMAGED,
		      "bytes follow the zip's end");
	return salvage(zip, zip->directory->end, zip->stream->size);
}

static bool unpack_by_directory(struct zip *zip, bool is_zip_from_start)
{
	const struct zip_directory *directory = zip->directory;
	struct unpacker *unpacker = zip->unpacker;
	uint64_t begin = directory->position, count;

	if (directory->lacks_volumes) {
		unpack_report(unpacker, zip->stream, zip->stream->entry, FAULT_VOLUME_MISSING,
			      "volumes (.z01 and on) of the split zip are missing");
		return true;
	}

	if (directory->items->len > 0)
		begin = MIN(begin, zip_directory_get(directory, 0)->offset);
	if (directory->problem)
		unpack_report(unpacker, zip->stream, zip->stream->entry, FAULT_ARCHIVE_DAMAGED,
			      directory->problem);
	count = count_allowed(zip);
	if (zip->depth == 0)
		unpacker->number = directory->items->len;
	/* A split zip begins with a mark of four bytes. */
	if (begin > 4 && is_zip_from_start) {
		unpack_report(unpacker, zip->stream, zip->stream->entry, FAULT_ARCHIVE_DAMAGED,
			      "entries stand before those that the zip's directory names");
		if (!salvage(zip, 0, begin))
			return false;
	}
	if (!salvage_rest(zip))
		return false;
	if (!directory->cut && split(zip, count))
		return unpack_items(zip, 0, count, SHARE_STAYING);
	if (!unpack_items(zip, 0, count, SHARE_ALL))
		return false;
	return !directory->cut || salvage(zip, get_known_end(zip), directory->position);
}

static bool unpack_without_directory(struct zip *zip)
{
	if (zip->stream->volume_starts)
		unpack_report(zip->unpacker, zip->stream, zip->stream->entry, FAULT_VOLUME_MISSING,
			      "the last volumes of the split zip are missing");
	unpack_report(zip->unpacker, zip->stream, zip->stream->entry, FAULT_ARCHIVE_DAMAGED,
		      "the zip has no directory at its end; its entries are read one by one");
	return salvage(zip, 0, zip->stream->size);
}

bool unpack_zip(struct unpacker *unpacker, const struct content *content, bool strict, bool *found)
{
	struct replay *replay = NULL;
	struct zip_directory directory;
	struct zip zip = {.unpacker = unpacker, .directory = &directory, .depth = content->depth};
	bool go_on = true;

	zip.stream = unpack_get_random(unpacker, content, &replay);
	if (!zip.stream)
		return unpack_in_order(unpacker, content, ARCHIVE_ZIP);
	zip.is_input = content->input && !replay;
	*found = zip_directory_read(zip.stream, strict, unpacker->limits.entries, &directory);
	if (*found) {
		go_on = unpack_by_directory(&zip, !strict);
		zip_directory_release(&directory);
	} else if (!strict) {
		go_on = unpack_without_directory(&zip);
	}
	replay_free(replay);
	return go_on;
}

bool unpack_range(struct unpacker *unpacker, struct stream *stream, uint64_t archive,
		  uint64_t first, uint64_t count)
{
	struct slice slice;
	struct zip zip = {.unpacker = unpacker,
			  .stream = &slice.layer.stream,
			  .directory = &unpacker->directory};
	bool kept = unpacker->directory.items && unpacker->archive == archive;

	unpacker->spending = (struct spending){.calls = unpacker->calls};
	slice_init_whole(&slice, stream, unpacker->calls->faults);
	slice.calls = unpacker->calls;

	if (!kept && unpacker->directory.items)
		zip_directory_release(&unpacker->directory);
	if (!kept && !zip_directory_read(zip.stream, false, unpacker->limits.entries,
					 &unpacker->directory)) {
		unpacker->directory.items = NULL;
		unpack_report(unpacker, stream, NULL, FAULT_ARCHIVE_DAMAGED,
			      "the zip's directory cannot be read any more");
		return true;
	}
	unpacker->archive = archive;
	first = MIN(first, unpacker->directory.items->len);
	count = MIN(count, unpacker->directory.items->len - first);
	return unpack_items(&zip, first, first + count, SHARE_GIVEN);
}
