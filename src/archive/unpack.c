/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/unpack.h"

#include <string.h>

#include "archive/gzip_stream.h"
#include "archive/libarchive_stream.h"
#include "archive/packed_stream.h"
#include "archive/slice.h"
#include "archive/unpack_parts.h"
#include "archive/zip_entry.h"

/*
 * How it works. All bytes come as a struct content: a feed, which can be read, and often begun
 * anew or read at any offset. Its first bytes say what it is. A plain file is visited. A compressor
 * makes a layer of the feed, a tar, 7z, cab or rar one of each entry as libarchive comes to it, a
 * zip one of each item of its directory; and each layer is content again, through unpacker->unpack,
 * which is all that the files below this one know of it.
 *
 * A meter around each layer holds it to the limits. A zip is read by its directory; what that
 * does not name is searched for local headers (salvage), and what can be read only once is
 * unpacked in order. The items of a big zip are given out with split(), so that several
 * processes call unpack_range() on parts of it.
 */

struct unpack_limits unpack_limits_default(void)
{
	return (struct unpack_limits){.ratio = 250,
				      .entry_size = 64ull << 30,
				      .total_size = 1ull << 40,
				      .entries = 1000000,
				      .depth = 8,
				      .name_length = 4096};
}

static bool unpack_compressed(struct unpacker *unpacker, const struct content *content,
			      enum archive_kind kind)
{
	struct libarchive_source source = {.kind = kind,
					   .feed = content->feed,
					   .locale = unpacker->locale,
					   .faults = unpacker->calls->faults};
	struct unpack_entry entry = {.budget = &unpacker->budget,
				     .named = content->named,
				     .packed = true,
				     .depth = content->depth + content->packed};
	bool go_on;

	if (kind == ARCHIVE_GZIP)
		entry.layer = gzip_layer_new(content->feed, unpacker->calls->faults);
	else
		entry.layer = packed_layer_new(content->feed, kind, unpacker->calls->faults);
	if (!entry.layer)
		entry.layer = libarchive_filter_new(&source);
	go_on = unpack_layer(unpacker, &entry);
	layer_free(entry.layer);
	return go_on;
}

static bool visit(struct unpacker *unpacker, const struct content *content)
{
	const struct unpack_calls *calls = unpacker->calls;

	/* The input itself is visited as the stream that the caller knows. */
	if (content->input)
		content->feed->reader.stream = content->input;
	return calls->visit(calls->context, &content->feed->reader, content->named);
}

/* A zip may follow a program that unpacks it. */
static bool unpack_or_visit(struct unpacker *unpacker, const struct content *content,
			    bool is_program)
{
	bool found = false, go_on = true;

	if (content->input && content->input->read_at &&
	    (content->named || is_program || g_str_has_suffix(content->input->path, ".zip")) &&
	    unpacker->limits.depth > 0)
		go_on = unpack_zip(unpacker, content, true, &found);
	return found ? go_on : visit(unpacker, content);
}

static bool unpack_archive(struct unpacker *unpacker, const struct content *content,
			   enum archive_kind kind)
{
	bool found;

	switch (kind) {
	case ARCHIVE_ZIP:
		return unpack_zip(unpacker, content, false, &found);
	case ARCHIVE_SEVENZIP:
		if (content->input && content->input->volume_starts &&
		    unpack_get_sevenzip_end(content->input) == UINT64_MAX) {
			unpack_report(unpacker, content->input, NULL, FAULT_VOLUME_MISSING,
				      "the last volumes of the split 7z are missing");
			return true;
		}
		return unpack_sevenzip(unpacker, content);
	case ARCHIVE_TAR:
	case ARCHIVE_CAB:
	case ARCHIVE_RAR:
		return unpack_in_order(unpacker, content, kind);
	default:
		return unpack_compressed(unpacker, content, kind);
	}
}

