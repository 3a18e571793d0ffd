/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "wmi/mof.h"
#include "wmi/mof_sid.h"
#include "wmi/mof_text.h"

static int set_up(void **state)
{
	struct arena *arena = g_new(struct arena, 1);

	arena_init(arena);
	*state = arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	g_free(*state);
	return 0;
}

static void test_get(void **state)
{
	const struct mof_instance *instance =
		mof_parse("instance of X {Name = \"a\"; other = 1; name = \"b\";};", MOF_LOGGED,
			  *state)
			.instances;

	assert_string_equal(mof_property_get(instance->properties, "NAME")->text, "a");
	assert_string_equal(mof_property_get(instance->properties, "Other")->text, "1");
	assert_null(mof_property_get(instance->properties, "Nam"));
}

/* Every prefix of a real shape: never more than the whole says, and never "complete" too soon. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = "Binding EventFilter: \ninstance of F\n{\n\tA = {1, 22};\n"
				   "\tB = \"x\\\"y\" \"z\";\n\tC = instance of G {D = -7;};\n};\n";
	const size_t brace = strlen(text) - strlen(";\n");

	for (size_t length = 0; length <= strlen(text); length++) {
		g_autofree char *cut = g_strndup(text, length);
		const struct mof_instance *first = mof_parse(cut, MOF_LOGGED, *state).instances;
		unsigned properties = 0;

		if (!first)
			continue;
		assert_null(first->next);
		assert_string_equal(first->class_name, "F");
		assert_int_equal(first->complete, length >= brace);
		for (const struct mof_property *one = first->properties; one; one = one->next)
			properties++;
		assert_true(properties <= 3);
	}
}

/* Text that makes a careless reader go back over it again and again: a megabyte of each. */
static void test_hostile_repeats(void **state)
{
	static const char *const pieces[] = {
		"\"",
		"\\\"",
		"\"\\\"",
		"instance ",
		"instance of ",
		"{",
		"}",
		"instance of A {",
		"instance of A {x = ",
		"x = {",
		"a = ",
		"[",
		"[\"",
		";",
		",",
		"{instance of A{x={\"",
		"instance of A {x = 1} ",
		"= ",
		"/*",
		"/* */",
		"//",
		"//\n",
		"#pragma ",
		"#pragma namespace(\"a\" ",
		"class ",
		"class A : A {",
		"class A : A {b c d ",
		"class A {b = {",
		"as $a ",
		"instance of A as $a {x = $b;}",
		"instance/**/",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new("instance of Start {");

		while (text->len < 1 << 20)
			g_string_append(text, pieces[i]);
		mof_parse(text->str, MOF_LOGGED, *state);
		mof_parse(text->str, MOF_WRITTEN, *state);
		g_string_overwrite(text, 0, "\"                 ");
		mof_parse(text->str, MOF_LOGGED, *state);
		mof_parse(text->str, MOF_WRITTEN, *state);
		arena_clear(*state);
	}
}

static unsigned depth_of(const struct mof_value *value)
{
	unsigned deepest = 0;

	for (const struct mof_value *element = value->elements; element; element = element->next)
		deepest = MAX(deepest, depth_of(element));
	return value->type == MOF_ARRAY ? deepest + 1 : deepest;
}

static void test_limits(void **state)
{
	g_autoptr(GString) deep = g_string_new("instance of X {A = ");
	g_autoptr(GString) wide = g_string_new("instance of X {A = {");
	const struct mof_instance *first;
	const struct mof_value *value;
	unsigned elements = 0;

	for (int i = 0; i < 100000; i++)
		g_string_append_c(deep, '{');
	first = mof_parse(deep->str, MOF_LOGGED, *state).instances;
	assert_false(first->complete);
	value = mof_property_get(first->properties, "A");
	assert_non_null(value);
	assert_int_equal(depth_of(value), WH_MAX_MOF_DEPTH - 1);

	for (int i = 0; i < WH_MAX_MOF_VALUES + 10; i++)
		g_string_append(wide, "1,");
	g_string_append(wide, "}; B = 2;};");
	first = mof_parse(wide->str, MOF_LOGGED, *state).instances;
	assert_false(first->complete);
	value = mof_property_get(first->properties, "A");
	assert_true(value->cut);
	for (const struct mof_value *one = value->elements; one; one = one->next)
		elements++;
	assert_true(elements <= WH_MAX_MOF_VALUES);
	assert_null(mof_property_get(first->properties, "B"));
}

