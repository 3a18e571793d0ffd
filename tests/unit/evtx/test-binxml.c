/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "evtx/binxml_instance.h"
#include "tests/unit/cmocka_test.h"

/* Bytes before the fragment, so that an offset of zero is never the right one. */
#define PREFIX 16

/*
 * Reads the one token that `bytes` (behind PREFIX zeros) hold, with a byte left over; then cut
 * off at every byte, where it must fail and leave the cursor and the token alone.
 */
static struct binxml_token read_good(const char *bytes, size_t size, bool has_dependency_ids)
{
	struct binxml_token token = {0}, none = {.name_offset = 77};
	size_t whole = PREFIX + size;

	for (size_t end = PREFIX; end <= whole; end++) {
		g_autofree uint8_t *data = g_malloc0(end + 1);
		struct binxml_cursor cursor = {data, end, PREFIX, has_dependency_ids};

		memcpy(data + PREFIX, bytes, end - PREFIX);
		/* The byte behind the end must not count. */
		if (end < whole)
			data[end] = (uint8_t)bytes[end - PREFIX];
		if (end == whole) {
			cursor.end = end + 1;
			assert_true(binxml_next(&cursor, &token));
			assert_int_equal(cursor.offset, whole);
			cursor = (struct binxml_cursor){data, end, PREFIX, has_dependency_ids};
			assert_true(binxml_next(&cursor, &token));
			assert_int_equal(cursor.offset, whole);
		} else {
			assert_false(binxml_next(&cursor, &none));
			assert_int_equal(cursor.offset, PREFIX);
			assert_int_equal(none.name_offset, 77);
		}
	}
	return token;
}

#define READ(bytes, ids) read_good(bytes, sizeof(bytes) - 1, ids)

/* "ab" in place at 0x15 = PREFIX + token + offset: next, hash, count, text, end sign. */
#define NAME_AB "\0\0\0\0\x12\x34\2\0a\0b\0\0\0"

static void check_name(const char *bytes, size_t size, const struct binxml_token *token)
{
	g_autofree uint8_t *data = g_malloc0(PREFIX + size);
	const uint8_t *text = NULL;
	uint16_t units = 0;

	memcpy(data + PREFIX, bytes, size);
	assert_true(binxml_get_name(data, PREFIX + size, token->name_offset, &text, &units));
	assert_int_equal(units, 2);
	assert_memory_equal(text, "a\0b\0", 4);
}

static void test_single_bytes(void **state)
{
	(void)state;
	assert_int_equal(READ("\x00", false).type, BINXML_END_OF_STREAM);
	assert_int_equal(READ("\x02", false).type, BINXML_CLOSE_START);
	assert_int_equal(READ("\x03", false).type, BINXML_CLOSE_EMPTY);
	assert_int_equal(READ("\x04", false).type, BINXML_END_ELEMENT);
	/* The rest of an instance is binxml_get_instance()'s. */
	assert_int_equal(READ("\x0c", false).type, BINXML_TEMPLATE_INSTANCE);
}

static void test_fragment_header(void **state)
{
	(void)state;
	assert_int_equal(READ("\x0f\1\1\0", false).type, BINXML_FRAGMENT_HEADER);
}

static void test_element_by_offset(void **state)
{
	struct binxml_token token = READ("\x01\x99\0\0\0\x78\x56\0\0", false);

	(void)state;
	assert_int_equal(token.type, BINXML_OPEN_START);
	assert_false(token.more);
	assert_int_equal(token.name_offset, 0x5678);
	assert_int_equal(token.index, BINXML_NO_DEPENDENCY);
}

static void test_element_with_dependency(void **state)
{
	struct binxml_token token = READ("\x01\x07\1\x99\0\0\0\x78\x56\0\0", true);

	(void)state;
	assert_int_equal(token.name_offset, 0x5678);
	assert_int_equal(token.index, 0x107);
	token = READ("\x01\xFF\xFF\x99\0\0\0\x78\x56\0\0", true);
	assert_int_equal(token.index, BINXML_NO_DEPENDENCY);
}

