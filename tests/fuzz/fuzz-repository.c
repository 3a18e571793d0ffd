/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "base/limits.h"
#include "repository/repository.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

static void take(void *context, const struct wmi_object *object)
{
	wmi_object_write_line(object, context);
	g_string_truncate(context, 0);
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context, (void)fault;
}

/* Files one after the other, each after its role and its size (32 bits). */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	const struct object_wants wants = {.every = true};
	const struct fault_sink faults = {ignore_fault, NULL};
	g_autoptr(GString) line = g_string_new(NULL);
	const struct repository_calls calls = {
		.take = take, .take_context = line, .faults = &faults};
	struct repository_file files[WH_MAX_REPOSITORY_FILES];
	struct memory_stream streams[WH_MAX_REPOSITORY_FILES];
	size_t count = 0;

	while (size >= 5 && count < WH_MAX_REPOSITORY_FILES) {
		size_t length = data[1] | data[2] << 8 | data[3] << 16 | (size_t)data[4] << 24;

		length = MIN(length, size - 5);
		streams[count] = memory_stream(data + 5, length);
		streams[count].stream.path = "file";
		files[count] = (struct repository_file){.role = data[0] % (ROLE_VERSION + 1),
							.number = data[0] / 8,
							.stream = &streams[count].stream};
		count++;
		data += 5 + length;
		size -= 5 + length;
	}
	if (count)
		repository_read(files, count, &wants, &calls);
	return 0;
}
