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

/* What the files unpack*.c share. */

struct unpacker {
	const struct unpack_calls *calls;
	struct unpack_limits limits;
	GPtrArray *passwords; /* copies: those given, then those asked for */
	bool asked; /* there are no more */
	guint fitted; /* index of the password that opened an entry last */
	locale_t locale;
	struct budget budget;
	uint64_t number; /* of the next entry of the input that comes in order */
	GPtrArray *idle_feeds; /* memory for the next entries */
	GPtrArray *idle_entries;
	uint64_t archive; /* whose directory it is */
	struct zip_directory directory; /* kept between ranges; items is NULL: none */
};

/* Where bytes of unknown kind are. */
struct location {
	struct feed *feed; /* at its start */
	struct stream *input; /* when it is the input itself, or NULL */
	bool named;
	bool packed; /* a compressor is right around it */
	unsigned depth; /* archives around it */
};

/* Tells by content what is at a place and unpacks or visits it. False when a visit said stop. */
bool unpack_place(struct unpacker *unpacker, const struct location *place);

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
bool unpack_entry(struct unpacker *unpacker, struct unpack_entry *entry);

/* A zip. With `strict` its directory alone tells that it is one: *found. */
bool unpack_zip(struct unpacker *unpacker, const struct location *place, bool strict, bool *found);

struct in_order {
	struct feed *feed;
	enum archive_kind kind;
	unsigned depth;
	bool is_part; /* of a zip: it need not end with a directory */
};

/* Entries one after another, as they stand in the feed: a zip, a tar. */
bool unpack_in_order(struct unpacker *unpacker, const struct in_order *in_order);

/* What is at a place, with read_at: itself, or by reading it again (*replay, for the caller
 * to free). NULL where it can be read only once. */
struct replay;
struct stream *unpack_get_random(struct unpacker *unpacker, const struct location *place,
				 struct replay **replay);

void unpack_tell(struct unpacker *unpacker, const struct stream *stream, const char *entry,
		 const char *what);

/* The shown name of an entry of `archive`; tells what is wrong with it. The caller frees it. */
char *unpack_get_name(struct unpacker *unpacker, const struct stream *archive, const char *bytes,
		      size_t size, bool is_utf8);

/* A password by its number, asked for when there is none yet; NULL: no more. */
const char *unpack_get_password(void *unpacker, unsigned index);

/* Why an entry stays locked. */
const char *unpack_describe_lock(const struct unpacker *unpacker);

struct feed *unpack_take_feed(struct unpacker *unpacker, struct layer *layer);
void unpack_give_feed(struct unpacker *unpacker, struct feed *feed);

#endif
