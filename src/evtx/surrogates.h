/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_SURROGATES_H
#define WH_EVTX_SURROGATES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "evtx/chunk.h"

/*
 * libevtx 20181227 misreads every surrogate pair, swallows the character after a lone
 * surrogate, and ends a string at U+0000. So, in the copy of the chunk that it gets,
 * these units of string values are replaced by private-use characters that the
 * records do not use themselves, and put back into the event afterwards.
 */
struct surrogates {
	unsigned base; /* first of the private-use characters */
	bool hidden; /* whether there is anything to restore */
};

/* Changes the string values of `records` (struct record) in the whole chunk at `chunk`. */
void surrogates_hide(struct surrogates *surrogates, uint8_t *chunk, const GArray *records);

void surrogates_restore(const struct surrogates *surrogates, struct event *event);

#endif
