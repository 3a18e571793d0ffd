/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "wmi/mof.h"
#include "wmi/payload.h"

static GPtrArray *texts_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static char *encode(const char *text)
{
	return g_base64_encode((const guchar *)text, strlen(text));
}

/* Each round wraps the text in one more FromBase64String. */
static char *nest(const char *text, unsigned rounds)
{
	char *out = g_strdup(text);

	for (unsigned i = 0; i < rounds; i++) {
		g_autofree char *inner = out;
		g_autofree char *base64 = encode(inner);

		out = g_strdup_printf("FromBase64String('%s')", base64);
	}
	return out;
}

static void test_depth(void **state)
{
	g_autofree char *allowed = nest("the core", WH_MAX_DECODE_DEPTH);
	g_autofree char *beyond = nest("the core", WH_MAX_DECODE_DEPTH + 1);
	g_autoptr(GPtrArray) texts = texts_new();

	(void)state;
	payload_decode(allowed, texts);
	assert_int_equal(texts->len, WH_MAX_DECODE_DEPTH);
	assert_string_equal(texts->pdata[texts->len - 1], "the core");
	g_ptr_array_set_size(texts, 0);
	payload_decode(beyond, texts);
	assert_int_equal(texts->len, WH_MAX_DECODE_DEPTH);
	assert_string_not_equal(texts->pdata[texts->len - 1], "the core");
}

static void test_size(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *base64 = NULL;
	g_autofree char *call = NULL;
	g_autoptr(GPtrArray) texts = texts_new();

	(void)state;
	/* An odd number of ASCII characters: the limit falls inside one of two bytes. */
	g_string_append(text, "abc");
	while (text->len < WH_MAX_DECODED_SIZE + 100)
		g_string_append(text, "\xC3\xA9");
	base64 = encode(text->str);
	call = g_strdup_printf("FromBase64String('%s') FromBase64String('aGk=')", base64);
	payload_decode(call, texts);
	assert_int_equal(strlen(texts->pdata[0]), WH_MAX_DECODED_SIZE - 1);
	assert_true(g_utf8_validate(texts->pdata[0], -1, NULL));
	assert_true(g_str_has_prefix(texts->pdata[0], "abc\xC3\xA9"));
}

static void test_count(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) texts = texts_new();

	(void)state;
	for (int i = 0; i < WH_MAX_DECODED_COUNT + 50; i++) {
		g_autofree char *number = g_strdup_printf("number %d", i);
		g_autofree char *base64 = encode(number);

		g_string_append_printf(text, "FromBase64String('%s')\n", base64);
	}
	payload_decode(text->str, texts);
	assert_int_equal(texts->len, WH_MAX_DECODED_COUNT);
	assert_string_equal(texts->pdata[0], "number 0");
}

/* Introductions inside what the one before reads: a megabyte of each must not take forever. */
static void test_hostile_repeats(void **state)
{
	static const char *const pieces[] = {
		"/e \"&",    "/e ",   "/e \"",	      "-",     "-^",	      "frombase64string(\"",
		"/e \"A\"&", "f^^^^", "\xE2\x80\x93", "\"+\"", "/e \"+\"/e ", "-e\"&\"",
		"=",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new("/e \"");
		g_autoptr(GPtrArray) texts = texts_new();

		while (text->len < 1 << 20)
			g_string_append(text, pieces[i]);
		payload_decode(text->str, texts);
		for (guint k = 0; k < texts->len; k++)
			assert_true(g_utf8_validate(texts->pdata[k], -1, NULL));
	}
}

/* Strings of arrays and of instances inside count; numbers and names do not. */
static void test_properties(void **state)
{
	struct wmi_consumer consumer = {0};
	g_autoptr(GPtrArray) texts = NULL;
	struct mof_instance *instance;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	instance = mof_parse("instance of X {A = 5; B = {\"x\", \"FromBase64String('b25l')\"};"
			     " C = instance of Y {D = \"FromBase64String('dHdv')\";};"
			     " E = \"FromBase64String('b25l')\"; F = "
			     "\"FromBase64String('dGhyZWU=')\";};",
			     MOF_LOGGED, &arena)
			   .instances;
	consumer.properties = instance->properties;
	texts = payload_decode_consumer(&consumer);
	arena_release(&arena);
	assert_int_equal(texts->len, 3);
	assert_string_equal(texts->pdata[0], "one");
	assert_string_equal(texts->pdata[1], "two");
	assert_string_equal(texts->pdata[2], "three");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth),	   cmocka_unit_test(test_size),
		cmocka_unit_test(test_count),	   cmocka_unit_test(test_hostile_repeats),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
