/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_PLAIN_H
#define WH_ARCHIVE_SEVENZIP_PLAIN_H

#include "input/stream.h"

/* Encrypted 7z archives, for a reader that cannot decrypt: the same archive in plain. */

enum sevenzip_result {
	SEVENZIP_PLAIN, /* no encryption was seen (or no 7z): read the input itself */
	SEVENZIP_OPENED,
	SEVENZIP_NO_PASSWORD, /* encrypted, and there was none to try */
	SEVENZIP_WRONG_PASSWORD, /* none fits; damage right where they are tried looks the same */
	SEVENZIP_DAMAGED, /* encrypted, and damaged or of a kind that is not read */
};

/*
 * Tries the `passwords` (a list that ends with NULL, or NULL) and then what `ask` (may be NULL)
 * gives, until it gives NULL or three did not fit; `trying` (may be NULL) is called before each.
 * `in` must have read_at. On SEVENZIP_OPENED *out is a stream with read, read_at and size that has
 * the names of `in` and borrows it; free it with sevenzip_plain_free(). On any result but PLAIN and
 * OPENED *problem is one clause for a fault, static. Neither is touched otherwise.
 *
 * All of the archive is read with one password. Where contents cannot prove it (large
 * stored files, rare codecs) a wrong one is taken, and the archive's reader finds damage.
 */
enum sevenzip_result sevenzip_open_plain(struct stream *in, const char *const *passwords,
					 const char *(*ask)(void *context),
					 void (*trying)(void *context), void *context,
					 struct stream **out, const char **problem);

/* Frees what sevenzip_open_plain() gave; NULL is fine. */
void sevenzip_plain_free(struct stream *stream);

#endif
