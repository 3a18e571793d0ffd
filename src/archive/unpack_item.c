/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/libarchive_stream.h"
#include "archive/slice.h"
#include "archive/unpack_parts.h"
#include "archive/zip_entry.h"

#define UNIX 3 /* the host of attributes that hold a mode */
#define MODE_KIND 0170000
#define MODE_FOLDER 0040000
#define MODE_LINK 0120000
#define STRONG_ENCRYPTION 0x0040

const char *zip_get_raw_name(const struct zip *zip, const struct zip_item *item)
{
	return (const char *)zip->directory->names->data + item->name;
}

/* A folder holds no data: what does is read, whatever its name. */
static bool is_folder(const struct zip *zip, const struct zip_item *item)
{
	const char *name = zip_get_raw_name(zip, item);

	if (item->size > 0 || item->name_length == 0)
		return false;
	return name[item->name_length - 1] == '/' || name[item->name_length - 1] == '\\' ||
	       (item->host == UNIX && (item->attributes >> 16 & MODE_KIND) == MODE_FOLDER);
}

/* Why the entry is not read, or NULL. */
static const char *find_obstacle(const struct zip *zip, const struct zip_item *item,
				 enum fault_code *code)
{
	unsigned kind = item->host == UNIX ? item->attributes >> 16 & MODE_KIND : 0;

	*code = FAULT_LINK;
	if (kind == MODE_LINK)
		return "the entry is a symbolic link, which is not followed";
	*code = FAULT_ARCHIVE_DAMAGED;
	if (item->offset >= zip->stream->size)
		return "the entry lies outside of the file";
	*code = FAULT_UNSUPPORTED;
	if (item->flags & STRONG_ENCRYPTION && item->flags & WH_ZIP_ENCRYPTED)
		return "the entry's encryption is of a kind that is not read";
	return NULL;
}

static bool is_supported(uint16_t method)
{
	/* bzip2, LZMA, Zstandard, XZ, PPMd, and AES around any. */
	static const uint16_t methods[] = {WH_ZIP_STORED, WH_ZIP_DEFLATED, 12, 14, 93, 95, 98, 99};

	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		if (methods[i] == method)
			return true;
	return false;
}

static bool unpack_data(struct zip *zip, struct layer *layer)
{
	struct unpacker *unpacker = zip->unpacker;
	struct unpack_entry entry = {
		.layer = layer,
		.budget = zip->depth == 0 && !zip->salvaging ? NULL : &unpacker->budget,
		.depth = zip->depth + 1,
	};

	return unpack_layer(unpacker, &entry);
}

/* One password for libarchive_source. */
static const char *give_one(void *context, unsigned index)
{
	return index == 0 ? context : NULL;
}

/* The entry as a zip of its own, in the feed; NULL when there is none. */
static struct libarchive *begin_rare(struct zip *zip, struct feed *feed, const char *password)
{
	struct libarchive_source source = {.kind = ARCHIVE_ZIP,
					   .feed = feed,
					   .locale = zip->unpacker->locale,
					   .next_password = password ? give_one : NULL,
					   .context = (void *)password,
					   .faults = zip->unpacker->calls->faults};
	struct libarchive *archive;
	struct libarchive_entry entry;

	feed_rewind(feed);
	archive = libarchive_new(&source);
	if (libarchive_next(archive, &entry) == LIBARCHIVE_ENTRY)
		return archive;
	libarchive_free(archive);
	return NULL;
}

/* How well a password fits. */
enum fit { FITS_NOT, FITS_PERHAPS, FITS };

/* Reads the beginning. A wrong password may pass the check that the format has, but the data hardly
 * bears it out: what ends early, or with a wrong checksum, may also be damaged. */
static enum fit read_beginning(struct libarchive *archive)
{
	struct layer *layer = libarchive_get_layer(archive, NULL, NULL);
	uint8_t head[4096];
	size_t done = 0;
	ssize_t got;
	bool is_doubtful;

	layer->reported = true;
	do {
		got = layer->stream.read(&layer->stream, head, sizeof(head) - done);
		done += got > 0 ? (size_t)got : 0;
	} while (got > 0 && done < sizeof(head));
	if (got < 0 || libarchive_get_damage(archive))
		return FITS_NOT;
	is_doubtful = libarchive_has_problem(archive);
	if (!layer->rewind(layer))
		return FITS_NOT;
	return is_doubtful ? FITS_PERHAPS : FITS;
}

/* Tries all passwords, the one that fitted last first. */
static struct libarchive *unlock(struct zip *zip, struct feed *feed, const char *name)
{
	struct unpacker *unpacker = zip->unpacker;
	const char *perhaps = NULL;
	guint first = unpacker->fitted;