/* Too many values cost the rest of their instance, and no other. */
static void test_limit_for_each(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const struct mof_instance *one;
	struct mof_content content;

	for (int i = 0; i < 3; i++) {
		g_string_append_printf(text, "instance of X {N = %d; A = instance of Y {B = {", i);
		for (int j = 0; j < WH_MAX_MOF_VALUES - 3 + 2 * i; j++)
			g_string_append(text, "1,");
		g_string_append(text, "}; C = \"} instance of Z {};\"; D = instance of W {};};};");
	}
	content = mof_parse(text->str, MOF_WRITTEN, *state);
	one = content.instances;
	for (int i = 0; i < 3; i++, one = one->next) {
		assert_non_null(one);
		assert_string_equal(one->class_name, "X");
		assert_int_equal(one->complete, false);
		assert_int_equal(mof_property_get(one->properties, "N")->text[0], '0' + i);
	}
	assert_null(one);
}

/* Chains are as long as the text makes them; whoever follows one stops. */
static void test_chain(void **state)
{
	g_autoptr(GString) text = g_string_new("class C0 : Top {};");
	const struct mof_instance *one;

	for (int i = 1; i <= 2 * WH_MAX_MOF_CHAIN; i++)
		g_string_append_printf(text, "class C%d : C%d {}; instance of C%d {};", i, i - 1,
				       i);
	one = mof_parse(text->str, MOF_WRITTEN, *state).instances;
	assert_true(mof_instance_is(one, "top"));
	assert_true(mof_instance_is(one, "c1"));
	assert_false(mof_instance_is(one, "C2"));
	while (one->next)
		one = one->next;
	assert_false(mof_instance_is(one, "Top"));
	assert_false(mof_instance_is(
		mof_parse("class A : A {}; instance of A {};", MOF_WRITTEN, *state).instances,
		"B"));
}

static void check_text(const void *data, size_t size, const char *expected)
{
	g_autofree char *text = mof_text_from_bytes(data, size);

	assert_string_equal(text, expected);
}
#define CHECK_TEXT(bytes, expected) check_text(bytes, sizeof(bytes) - 1, expected)

static void test_text(void **state)
{
	g_autoptr(GString) long_be = g_string_new(NULL);
	g_autoptr(GString) expected = g_string_new(NULL);

	(void)state;
	CHECK_TEXT("", "");
	CHECK_TEXT("x", "x");
	CHECK_TEXT("na\xc3\xafve", "na\xc3\xafve");
	CHECK_TEXT("\xef\xbb\xbfinstance", "instance");
	CHECK_TEXT("na\xefve \x80\x81\x9f", "na\xc3\xafve \xe2\x82\xac\xc2\x81\xc5\xb8");
	CHECK_TEXT("\xff\xfei\0n\0\xac\x20", "in\xe2\x82\xac");
	CHECK_TEXT("\xfe\xff\0i\0n\x20\xac", "in\xe2\x82\xac");
	CHECK_TEXT("i\0n\0\xac\x20", "in\xe2\x82\xac");
	CHECK_TEXT("\0i\0n\x20\xac", "in\xe2\x82\xac");
	CHECK_TEXT("\xff\xfei\0n", "i");
	/* A pair of surrogates lies across the pieces in which bytes are swapped. */
	g_string_append_len(long_be, "\xfe\xff\0x", 4);
	g_string_append_c(expected, 'x');
	for (int i = 0; i < 400; i++) {
		g_string_append_len(long_be, "\xd8\x3d\xde\x00", 4);
		g_string_append(expected, "\xf0\x9f\x98\x80");
	}
	check_text(long_be->str, long_be->len, expected->str);
	assert_true(mof_is_binary((const uint8_t *)"FOMB\1", 5));
	assert_false(mof_is_binary((const uint8_t *)"FOM", 3));
	assert_false(mof_is_binary((const uint8_t *)"fomb", 4));
}

static void check_here_strings(const char *script, const char *first, const char *second)
{
	const char *at = script;
	g_autofree char *one = mof_next_here_string(&at);
	g_autofree char *two = one ? mof_next_here_string(&at) : NULL;

	if (first)
		assert_string_equal(one, first);
	else
		assert_null(one);
	if (second)
		assert_string_equal(two, second);
	else
		assert_null(two);
}

