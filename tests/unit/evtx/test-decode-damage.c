/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "evtx/binxml_instance.h"
#include "evtx/decode.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/evtx/decode_chunk.h"

/* Records that are damaged, or made to cost time and memory: a fault, and soon. */

static void test_template_of_itself(void **state)
{
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	open_element(to, "Event");
	put_instance(to, definition, NULL, 0);
	close_element(to);
	end_definition(to);
	put_record(to, definition, NULL, 0);
	check_fault(to, "fragments inside each other too deep");
}

/* A chain of templates, each holding `width` instances of the one before. */
static size_t define_chain(struct writer *to, unsigned length, unsigned width)
{
	size_t definition = begin_definition(to), next;

	open_element(to, "Leaf");
	put_text(to, "x");
	close_element(to);
	end_definition(to);
	while (--length > 0) {
		next = begin_definition(to);
		for (unsigned i = 0; i < width; i++)
			put_instance(to, definition, NULL, 0);
		end_definition(to);
		definition = next;
	}
	return definition;
}

static void put_chain(struct writer *to, unsigned length, unsigned width)
{
	size_t definition = define_chain(to, length, width);

	begin_record(to);
	open_data(to);
	put_instance(to, definition, NULL, 0);
	close_data(to);
	end_record(to);
}

static void test_depth(void **state)
{
	put_chain(*state, WH_MAX_BINXML_DEPTH, 1);
	check(*state, "P 7 Leaf=[x]");
	put_chain(*state, WH_MAX_BINXML_DEPTH + 1, 1);
	check_fault(*state, "fragments inside each other too deep");
}

static void test_element_depth(void **state)
{
	struct writer *to = *state;

	for (unsigned depth = WH_MAX_XML_DEPTH; depth <= WH_MAX_XML_DEPTH + 1; depth++) {
		begin_record(to);
		for (unsigned i = 0; i < depth; i++)
			open_element(to, "E");
		for (unsigned i = 0; i < depth; i++)
			close_element(to);
		end_record(to);
	}
	check_fault(to, "too many fields, or elements too deep");
	g_array_set_size(to->records, 1);
	check(to, "- 0 E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/"
		  "E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E/E=[]");
}

/* Damage must cost little: a log has thousands of records. */
static void check_fast_fault(struct writer *to, const char *problem)
{
	gint64 start = g_get_monotonic_time();

	check_fault(to, problem);
	assert_true(g_get_monotonic_time() - start < 20 * G_USEC_PER_SEC);
}

/* 16^14 elements, from templates alone. */
static void test_bomb_of_templates(void **state)
{
	put_chain(*state, WH_MAX_BINXML_DEPTH - 1, 16);
	check_fast_fault(*state, "too many fields");
}

/* The same with nothing in it that counts as a field. */
static void test_bomb_of_nothing(void **state)
{
	struct writer *to = *state;
	size_t definition = begin_definition(to), next;

	end_definition(to);
	for (unsigned i = 0; i < WH_MAX_BINXML_DEPTH - 1; i++) {
		next = begin_definition(to);
		for (unsigned k = 0; k < 16; k++)
			put_instance(to, definition, NULL, 0);
		end_definition(to);
		definition = next;
	}
	put_record(to, definition, NULL, 0);
	check_fast_fault(to, "the record expands beyond all bounds");
}

/* One long value, substituted again and again. */
static void test_bomb_of_text(void **state)
{
	struct writer *to = *state;
	g_autofree char *text = g_strnfill(20000, 'x');
	struct value value = {BINXML_TYPE_ANSI_STRING, text, 20000};
	size_t definition = begin_definition(to);

	open_data(to);
	open_element(to, "Item");
	for (unsigned i = 0; i < 1000; i++)
		put_substitution(to, 0, BINXML_TYPE_ANSI_STRING);
	close_element(to);
	close_data(to);
	end_definition(to);
	put_record(to, definition, &value, 1);
	check_fast_fault(to, "the record expands beyond all bounds");
	value.size = 2000;
	put_record(to, definition, &value, 1);
	g_free(text);
	text = decode_record(to, 1, true);
	assert_int_equal(strlen(text), strlen("P 7 Item=[]") + 1000 * 2000);
}

