/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/libarchive_stream.h"

#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/aligned.h"
#include "base/text.h"

#define BLOCK (64 << 10) /* of packed bytes a read */
#define ENTRY_START_SLACK                                                                          \
	(2 * BLOCK) /* packed bytes of an entry that were read before it began                     \
		     */

/*
 * libarchive is loaded when it is first needed: it brings much with it (libxml2, ICU), which makes
 * the start of a run that reads no archive slow. All functions of it that are called here:
 */
#define ALL_CALLS(CALL)                                                                            \
	CALL(entry_filetype);                                                                      \
	CALL(entry_hardlink);                                                                      \
	CALL(entry_pathname);                                                                      \
	CALL(entry_size);                                                                          \
	CALL(error_string);                                                                        \
	CALL(filter_bytes);                                                                        \
	CALL(read_data_block);                                                                     \
	CALL(read_free);                                                                           \
	CALL(read_header_position);                                                                \
	CALL(read_new);                                                                            \
	CALL(read_next_header);                                                                    \
	CALL(read_open1);                                                                          \
	CALL(read_set_callback_data);                                                              \
	CALL(read_set_passphrase_callback);                                                        \
	CALL(read_set_read_callback);                                                              \
	CALL(read_set_seek_callback);                                                              \
	CALL(read_set_skip_callback);                                                              \
	CALL(read_support_filter_bzip2);                                                           \
	CALL(read_support_filter_xz);                                                              \
	CALL(read_support_filter_zstd);                                                            \
	CALL(read_support_format_7zip);                                                            \
	CALL(read_support_format_cab);                                                             \
	CALL(read_support_format_empty);                                                           \
	CALL(read_support_format_rar);                                                             \
	CALL(read_support_format_rar5);                                                            \
	CALL(read_support_format_raw);                                                             \
	CALL(read_support_format_tar);                                                             \
	CALL(read_support_format_zip_streamable);                                                  \
	CALL(set_error)

#define MEMBER(name) __typeof__(archive_##name) *name
struct calls {
	ALL_CALLS(MEMBER);
};

/* The headers and the library go together by this name. */
#define LIBRARY "libarchive.so.13"
G_STATIC_ASSERT(ARCHIVE_VERSION_NUMBER / 1000000 == 3);

struct libarchive {
	struct layer layer; /* the data of the current entry */
	struct calls calls;
	struct libarchive_source source;
	struct archive *reader;
	uint64_t base; /* where the archive begins in the feed */
	uint64_t index; /* of the current entry, counted from 1 */
	uint64_t taken; /* packed bytes handed to libarchive */
	uint64_t begun; /* taken, when the entry began */
	bool opened;
	bool is_filter;
	int status; /* of what libarchive did last */
	char *problem;
	unsigned passwords; /* handed over */
	size_t held; /* bytes of the feed that libarchive looks at */
	const uint8_t *data; /* libarchive's block of the entry that is being given */
	size_t data_size;
	uint64_t data_offset; /* of the block in the entry; before it are zeros */
	uint64_t position; /* in the stream */
	WH_ALIGNED uint8_t block[BLOCK];
};

#ifdef LINK_LIBARCHIVE
static bool load_calls(struct calls *calls)
{
#define TAKE(name) calls->name = archive_##name
	ALL_CALLS(TAKE);
	return true;
}
#else
/* It stays loaded. */
static bool load_calls(struct calls *calls)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY);
	bool ok = library != NULL;

