/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "tests/unit/cmocka_test.h"
#include "tests/unit/evtx/decode_chunk.h"

/* What the native decoder makes of every kind of token, with and without plans. */

static void test_plain(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	open_data(to);
	open_tag(to, "Data");
	put_attribute(to, "Name");
	put_text(to, "A");
	put_u8(to, BINXML_CLOSE_START);
	put_text(to, "one ");
	put_text(to, "two");
	close_element(to);
	open_element(to, "Empty");
	close_element(to);
	close_data(to);
	end_record(to);
	check(to, "P 7 A=[one two] Empty=[]");
}

static void test_template(void **state)
{
	static const struct value one[] = {VALUE(BINXML_TYPE_UINT32, "\xD2\4\0\0")};
	static const struct value two[] = {VALUE(BINXML_TYPE_STRING, "z\0")};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_UINT32);

	RECORD(to, definition, one);
	RECORD(to, definition, two);
	check_record(to, 0, "P 7 Item=[1234]");
	/* The value's own type counts, not the one that the template announces. */
	check_record(to, 1, "P 7 Item=[z]");
}

static void test_definition_in_place(void **state)
{
	static const struct value values[] = {VALUE(BINXML_TYPE_INT8, "\xFF")};
	struct writer *to = *state;
	size_t definition;

	begin_record(to);
	put_u8(to, BINXML_TEMPLATE_INSTANCE);
	put_u8(to, 1);
	put_u32(to, 0);
	definition = to->chunk->len + 4;
	put_u32(to, definition);
	assert_int_equal(define_item(to, BINXML_TYPE_INT8), definition);
	put(to, "\1\0\0\0\1\0\3\0\xFF", 9);
	end_record(to);
	RECORD(to, definition, values);
	check_record(to, 0, "P 7 Item=[-1]");
	check_record(to, 1, "P 7 Item=[-1]");
}

/* Event and System in one template, the data in another, as nearly all records have it. */
static void test_nested_template(void **state)
{
	static const struct value inner_values[] = {VALUE(BINXML_TYPE_STRING, "i\0n\0"),
						    VALUE(BINXML_TYPE_BOOLEAN, "\1\0\0\0")};
	struct writer *to = *state;
	size_t outer = begin_definition(to), inner, start;
	g_autoptr(GByteArray) nested = NULL;
	struct value value = {.type = BINXML_TYPE_BINXML};

	open_event(to);
	put_optional(to, 0, BINXML_TYPE_BINXML);
	close_element(to);
	end_definition(to);
	inner = begin_definition(to);
	open_element(to, "EventData");
	open_element(to, "One");
	put_substitution(to, 0, BINXML_TYPE_STRING);
	close_element(to);
	open_element(to, "Two");
	put_substitution(to, 1, BINXML_TYPE_BOOLEAN);
	close_element(to);
	close_element(to);
	end_definition(to);
	start = to->chunk->len;
	put_fragment_header(to);
	put_instance(to, inner, inner_values, 2);
	put_u8(to, BINXML_END_OF_STREAM);
	nested = g_byte_array_append(g_byte_array_new(), to->chunk->data + start,
				     to->chunk->len - (guint)start);
	value.data = (const char *)nested->data;
	value.size = nested->len;
	put_record(to, outer, &value, 1);
	check(to, "P 7 One=[in] Two=[true]");
	value = (struct value)ABSENT;
	put_record(to, outer, &value, 1);
	check(to, "P 7");
}

static void test_null_attribute(void **state)
{
	static const struct value present[] = {VALUE(BINXML_TYPE_UINT8, "\5"),
					       VALUE(BINXML_TYPE_STRING, "t\0")};
	static const struct value absent[] = {ABSENT, VALUE(BINXML_TYPE_STRING, "t\0")};
	static const struct value empty[] = {VALUE(BINXML_TYPE_STRING, ""), ABSENT};
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	open_data(to);
	open_tag(to, "Item");
	put_attribute(to, "Extra");
	put_optional(to, 0, BINXML_TYPE_UINT8);
	put_u8(to, BINXML_CLOSE_START);
	put_substitution(to, 1, BINXML_TYPE_STRING);
	close_element(to);
	close_data(to);
	end_definition(to);
	RECORD(to, definition, present);
	check(to, "P 7 Item/@Extra=[5] Item=[t]");
	RECORD(to, definition, absent);
	check(to, "P 7 Item=[t]");
	RECORD(to, definition, empty);
	check(to, "P 7 Item/@Extra=[] Item=[]");
}

