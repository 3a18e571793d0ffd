/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/event_json.h"
#include "evtx/scan.h"
#include "map/query.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

/*
 * The bytes of a log. The sieve must change nothing of what comes out, neither when it looks for
 * providers and ids alone, nor with the texts that rules need. The decoder is our own: the packaged
 * libevtx leaks memory on damaged records.
 */

/* Rules over the events of the seeds; "corp" and "svc" stand in many of them. */
static const char rule_text[] =
	"title: a\nlogsource: {service: sysmon}\n"
	"detection: {a: {EventID: [1, 3, 7, 20], User|contains: corp}, condition: a}\n---\n"
	"title: b\nlogsource: {service: wmi}\n"
	"detection: {a: {PossibleCause|contains: ['script*text', svchost]}, condition: a}\n---\n"
	"title: c\nlogsource: {category: process_creation}\n"
	"detection: {a: {Image|endswith: '.exe'}, b: {Image|contains: system32}, "
	"condition: a and not b}\n---\n"
	"title: d\nlogsource: {service: security}\n"
	"detection: {a: {EventID: 1102}, b: {SubjectUserName: admin}, condition: 1 of them}\n";

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context;
	g_assert_nonnull(fault->what);
}

static bool take(void *context, const struct event *event, enum event_fit fit)
{
	g_assert_cmpint(fit, ==, EVENT_WANTED);
	event_append_json(event, NULL, context);
	return true;
}

static GString *scan_all(const struct event_selection *selection, bool use_sieve,
			 const uint8_t *data, size_t size)
{
	struct memory_stream memory = memory_pipe(data, size, 0);
	const struct fault_sink faults = {ignore_fault, NULL};
	GString *lines = g_string_new(NULL);
	struct scan scan = {.selection = selection,
			    .use_sieve = use_sieve,
			    .take = take,
			    .context = lines,
			    .faults = &faults};
	struct scanner *scanner = scanner_new(&selection->plan, DECODER_NATIVE);
	struct reader reader;

	reader_init(&reader, &memory.stream);
	scanner_scan(scanner, &scan, &reader);
	reader_release(&reader);
	scanner_free(scanner);
	g_assert_true(g_utf8_validate(lines->str, (gssize)lines->len, NULL));
	return lines;
}

static void compare(struct rule_set *rules, const uint8_t *data, size_t size)
{
	struct event_query query = {.rules = rules};
	struct event_selection selection;
	GString *sieved, *unsieved;

	event_query_select(&query, &selection);
	sieved = scan_all(&selection, true, data, size);
	unsieved = scan_all(&selection, false, data, size);
	g_assert_cmpstr(sieved->str, ==, unsieved->str);
	g_string_free(sieved, TRUE);
	g_string_free(unsieved, TRUE);
	sieve_plan_release(&selection.plan);
}

static struct rule_set *load_rules(void)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct rule_set *rules = rule_set_new();

	g_assert_true(
		rule_set_add_text(rules, "rules", rule_text, sizeof(rule_text) - 1, messages));
	g_ptr_array_unref(messages);
	return rules;
}

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	static struct rule_set *rules;

	if (!rules)
		rules = load_rules();
	compare(NULL, data, size);
	compare(rules, data, size);
	return 0;
}
