/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_OBJECT_CARVE_H
#define WH_REPOSITORY_OBJECT_CARVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "repository/name_hash.h"

/* What may be the beginning of an instance's record. */
struct carve_mark {
	size_t offset;
	struct name_hash class_hash;
	size_t size; /* that the record says to have, its head included */
};

/*
 * The first mark at or after `from`: the digits of a hash in UTF-16, which no underscore comes
 * before (as in keys that references hold), two times, and the head of a block of at most
 * WH_MAX_CIM_RECORD bytes. False when there is none.
 */
bool carve_find(const uint8_t *data, size_t size, size_t from, unsigned digits,
		struct carve_mark *out);

#endif
