/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_SNAPSHOT_H
#define WH_SNAPSHOT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/stream.h"
#include "repository/wmi_object.h"

/* Who is called when objects are read. */
struct snapshot_reading {
	/* Takes an object, borrowed for the call. */
	void (*take)(void *take_context, const struct wmi_object *object);
	void *take_context;
	/* Told the piece of the file that is begun, and with size 0 that it is done. */
	void (*at_piece)(void *context, uint64_t offset, size_t size);
	void *context;
	const struct fault_sink *faults;
};

/* True when a file that begins with these bytes is what a tool wrote of the subscriptions of hosts
 * that ran. */
bool snapshot_begins(const uint8_t *data, size_t size);

/* Reads such a file to its end. What cannot be read is a fault, and the rest goes on. Returns how
 * many objects there are. */
uint64_t snapshot_read(struct reader *reader, const struct snapshot_reading *reading);

/* All bytes of a file that is read as a whole; NULL, and a fault, where it is larger than
 * WH_MAX_OBJECT_TEXT. The caller unrefs. */
GByteArray *snapshot_read_bytes(struct reader *reader, const struct snapshot_reading *reading);

#endif
