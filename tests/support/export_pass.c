/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/export_pass.h"

#include <glib.h>

#include "event/event_json.h"
#include "export/export.h"
#include "map/log_line.h"
#include "tests/support/memory_stream.h"
#include "wmi/fact.h"

struct export_pass {
	GString *lines;
	unsigned count;
};

static bool take(void *context, const struct event *event, enum event_fit fit)
{
	struct export_pass *pass = context;
	gsize begin = pass->lines->len;
	g_autofree char *reason = NULL;
	struct event copy;

	(void)fit;
	pass->count++;
	event_append_json(event, NULL, pass->lines);
	event_init(&copy);
	if (!event_from_json(&copy, pass->lines->str + begin, pass->lines->len - begin - 1,
			     &reason))
		g_error("%s: %s", reason, pass->lines->str + begin);
	event_release(&copy);
	return true;
}

static void take_log(void *context, struct log_facts *facts)
{
	struct export_pass *pass = context;

	log_line_append(facts, false, pass->lines);
}

static void at_record(void *context, uint64_t offset, size_t size)
{
	(void)context, (void)offset, (void)size;
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context, (void)fault;
}

static enum event_fit test_wanted(void *context, const struct event *event, bool is_partial)
{
	(void)context, (void)is_partial;
	return wmi_event_is_wanted(event) ? EVENT_WANTED : EVENT_UNWANTED;
}

static struct export_pass read_export(const uint8_t *data, size_t size, bool use_sieve)
{
	struct export_pass pass = {g_string_new(NULL), 0};
	const struct fault_sink faults = {ignore_fault, NULL};
	struct event_selection selection = {.test = test_wanted};
	const struct export_reading reading = {
		.selection = &selection,
		.use_sieve = use_sieve,
		.take = take,
		.at_record = at_record,
		.context = &pass,
		.faults = &faults,
		.take_log = take_log,
		.log_context = &pass,
	};
	struct memory_stream memory = memory_pipe(data, size, 0);
	struct reader reader;

	sieve_plan_init(&selection.plan);
	wmi_sources_fill_plan(&selection.plan);
	reader_init(&reader, &memory.stream);
	export_read(&reader, &reading);
	reader_release(&reader);
	sieve_plan_release(&selection.plan);
	return pass;
}

unsigned export_pass(const uint8_t *data, size_t size)
{
	struct export_pass with = read_export(data, size, true);
	struct export_pass without = read_export(data, size, false);

	g_assert_cmpstr(with.lines->str, ==, without.lines->str);
	g_string_free(with.lines, TRUE);
	g_string_free(without.lines, TRUE);
	return with.count;
}
