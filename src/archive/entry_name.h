/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_ENTRY_NAME_H
#define WH_ARCHIVE_ENTRY_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The text of a name as an archive holds it: UTF-8 where it is or should be that, and else code
 * page 437, as zips without flag 11 have it. The caller frees it.
 */
char *entry_name_decode(const char *bytes, size_t size, bool should_be_utf8);

/* Why the name is one that no honest archive holds: a clause, static; or NULL. */
const char *entry_name_find_problem(const char *bytes, size_t size);

/* The name as it is shown, inside `outer` (or NULL), at most `most` bytes; *cut when it is
 * longer. The caller frees it. */
char *entry_name_join(const char *outer, const char *name, size_t most, bool *cut);

/* The last part of a path or of a joined name, after a slash of either kind. Borrowed. */
const char *entry_name_base(const char *name);

/* How much of a joined name is the archive that the last part stands in, with the mark after it. */
size_t entry_name_archive_length(const char *name);

#endif
