/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/text.h"
#include "hunt/baseline.h"
#include "hunt/baseline_text.h"
#include "sigma/yaml_quote.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"
#include "wmi/fingerprint.h"

static struct subscription *bound(const char *query, const char *command)
{
	return sample_subscription(sample_filter("Tidy", query),
				   sample_consumer("Tidy Up", command));
}

/* Adds the baseline of one subscription; the key, for the caller to free. */
static char *add_baseline(GString *text, const struct subscription *subscription)
{
	char *key = subscription_fingerprint_exact(subscription);
	struct stack *stack = stack_new();
	struct finding finding = sample_finding(subscription);
	GPtrArray *entries;

	assert_non_null(key);
	stack_add(stack, key, &finding);
	entries = stack_list(stack, 1);
	assert_int_equal(entries->len, 1);
	baseline_append_filter(text, entries->pdata[0]);
	g_ptr_array_unref(entries);
	finding_release(&finding);
	stack_free(stack);
	return key;
}

/* A set of what must be filters only, without one message. */
static struct rule_set *load(const GString *text, size_t filters)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct rule_set *rules = rule_set_new();
	bool done = rule_set_add_text(rules, "good.yml", text->str, text->len, messages);

	if (messages->len > 0)
		print_error("%s: %s\n", ((struct rule_message *)messages->pdata[0])->text,
			    text->str);
	assert_true(done);
	assert_int_equal(messages->len, 0);
	assert_int_equal(rule_set_count_rules(rules), 0);
	assert_int_equal(rule_set_count_filters(rules), filters);
	assert_int_equal(rule_set_count_vouchers(rules), filters);
	g_ptr_array_unref(messages);
	return rules;
}

/* The id of what vouches, for the caller to free, or NULL. */
static char *voucher_of(struct rule_set *rules, const struct subscription *subscription)
{
	struct finding finding;
	char *id;

	rule_set_judge(rules, subscription, NULL, &finding);
	id = g_strdup(finding.known_good_id);
	finding_release(&finding);
	return id;
}

/* Takes the subscription: its own baseline must vouch for it. */
static void check_round_trip(struct subscription *subscription)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *key = add_baseline(text, subscription);
	g_autofree char *id = baseline_filter_id(key);
	g_autofree char *voucher = NULL;
	struct rule_set *rules = load(text, 1);

	voucher = voucher_of(rules, subscription);
	if (!voucher)
		print_error("%s\n", text->str);
	assert_non_null(voucher);
	assert_string_equal(voucher, id);
	rule_set_free(rules);
	subscription_free(subscription);
}

/* Takes the subscription: a baseline of `good` must not vouch for it. */
static void check_not_vouched(const struct subscription *good, struct subscription *other)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct rule_set *rules;

	g_free(add_baseline(text, good));
	rules = load(text, 1);
	assert_null(voucher_of(rules, other));
	rule_set_free(rules);
	subscription_free(other);
}

static void test_round_trip(void **state)
{
	struct subscription *lone = sample_subscription(sample_filter("Tidy", "q"), NULL);
	struct subscription *no_class = bound("q", "c");

	(void)state;
	lone->parts = WMI_PART_FILTER;
	no_class->consumer->class_name = NULL;
	check_round_trip(bound("SELECT * FROM x WHERE a LIKE '%?%' AND b = \"\\\\c\"", "a.exe /?"));
	check_round_trip(bound("q", "C:\\tidy\\*.exe"));
	check_round_trip(lone);
	check_round_trip(no_class);
	lone = sample_subscription(NULL, sample_consumer("Tidy Up", "c"));
	lone->parts = WMI_PART_CONSUMER;
	check_round_trip(lone);
}

static struct subscription *like_good(void)
{
	return bound("select * from x", "tidy.exe /all");
}

static void test_what_is_not_vouched_for(void **state)
{
	struct subscription *good = like_good(), *other;

	(void)state;
	check_not_vouched(good, bound("select * from x", "tidy.exe /alL"));
	check_not_vouched(good, bound("select * from x", "tidy.exe /all "));
	check_not_vouched(good, bound("select * from y", "tidy.exe /all"));
	check_not_vouched(good, bound("select * from  x", "tidy.exe /all"));
	check_not_vouched(good, bound("select a from x", "tidy.exe /all"));
	other = like_good();
	other->namespace = "root\\cimv2";
	check_not_vouched(good, other);
	other = like_good();
	other->consumer->class_name = "XommandLineEventConsumer";
	check_not_vouched(good, other);
	other = like_good();
	other->incomplete = true;
	check_not_vouched(good, other);
	other = like_good();
	sample_add_property(&other->consumer->properties, "ExecutablePath",
			    sample_text(MOF_STRING, "evil.exe"));
	check_not_vouched(good, other);
	subscription_free(good);
}