static void test_here_strings(void **state)
{
	(void)state;
	check_here_strings("mofcomp; 'instance of X {}' # @", NULL, NULL);
	check_here_strings(
		"$a = @\"\ninstance of A { N = \"x\"@ };\n\"@; $b = @'\r\nInstance `$x\r\n'@",
		"\ninstance of A { N = \"x\"@ };\n", "\nInstance `$x\r\n");
	check_here_strings("@\"\nno\n\"@ @\"  \ninstance `$F `\"a`\" $v ``\n\"@",
			   "\ninstance $F \"a\" $v `\n", NULL);
	check_here_strings("@' instance of A '@ @\" instance of B", "instance of A ",
			   "instance of B");
	check_here_strings("@\"\ninstance` ", "\ninstance ", NULL);
	check_here_strings("@\"\ninstance`", "\ninstance`", NULL);
	check_here_strings("@", NULL, NULL);
	check_here_strings("@\"", NULL, NULL);
}

static size_t count_text(const struct mof_value *value)
{
	size_t size = 0;

	for (; value; value = value->next)
		size += (value->text ? strlen(value->text) : 0) + count_text(value->elements);
	return size;
}

/* CLASS "name" properties/bytes of text; an exclamation mark: incomplete. */
static void append_summary(GString *out, const struct mof_instance *one)
{
	const struct mof_value *name = mof_property_get(one->properties, "Name");
	unsigned count = 0;
	size_t size = 0;

	for (const struct mof_property *each = one->properties; each; each = each->next) {
		count++;
		size += count_text(each->value);
		if (each->value->target)
			g_string_append_printf(out, "%s>", each->value->target->class_name);
	}
	g_string_append_printf(out, "%s \"%s\" %u/%zu%s; ", one->class_name, name ? name->text : "",
			       count, size, one->complete ? "" : "!");
}

