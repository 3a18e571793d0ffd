/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export/text_sieve.h"
#include "tests/unit/cmocka_test.h"

static bool pass(const struct sieve_plan *plan, const char *before_id, const char *text)
{
	struct text_sieve *sieve = text_sieve_new(plan);
	bool passes = !sieve || text_sieve_pass(sieve, before_id, text, strlen(text));

	text_sieve_free(sieve);
	return passes;
}

static void add_text(struct sieve_plan *plan, uint32_t event_id, const char *text)
{
	const struct sieve_origin origin = {.provider = "P"};
	const struct field_text field_text = {.field = "image", .text = text};
	GArray *texts = g_array_new(FALSE, FALSE, sizeof(struct field_text));

	g_array_append_val(texts, field_text);
	sieve_plan_add_texts(plan, &origin, event_id, texts);
	g_array_unref(texts);
}

static void test_ids(void **state)
{
	static const unsigned ids[] = {19};
	struct sieve_plan plan;

	(void)state;
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "P", ids, 1);
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":19}"));
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\" : \"19\"}"));
	assert_false(pass(&plan, "\"EventID\"", "{\"EventID\":1}"));
	assert_false(pass(&plan, "\"EventID\"", "{\"EventID\":190,\"a\":19}"));
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"b\":{\"EventID\":19}}"));
	/* What is not sure passes. */
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":{\"#text\":1}}"));
	assert_true(pass(&plan, "\"EventID\"", "{\"Event\\u0049D\":1}"));
	/* It may be of another exporter. */
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"winlog\":{\"event_id\":19}}"));
	assert_true(pass(&plan, "<EventID", "<EventID Qualifiers='1'>19</EventID>"));
	assert_false(pass(&plan, "<EventID", "<EventID Qualifiers='19'>1</EventID>"));
	sieve_plan_release(&plan);
}

static void test_texts(void **state)
{
	struct sieve_plan plan;

	(void)state;
	sieve_plan_init(&plan);
	add_text(&plan, 1, "\\WmiPrvSE.exe");
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"x\":\"C:\\\\wmiprvse.EXE\"}"));
	assert_false(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"x\":\"C:\\\\other.exe\"}"));
	assert_false(pass(&plan, "\"EventID\"", "{\"EventID\":2,\"x\":\"C:\\\\wmiprvse.EXE\"}"));
	/* A letter in another case that no ASCII is. */
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"x\":\"wmiprv\\u017Fe.exe\"}"));
	/* What exporters spell anew is not sought. */
	add_text(&plan, 1, "0x3e7");
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"x\":999}"));
	sieve_plan_release(&plan);
}

/* Of an id that several providers have, those that name another one are passed over. */
static void test_providers(void **state)
{
	static const unsigned ids[] = {10};
	struct sieve_plan plan;

	(void)state;
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "Microsoft-Windows-WMI", ids, 1);
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":10,\"x\":\"microsoft-windows-WMI\"}"));
	assert_false(
		pass(&plan, "\"EventID\"", "{\"EventID\":10,\"x\":\"Microsoft-Windows-Sysmon\"}"));
	assert_false(pass(&plan, "\"EventID\"", "{\"EventID\":1,\"x\":\"Microsoft-Windows-WMI\"}"));
	/* Some exporters shorten them. */
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":10,\"x\":\"WMI\"}"));
	/* Who logs to Security is known without a name. */
	sieve_plan_add(&plan, "Microsoft-Windows-Security-Auditing", ids, 1);
	assert_true(
		pass(&plan, "\"EventID\"", "{\"EventID\":10,\"x\":\"Microsoft-Windows-Sysmon\"}"));
	sieve_plan_release(&plan);
	sieve_plan_init(&plan);
	sieve_plan_add_texts(&plan, &(struct sieve_origin){.provider = "Microsoft-Windows-WMI"},
			     WH_ANY_EVENT_ID, NULL);
	assert_true(pass(&plan, "\"EventID\"", "{\"EventID\":7,\"x\":\"Microsoft-Windows-WMI\"}"));
	assert_false(
		pass(&plan, "\"EventID\"", "{\"EventID\":7,\"x\":\"Microsoft-Windows-Sysmon\"}"));
	sieve_plan_release(&plan);
}

/* More than are told apart: all may be wanted. */
static void test_many_providers(void **state)
{
	static const unsigned ids[] = {10};
	struct sieve_plan plan;

	(void)state;
	sieve_plan_init(&plan);
	for (unsigned i = 0; i < 40; i++) {
		g_autofree char *name =
			g_strdup_printf("Microsoft-Windows-%c%c", 'a' + i / 20, 'a' + i % 20);

		sieve_plan_add(&plan, name, ids, 1);
	}
	assert_true(
		pass(&plan, "\"EventID\"", "{\"EventID\":10,\"x\":\"Microsoft-Windows-Sysmon\"}"));
	sieve_plan_release(&plan);
}

static void test_everything(void **state)
{
	struct sieve_plan plan;

	(void)state;
	sieve_plan_init(&plan);
	sieve_plan_add_texts(&plan, &(struct sieve_origin){.provider = "P"}, WH_ANY_EVENT_ID, NULL);
	assert_null(text_sieve_new(&plan));
	sieve_plan_release(&plan);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),	   cmocka_unit_test(test_texts),
		cmocka_unit_test(test_providers),  cmocka_unit_test(test_many_providers),
		cmocka_unit_test(test_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