/* A part that stood alone when it was trusted may since have been bound to anything. */
static void test_lone_parts_stay_alone(void **state)
{
	struct subscription *filter = sample_subscription(sample_filter("Tidy", "q"), NULL);
	struct subscription *consumer = sample_subscription(NULL, sample_consumer("Tidy Up", "c"));

	(void)state;
	filter->parts = WMI_PART_FILTER;
	consumer->parts = WMI_PART_CONSUMER;
	check_not_vouched(filter, bound("q", "c"));
	check_not_vouched(consumer, bound("q", "c"));
	check_not_vouched(consumer, sample_subscription(NULL, sample_consumer("Tidy Up", "c")));
	subscription_free(filter);
	subscription_free(consumer);
}

/* Names do not count: what was trusted is what runs. */
static void test_other_names_are_vouched_for(void **state)
{
	struct subscription *good = like_good(), *renamed = like_good();
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *voucher = NULL;
	struct rule_set *rules;

	(void)state;
	g_free(add_baseline(text, good));
	rules = load(text, 1);
	renamed->filter->name = "Another";
	voucher = voucher_of(rules, renamed);
	assert_non_null(voucher);
	rule_set_free(rules);
	subscription_free(good);
	subscription_free(renamed);
}

/* Version 5, made by other means from the namespace in the source. */
static void test_ids(void **state)
{
	g_autofree char *id = baseline_filter_id("0123abcd");
	g_autofree char *other = baseline_filter_id("0123abce");

	(void)state;
	assert_string_equal(id, "b0834814-a734-543a-b68e-2b8a9fcb7267");
	assert_string_not_equal(id, other);
}

static void assert_quoted(const char *text, const char *quoted)
{
	GString *out = g_string_new(NULL);

	yaml_append_quoted(out, text);
	assert_string_equal(out->str, quoted);
	g_string_free(out, TRUE);
}

static void test_quoting(void **state)
{
	(void)state;
	assert_quoted("", "\"\"");
	assert_quoted("a: b # c", "\"a: b # c\"");
	assert_quoted("\"\\'", "\"\\\"\\\\'\"");
	assert_quoted("\n\r\t\x1b\x7f", "\"\\u000A\\u000D\\u0009\\u001B\\u007F\"");
	assert_quoted("\xC2\x85\u2028\u2029\u202e\ufeff\uffff",
		      "\"\\u0085\\u2028\\u2029\\u202E\\uFEFF\\uFFFF\"");
	assert_quoted("\U0010D700\U0010D83D ü😀", "\"\\U0010D700\\U0010D83D ü😀\"");
}

/* The subscription with that text wherever an attacker can put one. */
static struct subscription *hostile(const char *text)
{
	struct subscription *subscription = bound(text, text);

	subscription->host = text;
	subscription->namespace = text;
	subscription->filter->name = text;
	subscription->consumer->name = text;
	subscription->consumer->class_name = text;
	sample_add_property(&subscription->consumer->properties, text,
			    sample_text(MOF_STRING, text));
	return subscription;
}