static void test_element_with_attributes(void **state)
{
	struct binxml_token token = READ("\x41\x99\0\0\0\x78\x56\0\0\x10\0\0\0", false);

	(void)state;
	assert_int_equal(token.type, BINXML_OPEN_START);
	assert_true(token.more);
	token = READ("\x41\3\0\x99\0\0\0\x78\x56\0\0\x10\0\0\0", true);
	assert_true(token.more);
	assert_int_equal(token.index, 3);
	assert_int_equal(token.name_offset, 0x5678);
}

static void test_element_in_place(void **state)
{
	static const char plain[] = "\x01\x99\0\0\0\x19\0\0\0" NAME_AB;
	static const char dependent[] = "\x41\5\0\x99\0\0\0\x1b\0\0\0" NAME_AB "\x10\0\0\0";
	struct binxml_token token = READ(plain, false);

	(void)state;
	assert_int_equal(token.name_offset, 0x19);
	check_name(plain, sizeof(plain) - 1, &token);
	token = READ(dependent, true);
	assert_int_equal(token.index, 5);
	assert_true(token.more);
	check_name(dependent, sizeof(dependent) - 1, &token);
}

static void test_attribute(void **state)
{
	static const char in_place[] = "\x06\x15\0\0\0" NAME_AB;
	struct binxml_token token = READ(in_place, false);

	(void)state;
	assert_int_equal(token.type, BINXML_ATTRIBUTE);
	assert_false(token.more);
	check_name(in_place, sizeof(in_place) - 1, &token);
	token = READ("\x46\x34\x12\0\0", true);
	assert_int_equal(token.type, BINXML_ATTRIBUTE);
	assert_true(token.more);
	assert_int_equal(token.name_offset, 0x1234);
}

static void test_entity_and_target(void **state)
{
	static const char entity[] = "\x09\x15\0\0\0" NAME_AB;
	struct binxml_token token = READ(entity, false);

	(void)state;
	assert_int_equal(token.type, BINXML_ENTITY_REFERENCE);
	check_name(entity, sizeof(entity) - 1, &token);
	token = READ("\x49\x34\x12\0\0", false);
	assert_int_equal(token.type, BINXML_ENTITY_REFERENCE);
	assert_int_equal(token.name_offset, 0x1234);
	token = READ("\x0a\x15\0\0\0" NAME_AB, false);
	assert_int_equal(token.type, BINXML_PI_TARGET);
	assert_int_equal(token.name_offset, 0x15);
}

static void check_text(const struct binxml_token *token, enum binxml_token_type type,
		       uint32_t offset, uint16_t units)
{
	assert_int_equal(token->type, type);
	assert_int_equal(token->text_offset, offset);
	assert_int_equal(token->text_units, units);
}

static void test_texts(void **state)
{
	struct binxml_token token = READ("\x05\1\2\0a\0b\0", false);

	(void)state;
	check_text(&token, BINXML_VALUE, PREFIX + 4, 2);
	assert_int_equal(token.value_type, BINXML_TYPE_STRING);
	assert_false(token.more);
	token = READ("\x45\1\0\0", false);
	check_text(&token, BINXML_VALUE, PREFIX + 4, 0);
	assert_true(token.more);
	token = READ("\x07\1\0a\0", false);
	check_text(&token, BINXML_CDATA, PREFIX + 3, 1);
	token = READ("\x47\0\0", false);
	check_text(&token, BINXML_CDATA, PREFIX + 3, 0);
	token = READ("\x0b\3\0a\0b\0c\0", false);
	check_text(&token, BINXML_PI_DATA, PREFIX + 3, 3);
}

