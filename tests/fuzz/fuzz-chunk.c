/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/event_json.h"
#include "evtx/scan.h"
#include "tests/fuzz/fuzz.h"
#include "wmi/fact.h"
#include "wmi/plan.h"

/*
 * The bytes of a log. The sieve must change nothing of what comes out. The decoder is our own:
 * the packaged libevtx leaks memory on damaged records.
 */

struct memory_stream {
	struct stream stream;
	const uint8_t *data;
	size_t left;
};

static ssize_t read_memory(struct stream *stream, void *buffer, size_t size)
{
	struct memory_stream *memory = (struct memory_stream *)stream;

	size = MIN(size, memory->left);
	memcpy(buffer, memory->data, size);
	memory->data += size;
	memory->left -= size;
	return (ssize_t)size;
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context;
	g_assert_nonnull(fault->what);
}

static bool take(void *context, const struct event *event)
{
	event_append_json(event, NULL, context);
	return true;
}

static GString *scan_all(const struct sieve_plan *plan, bool use_sieve, const uint8_t *data,
			 size_t size)
{
	struct memory_stream memory = {{.path = "fuzz", .read = read_memory}, data, size};
	const struct fault_sink faults = {ignore_fault, NULL};
	GString *out = g_string_new(NULL);
	struct scan scan = {.plan = plan,
			    .use_sieve = use_sieve,
			    .is_wanted = wmi_event_is_wanted,
			    .take = take,
			    .context = out,
			    .faults = &faults};
	struct scanner *scanner = scanner_new(plan, DECODER_NATIVE);
	struct reader reader;

	reader_init(&reader, &memory.stream);
	scanner_scan(scanner, &scan, &reader);
	reader_release(&reader);
	scanner_free(scanner);
	g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sieve_plan plan;
	GString *sieved, *unsieved;

	wmi_plan_init(&plan);
	sieved = scan_all(&plan, true, data, size);
	unsieved = scan_all(&plan, false, data, size);
	g_assert_cmpstr(sieved->str, ==, unsieved->str);
	g_string_free(sieved, TRUE);
	g_string_free(unsieved, TRUE);
	sieve_plan_release(&plan);
	return 0;
}
