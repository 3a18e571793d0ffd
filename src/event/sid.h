/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVENT_SID_H
#define WH_EVENT_SID_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WH_SID_SIZE_MAX (8 + 4 * 15) /* the most that a SID can have: 15 sub-authorities */

/* Appends S-1-… for a binary SID; false, with nothing appended, when the bytes are none. */
bool sid_append(GString *out, const uint8_t *data, size_t size);

#endif
