/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_UNIT_ARCHIVE_CONTENTS_H
#define WH_TESTS_UNIT_ARCHIVE_CONTENTS_H

#include <glib.h>

#include "input/stream.h"

/*
 * What libarchive reads of a 7z in `stream`: a new table of names and their GBytes. *is_whole
 * says that it found nothing wrong.
 */
GHashTable *archive_contents(struct stream *stream, bool *is_whole);

#endif
