/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "event/event_pack.h"
#include "map/event_lines.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"
#include "wmi/fact.h"
#include "wmi/join.h"

struct reduction {
	struct joiner *joiner;
	struct host_names *names;
	GByteArray *packed;
};

/* From the worker to the process that joins, as hunt does. */
static bool take(void *context, const struct event *event)
{
	struct reduction *reduction = context;
	struct wmi_fact *fact;
	struct event unpacked;

	event_init(&unpacked);
	g_byte_array_set_size(reduction->packed, 0);
	event_pack(event, false, reduction->packed);
	g_assert_true(event_unpack(&unpacked, reduction->packed->data, reduction->packed->len, ""));
	host_names_add(reduction->names, &unpacked);
	fact = wmi_fact_from_event(&unpacked);
	if (fact)
		joiner_add(reduction->joiner, &unpacked, fact);
	wmi_fact_free(fact);
	event_release(&unpacked);
	return true;
}

/* An object's line is read back as it was written. */
static bool take_object(void *context, const struct wmi_object *object)
{
	struct reduction *reduction = context;
	struct wmi_object unpacked;
	struct arena arena;
	GString *line = g_string_new(NULL), *again = g_string_new(NULL);
	const char *reason;

	arena_init(&arena);
	g_byte_array_set_size(reduction->packed, 0);
	wmi_object_pack(object, false, reduction->packed);
	g_assert_true(wmi_object_unpack(&unpacked, reduction->packed->data, reduction->packed->len,
					"", &arena, NULL));
	wmi_object_write_line(&unpacked, line);
	g_assert_true(wmi_object_read_line(&unpacked, line->str, line->len, &arena, &reason));
	wmi_object_write_line(&unpacked, again);
	g_assert_cmpstr(line->str, ==, again->str);
	g_string_free(line, TRUE);
	g_string_free(again, TRUE);
	arena_release(&arena);
	return true;
}

static void at_line(void *context, uint64_t offset, size_t size)
{
	(void)context, (void)offset, (void)size;
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context, (void)fault;
}

/* The lines of `hunt -`, through the whole reduce half but the rules. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct reduction reduction = {joiner_new(WH_FINDINGS_MEMORY), host_names_new(),
				      g_byte_array_new()};
	const struct fault_sink faults = {ignore_fault, NULL};
	const struct line_calls calls = {
		.take = take, .take_object = take_object, .at_line = at_line};
	struct run_lines run = {0};
	struct memory_stream memory = memory_pipe(data, size, 0);
	struct reader reader;

	reader_init(&reader, &memory.stream);
	event_lines_begin(data, size);
	event_lines_read(&reader, &faults, &calls, &reduction, &run);
	reader_release(&reader);
	host_names_settle(reduction.names);
	g_ptr_array_unref(joiner_take(reduction.joiner, reduction.names));
	joiner_free(reduction.joiner);
	host_names_free(reduction.names);
	g_byte_array_unref(reduction.packed);
	return 0;
}
