/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/event_json.h"
#include "evtx/scan.h"
#include "hunt/rules.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"
#include "wmi/fact.h"
#include "wmi/plan.h"

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

struct output {
	struct rule_set *rules; /* NULL: subscriptions alone */
	GString *lines;
};

static bool take(void *context, const struct event *event)
{
	event_append_json(event, NULL, ((const struct output *)context)->lines);
	return true;
}

static bool is_wanted(void *context, const struct event *event)
{
	const struct output *output = context;

	return wmi_event_is_wanted(event) ||
	       (output->rules && rule_set_match_event(output->rules, event, NULL, NULL));
}

static GString *scan_all(const struct sieve_plan *plan, struct rule_set *rules, bool use_sieve,
			 const uint8_t *data, size_t size)
{
	struct memory_stream memory = memory_pipe(data, size, 0);
	const struct fault_sink faults = {ignore_fault, NULL};
	struct output out = {rules, g_string_new(NULL)};
	struct scan scan = {.plan = plan,
			    .use_sieve = use_sieve,
			    .is_wanted = is_wanted,
			    .take = take,
			    .context = &out,
			    .faults = &faults};
	struct scanner *scanner = scanner_new(plan, DECODER_NATIVE);
	struct reader reader;

	reader_init(&reader, &memory.stream);
	scanner_scan(scanner, &scan, &reader);
	reader_release(&reader);
	scanner_free(scanner);
	g_assert_true(g_utf8_validate(out.lines->str, (gssize)out.lines->len, NULL));
	return out.lines;
}

static void compare(const struct sieve_plan *plan, struct rule_set *rules, const uint8_t *data,
		    size_t size)
{
	GString *sieved = scan_all(plan, rules, true, data, size);
	GString *unsieved = scan_all(plan, rules, false, data, size);

	g_assert_cmpstr(sieved->str, ==, unsieved->str);
	g_string_free(sieved, TRUE);
	g_string_free(unsieved, TRUE);
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
	struct sieve_plan plan;

	if (!rules)
		rules = load_rules();
	wmi_plan_init(&plan);
	compare(&plan, NULL, data, size);
	rule_set_fill_plan(rules, &plan);
	compare(&plan, rules, data, size);
	sieve_plan_release(&plan);
	return 0;
}