static void check_file(const char *folder, const char *name, const char *expected, void *arena)
{
	g_autofree char *path = g_build_filename(folder, "mof", name, NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *bytes = NULL, *text = NULL;
	struct mof_content content;
	gsize size;

	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	text = mof_text_from_bytes((const uint8_t *)bytes, size);
	content = mof_parse(text, MOF_WRITTEN, arena);
	for (const struct mof_instance *one = content.instances; one; one = one->next)
		append_summary(out, one);
	for (const struct mof_class *class = content.classes; class; class = class->next)
		g_string_append_printf(out, "class %s; ", class->name);
	for (const struct mof_deletion *one = content.deletions; one; one = one->next)
		g_string_append_printf(out, "not %s; ", one->path);
	if (strcmp(out->str, expected) != 0)
		fail_msg("%s gives %s", name, out->str);
}

static void test_files(void **state)
{
	static const struct {
		const char *name;
		const char *expected;
	} files[] = {
		{"made/comments-and-derived.mof",
		 "__EventFilter \"f1\" 5/34; MyC \"c1\" 4/10; "
		 "__EventFilter>MyC>__FilterToConsumerBinding \"\" 2/4; class MyC; "},
		{"made/pragmas-and-aliases.mof",
		 "__EventFilter \"f2 // not comment\" 2/46; CommandLineEventConsumer \"a'b\" 2/11; "
		 "Q \"\" 1/0; CommandLineEventConsumer>__FilterToConsumerBinding \"\" 2/47; not "
		 "__EventFilter.Name=\"old\"; "},
		{"win32-docs/implementing-cross-namespace-permanent-event-subscriptions-1.mof",
		 "__EventFilter \"Filter\" 4/224; CommandLineEventConsumer \"\" 3/12; "
		 "CommandLineEventConsumer>__EventFilter>__FilterToConsumerBinding \"\" 2/9; "},
		{"win32-docs/logging-to-nt-event-log-based-on-an-event-3.mof",
		 "NTEventLogEventConsumer \"NTConsumerTest\" 7/94; __EventFilter "
		 "\"NTLogConsFilter\" 3/101; "
		 "NTEventLogEventConsumer>__EventFilter>__FilterToConsumerBinding \"\" 2/16; "
		 "NTLogCons_Example \"STRING1\" 2/14; class NTLogCons_Example; "},
		{"win32-docs/monitoring-and-responding-to-events-with-standard-consumers-3.mof",
		 "__EventFilter \"RunKeyFilter\" 4/167; "},
		{"win32-docs/monitoring-and-responding-to-events-with-standard-consumers-7.mof",
		 "__EventFilter \"RunKeyFilter\" 4/166; NTEventLogEventConsumer "
		 "\"RunKeyEventlogConsumer\" 7/108; "
		 "__EventFilter>NTEventLogEventConsumer>__FilterToConsumerBinding \"\" 2/16; "},
		{"win32-docs/receiving-events-securely-3.mof",
		 "__EventFilter \"\" 1/18; ActiveScriptEventConsumer \"\" 1/18; "
		 "ActiveScriptEventConsumer>__EventFilter>__FilterToConsumerBinding \"\" 3/34; "},
		{"win32-docs/running-a-program-from-the-command-line-based-on-an-event-1.mof",
		 "CommandLineEventConsumer \"CmdLineConsumer_Example\" 4/49; __EventFilter "
		 "\"CmdLineFilter\" 3/104; "
		 "CommandLineEventConsumer>__EventFilter>__FilterToConsumerBinding \"\" 2/30; "
		 "MyCmdLineConsumer \"CmdLineEventConsumer test\" 1/25; class MyCmdLineConsumer; "},
		{"win32-docs/running-a-script-based-on-an-event-3.mof",
		 "ActiveScriptEventConsumer \"ASEC\" 3/24; __EventFilter \"EF\" 4/139; "
		 "__EventFilter>ActiveScriptEventConsumer>__FilterToConsumerBinding \"\" 2/10; "},
		{"win32-docs/running-a-script-based-on-an-event-4.mof",
		 "ActiveScriptEventConsumer \"ASEC\" 3/413; __EventFilter \"EF\" 4/139; "
		 "__EventFilter>ActiveScriptEventConsumer>__FilterToConsumerBinding \"\" 2/10; "},
		{"win32-docs/sending-e-mail-based-on-an-event-1.mof",
		 "__EventFilter \"LowDiskspaceFilter\" 4/287; SMTPEventConsumer \"LowDisk\" 7/185; "
		 "SMTPEventConsumer>__EventFilter>__FilterToConsumerBinding \"\" 2/16; "},
		{"win32-docs/troubleshooting-wmi-client-applications-1.mof",
		 "__EventFilter \"ProviderOperationEvents\" 4/81; LogFileEventConsumer "
		 "\"ProviderOperationEvents\" 3/54; "
		 "__EventFilter>LogFileEventConsumer>__FilterToConsumerBinding \"\" 3/20; "},
		{"win32-docs/writing-to-a-log-file-based-on-an-event-1.mof",
		 "LogFileEventConsumer \"LogfileEventConsumer_Example\" 4/68; __EventFilter "
		 "\"LogFileFilter\" 3/100; "
		 "LogFileEventConsumer>__EventFilter>__FilterToConsumerBinding \"\" 3/21; "
		 "LogFileEvent \"Logfile Event Consumer event\" 1/28; class LogFileEvent; "},
	};
	const char *srcdir = g_getenv("srcdir"), *set = g_getenv("WH_EVIDENCE");
	g_autofree char *beside =
		g_build_filename(srcdir ? srcdir : ".", "..", "shared", "evidence", NULL);
	const char *folder = set ? set : beside;
	g_autofree char *there = g_build_filename(folder, "mof", NULL);

	if (!g_file_test(there, G_FILE_TEST_IS_DIR)) {
		print_message("skipped: no MOF files in %s\n", folder);
		skip();
	}
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		check_file(folder, files[i].name, files[i].expected, *state);
}

static void check_sid(struct arena *arena, const char *array, const char *expected)
{
	g_autofree char *text = g_strdup_printf("instance of X {S = %s", array);
	const struct mof_instance *first = mof_parse(text, MOF_LOGGED, arena).instances;
	g_autofree char *sid = sid_from_mof(mof_property_get(first->properties, "S"));

	if (expected)
		assert_string_equal(sid, expected);
	else
		assert_null(sid);
}

static void test_sid(void **state)
{
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", "S-1-5-18");
	check_sid(*state, "{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};};", "S-1-5-32-544");
	check_sid(*state,
		  "{1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 4, 3, 2, 1, 255, 255, 255, 255, "
		  "0, 0, 0, 128, 244, 1, 0, 0};};",
		  "S-1-5-21-16909060-4294967295-2147483648-500");
	check_sid(*state, "{1,0,0,0,0,0,0,1};};", "S-1-1");
	check_sid(*state, "{1, 1, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0};};", "S-1-0x010203040506-7");
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 0};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 256};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, -1};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0", NULL);
	check_sid(*state, "{2, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", NULL);
	check_sid(*state, "{1, 1, 0, 0, 0, 0, 0, 5, \"18\", 0, 0, 0};};", NULL);
	check_sid(*state, "{1, 16, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};};", NULL);
	check_sid(*state, "{};};", NULL);
	check_sid(*state, "\"S-1-5-18\";};", NULL);
	check_sid(*state, "NULL;};", NULL);
	assert_null(sid_from_mof(NULL));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_get, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile_repeats, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limit_for_each, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_chain, set_up, tear_down),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_here_strings),
		cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sid, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