static void test_character(void **state)
{
	struct binxml_token token = READ("\x08\xac\x20", false);

	(void)state;
	assert_int_equal(token.type, BINXML_CHARACTER_REFERENCE);
	assert_int_equal(token.index, 0x20AC);
	assert_true(READ("\x48\x41\0", false).more);
}

static void test_substitutions(void **state)
{
	struct binxml_token token = READ("\x0d\x02\1\x0a", true);

	(void)state;
	assert_int_equal(token.type, BINXML_SUBSTITUTION);
	assert_int_equal(token.index, 0x102);
	assert_int_equal(token.value_type, BINXML_TYPE_UINT64);
	token = READ("\x0e\x03\0\x81", true);
	assert_int_equal(token.type, BINXML_OPTIONAL_SUBSTITUTION);
	assert_int_equal(token.index, 3);
	assert_int_equal(token.value_type, BINXML_TYPE_STRING | BINXML_TYPE_ARRAY);
}

/* Literal values of other types than string occur nowhere; their sizes would be guesses. */
static void test_refused(void **state)
{
	static const uint8_t zeros[64];

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		g_autofree uint8_t *data = g_memdup2(zeros, sizeof(zeros));
		struct binxml_cursor cursor = {data, sizeof(zeros), 0, false};
		struct binxml_token token;
		bool known = (byte & ~0x40u) <= 0x0f;

		data[0] = (uint8_t)byte;
		data[1] = BINXML_TYPE_STRING;
		assert_int_equal(binxml_next(&cursor, &token), known);
		data[0] = BINXML_VALUE;
		data[1] = (uint8_t)byte;
		cursor.offset = 0;
		assert_int_equal(binxml_next(&cursor, &token), byte == BINXML_TYPE_STRING);
	}
}

static void test_wild_cursor(void **state)
{
	struct binxml_cursor cursor = {(const uint8_t *)"", 0, 0, false};
	struct binxml_token token;

	(void)state;
	assert_false(binxml_next(&cursor, &token));
	cursor.offset = SIZE_MAX;
	assert_false(binxml_next(&cursor, &token));
	assert_int_equal(cursor.offset, SIZE_MAX);
}

static void test_names(void **state)
{
	static const char bytes[] = "xxxx" NAME_AB;
	const uint8_t *text = NULL;
	uint16_t units = 9;

	(void)state;
	for (size_t size = 0; size <= 16; size++) {
		g_autofree uint8_t *data = g_memdup2(bytes, size);

		assert_int_equal(binxml_get_name(data, size, 4, &text, &units), size == 16);
		assert_int_equal(units, size == 16 ? 2 : 9);
	}
	assert_false(binxml_get_name((const uint8_t *)bytes, 16, UINT32_MAX, &text, &units));
	assert_false(binxml_get_name((const uint8_t *)bytes, 16, UINT32_MAX - 7, &text, &units));
	assert_false(binxml_get_name((const uint8_t *)bytes, 16, 17, &text, &units));
}

static void test_is_fragment(void **state)
{
	static const uint8_t bytes[] = {0, 0x0f, 1, 1, 0, 0x0f, 1, 2, 0, 0x0f, 1, 1, 1, 0x0f, 0, 1};

	(void)state;
	assert_true(binxml_is_fragment(bytes, sizeof(bytes), 1));
	assert_true(binxml_is_fragment(bytes, 5, 1));
	assert_false(binxml_is_fragment(bytes, 4, 1));
	assert_false(binxml_is_fragment(bytes, sizeof(bytes), 0));
	assert_false(binxml_is_fragment(bytes, sizeof(bytes), 5));
	assert_false(binxml_is_fragment(bytes, sizeof(bytes), 9));
	assert_false(binxml_is_fragment(bytes, sizeof(bytes), 13));
	assert_false(binxml_is_fragment(bytes, sizeof(bytes), SIZE_MAX));
}

