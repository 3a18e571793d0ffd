/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "snapshot/mof_objects.h"
#include "snapshot/snapshot.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

/* Every object that comes out can be sent on, and read back from its line. */
static void take(void *context, const struct wmi_object *object)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GString) line = g_string_new(NULL);
	const char *reason = NULL;
	struct wmi_object copy;
	struct arena arena;

	(void)context;
	arena_init(&arena);
	wmi_object_pack(object, false, bytes);
	if (!wmi_object_unpack(&copy, bytes->data, bytes->len, "x", &arena, NULL))
		g_error("an object cannot be unpacked");
	wmi_object_write_line(&copy, line);
	if (!wmi_object_read_line(&copy, line->str, line->len - 1, &arena, &reason))
		g_error("%s: %s", reason, line->str);
	arena_release(&arena);
}

static void at_piece(void *context, uint64_t offset, size_t size)
{
	(void)context, (void)offset, (void)size;
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context, (void)fault;
}

/* What a tool wrote of live subscriptions, or MOF text. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	const struct fault_sink faults = {ignore_fault, NULL};
	const struct object_wants wants = {0};
	const struct snapshot_reading reading = {take, NULL, at_piece, NULL, &faults};

	for (int is_mof = 0; is_mof < 2; is_mof++) {
		struct memory_stream memory = memory_pipe(data, size, 0);
		struct reader reader;

		reader_init(&reader, &memory.stream);
		if (is_mof)
			mof_objects_read(&reader, &wants, &reading);
		else if (snapshot_begins(data, MIN(size, WH_READER_SIZE)))
			snapshot_read(&reader, &reading);
		reader_release(&reader);
	}
	return 0;
}
