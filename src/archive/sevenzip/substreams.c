/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/sevenzip/streams.h"

/*
 * The substreams info says how a folder's bytes fall into files. Only the first file
 * of each folder is of use here: it can prove a password.
 */

static struct sevenzip_folder *get_folder(const struct sevenzip_streams *streams, guint i)
{
	return &g_array_index(streams->folders, struct sevenzip_folder, i);
}

static bool take_counts(const struct sevenzip_streams *streams, struct sevenzip_bytes *bytes,
			uint32_t *counts)
{
	bool are_given = sevenzip_take_id(bytes, SEVENZIP_SUBSTREAM_COUNT);

	/* A count is one without being said; each file more takes a byte of sizes or more. */
	for (guint i = 0; i < streams->folders->len; i++) {
		counts[i] = 1;
		if (are_given && !sevenzip_take_count(bytes, bytes->size, &counts[i]))
			return false;
	}
	return true;
}

/* The last file of a folder has what the others leave, and no size here. */
static bool take_sizes(const struct sevenzip_streams *streams, struct sevenzip_bytes *bytes,
		       const uint32_t *counts)
{
	bool are_given = sevenzip_take_id(bytes, SEVENZIP_SIZE);
	uint64_t size;

	for (guint i = 0; i < streams->folders->len; i++) {
		if (counts[i] > 1 && !are_given)
			return false;
		for (uint32_t file = 0; file + 1 < counts[i]; file++) {
			if (!sevenzip_take_number(bytes, &size))
				return false;
			if (file == 0) {
				get_folder(streams, i)->first_size = size;
				get_folder(streams, i)->first = (struct sevenzip_digest){0};
			}
		}
	}
	return true;
}

/* A folder of one file whose digest stood with the folders has none here. */
static bool has_digest(const struct sevenzip_folder *folder, uint32_t files)
{
	return files == 1 && folder->digest.is_defined;
}

static uint64_t count_digests(const struct sevenzip_streams *streams, const uint32_t *counts)
{
	uint64_t total = 0;

	for (guint i = 0; i < streams->folders->len; i++)
		total += has_digest(get_folder(streams, i), counts[i]) ? 0 : counts[i];
	return total;
}

/* The counts are bounded by then: each file but one in a folder has taken a size. */
static bool take_digests(const struct sevenzip_streams *streams, struct sevenzip_bytes *bytes,
			 const uint32_t *counts)
{
	struct sevenzip_digests digests;
	struct sevenzip_digest digest;

	if (!sevenzip_take_id(bytes, SEVENZIP_CRC))
		return true;
	if (!sevenzip_digests_begin(&digests, bytes, count_digests(streams, counts)))
		return false;
	for (guint i = 0; i < streams->folders->len; i++) {
		struct sevenzip_folder *folder = get_folder(streams, i);

		if (has_digest(folder, counts[i]))
			continue;
		for (uint32_t file = 0; file < counts[i]; file++) {
			if (!sevenzip_digests_next(&digests, &digest))
				return false;
			if (file == 0)
				folder->first = digest;
		}
	}
	return true;
}

bool sevenzip_streams_parse_first(struct sevenzip_streams *streams)
{
	struct sevenzip_bytes bytes = streams->rest;
	g_autofree uint32_t *counts = g_new(uint32_t, streams->folders->len);

	for (guint i = 0; i < streams->folders->len; i++) {
		struct sevenzip_folder *folder = get_folder(streams, i);

		folder->first_size = sevenzip_folder_size(streams, folder);
		folder->first = folder->digest;
	}
	if (!sevenzip_take_id(&bytes, SEVENZIP_SUBSTREAMS))
		return true;
	return take_counts(streams, &bytes, counts) && take_sizes(streams, &bytes, counts) &&
	       take_digests(streams, &bytes, counts);
}