/* An instance at PREFIX of the definition at `template_offset`; two values, "a" and none. */
static GByteArray *make_instance(uint32_t template_offset, uint32_t definition_size)
{
	static const uint8_t values[] = {2, 0, BINXML_TYPE_STRING, 0, 0, 0, 0, 0, 'a', 0};
	uint8_t head[10] = {BINXML_TEMPLATE_INSTANCE, 1, 9, 9, 9, 9};
	uint8_t definition[BINXML_TEMPLATE_HEADER] = {0};
	uint8_t count[4] = {2};
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_set_size(bytes, PREFIX);
	memset(bytes->data, 0, PREFIX);
	bytes_put_u32(head + 6, template_offset);
	g_byte_array_append(bytes, head, sizeof(head));
	if (template_offset == bytes->len) {
		bytes_put_u32(definition + 20, definition_size);
		g_byte_array_append(bytes, definition, sizeof(definition));
		for (uint32_t i = 0; i < definition_size; i++)
			g_byte_array_append(bytes, (const uint8_t *)"\xEE", 1);
	}
	g_byte_array_append(bytes, count, sizeof(count));
	g_byte_array_append(bytes, values, sizeof(values));
	return bytes;
}

/* Both values, cut off at every byte between the token and the last value. */
static void check_instance(uint32_t template_offset, uint32_t definition_size, size_t descriptors)
{
	g_autoptr(GByteArray) bytes = make_instance(template_offset, definition_size);

	for (size_t end = PREFIX; end <= bytes->len; end++) {
		g_autofree uint8_t *data = g_memdup2(bytes->data, end);
		struct binxml_instance instance = {.end = 7};
		struct binxml_value value = {0};
		size_t at;

		if (!binxml_get_instance(data, end, PREFIX, &instance)) {
			assert_true(end < descriptors + 8);
			assert_int_equal(instance.end, 7);
			continue;
		}
		assert_true(end >= descriptors + 8);
		assert_int_equal(instance.template_offset, template_offset);
		assert_int_equal(instance.values, 2);
		assert_int_equal(instance.descriptors, descriptors);
		assert_int_equal(instance.data, descriptors + 8);
		assert_int_equal(instance.end, end);
		at = instance.data;
		assert_int_equal(binxml_get_value(data, &instance, 0, &at, &value),
				 end == bytes->len);
		if (end < bytes->len)
			continue;
		assert_int_equal(value.offset, descriptors + 8);
		assert_int_equal(value.size, 2);
		assert_int_equal(value.type, BINXML_TYPE_STRING);
		assert_true(binxml_get_value(data, &instance, 1, &at, &value));
		assert_int_equal(value.size, 0);
		assert_int_equal(value.type, BINXML_TYPE_NULL);
		assert_int_equal(at, bytes->len);
		assert_false(binxml_get_value(data, &instance, 2, &at, &value));
		assert_false(binxml_get_value(data, &instance, UINT32_MAX, &at, &value));
	}
}

static void test_instance_by_offset(void **state)
{
	(void)state;
	check_instance(4, 0, PREFIX + 14);
	check_instance(UINT32_MAX, 0, PREFIX + 14);
}

static void test_instance_in_place(void **state)
{
	(void)state;
	check_instance(PREFIX + 10, 0, PREFIX + 38);
	check_instance(PREFIX + 10, 21, PREFIX + 38 + 21);
}

static bool is_instance(const GByteArray *bytes, struct binxml_instance *out)
{
	return binxml_get_instance(bytes->data, bytes->len, PREFIX, out);
}

