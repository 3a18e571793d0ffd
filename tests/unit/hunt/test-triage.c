/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <string.h>

#include "hunt/rules.h"

#define ID "aaaaaaaa-0000-4000-8000-000000000001"
#define BODY                                                                                       \
	"id: " ID "\nlevel: low\ntags: [attack.t1546.003]\n"                                       \
	"logsource: {category: wmi_subscription}\n"                                                \
	"detection:\n  sel: {state: active}\n  condition: sel\n"

static struct rule_set *load(const char *text, GPtrArray *messages, bool *loaded)
{
	struct rule_set *rules = rule_set_new();

	*loaded = rule_set_add_text(rules, "triage.yml", text, strlen(text), messages);
	return rules;
}

static char *triage_of(const char *text)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct subscription *subscription = g_new0(struct subscription, 1);
	const struct match *match;
	struct rule_set *rules;
	struct finding finding;
	char *triage;
	bool loaded;

	rules = load(text, messages, &loaded);
	assert_true(loaded);
	assert_int_equal(messages->len, 0);
	subscription->events = g_ptr_array_new();
	rule_set_judge(rules, subscription, NULL, &finding);
	assert_int_equal(finding.matches->len, 1);
	match = g_ptr_array_index(finding.matches, 0);
	triage = g_strdup(match->triage);
	finding_release(&finding);
	subscription_free(subscription);
	rule_set_free(rules);
	return triage;
}

static void matches_tell_what_to_look_at_next(void **state)
{
	g_autofree char *triage =
		triage_of("title: A\nx-triage: |\n  Fetch the file.\n  Ask who made it.\n" BODY);
	g_autofree char *none = triage_of("title: A\n" BODY);

	(void)state;
	assert_string_equal(triage, "Fetch the file.\nAsk who made it.\n");
	assert_null(none);
}

static void it_should_be_a_text(void **state)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	const struct rule_message *message;
	struct rule_set *rules;
	bool loaded;

	(void)state;
	rules = load("title: A\nx-triage: [one, two]\n" BODY, messages, &loaded);
	assert_true(loaded);
	message = g_ptr_array_index(messages, messages->len - 1);
	assert_string_equal(message->text, "'x-triage' should be a text");
	assert_false(message->is_error);
	assert_int_equal(message->line, 2);
	rule_set_free(rules);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_tell_what_to_look_at_next),
		cmocka_unit_test(it_should_be_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
