/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_MANIFEST_H
#define WH_EXPORT_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Fields of the events that matter most, in the order of their provider's manifest. */
struct manifest_event {
	const char *provider;
	uint32_t event_id;
	const char *element; /* in UserData; NULL: they stand in EventData */
	const char *fields; /* names with a blank after each but the last */
	const char *late; /* those that early versions lack, the latest first; "" when these lack
			     what stands last */
};

/* NULL for an event that is not in the table. */
const struct manifest_event *manifest_find(const char *provider, uint32_t event_id);

#define WH_MANIFEST_FIELDS 32 /* no event of the table has more */

/* The names of an event that has `count` fields, in the arena; how many there are: fewer than
 * `count` where that many are not known. */
size_t manifest_list(const struct manifest_event *event, size_t count, struct arena *arena,
		     const char *names[WH_MANIFEST_FIELDS]);

/* True for a field that this provider logs as hexadecimal digits. */
bool manifest_is_hex(const char *provider, const char *field);

#endif