static void test_wild_instances(void **state)
{
	static const uint32_t counts[] = {3, 4, 100, 0x40000000, 0x40000001, UINT32_MAX};
	g_autoptr(GByteArray) bytes = make_instance(4, 0);
	g_autoptr(GByteArray) in_place = make_instance(PREFIX + 10, 5);
	struct binxml_instance instance;

	(void)state;
	assert_true(is_instance(bytes, &instance));
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		bytes_put_u32(bytes->data + PREFIX + 10, counts[i]);
		assert_false(is_instance(bytes, &instance));
	}
	/* Ten bytes behind the count are room for two descriptors. */
	bytes_put_u32(bytes->data + PREFIX + 10, 0);
	assert_true(is_instance(bytes, &instance));
	assert_int_equal(instance.data, instance.descriptors);
	bytes->data[PREFIX] = BINXML_OPEN_START;
	assert_false(is_instance(bytes, &instance));
	assert_true(is_instance(in_place, &instance));
	bytes_put_u32(in_place->data + PREFIX + 30, UINT32_MAX);
	assert_false(is_instance(in_place, &instance));
	bytes_put_u32(in_place->data + PREFIX + 30, in_place->len);
	assert_false(is_instance(in_place, &instance));
}

static void test_value_beyond(void **state)
{
	g_autoptr(GByteArray) bytes = make_instance(4, 0);
	struct binxml_instance instance;
	struct binxml_value value;
	size_t at;

	(void)state;
	bytes_put_u16(bytes->data + PREFIX + 14, 3);
	assert_true(is_instance(bytes, &instance));
	at = instance.data;
	assert_false(binxml_get_value(bytes->data, &instance, 0, &at, &value));
	assert_int_equal(at, instance.data);
	bytes_put_u16(bytes->data + PREFIX + 14, 0xFFFF);
	assert_false(binxml_get_value(bytes->data, &instance, 0, &at, &value));
	assert_int_equal(binxml_get_values_end(bytes->data, &instance), instance.end + 0xFFFF - 2);
	bytes_put_u16(bytes->data + PREFIX + 14, 2);
	assert_int_equal(binxml_get_values_end(bytes->data, &instance), instance.end);
	assert_true(binxml_get_value(bytes->data, &instance, 0, &at, &value));
	bytes_put_u16(bytes->data + PREFIX + 18, 1);
	assert_false(binxml_get_value(bytes->data, &instance, 1, &at, &value));
}

#define PLACE 600 /* of a record's BinXML in a chunk */

static bool begins(uint8_t token, uint32_t template_offset, size_t size)
{
	uint8_t bytes[PLACE + 14] = {0};

	memcpy(bytes + PLACE, "\x0F\1\1", 4);
	bytes[PLACE + 4] = token;
	bytes_put_u32(bytes + PLACE + 10, template_offset);
	return binxml_is_event(bytes, PLACE + size, PLACE);
}

static void test_is_event(void **state)
{
	uint8_t zeros[64] = {0};

	(void)state;
	assert_true(begins(0x01, 0, 14));
	assert_true(begins(0x41, 0, 14));
	assert_true(begins(0x0C, 512, 14));
	assert_true(begins(0x0C, PLACE + 14, 14)); /* its definition stands in place */
	assert_false(begins(0x0C, PLACE + 15, 14));
	assert_false(begins(0x0C, 511, 14));
	assert_false(begins(0x0C, 0, 14));
	assert_false(begins(0x00, 0, 14));
	assert_false(begins(0x0A, 0, 14));
	assert_false(begins(0x0C, 512, 13));
	assert_false(binxml_is_event(zeros, sizeof(zeros), 0));
	assert_false(binxml_is_event(zeros, 0, 0));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_bytes),
		cmocka_unit_test(test_fragment_header),
		cmocka_unit_test(test_element_by_offset),
		cmocka_unit_test(test_element_with_dependency),
		cmocka_unit_test(test_element_with_attributes),
		cmocka_unit_test(test_element_in_place),
		cmocka_unit_test(test_attribute),
		cmocka_unit_test(test_entity_and_target),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_character),
		cmocka_unit_test(test_substitutions),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_wild_cursor),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_is_fragment),
		cmocka_unit_test(test_is_event),
		cmocka_unit_test(test_instance_by_offset),
		cmocka_unit_test(test_instance_in_place),
		cmocka_unit_test(test_wild_instances),
		cmocka_unit_test(test_value_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