static void test_dependent_element(void **state)
{
	static const struct value present[] = {VALUE(BINXML_TYPE_STRING, "x\0"),
					       VALUE(BINXML_TYPE_STRING, "y\0")};
	static const struct value absent[] = {ABSENT, VALUE(BINXML_TYPE_STRING, "y\0")};
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	open_event(to);
	open_for(to, "UserData", false, 0);
	open_element(to, "Kind");
	open_for(to, "Leaf", false, 0);
	put_optional(to, 0, BINXML_TYPE_STRING);
	close_element(to);
	open_for(to, "Other", false, 1);
	put_optional(to, 1, BINXML_TYPE_STRING);
	close_element(to);
	close_element(to);
	close_element(to);
	open_element(to, "EventData");
	open_for(to, "Gone", true, 0);
	put_attribute(to, "Mark");
	put_text(to, "m");
	put_u8(to, BINXML_CLOSE_EMPTY);
	open_for(to, "Last", false, 1);
	put_optional(to, 1, BINXML_TYPE_STRING);
	close_element(to);
	close_data(to);
	end_definition(to);
	RECORD(to, definition, present);
	check(to, "P 7 Leaf=[x] Other=[y] Gone/@Mark=[m] Gone=[] Last=[y]");
	RECORD(to, definition, absent);
	check(to, "P 7 Last=[y]");
}

static void check_list(struct writer *to, const struct value *list, const char *expected)
{
	size_t definition = define_item(to, list->type);

	put_record(to, definition, list, 1);
	check(to, expected);
}

static void test_lists(void **state)
{
	static const struct value strings =
		VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_STRING, "a\0b\0\0\0\0\0c\0\0\0");
	static const struct value open_end =
		VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_STRING, "a\0\0\0b\0");
	static const struct value numbers =
		VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_UINT16, "\1\0\xFF\xFF");
	static const struct value rest = VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_UINT16, "\1\0\xFF");
	static const struct value none = VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_UINT16, "");
	static const struct value blob = VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_BINARY, "\1\2\3\4");
	static const struct value sids = VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_SID,
					       "\1\1\0\0\0\0\0\5\x12\0\0\0\1\0\0\0\0\0\0\1");

	check_list(*state, &strings, "P 7 Item=[ab] Item=[] Item=[c]");
	check_list(*state, &open_end, "P 7 Item=[a] Item=[b]");
	check_list(*state, &numbers, "P 7 Item=[1] Item=[65535]");
	check_list(*state, &none, "P 7 Item=[]");
	check_list(*state, &blob, "P 7 Item=[01020304]");
	check_list(*state, &sids, "P 7 Item=[S-1-5-18] Item=[S-1-1]");
	/* Half a value at the end stays what it is: bytes behind the last one. */
	check_list(*state, &rest, "P 7 Item=[1FF]");
}

static void test_list_in_attribute(void **state)
{
	static const struct value values[] = {
		VALUE(BINXML_TYPE_ARRAY | BINXML_TYPE_STRING, "a\0\0\0b\0\0\0")};
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	open_data(to);
	open_tag(to, "Item");
	put_attribute(to, "All");
	put_substitution(to, 0, values->type);
	put_u8(to, BINXML_CLOSE_EMPTY);
	close_data(to);
	end_definition(to);
	RECORD(to, definition, values);
	check(to, "P 7 Item/@All=[ab] Item=[]");
}

static void test_references(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	open_data(to);
	open_element(to, "Item");
	put_text(to, "a");
	put_entity(to, "lt");
	put_entity(to, "gt");
	put_entity(to, "amp");
	put_entity(to, "quot");
	put_entity(to, "apos");
	put_u8(to, BINXML_CHARACTER_REFERENCE);
	put_u16(to, 0x20AC);
	put_entity(to, "other");
	put_text(to, "z");
	close_element(to);
	close_data(to);
	end_record(to);
	check(to, "P 7 Item=[a<>&\"'€&other;z]");
}

static void test_cdata(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	open_data(to);
	open_element(to, "Item");
	put_u8(to, BINXML_CDATA);
	put_u16(to, 5);
	put_ascii(to, "<b>&x");
	close_element(to);
	close_data(to);
	end_record(to);
	check(to, "P 7 Item=[<b>&x]");
}

static void test_processing_instruction(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	put_u8(to, BINXML_PI_TARGET);
	put_name(to, "xml");
	put_u8(to, BINXML_PI_DATA);
	put_u16(to, 3);
	put_ascii(to, "a=b");
	open_data(to);
	open_element(to, "Item");
	put_text(to, "x");
	close_element(to);
	close_data(to);
	end_record(to);
	check(to, "P 7 Item=[x]");
}

static void test_index_beyond(void **state)
{
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING);

	put_record(to, definition, NULL, 0);
	check(to, "P 7 Item=[]");
}

/* What the sieve stops at must be what is decoded. */
static void test_first_id_wins(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	open_data(to);
	close_element(to);
	open_element(to, "System");
	open_element(to, "EventID");
	put_text(to, "8");
	close_element(to);
	close_data(to);
	end_record(to);
	check(to, "P 7");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, writer_begin, writer_finish)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),
		TEST(test_template),
		TEST(test_definition_in_place),
		TEST(test_nested_template),
		TEST(test_null_attribute),
		TEST(test_dependent_element),
		TEST(test_lists),
		TEST(test_list_in_attribute),
		TEST(test_references),
		TEST(test_cdata),
		TEST(test_processing_instruction),
		TEST(test_index_beyond),
		TEST(test_first_id_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