static void test_hostile_texts(void **state)
{
	static const char *const texts[] = {
		"x\"\nfilter:\n    rules: any\n    whole:\n        parts: binding\n",
		"\"\n---\ntitle: All\nid: 1\nfilter: {rules: any, a: {parts: binding}}\n",
		"\\",
		"\\\"",
		"\"",
		"'",
		"*",
		"?",
		"\\*",
		"%name%",
		"null",
		"~",
		" ",
		"- a",
		"# not a comment",
		"a: b",
		"&a *a",
		"!!binary x",
		"{a: b}",
		"[a]",
		"| \n  x",
		"> x",
		"\t",
		"\r\n",
		"\x01\x1b[2J\x7f",
		"...",
		"---",
		"%YAML 1.1",
		"\xC2\x85",
		"\u2028",
		"\ufeff",
		"\ufffe\uffff",
		"\U0010ffff",
		"\U0010D700\U0010D83D",
		"İıſK",
		"true",
		"1e3",
		"0x10",
		"=",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		check_round_trip(hostile(texts[i]));
}

/* Words from which a text is put together that YAML or Sigma could take for its own. */
static char *random_text(GRand *random)
{
	static const char *const words[] = {
		"\"",	  "\\",		"'", "\n",     "\r",   "\t",	 " ",	":",	"#",
		"-",	  "*",		"?", "%",      "{",    "}",	 "[",	"]",	"&",
		"!",	  "|",		">", ",",      "---",  "a",	 "Z",	"0",	"\x02",
		"\u202e", "\U0010D800", "é", "\u0130", "\x7f", "\uffff", "not", "null", "...",
	};
	gint count = g_rand_int_range(random, 1, 40);
	GString *text = g_string_new(NULL);

	while (count-- > 0)
		g_string_append(text,
				words[g_rand_int_range(random, 0, (gint32)G_N_ELEMENTS(words))]);
	return g_string_free(text, FALSE);
}

static void test_random_texts(void **state)
{
	GRand *random = g_rand_new_with_seed(20260706);

	(void)state;
	for (guint i = 0; i < 200; i++) {
		g_autofree char *text = random_text(random);

		check_round_trip(hostile(text));
	}
	g_rand_free(random);
}

/* Longer than a title, a description, a query in plain and a line should be. */
static void test_long_texts(void **state)
{
	g_autofree char *text = g_strnfill(100000, '*');

	(void)state;
	check_round_trip(hostile(text));
}

struct folder {
	char *path;
	struct baseline *baseline;
	GPtrArray *messages;
};

static void open_folder(struct folder *folder)
{
	folder->path = g_dir_make_tmp("wmihunt-baseline-XXXXXX", NULL);
	folder->baseline = baseline_new();
	folder->messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	assert_non_null(folder->path);
}

static void close_folder(struct folder *folder)
{
	baseline_free(folder->baseline);
	g_ptr_array_unref(folder->messages);
	g_rmdir(folder->path);
	g_free(folder->path);
}

static bool add_file(struct folder *folder, const char *text)
{
	g_autofree char *path = g_build_filename(folder->path, "good.yml", NULL);
	bool done;

	assert_true(g_file_set_contents(path, text, -1, NULL));
	done = baseline_add_path(folder->baseline, path, folder->messages);
	g_unlink(path);
	return done;
}

/* Baselines of two sites hold the same filter, with the same id. */
static void test_same_filter_in_two_files(void **state)
{
	struct subscription *good = like_good(), *other = bound("q", "c");
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *key = add_baseline(text, good);
	g_autofree char *id = baseline_filter_id(key);
	struct folder folder;
	struct finding finding;

	(void)state;
	open_folder(&folder);
	assert_true(add_file(&folder, text->str));
	assert_true(add_file(&folder, text->str));
	assert_true(baseline_judge(folder.baseline, good, NULL, &finding));
	assert_string_equal(finding.known_good_id, id);
	assert_int_equal(finding.matches->len, 0);
	finding_release(&finding);
	assert_false(baseline_judge(folder.baseline, other, NULL, &finding));
	close_folder(&folder);
	subscription_free(good);
	subscription_free(other);
}

#define HEAD "title: T\nid: 7b6e1df4-7d3c-4c79-8a05-6e35a9f6a001\nlogsource:\n    category: "
#define SELECTION "    a: {consumer: x}\n    condition: not a\n"

static void test_what_is_no_baseline(void **state)
{
	static const char *const texts[] = {
		HEAD "wmi_subscription\nlevel: low\ntags: [a.b]\ndetection:\n"
		     "    a: {consumer.name: x}\n    condition: a\n",
		HEAD "wmi_event\nfilter:\n    rules: any\n" SELECTION,
		HEAD "wmi_subscription\nfilter:\n    rules: [some_rule]\n"
		     "    a: {consumer.name: x}\n    condition: not a\n",
		"title: [broken\n",
	};
	struct folder folder;

	(void)state;
	open_folder(&folder);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		const struct rule_message *last;

		assert_false(add_file(&folder, texts[i]));
		last = folder.messages->pdata[folder.messages->len - 1];
		assert_true(last->is_error);
	}
	close_folder(&folder);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_what_is_not_vouched_for),
		cmocka_unit_test(test_lone_parts_stay_alone),
		cmocka_unit_test(test_other_names_are_vouched_for),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_random_texts),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_same_filter_in_two_files),
		cmocka_unit_test(test_what_is_no_baseline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