/* A fragment of one instance, out of the way in the chunk; a new value. */
static GByteArray *make_fragment(struct writer *to, size_t definition, const struct value *value)
{
	guint start = to->chunk->len;

	put_fragment_header(to);
	put_instance(to, definition, value, 1);
	put_u8(to, BINXML_END_OF_STREAM);
	return g_byte_array_append(g_byte_array_new(), to->chunk->data + start,
				   to->chunk->len - start);
}

/* 8^7 fragments: each template asks for its only value again and again. */
static void test_bomb_of_fragments(void **state)
{
	struct writer *to = *state;
	size_t outer = begin_definition(to), inner;
	struct value value = ABSENT;
	GByteArray *nested[WH_MAX_BINXML_DEPTH / 2 - 1];

	open_event(to);
	put_optional(to, 0, BINXML_TYPE_BINXML);
	close_element(to);
	end_definition(to);
	inner = begin_definition(to);
	for (unsigned i = 0; i < 8; i++)
		put_optional(to, 0, BINXML_TYPE_BINXML);
	end_definition(to);
	for (guint i = 0; i < G_N_ELEMENTS(nested); i++) {
		nested[i] = make_fragment(to, inner, &value);
		value = (struct value){BINXML_TYPE_BINXML, (const char *)nested[i]->data,
				       nested[i]->len};
	}
	put_record(to, outer, &value, 1);
	check_fast_fault(to, "the record expands beyond all bounds");
	for (guint i = 0; i < G_N_ELEMENTS(nested); i++)
		g_byte_array_unref(nested[i]);
}

/* Many values that nobody asks for, inside a template that is used often. */
static void test_bomb_of_values(void **state)
{
	struct writer *to = *state;
	g_autofree struct value *values = g_new0(struct value, 8000);
	size_t definition = begin_definition(to), next;

	end_definition(to);
	for (unsigned i = 0; i < 8000; i++)
		values[i] = (struct value)ABSENT;
	next = begin_definition(to);
	put_instance(to, definition, values, 8000);
	end_definition(to);
	for (unsigned level = 0; level < 2; level++) {
		definition = next;
		next = begin_definition(to);
		for (unsigned i = 0; i < 100; i++)
			put_instance(to, definition, NULL, 0);
		end_definition(to);
	}
	put_record(to, next, NULL, 0);
	check_fast_fault(to, "the record expands beyond all bounds");
}

static void test_unbalanced(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	open_element(to, "Event");
	end_record(to);
	check_fault(to, "an element without an end");
	begin_record(to);
	close_element(to);
	end_record(to);
	check_fault(to, "an end without an element");
}

/* What no element stands in is no event: not nothing, not zeros, not an empty template. */
static void test_no_element(void **state)
{
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	end_definition(to);
	put_record(to, definition, NULL, 0);
	check_fault(to, "no element");
	begin_record(to);
	end_record(to);
	check_fault(to, "no element");
	begin_record(to);
	put(to, "\0\0\0\0\0\0\0\0", 8);
	end_record(to);
	check_fault(to, "no element");
}

static void test_wild_offsets(void **state)
{
	struct writer *to = *state;

	put_record(to, UINT32_MAX, NULL, 0);
	check_fault(to, "a template definition is damaged");
	/* Its header would lie half behind the chunk. */
	put_record(to, to->chunk->len + 30, NULL, 0);
	check_fault(to, "a template definition is damaged");
	begin_record(to);
	put(to, "\x01\0\0\0\0\xFF\xFF\xFF\xFF", 9);
	end_record(to);
	check_fault(to, "an element without a name");
	begin_record(to);
	open_tag(to, "Event");
	put(to, "\x06\xFF\xFF\xFF\xFF", 5);
	end_record(to);
	check_fault(to, "an attribute without a name");
}