/* Whether it is a tar by its name, whose first header is damaged: others follow. */
static bool is_damaged_tar(const struct content *content)
{
	const struct stream *stream = &content->feed->layer->stream;
	const char *name = stream->entry ? stream->entry : stream->path;
	const uint8_t *data;
	size_t size;

	if (!strstr(name, ".tar") && !g_str_has_suffix(name, ".tgz"))
		return false;
	size = reader_peek(&content->feed->reader, WH_READER_SIZE, &data);
	return unpack_find_tar_header(data, size) != NULL;
}

static bool unpack_content(struct unpacker *unpacker, const struct content *content)
{
	const struct stream *stream = &content->feed->layer->stream;
	const uint8_t *data;
	size_t size = reader_peek(&content->feed->reader, WH_ARCHIVE_HEAD, &data);
	enum archive_kind kind = archive_kind_tell(data, size);
	bool adds_depth;

	if (kind == ARCHIVE_MAYBE_ZIP && is_damaged_tar(content))
		kind = ARCHIVE_TAR;
	adds_depth = kind == ARCHIVE_ZIP || kind == ARCHIVE_SEVENZIP || kind == ARCHIVE_TAR ||
		     kind == ARCHIVE_CAB || kind == ARCHIVE_RAR;
	if (kind == ARCHIVE_NONE || kind == ARCHIVE_MAYBE_ZIP)
		return kind == ARCHIVE_NONE
			       ? visit(unpacker, content)
			       : unpack_or_visit(unpacker, content,
						 size > 1 && data[0] == 'M' && data[1] == 'Z');
	if (content->depth + (adds_depth || content->packed) > unpacker->limits.depth) {
		unpack_report(unpacker, stream, stream->entry, FAULT_LIMIT,
			      "archives are nested deeper than --max-depth allows");
		return true;
	}
	return unpack_archive(unpacker, content, kind);
}

static void free_feed(gpointer data)
{
	struct feed *feed = data;

	feed_release(feed);
	g_free(feed);
}

static void free_entry(gpointer data)
{
	zip_entry_free(data);
}

struct unpacker *unpacker_new(const struct unpack_calls *calls, const struct unpack_limits *limits,
			      const char *const *passwords)
{
	struct unpacker *unpacker = g_new0(struct unpacker, 1);

	unpacker->unpack = unpack_content;
	unpacker->calls = calls;
	unpacker->limits = *limits;
	unpacker->passwords = g_ptr_array_new_with_free_func(g_free);
	for (; passwords && *passwords; passwords++)
		g_ptr_array_add(unpacker->passwords, g_strdup(*passwords));
	unpacker->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	unpacker->idle_feeds = g_ptr_array_new_with_free_func(free_feed);
	unpacker->idle_entries = g_ptr_array_new_with_free_func(free_entry);
	return unpacker;
}

void unpacker_free(struct unpacker *unpacker)
{
	if (unpacker->directory.items)
		zip_directory_release(&unpacker->directory);
	g_ptr_array_unref(unpacker->passwords);
	g_ptr_array_unref(unpacker->idle_feeds);
	g_ptr_array_unref(unpacker->idle_entries);
	if (unpacker->locale)
		freelocale(unpacker->locale);
	g_free(unpacker);
}

bool unpack_stream(struct unpacker *unpacker, struct stream *stream, bool named)
{
	struct slice slice;
	struct feed *feed;
	bool go_on;

	unpacker->number = 0;
	unpacker->spending = (struct spending){.calls = unpacker->calls};
	slice_init_whole(&slice, stream, unpacker->calls->faults);
	slice.calls = unpacker->calls;
	feed = unpack_take_feed(unpacker, &slice.layer);
	unpacker->budget =
		(struct budget){unpacker->limits.total_size, unpacker->limits.entries, false};
	go_on = unpack_content(unpacker,
			       &(struct content){.feed = feed, .input = stream, .named = named});
	unpack_give_feed(unpacker, feed);
	return go_on;
}