	for (guint i = 0;; i++) {
		guint index = i == 0 ? first : i <= first ? i - 1 : i;
		const char *password = unpack_get_password(unpacker, index);
		struct libarchive *archive = password ? begin_rare(zip, feed, password) : NULL;
		enum fit fit;

		if (!archive)
			break;
		fit = read_beginning(archive);
		if (fit == FITS) {
			unpacker->fitted = index;
			return archive;
		}
		libarchive_free(archive);
		if (fit == FITS_PERHAPS && !perhaps)
			perhaps = password;
	}
	if (perhaps)
		return begin_rare(zip, feed, perhaps);
	unpack_report(unpacker, zip->stream, name, FAULT_ENCRYPTED, unpack_describe_lock(unpacker));
	return NULL;
}

/* An entry that is locked or packed in a rarer way: libarchive reads it. */
static bool unpack_rare(struct zip *zip, const struct zip_item *item, const char *name)
{
	struct unpacker *unpacker = zip->unpacker;
	struct libarchive *archive;
	struct slice slice;
	struct feed *feed;
	bool go_on = true;

	/* libarchive wants to see some bytes after the sizes that follow the data. */
	slice_init(&slice, zip->stream, item->offset, MIN(item->end + 64, zip->stream->size),
		   unpacker->calls->faults);
	feed = unpack_take_feed(unpacker, &slice.layer);
	if (item->flags & WH_ZIP_ENCRYPTED)
		archive = unlock(zip, feed, name);
	else
		archive = begin_rare(zip, feed, NULL);
	if (!archive && !(item->flags & WH_ZIP_ENCRYPTED))
		unpack_report(unpacker, zip->stream, name, FAULT_ARCHIVE_DAMAGED,
			      "the entry's packed data is damaged");
	if (archive)
		go_on = unpack_data(zip, libarchive_get_layer(archive, zip->stream->path, name));
	libarchive_free(archive);
	unpack_give_feed(unpacker, feed);
	return go_on;
}

static bool unpack_supported(struct zip *zip, struct zip_entry *entry, const struct zip_item *item,
			     const char *name)
{
	struct unpacker *unpacker = zip->unpacker;
	bool locked = item->flags & WH_ZIP_ENCRYPTED;
	const char *problem = NULL;
	struct layer *layer = zip_entry_open(entry, zip->stream, zip->directory, item, name,
					     unpacker->calls->faults, &problem);

	if (!layer) {
		unpack_report(unpacker, zip->stream, name, FAULT_ARCHIVE_DAMAGED, problem);
		return true;
	}
	if (!locked && (item->method == WH_ZIP_DEFLATED ||
			(item->method == WH_ZIP_STORED && !item->sizes_unknown))) {
		bool go_on = unpack_data(zip, layer);

		zip->item_end = zip_entry_get_end(entry);
		return go_on;
	}
	return unpack_rare(zip, item, name);
}

/* What stands in the way of reading an entry is reported. */
static bool unpack_named(struct zip *zip, const struct zip_item *item, const char *name)
{
	struct unpacker *unpacker = zip->unpacker;
	enum fault_code code;
	const char *obstacle = find_obstacle(zip, item, &code);
	struct zip_entry *entry;
	bool go_on;

	if (obstacle || !is_supported(item->method)) {
		g_autofree char *what = g_strdup_printf(
			"the entry's compression method %u is not read", item->method);

		unpack_report(unpacker, zip->stream, name, code, obstacle ? obstacle : what);
		return true;
	}
	entry = unpacker->idle_entries->len > 0
			? g_ptr_array_steal_index_fast(unpacker->idle_entries,
						       unpacker->idle_entries->len - 1)
			: zip_entry_new();
	go_on = unpack_supported(zip, entry, item, name);
	g_ptr_array_add(unpacker->idle_entries, entry);
	return go_on;
}

bool zip_unpack_item(struct zip *zip, const struct zip_item *item, uint64_t number)
{
	struct unpacker *unpacker = zip->unpacker;
	const char *raw = zip_get_raw_name(zip, item);
	g_autofree char *name = NULL;

	if (is_folder(zip, item))
		return true;
	if (item->unicode_length > 0)
		name = unpack_get_name(unpacker, zip->stream, raw + item->name_length,
				       item->unicode_length, true);
	else
		name = unpack_get_name(unpacker, zip->stream, raw, item->name_length,
				       item->flags & WH_ZIP_UTF8);
	if (zip->depth == 0 && unpacker->calls->at_entry)
		unpacker->calls->at_entry(unpacker->calls->context, number, name);
	return unpack_named(zip, item, name);
}
