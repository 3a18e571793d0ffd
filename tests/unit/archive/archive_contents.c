/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/archive/archive_contents.h"

#include <archive.h>
#include <archive_entry.h>

struct source {
	struct stream *stream;
	uint64_t offset;
	uint8_t block[4096];
};

static la_ssize_t read_source(struct archive *archive, void *context, const void **out)
{
	struct source *source = context;
	ssize_t got = source->stream->read_at(source->stream, source->block, sizeof(source->block),
					      source->offset);

	(void)archive;
	*out = source->block;
	if (got > 0)
		source->offset += (uint64_t)got;
	return got;
}

static la_int64_t seek_source(struct archive *archive, void *context, la_int64_t offset, int whence)
{
	struct source *source = context;
	uint64_t base = whence == SEEK_SET   ? 0
			: whence == SEEK_CUR ? source->offset
					     : source->stream->size;

	(void)archive;
	source->offset = base + (uint64_t)offset;
	return (la_int64_t)source->offset;
}

/* Archives of these tests are small; damaged ones may claim anything. */
#define MOST (8 << 20)

static bool read_entry(struct archive *archive, GByteArray *out)
{
	uint8_t block[4096];
	la_ssize_t got = 1;

	while (got > 0 && out->len < MOST) {
		got = archive_read_data(archive, block, sizeof(block));
		if (got > 0)
			g_byte_array_append(out, block, (guint)got);
	}
	return got == 0;
}

GHashTable *archive_contents(struct stream *stream, bool *is_whole)
{
	GHashTable *contents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						     (GDestroyNotify)g_bytes_unref);
	struct archive *archive = archive_read_new();
	struct source source = {.stream = stream};
	struct archive_entry *entry;
	int result;

	*is_whole = true;
	archive_read_support_format_7zip(archive);
	archive_read_set_seek_callback(archive, seek_source);
	result = archive_read_open(archive, &source, NULL, read_source, NULL);
	while (result == ARCHIVE_OK &&
	       (result = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname_utf8(entry);
		GByteArray *data = g_byte_array_new();

		*is_whole &= read_entry(archive, data);
		g_hash_table_replace(contents, g_strdup(name ? name : ""),
				     g_byte_array_free_to_bytes(data));
	}
	*is_whole &= result == ARCHIVE_EOF;
	archive_read_free(archive);
	return contents;
}
