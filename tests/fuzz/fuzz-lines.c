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
	struct run_lines run = {0};
	struct memory_stream memory = memory_pipe(data, size, 0);
	struct reader reader;

	reader_init(&reader, &memory.stream);
	event_lines_begin(data, size);
	event_lines_read(&reader, &faults, take, at_line, &reduction, &run);
	reader_release(&reader);
	host_names_settle(reduction.names);
	g_ptr_array_unref(joiner_take(reduction.joiner, reduction.names));
	joiner_free(reduction.joiner);
	host_names_free(reduction.names);
	g_byte_array_unref(reduction.packed);
	return 0;
}
