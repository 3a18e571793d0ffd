/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_UNREAD_H
#define WH_MAP_UNREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/stream.h"

/* What is known to hold event logs, or to be some, and is not read. */
struct unread {
	enum fault_code code;
	const char *what; /* for a fault */
};

/*
 * Tells by the first `size` bytes of a file; `is_long`: it has WH_UNREAD_LONG at least, fewer of
 * which may be in `data`. False for any other file, of which there is nothing to say.
 */
bool unread_find(const uint8_t *data, size_t size, bool is_long, struct unread *out);

/* Whether more than some KiB of the file are needed to tell. */
bool unread_needs_more(const uint8_t *data, size_t size);

/* The boot sector of a volume may be collected as a file of its own; an image is longer. */
#define WH_UNREAD_LONG (128 << 10)

/* Whether a file of that name is one that Windows would take for a log: .evtx in any case, also
 * with the ending of a packer. */
bool unread_is_log_name(const char *name);

/* The name of what is read: of an archive's entry, or of the file. Borrowed. */
const char *unread_get_name(const struct reader *reader);

/* What is to be said of a file of no kind that is read, because it was named or is named like a
 * log; false: nothing. `data`, of `size`, is its beginning. Reads what is zeros to its end. */
bool unread_refuse(struct reader *reader, const uint8_t *data, size_t size, bool named,
		   struct unread *out);

#endif
