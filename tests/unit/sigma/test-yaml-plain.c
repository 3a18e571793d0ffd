/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short way to read YAML against the full one: what it reads is the same to the last place, and
 * what is wrong, or worth a warning, it leaves. On rules as they are, and on such that were changed
 * at random.
 */
#include "tests/unit/cmocka_test.h"

#include <string.h>

#include "sigma/packs.h"
#include "sigma/yaml_plain.h"

#define CHANGED 60 /* times that each rule is */
#define LONGEST_SHOWN 4000

static void assert_same(const struct yaml_node *node, const struct yaml_node *other)
{
	assert_int_equal(node->type, other->type);
	assert_int_equal(node->plain, other->plain);
	assert_int_equal(node->single_quoted, other->single_quoted);
	assert_int_equal(node->place.line, other->place.line);
	assert_int_equal(node->place.column, other->place.column);
	assert_true(node->raw == other->raw);
	if (node->raw)
		assert_int_equal(node->raw_length, other->raw_length);
	if (node->type == YAML_SCALAR) {
		assert_string_equal(node->text, other->text);
		return;
	}
	assert_int_equal(node->children->len, other->children->len);
	for (guint i = 0; i < node->children->len; i++)
		assert_same(node->children->pdata[i], other->children->pdata[i]);
}

/* True where the short way reads it. */
static bool check(const char *text, size_t length)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct lint lint = {.file = "a.yml", .messages = messages};
	/* Without an end that a reader could run into. */
	g_autofree char *exact = length ? g_memdup2(text, length) : g_strdup("");
	struct yaml_node *node = yaml_plain_parse(exact, length);
	g_autoptr(GPtrArray) documents = NULL;

	if (!node)
		return false;
	documents = yaml_parse_fully(exact, length, &lint);
	if (messages->len > 0 || documents->len != 1)
		fail_msg("read the short way: %.*s", (int)MIN(length, LONGEST_SHOWN), text);
	assert_same(node, documents->pdata[0]);
	yaml_node_free(node);
	return true;
}

static void plain_files_are_read_as_the_full_way_does(void **state)
{
	static const char *const texts[] = {
		"a: b",
		"a: b \n# c\n\n  # d\n",
		"a: 'it''s' # c\nb: \"a \\\\ \\\"\"\n",
		"a: |\n  b\n    c\n\n  d\n\nb: c\n",
		"a: |-\n  b\n \n# c\n",
		"a:\n- b\n- c\nd:\n  - e: f\n    g:\n      - h\n  -   i: j\n      k: l\n",
		"a:\n  - |\n    b\n  - c#d\n  - -e\n  - f:g\nh|contains|all: i\n",
		"a: \xC3\xA9 \xF0\x9F\x98\x80 b # c\nd: '\xC3\xA9'\n",
		"  a: b\n  c: d\n",
		"a: # b\n  c: d\n",
		"a: ''\nb: \"\"\n",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!check(texts[i], strlen(texts[i])))
			fail_msg("left: %s", texts[i]);
}

static void what_is_not_plain_is_left(void **state)
{
	static const char *const texts[] = {
		"",
		"a\n",
		"a:\n",
		"a:b\n",
		"- a\n",
		"a: b\n c: d\n",
		"a: b\n  c\n",
		"a:\n    b: c\n  d: e\n",
		"a:\n  - b\n c: d\n",
		"a: b\na: c\n",
		"a: b: c\n",
		"a: - b\n",
		"a: *b\n",
		"a: &b c\n",
		"a: !b c\n",
		"a: [b]\n",
		"a: {b: c}\n",
		"a: >\n  b\n",
		"a: |2\n  b\n",
		"a: |\n\n  b\n",
		"a: |\n  b",
		"a: |\n b\nc: d\n  e\n",
		"a: 'b\n  c'\n",
		"a: 'b' c\n",
		"a: \"\\n\"\n",
		"a:\tb\n",
		"a: b\r\n",
		"a: b\n---\nc: d\n",
		"---\na: b\n",
		"a: b\n...\n",
		"a: \xFF\n",
		"\xEF\xBB\xBF"
		"a: b\n",
		"a: b\xC2\x85"
		"c: d\n",
		"a: b\xE2\x80\xA8"
		"c: d\n",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (check(texts[i], strlen(texts[i])))
			fail_msg("not left: %s", texts[i]);
}

static void change(GString *text, GRand *rand)
{
	static const char *const pieces[] = {" ", "  ",	 "\n", "\n\n", "#",  " #",  ":",   ": ",
					     "-", "- ",	 "'",  "''",   "\"", "\\",  "|",   ">",
					     "&", "*",	 "!",  "%",    "@",  "`",   "[",   "]",
					     "{", "}",	 ",",  "?",    "~",  "\t",  "\r",  "---\n",
					     "a", "x: ", "|-", "|\n",  "é",  "\n ", "null"};
	gsize at = (gsize)g_rand_int_range(rand, 0, (gint32)text->len + 1);

	gsize erased = (gsize)g_rand_int_range(rand, 1, 6);

	if (g_rand_boolean(rand))
		g_string_erase(text, (gssize)at, (gssize)MIN(erased, text->len - at));
	if (g_rand_boolean(rand))
		g_string_insert(text, (gssize)at,
				pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
}

static void changed_rules_are_read_as_the_full_way_does_or_left(void **state)
{
	GRand *rand = g_rand_new_with_seed(1);
	unsigned left = 0, read = 0;

	(void)state;
	for (size_t i = 0; i < hunt_pack_count; i++) {
		const struct pack_text *pack = &hunt_pack_texts[i];

		left += !check(pack->text, pack->length);
		for (unsigned k = 0; k < CHANGED; k++) {
			GString *text = g_string_new_len(pack->text, (gssize)pack->length);

			for (unsigned changes = 1 + k % 3; changes > 0; changes--)
				change(text, rand);
			read += check(text->str, text->len);
			g_string_free(text, TRUE);
		}
	}
	/* Or the rules are written in a way that is not read, and nothing was tried. */
	assert_true(left < hunt_pack_count / 10);
	assert_true(read > hunt_pack_count * CHANGED / 4);
	g_rand_free(rand);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_files_are_read_as_the_full_way_does),
		cmocka_unit_test(what_is_not_plain_is_left),
		cmocka_unit_test(changed_rules_are_read_as_the_full_way_does_or_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
