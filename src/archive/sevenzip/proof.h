/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_SEVENZIP_PROOF_H
#define WH_ARCHIVE_SEVENZIP_PROOF_H

#include "archive/sevenzip/piece.h"

/*
 * True when the password of `keys` seems to open the folders: the beginnings of a few are
 * unpacked, those first that prove most for the least work. 7z has no other proof when its
 * header is not encrypted. True too where they prove nothing. The work is bounded.
 */
bool sevenzip_password_fits(const struct sevenzip_streams *streams, struct stream *in,
			    struct sevenzip_keys *keys);

#endif
