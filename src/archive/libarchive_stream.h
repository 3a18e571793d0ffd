/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_LIBARCHIVE_STREAM_H
#define WH_ARCHIVE_LIBARCHIVE_STREAM_H

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>

#include "archive/archive_kind.h"
#include "archive/layer.h"

/* An archive that libarchive reads from start to end. */
struct libarchive;

struct libarchive_source {
	enum archive_kind kind; /* bzip2, xz, zstd: one entry without a name; else many */
	struct feed *feed; /* stands where the archive begins; or */
	struct stream *stream; /* with read_at, for 7z */
	locale_t locale; /* of UTF-8, so that names stay what they are; or 0 */
	/* Passwords to try, one a call, then NULL; borrowed. NULL: none. */
	const char *(*next_password)(void *context, unsigned index);
	void *context;
	const struct fault_sink *faults;
};

enum libarchive_type {
	LIBARCHIVE_FILE,
	LIBARCHIVE_FOLDER,
	LIBARCHIVE_LINK, /* symbolic or hard */
	LIBARCHIVE_DEVICE, /* or pipe: holds nothing */
};

struct libarchive_entry {
	const char *name; /* bytes, valid until the next call */
	enum libarchive_type type;
};

enum libarchive_step {
	LIBARCHIVE_ENTRY,
	LIBARCHIVE_DAMAGED, /* something was passed over: libarchive_get_problem(); go on */
	LIBARCHIVE_BROKEN, /* it ends here: libarchive_get_problem() */
	LIBARCHIVE_END,
};

/* Loads the library; false when it is not there. It must be loaded before a sandbox forbids that;
 * else the first archive does it. */
bool libarchive_load(void);

/* Borrows all that the source names. */
struct libarchive *libarchive_new(const struct libarchive_source *source);

/* NULL is fine. The feed is left where the archive was read to: after its end, or after the mark or
 * header of the entry that broke. */
void libarchive_free(struct libarchive *archive);

enum libarchive_step libarchive_next(struct libarchive *archive, struct libarchive_entry *entry);

/* The data of the entry under `name`, which is borrowed; valid until the next entry. Can
 * begin anew where the feed can. */
struct layer *libarchive_get_layer(struct libarchive *archive, const char *path, const char *name);

/* One clause, valid until the next call; NULL when a layer reported it already. */
const char *libarchive_get_problem(const struct libarchive *archive);

/* What is wrong with the head of the entry, which can be read for all that: one clause, valid until
 * the next call; or NULL. */
const char *libarchive_get_warning(struct libarchive *archive);

/* Whether the problem is that no password fits (or none is there). */
bool libarchive_is_locked(const struct libarchive *archive);

/* Whether something was wrong with what was read of the entry until now, reported or not. */
bool libarchive_has_problem(const struct libarchive *archive);

/* What ended the data of the entry, whether reported or not; or NULL. */
const char *libarchive_get_damage(const struct libarchive *archive);

/* The data of a file that was packed alone, with the names of what is below. Free with
 * layer_free(). */
struct layer *libarchive_filter_new(const struct libarchive_source *source);

#endif
