/* SPDX-License-Identifier: Apache-2.0 */
/* What is tried once for many rules, kept for values that come again, or not tried at all, against
 * each rule by itself on each subscription. */
#include <glib.h>
#include <string.h>

#include "hunt/rule_set.h"
#include "tests/support/report_sample.h"
#include "tests/unit/cmocka_test.h"

#define SUBSCRIPTIONS 3000
#define SEED 20240401

/* Tests of all kinds that the packs do not have; a few share some. */
static const char *const further_rules[] = {
	"a: {consumer.name|re: '^$'}, condition: a",
	"a: {consumer.name|re: 'x*'}, condition: a",
	"a: {filter.name|fieldref: consumer.name}, condition: a",
	"a: {filter.name|contains|fieldref: consumer.name}, condition: not a",
	"a: [kelvin, sister], condition: a",
	"a: {filter.name: [null, Updater]}, condition: a",
	"a: {filter.name: [null, Updater]}, b: {filter.name: [Updater]}, condition: a and not b",
	"a: {filter.name: Updater}, b: {filter.query|contains|all: [win32_, logon]}, "
	"condition: 1 of them",
	"a: {consumer.runs|contains|all: [-enc, powershell]}, condition: a",
	"a: {consumer.runs|neq: evil.exe}, condition: a",
	"a: {consumer.runs|re|i: '\\bs(ister|kelvin)\\b'}, condition: a",
	"a: {consumer.runs|re|i: '(k|s)+elvin'}, condition: a",
	"a: {consumer.runs|re|i: 'kelvin'}, condition: a",
	"a: {consumer.runs|re: '(Kelvin|sister)x?'}, condition: all of them",
	"a: {consumer.runs|re|i: 'x?(cmd|pwsh)(\\.exe)? /[ck]'}, condition: a",
	"a: {consumer.runs|contains: '*.exe*-w?'}, condition: a",
	"a: {consumer.runs|startswith: C:\\}, b: {consumer.runs|endswith: .exe}, "
	"condition: a and b",
	"a: {consumer.runs|base64offset|contains: sister}, condition: a",
	"a: {consumer.properties.KillTimeout|gt: 5}, condition: a",
	"a: [{consumer.class: Odd}, {consumer.runs|contains: Sister}], condition: a",
	"a: {consumer.runs|contains: '\u017Fister'}, condition: a",
	"rules: any, a: {consumer.name|endswith: fine}, condition: not a",
	"rules: any, a: {filter.name: BVTFilter}, b: {consumer.class: Odd}, "
	"condition: not (a and b)",
};

static const char *const names[] = {
	"",	      "Updater",    "BVTFilter",       "SCM Event Log Filter",
	"fuckyoumm3", "Good\u0430", "zero\u200Bwidth", "kelvin",
	"is fine",    NULL,
};

static const char *const queries[] = {
	"SELECT * FROM Win32_LogonSession",
	"SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA "
	"'Win32_PerfFormattedData_PerfOS_System' AND TargetInstance.SystemUpTime >= 240",
	"select * from __InstanceCreationEvent where targetinstance isa 'win32_localtime'",
	"SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='a.exe'",
	"x",
	NULL,
};

static const char *const pieces[] = {
	"C:\\Windows\\System32\\cmd.exe /c ",
	"powershell.exe -w hidden -ep bypass ",
	"PoWeRShell -nop -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMA ",
	"iwr https://x.example/a ",
	"net user a b /add ",
	"schtasks /create /tn x ",
	"\\\\10.0.0.1\\share\\run.exe ",
	"Chr(65)&Chr(66)&Chr(67)&Chr(68)&Chr(69)&Chr(70) ",
	"nc -l -e sh ",
	"evil.exe",
	"sister ",
	"\u017Fister ",
	"\u212Aelvin ",
	"kelvin",
	"c2lzdGVy",
	"%TEMP%\\x.vbs ",
	"execute(\"a\") .regread ",
	"`a`b`c`d`e a^b^c^d^e^f ",
	"certutil -urlcache -f http://x ",
	"pwsh.exe /k ",
	"taskkill /f sekurlsa:: vssadmin delete shadows ",
	"",
	NULL, /* none */
};

static const char *pick(GRand *random, const char *const *texts, guint count)
{
	return texts[g_rand_int_range(random, 0, (gint32)count)];
}

#define PICK(random, texts) pick(random, texts, G_N_ELEMENTS(texts))

static char *make_payload(GRand *random)
{
	GString *text = g_string_new(NULL);
	int count = g_rand_int_range(random, 0, 4);

	for (int i = 0; i < count; i++) {
		const char *piece = PICK(random, pieces);

		g_string_append(text, piece ? piece : "");
	}
	/* Longer than what is kept of a value. */
	if (g_rand_int_range(random, 0, 40) == 0)
		for (int i = 0; i < 100; i++)
			g_string_append(text, "some filling ");
	return g_string_free(text, FALSE);
}

