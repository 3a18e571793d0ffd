/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_UNPACK_PARTS_H
#define WH_ARCHIVE_UNPACK_PARTS_H

#include <glib.h>
#include <locale.h>

#include "archive/archive_kind.h"
#include "archive/layer.h"
#include "archive/meter.h"
#include "archive/unpack.h"
#include "archive/zip_directory.h"

/* What the files unpack*.c share; each calls those named before it only: parts, rest, sequence and
 * item, salvage, zip, and unpack.c itself. */

/* Bytes of unknown kind. */
struct content {
	struct feed *feed; /* at its start */
	struct stream *input; /* when it is the input itself, or NULL */
	bool named;
	bool packed; /* a compressor is right around it */
	unsigned depth; /* archives around it */
};

struct unpacker {
	/* Unpacks or visits the content, whatever it is: how archives inside archives come back to
	 * unpack.c. False when a visit said stop. */
	bool (*unpack)(struct unpacker *unpacker, const struct content *content);
	const struct unpack_calls *calls;
	struct unpack_limits limits;
	GPtrArray *passwords; /* copies: those given, then those asked for */
	bool asked; /* there are no more */
	guint fitted; /* index of the password that opened an entry last */
	locale_t locale;
	struct budget budget;
	struct spending spending; /* of the request at hand */
	uint64_t number; /* of the next entry of the input that comes in order */
	GPtrArray *idle_feeds; /* memory for the next entries */
	GPtrArray *idle_entries;
	uint64_t archive; /* whose directory it is */
	struct zip_directory directory; /* kept between ranges; items is NULL: none */
};

struct unpack_entry {
	struct layer *layer;
	struct budget *budget; /* NULL: the entry's size was decided before */
	bool named;
	bool packed;
	unsigned depth; /* of what is in the layer */
	bool drain; /* read on to the end, within limits, when the visit does not */
	bool stopped; /* out: a limit ended it */
};

/* The content of a layer, held to the limits. False when a visit said stop. */
bool unpack_layer(struct unpacker *unpacker, struct unpack_entry *entry);

/* Pays for one more entry in `archive`; false, reported once, when that is one too many. */
bool unpack_add_entry(struct unpacker *unpacker, const struct stream *archive);

/* The content as a stream with read_at: the feed's own, or one that reads it again (*replay, for
 * the caller to free). NULL where it can be read only once. */
struct replay;
struct stream *unpack_get_random(struct unpacker *unpacker, const struct content *content,
				 struct replay **replay);

/* Reports a fault of the stream, or of the entry of that shown name in it. */
void unpack_report(struct unpacker *unpacker, const struct stream *stream, const char *entry,
		   enum fault_code code, const char *what);

/* The shown name of an entry of `archive`; reports what is wrong with it. The caller frees it. */
char *unpack_get_name(struct unpacker *unpacker, const struct stream *archive, const char *bytes,
		      size_t size, bool is_utf8);

/* A password by its number, asked for when there is none yet; NULL: no more. */
const char *unpack_get_password(void *unpacker, unsigned index);

/* Why an entry stays locked. */
const char *unpack_describe_lock(const struct unpacker *unpacker);

/* A feed of the layer, which it borrows; to be given back. */
struct feed *unpack_take_feed(struct unpacker *unpacker, struct layer *layer);
void unpack_give_feed(struct unpacker *unpacker, struct feed *feed);

/* unpack_rest.c: what follows the end of an archive. */

/* Zeros, or white space that a shell added. */
bool unpack_is_padding(const uint8_t *data, size_t size);

/*
 * Moves the feed on to where the next archive of the kind begins: after the end of one, or after
 * damage in it, where the next header of a tar will do. Reports what is passed over, unless it is
 * padding or `quiet`. False at the end.
 */
bool unpack_find_next(struct unpacker *unpacker, struct feed *feed, enum archive_kind kind,
		      bool quiet);

/* The first header of a tar in the bytes, where those of one may begin, or with a magic in any
 * other place; or NULL. */
const uint8_t *unpack_find_tar_header(const uint8_t *data, size_t size);

/* Moves the feed, which stands at the directory of a zip, to the zip's end. False: it found none.
 */
bool unpack_skip_zip_directory(struct feed *feed);

/* Where a 7z ends that begins at 0 of a stream with read_at; UINT64_MAX: not inside of it. */
uint64_t unpack_get_sevenzip_end(struct stream *stream);

/* unpack_sequence.c */

/* Entries one after another, as they stand in the feed: a zip, a tar, a cab, a rar. False when a
 * visit said stop. */
bool unpack_in_order(struct unpacker *unpacker, const struct content *content,
		     enum archive_kind kind);

/* A 7z. False when a visit said stop. */
bool unpack_sevenzip(struct unpacker *unpacker, const struct content *content);

/* unpack_item.c */

/* A zip that is being unpacked. */
struct zip {
	struct unpacker *unpacker;
	struct stream *stream;
	const struct zip_directory *directory; /* that holds the names of items */
	unsigned depth; /* of the zip */
	bool is_input; /* and not in a gzip or the like */
	bool salvaging; /* without a directory that could be counted before */
	uint64_t item_end; /* where the data of the item unpacked last ends; 0: not known */
};

/* The bytes of its name, borrowed; no NUL ends them. */
const char *zip_get_raw_name(const struct zip *zip, const struct zip_item *item);

/* Unpacks an item, or reports why it cannot. `number`: for at_entry(). False when a visit said
 * stop. */
bool zip_unpack_item(struct zip *zip, const struct zip_item *item, uint64_t number);

/* unpack_salvage.c */

/* What no directory names, in bytes [begin, end). False when a visit said stop. */
bool zip_salvage(const struct zip *zip, uint64_t begin, uint64_t end);

/* unpack_zip.c */

/* A zip. With `strict` it is one only if it has a directory: *found. False when a visit said
 * stop. */
bool unpack_zip(struct unpacker *unpacker, const struct content *content, bool strict, bool *found);

#endif