static void test_damaged_instance(void **state)
{
	static const struct value values[] = {VALUE(BINXML_TYPE_STRING, "a\0b\0")};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING), start;

	RECORD(to, definition, values);
	check(to, "P 7 Item=[ab]");
	start = to->record + WH_RECORD_HEADER + BINXML_FRAGMENT_HEADER_SIZE;
	/* Its size: with the end of stream, one byte too many. */
	to->chunk->data[start + 14] = 6;
	check_fault(to, "a value reaches beyond its fragment");
	to->chunk->data[start + 14] = 4;
	to->chunk->data[start + 13] = 0x40;
	check_fault(to, "a template instance is damaged");
}

/* Every prefix of a record is a fault; and none of them spoils the record behind it. */
static void test_cut_off(void **state)
{
	static const struct value values[] = {VALUE(BINXML_TYPE_STRING, "a\0b\0")};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING);
	struct record *record;

	RECORD(to, definition, values);
	begin_record(to);
	open_data(to);
	open_element(to, "Item");
	put_entity(to, "lt");
	put_text(to, "x");
	close_element(to);
	close_data(to);
	end_record_here(to);
	for (guint i = 0; i < 2; i++) {
		uint32_t size;

		record = &g_array_index(to->records, struct record, i);
		size = record->size - (i == 0); /* without the end of stream */
		for (record->size = size - 1;
		     record->size > WH_RECORD_MINIMUM + BINXML_FRAGMENT_HEADER_SIZE;
		     record->size--) {
			g_autofree char *planned = decode_record(to, i, true);
			g_autofree char *walked = decode_record(to, i, false);

			assert_true(g_str_has_prefix(walked, "! "));
			assert_string_equal(planned, walked);
		}
		record->size = size;
	}
	check_record(to, 0, "P 7 Item=[ab]");
	check_record(to, 1, "P 7 Item=[<x]");
}

/* One decoder for many records and chunks: a fault leaves nothing behind. */
static void test_goes_on(void **state)
{
	static const struct value good[] = {VALUE(BINXML_TYPE_STRING, "a\0b\0")};
	static const char *const problems[] = {"an element without an end", NULL,
					       "an end without an element"};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING);
	struct decoder *decoder = decoder_native_new(true);
	struct chunk chunk;
	struct event event;

	begin_record(to);
	open_data(to);
	end_record(to);
	RECORD(to, definition, good);
	begin_record(to);
	close_element(to);
	end_record(to);
	chunk = (struct chunk){.data = to->chunk->data, .size = to->chunk->len};
	event_init(&event);
	for (guint i = 0; i < 9; i++) {
		const char *problem = problems[i % 3];
		g_autofree char *reason = NULL;

		if (i % 3 == 0)
			decoder->begin(decoder, &chunk, to->records);
		event_clear(&event);
		assert_int_equal(decoder->decode(decoder, i % 3, &event, &reason), !problem);
		if (problem)
			assert_true(g_str_has_prefix(reason, problem));
		else
			assert_string_equal(event_get_field(&event, "Item"), "ab");
	}
	event_release(&event);
	decoder->free(decoder);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, writer_begin, writer_finish)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_template_of_itself),
		TEST(test_depth),
		TEST(test_element_depth),
		TEST(test_bomb_of_templates),
		TEST(test_bomb_of_nothing),
		TEST(test_bomb_of_text),
		TEST(test_bomb_of_fragments),
		TEST(test_bomb_of_values),
		TEST(test_unbalanced),
		TEST(test_no_element),
		TEST(test_wild_offsets),
		TEST(test_damaged_instance),
		TEST(test_cut_off),
		TEST(test_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
