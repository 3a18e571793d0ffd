/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/scan_pair.h"

/* The bytes of a log, for rules: the sieve looks for the texts that they need, and changes nothing.
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

static struct rule_set *load_rules(void)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct rule_set *rules = rule_set_new();

	g_assert_true(
		rule_set_add_text(rules, "rules", rule_text, sizeof(rule_text) - 1, messages));
	g_ptr_array_unref(messages);
	return rules;
}

/* Made once: that takes longer than most logs. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	static struct scan_pair *pair;

	if (!pair)
		pair = scan_pair_new(load_rules(), false);
	scan_pair_compare(pair, data, size);
	return 0;
}