#define FIND(name)                                                                                 \
	ok = ok && (calls->name = (__typeof__(calls->name))dlsym(library, "archive_" #name))
	ALL_CALLS(FIND);
	return ok;
}
#endif

bool libarchive_load(void)
{
	struct calls calls;

	return load_calls(&calls);
}

/* libarchive converts names between the locale's characters and theirs. */
static locale_t enter(const struct libarchive *archive)
{
	return archive->source.locale ? uselocale(archive->source.locale) : (locale_t)0;
}

static void leave(locale_t before)
{
	if (before)
		uselocale(before);
}

static la_ssize_t read_feed(struct archive *reader, void *context, const void **buffer)
{
	struct libarchive *archive = context;
	struct reader *feed = &archive->source.feed->reader;
	const uint8_t *data;

	reader_skip(feed, archive->held);
	archive->held = reader_peek(feed, BLOCK, &data);
	archive->taken += archive->held;
	*buffer = data;
	if (archive->held == 0 && feed->error) {
		archive->calls.set_error(reader, feed->error, "%s", g_strerror(feed->error));
		return -1;
	}
	return (la_ssize_t)archive->held;
}

static la_int64_t skip_feed(struct archive *reader, void *context, la_int64_t size)
{
	struct libarchive *archive = context;

	(void)reader;
	if (size <= 0)
		return 0;
	reader_skip(&archive->source.feed->reader, archive->held);
	archive->held = 0;
	return (la_int64_t)feed_skip(archive->source.feed, (uint64_t)size);
}

static la_ssize_t read_stream(struct archive *reader, void *context, const void **buffer)
{
	struct libarchive *archive = context;
	struct stream *stream = archive->source.stream;
	ssize_t got = stream->read_at(stream, archive->block, BLOCK, archive->position);

	*buffer = archive->block;
	if (got < 0)
		archive->calls.set_error(reader, errno, "%s", g_strerror(errno));
	if (got > 0) {
		archive->position += (uint64_t)got;
		archive->taken += (uint64_t)got;
	}
	return got;
}

static la_int64_t seek_stream(struct archive *reader, void *context, la_int64_t offset, int whence)
{
	struct libarchive *archive = context;
	int64_t size = (int64_t)MIN(archive->source.stream->size, INT64_MAX);
	int64_t from = whence == SEEK_SET   ? 0
		       : whence == SEEK_CUR ? (int64_t)archive->position
					    : size;

	(void)reader;
	if (__builtin_add_overflow(from, offset, &from) || from < 0 || from > size)
		return ARCHIVE_FATAL;
	archive->position = (uint64_t)from;
	return from;
}

static la_int64_t skip_stream(struct archive *reader, void *context, la_int64_t size)
{
	struct libarchive *archive = context;
	uint64_t left = archive->source.stream->size - archive->position;

	(void)reader;
	if (size <= 0 || (uint64_t)size > left)
		return 0;
	archive->position += (uint64_t)size;
	return size;
}

static const char *give_password(struct archive *reader, void *context)
{
	struct libarchive *archive = context;
	const struct libarchive_source *source = &archive->source;

	(void)reader;
	if (!source->next_password)
		return NULL;
	return source->next_password(source->context, archive->passwords++);
}

/* Only what is named here, and nothing that would start a program. */
static void support(const struct calls *calls, struct archive *reader, enum archive_kind kind)
{
	switch (kind) {
	case ARCHIVE_TAR:
		calls->read_support_format_tar(reader);
		return;
	case ARCHIVE_ZIP:
		calls->read_support_format_zip_streamable(reader);
		return;
	case ARCHIVE_SEVENZIP:
		calls->read_support_format_7zip(reader);
		return;
	case ARCHIVE_CAB:
		calls->read_support_format_cab(reader);
		return;
	case ARCHIVE_RAR:
		calls->read_support_format_rar(reader);
		calls->read_support_format_rar5(reader);
		return;
	case ARCHIVE_BZIP2:
		calls->read_support_filter_bzip2(reader);
		break;
	case ARCHIVE_XZ:
		calls->read_support_filter_xz(reader);
		break;
	default:
		calls->read_support_filter_zstd(reader);
		break;
	}
	calls->read_support_format_raw(reader);
	calls->read_support_format_empty(reader);
}

static int open_reader(struct libarchive *archive)
{
	struct archive *reader = archive->calls.read_new();
	bool random = archive->source.stream != NULL;

	archive->reader = reader;
	archive->opened = true;
	archive->index = 0;
	archive->passwords = 0;
	archive->position = 0;
	archive->held = 0;
	support(&archive->calls, reader, archive->source.kind);
	archive->calls.read_set_callback_data(reader, archive);
	archive->calls.read_set_read_callback(reader, random ? read_stream : read_feed);
	archive->calls.read_set_skip_callback(reader, random ? skip_stream : skip_feed);
	if (random)
		archive->calls.read_set_seek_callback(reader, seek_stream);
	archive->calls.read_set_passphrase_callback(reader, archive, give_password);
	return archive->calls.read_open1(reader);
}

/* libarchive's own words, made a clause; it has none for an end that comes too early. */
static void set_problem(struct libarchive *archive)
{
	const char *said = archive->calls.error_string(archive->reader);
	g_autofree char *text = NULL;

	g_free(archive->problem);
	if (!said || !*said) {
		archive->problem = g_strdup("the archive ends early");
		return;
	}
	text = text_from_bytes(said, strlen(said));
	if (g_ascii_isupper(text[0]) && !g_ascii_isupper(text[1]))
		text[0] = g_ascii_tolower(text[0]);
	archive->problem = g_strdup_printf("cannot unpack: %s", text);
}

static enum libarchive_step take_step(struct libarchive *archive, int status)
{
	archive->status = status;
	if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
		return LIBARCHIVE_ENTRY;
	if (status == ARCHIVE_EOF)
		return LIBARCHIVE_END;
	set_problem(archive);
	return status == ARCHIVE_RETRY ? LIBARCHIVE_DAMAGED : LIBARCHIVE_BROKEN;
}

static enum libarchive_step step(struct libarchive *archive, struct archive_entry **entry)
{
	enum libarchive_step taken = LIBARCHIVE_ENTRY;

	if (!archive->opened)
		taken = take_step(archive, open_reader(archive));
	if (taken == LIBARCHIVE_ENTRY)
		taken = take_step(archive, archive->calls.read_next_header(archive->reader, entry));
	if (taken == LIBARCHIVE_ENTRY)
		archive->index++;
	archive->data_size = archive->data_offset = 0;
	archive->begun = archive->taken;
	return taken;
}

static enum libarchive_type get_type(const struct calls *calls, struct archive_entry *entry)
{
	if (calls->entry_hardlink(entry))
		return LIBARCHIVE_LINK;
	switch (calls->entry_filetype(entry)) {
	case 0:
	case AE_IFREG:
		return LIBARCHIVE_FILE;
	case AE_IFDIR:
		return LIBARCHIVE_FOLDER;
	case AE_IFLNK:
		return LIBARCHIVE_LINK;
	default:
		/* What was packed from a pipe holds data. */
		return calls->entry_size(entry) > 0 ? LIBARCHIVE_FILE : LIBARCHIVE_DEVICE;
	}
}

enum libarchive_step libarchive_next(struct libarchive *archive, struct libarchive_entry *entry)
{
	locale_t before = enter(archive);
	struct archive_entry *found = NULL;
	enum libarchive_step taken = LIBARCHIVE_BROKEN;

	if (archive->status != ARCHIVE_FATAL)
		taken = step(archive, &found);
	if (taken == LIBARCHIVE_ENTRY) {
		const char *name = archive->calls.entry_pathname(found);

		entry->name = name ? name : "";
		entry->type = get_type(&archive->calls, found);
		archive->layer.reported = false;
	}
	leave(before);
	return taken;
}

/* That a name is kept in another character set costs nothing. */
const char *libarchive_get_warning(struct libarchive *archive)
{
	const char *said = archive->calls.error_string(archive->reader);

	if (archive->status != ARCHIVE_WARN || !said || strstr(said, "convert"))
		return NULL;
	set_problem(archive);
	return archive->problem;
}

const char *libarchive_get_problem(const struct libarchive *archive)
{
	return archive->layer.reported ? NULL : archive->problem;
}

bool libarchive_is_locked(const struct libarchive *archive)
{
	return archive->problem && strstr(archive->problem, "passphrase") != NULL;
}

bool libarchive_has_problem(const struct libarchive *archive)
{
	return archive->problem != NULL;
}

const char *libarchive_get_damage(const struct libarchive *archive)
{
	return archive->status < ARCHIVE_WARN ? archive->problem : NULL;
}

static bool begin_anew(struct libarchive *archive)
{
	struct archive_entry *entry;
	uint64_t index = archive->index;

	archive->calls.read_free(archive->reader);
	archive->reader = NULL;
	archive->opened = false;
	archive->data_size = archive->data_offset = 0;
	archive->status = ARCHIVE_OK;
	if (archive->source.feed &&
	    (!feed_rewind(archive->source.feed) ||
	     feed_skip(archive->source.feed, archive->base) != archive->base))
		return false;
	if (index == 0)
		return true;
	do {
		enum libarchive_step taken = step(archive, &entry);

		if (taken == LIBARCHIVE_BROKEN || taken == LIBARCHIVE_END)
			return false;
	} while (archive->index < index);
	return true;
}

static bool rewind_entry(struct layer *layer)
{
	struct libarchive *archive = (struct libarchive *)layer;
	locale_t before = enter(archive);
	bool done = begin_anew(archive);

	if (!done)
		archive->status = ARCHIVE_FATAL;
	leave(before);
	layer->offset = layer->packed = 0;
	return done;
}

/* What a warning is about is given, but something of it is lost or wrong. */
static void warn(struct libarchive *archive)
{
	set_problem(archive);
	layer_report(&archive->layer, FAULT_ARCHIVE_DAMAGED, archive->problem);
}

/* Whether some of a block is to be given, or of the hole before it. */
static bool has_block(const struct libarchive *archive)
{
	return archive->data_size > 0 || archive->data_offset > archive->layer.offset;
}

/* The next block of the entry, when the one at hand is given. archive_read_data() would drop what
 * it has copied when a later block fails. */
static int fetch_block(struct libarchive *archive)
{
	const void *data = NULL;
	la_int64_t offset = 0;
	int status;

	do {
		archive->data_size = 0;
		status = archive->calls.read_data_block(archive->reader, &data, &archive->data_size,
							&offset);
		archive->data = data;
		archive->data_offset = MAX((uint64_t)MAX(offset, 0), archive->layer.offset);
	} while (status == ARCHIVE_RETRY || (status == ARCHIVE_OK && !has_block(archive)));
	if (status == ARCHIVE_WARN)
		warn(archive);
	else if (status != ARCHIVE_OK)
		archive->data_size = 0;
	/* A sparse file may end in a hole: the end of a tar's entry says where. */
	if (status < ARCHIVE_WARN)
		archive->data_offset = 0;
	return status == ARCHIVE_WARN ? ARCHIVE_OK : status;
}

/* Some of the block, or of the hole of a sparse file before it. */
static size_t give(struct libarchive *archive, uint8_t *buffer, size_t size)
{
	if (archive->data_offset > archive->layer.offset) {
		size = MIN(size, archive->data_offset - archive->layer.offset);
		memset(buffer, 0, size);
		return size;
	}
	size = MIN(size, archive->data_size);
	memcpy(buffer, archive->data, size);
	archive->data += size;
	archive->data_size -= size;
	archive->data_offset += size;
	return size;
}

/* What one reading gives; -1 with errno when the input failed. */
static ssize_t read_some(struct libarchive *archive, void *buffer, size_t size)
{
	struct feed *feed = archive->source.feed;
	int status = ARCHIVE_OK;

	if (archive->is_filter && archive->index == 0) {
		struct archive_entry *entry;
		enum libarchive_step taken = step(archive, &entry);

		if (taken != LIBARCHIVE_ENTRY)
			return taken == LIBARCHIVE_END ? 0 : ARCHIVE_FATAL;
	}
	if (!has_block(archive))
		status = fetch_block(archive);
	if (has_block(archive))
		return (ssize_t)give(archive, buffer, size);
	if (status == ARCHIVE_EOF || status == ARCHIVE_OK)
		return 0;
	archive->status = status;
	set_problem(archive);
	if (feed && feed->reader.error) {
		errno = feed->reader.error;
		return -1;
	}
	return ARCHIVE_FATAL;
}

static ssize_t read_entry(struct stream *stream, void *buffer, size_t size)
{
	struct libarchive *archive = (struct libarchive *)stream;
	struct layer *layer = &archive->layer;
	locale_t before;
	ssize_t got;

	if (archive->status < ARCHIVE_WARN || size == 0)
		return 0;
	before = enter(archive);
	got = read_some(archive, buffer, size);
	leave(before);
	if (got == ARCHIVE_FATAL) {
		if (!libarchive_is_locked(archive))
			layer_report(layer, FAULT_ARCHIVE_DAMAGED, archive->problem);
		got = 0;
	}
	if (got > 0)
		layer->offset += (uint64_t)got;
	layer->packed = archive->taken - archive->begun + ENTRY_START_SLACK;
	return got;
}

struct layer *libarchive_get_layer(struct libarchive *archive, const char *path, const char *name)
{
	const struct libarchive_source *source = &archive->source;
	bool can_rewind = !source->feed || source->feed->layer->rewind;

	archive->layer = (struct layer){.stream = {.path = path, .entry = name, .read = read_entry},
					.rewind = can_rewind ? rewind_entry : NULL,
					.faults = source->faults};
	return &archive->layer;
}

struct libarchive *libarchive_new(const struct libarchive_source *source)
{
	struct libarchive *archive = aligned_new(sizeof(*archive));

	memset(archive, 0, offsetof(struct libarchive, block));
	archive->source = *source;
	if (source->feed)
		archive->base = source->feed->reader.offset;
	if (!load_calls(&archive->calls)) {
		archive->status = ARCHIVE_FATAL;
		archive->problem = g_strdup("cannot unpack: " LIBRARY " cannot be loaded");
	}
	return archive;
}

/* After what was read; at least after the mark of the entry that broke, or the block of its header.
 * libarchive may have gone through more than it used. */
static void settle_feed(struct libarchive *archive)
{
	struct feed *feed = archive->source.feed;
	int64_t mark = archive->source.kind == ARCHIVE_TAR ? WH_TAR_BLOCK : 4;
	int64_t consumed = archive->calls.filter_bytes(archive->reader, -1);
	int64_t header = archive->calls.read_header_position(archive->reader);
	uint64_t target;

	if (archive->status < ARCHIVE_WARN)
		consumed = MAX(consumed, MAX(header, 0) + mark);
	target = archive->base + (uint64_t)MAX(consumed, 0);
	if (target < feed->reader.offset && !feed_rewind(feed))
		return;
	if (target > feed->reader.offset)
		feed_skip(feed, target - feed->reader.offset);
}

void libarchive_free(struct libarchive *archive)
{
	if (!archive)
		return;
	if (archive->reader && archive->source.feed)
		settle_feed(archive);
	if (archive->reader)
		archive->calls.read_free(archive->reader);
	g_free(archive->problem);
	g_free(archive);
}

static void free_filter(struct layer *layer)
{
	libarchive_free((struct libarchive *)layer);
}

struct layer *libarchive_filter_new(const struct libarchive_source *source)
{
	struct libarchive *archive = libarchive_new(source);
	const struct stream *below = &source->feed->layer->stream;
	struct layer *layer = libarchive_get_layer(archive, below->path, below->entry);

	archive->is_filter = true;
	layer->free = free_filter;
	if (archive->problem)
		layer_report(layer, FAULT_ARCHIVE_DAMAGED, archive->problem);
	return layer;
}
