/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_UNPACK_H
#define WH_ARCHIVE_UNPACK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/stream.h"

/* What an archive may make the program spend. Sizes in bytes. */
struct unpack_limits {
	uint64_t ratio; /* of inflated to packed, once WH_RATIO_GRACE bytes are inflated */
	uint64_t entry_size; /* inflated */
	uint64_t total_size; /* all entries of one input, nested ones included */
	uint64_t entries; /* of one input, nested ones included */
	uint32_t depth; /* archives inside archives */
	uint32_t name_length; /* of an entry */
};

/* The defaults. */
struct unpack_limits unpack_limits_default(void);

/* Who is called. All are called in the order of entries. */
struct unpack_calls {
	/*
	 * A file that is no archive: the input itself or an entry (reader->stream names it).
	 * It need not be read to its end. Returns false to stop.
	 */
	bool (*visit)(void *context, struct reader *reader, bool named);
	/*
	 * Entries [first, first + count) of the input, a zip, which has `packed` bytes there:
	 * for unpack_range() on another core. NULL: they are unpacked at once.
	 */
	void (*split)(void *context, uint64_t first, uint64_t count, uint64_t packed);
	/*
	 * Whether an entry of that name, of `length`, is read together with others of the input:
	 * not by split(), but by who gave the rest away. NULL: none is.
	 */
	bool (*stays)(void *context, const char *name, size_t length);
	/* An entry of the input is begun; its number and shown name. May be NULL. */
	void (*at_entry)(void *context, uint64_t number, const char *name);
	/* One more password to try for this input, which the callee keeps; NULL: none. */
	const char *(*ask_password)(void *context);
	/*
	 * Work goes on: about `amount` bytes were read or unpacked, or one more password is tried
	 * (WH_PROGRESS_STEP). At least once for each MiB and for each call of a library. May be
	 * NULL.
	 */
	void (*progress)(void *context, uint64_t amount);
	/*
	 * What the request has cost up to now in bytes unpacked and entries, those of archives
	 * inside archives included: at the end of each entry, and for each MiB. May be NULL.
	 */
	void (*spent)(void *context, uint64_t bytes, uint64_t entries);
	void *context;
	const struct fault_sink *faults;
};

static inline void unpack_progress(const struct unpack_calls *calls, uint64_t amount)
{
	if (calls->progress)
		calls->progress(calls->context, amount);
}

/* Opens archives: zip, 7z, tar, cab, rar, and what gzip, bzip2, xz and zstd pack, known by their
 * content, and inside each other. */
struct unpacker;

/*
 * Borrows `calls`; copies the rest. `passwords` ends with NULL and may be NULL. Opens a locale:
 * to be called before a sandbox that forbids that, or names beyond ASCII suffer.
 */
struct unpacker *unpacker_new(const struct unpack_calls *calls, const struct unpack_limits *limits,
			      const char *const *passwords);
void unpacker_free(struct unpacker *unpacker);

/*
 * Visits the files in the stream, or the stream itself when it is no archive. An entry that
 * cannot be read is a fault, and the rest goes on. Returns false when a visit stopped it.
 */
bool unpack_stream(struct unpacker *unpacker, struct stream *stream, bool named);

/*
 * Visits the entries [first, first + count) that unpack_stream() gave to split(). What is
 * wrong with the archive as a whole was reported then and is not again. Calls with the same
 * `archive` are for the same input, so that its directory is read once.
 */
bool unpack_range(struct unpacker *unpacker, struct stream *stream, uint64_t archive,
		  uint64_t first, uint64_t count);

#endif