static struct subscription *make_subscription(GRand *random)
{
	static const char *const classes[] = {"CommandLineEventConsumer", "Odd",
					      "ActiveScriptEventConsumer", "SMTPEventConsumer"};
	static const char *const properties[] = {"CommandLineTemplate", "ScriptText",
						 "ExecutablePath", "WorkingDirectory"};
	static const char *const numbers[] = {"0", "7", "45"};
	struct wmi_consumer *consumer = sample_consumer(PICK(random, names), NULL);
	int count = g_rand_int_range(random, 0, 3);
	struct subscription *made;

	consumer->class_name = PICK(random, classes);
	for (int i = 0; i < count; i++) {
		g_autofree char *payload = make_payload(random);

		sample_add_property(&consumer->properties, PICK(random, properties),
				    sample_text(MOF_STRING, payload));
	}
	sample_add_property(&consumer->properties, "KillTimeout",
			    sample_text(MOF_NUMBER, PICK(random, numbers)));
	made = sample_subscription(sample_filter(PICK(random, names), PICK(random, queries)),
				   consumer);
	made->incomplete = g_rand_int_range(random, 0, 8) == 0;
	return made;
}

static struct rule_set *load(void)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct rule_set *rules = rule_set_new();

	assert_true(rule_set_add_builtin(rules, messages));
	for (guint i = 0; i < G_N_ELEMENTS(further_rules); i++) {
		bool is_filter = g_str_has_prefix(further_rules[i], "rules:");
		g_autofree char *text = g_strdup_printf(
			"title: T%u\nlevel: high\nlogsource: {category: wmi_subscription}\n"
			"%s: {%s}\n",
			i, is_filter ? "filter" : "detection", further_rules[i]);

		if (!rule_set_add_text(rules, "test", text, strlen(text), messages))
			fail_msg("%s: %s", text,
				 ((const struct rule_message *)messages->pdata[messages->len - 1])
					 ->text);
	}
	return rules;
}

/* What follows sees all that a rule finds; by itself it is without answers. */
static char *describe_match(struct rule *rule, struct matcher *matcher)
{
	g_autoptr(GPtrArray) fields = match_fields_new();
	GString *text = g_string_new(rule->title);

	condition_collect(rule_get_detection(rule)->condition, matcher, fields);
	for (guint i = 0; i < fields->len; i++) {
		const struct match_field *field = fields->pdata[i];

		g_string_append_printf(text, " %s=%s", field->field, field->text);
	}
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

static bool is_asked(const struct rule_set *rules, const struct rule *rule)
{
	return rule->source == rules->subscriptions && !rule->targets;
}

/* Filters that vouch and rules that match, in the order in which they were loaded. */
static char *try_each(const struct rule_set *rules, const struct field_list *subject)
{
	const GPtrArray *const lists[] = {rules->filters, rules->rules};
	struct matcher matcher = {.subject = subject, .runner = rules->runner};
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; j < lists[i]->len; j++) {
			struct rule *rule = lists[i]->pdata[j];
			g_autofree char *match = NULL;

			if (!is_asked(rules, rule) ||
			    condition_holds(rule_get_detection(rule)->condition, &matcher) ==
				    rule->is_filter)
				continue;
			match = describe_match(rule, &matcher);
			g_string_append(text, match);
		}
	}
	return g_string_free(text, FALSE);
}

static char *try_few(const struct rule_set *rules, struct field_list *subject, guint *tried)
{
	struct matcher matcher = {.subject = subject, .runner = rules->runner};
	GString *text = g_string_new(NULL);

	matcher.answers = judges_begin(rules->judges, subject);
	for (int is_filter = 1; is_filter >= 0; is_filter--) {
		struct rule *rule;
		guint index = 0;

		while ((rule = judges_next(rules->judges, is_filter, &index))) {
			g_autofree char *match = NULL;

			++*tried;
			if (condition_holds(rule_get_detection(rule)->condition, &matcher) ==
			    rule->is_filter)
				continue;
			match = describe_match(rule, &matcher);
			g_string_append(text, match);
		}
	}
	return g_string_free(text, FALSE);
}

static void few_rules_find_what_all_do(void **state)
{
	GRand *random = g_rand_new_with_seed(SEED);
	struct rule_set *rules = load();
	guint tried = 0, matched = 0, all = 0;

	(void)state;
	for (guint i = 0; i < rules->rules->len; i++)
		all += is_asked(rules, rules->rules->pdata[i]);
	for (guint i = 0; i < SUBSCRIPTIONS; i++) {
		struct subscription *subscription = make_subscription(random);
		g_autofree char *expected = NULL;
		g_autofree char *got = NULL;
		struct field_list subject;

		field_list_init(&subject);
		field_list_add_subscription(&subject, subscription);
		expected = try_each(rules, &subject);
		got = try_few(rules, &subject, &tried);
		assert_string_equal(got, expected);
		matched += *got != '\0';
		field_list_release(&subject);
		subscription_free(subscription);
	}
	assert_true(matched > SUBSCRIPTIONS / 2);
	assert_true(tried < all * SUBSCRIPTIONS / 2);
	rule_set_free(rules);
	g_rand_free(random);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_rules_find_what_all_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
