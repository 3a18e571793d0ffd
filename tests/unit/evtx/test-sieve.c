/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "evtx/sieve.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/evtx/decode_chunk.h"

/* Records of provider P and event 7 unless they say otherwise. */

static void add_field_text(struct sieve_plan *plan, const char *provider, uint32_t id,
			   const struct field_text *text)
{
	const struct sieve_origin origin = {.provider = provider};
	g_autoptr(GArray) texts = g_array_new(FALSE, FALSE, sizeof(*text));

	g_array_append_vals(texts, text, 1);
	sieve_plan_add_texts(plan, &origin, id, texts);
}

static void add_text(struct sieve_plan *plan, const char *provider, uint32_t id, const char *text)
{
	add_field_text(plan, provider, id, &(struct field_text){.field = "item", .text = text});
}

static bool passes(struct writer *to, const struct sieve_plan *plan, guint index)
{
	g_autofree uint8_t *exact = g_memdup2(to->chunk->data, to->chunk->len);
	const struct chunk chunk = {exact, to->chunk->len, 0};
	struct sieve *sieve = sieve_new(plan);
	bool pass;

	sieve_begin_chunk(sieve, &chunk);
	pass = sieve_pass_chunk(sieve, &chunk) &&
	       sieve_pass_record(sieve, &chunk, &g_array_index(to->records, struct record, index));
	sieve_free(sieve);
	return pass;
}

/* Does the last record pass a plan that wants the text in event 7 of P? */
static bool passes_text(struct writer *to, const char *field, enum text_anchor anchor,
			const char *text)
{
	struct sieve_plan plan;
	bool pass;

	sieve_plan_init(&plan);
	add_field_text(&plan, "P", 7,
		       &(struct field_text){.field = field, .text = text, .anchor = anchor});
	pass = passes(to, &plan, to->records->len - 1);
	sieve_plan_release(&plan);
	return pass;
}

static bool passes_needle(struct writer *to)
{
	return passes_text(to, "item", TEXT_ANYWHERE, "needle");
}

static void an_id_is_wanted_of_its_provider(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	static const unsigned seven[] = {7}, eight[] = {8};
	struct writer *to = *state;
	struct sieve_plan plan;

	RECORD(to, define_item(to, BINXML_TYPE_STRING), item);
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "P", eight, 1);
	sieve_plan_add(&plan, "Q", seven, 1);
	assert_false(passes(to, &plan, 0));
	sieve_plan_add(&plan, "p", seven, 1);
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
}

static void an_id_may_be_wanted_of_any_provider(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	static const unsigned eight[] = {8};
	struct writer *to = *state;
	struct sieve_plan plan;

	RECORD(to, define_item(to, BINXML_TYPE_STRING), item);
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "P", eight, 1);
	sieve_plan_add(&plan, NULL, eight, 1);
	assert_false(passes(to, &plan, 0));
	add_text(&plan, NULL, 7, "needle");
	assert_false(passes(to, &plan, 0));
	add_text(&plan, "P", WH_ANY_EVENT_ID, "nail");
	assert_false(passes(to, &plan, 0));
	sieve_plan_add_texts(&plan, &(struct sieve_origin){0}, WH_ANY_EVENT_ID, NULL);
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
}

/* A provider that is a substitution, of whatever type. */
static void the_provider_may_be_substituted(void **state)
{
	static const struct value ours[] = {VALUE(BINXML_TYPE_STRING, "P\0")};
	static const struct value other[] = {VALUE(BINXML_TYPE_STRING, "Q\0")};
	static const struct value narrow[] = {VALUE(BINXML_TYPE_ANSI_STRING, "P")};
	static const struct value absent[] = {ABSENT};
	static const unsigned seven[] = {7};
	struct writer *to = *state;
	struct sieve_plan plan;
	size_t definition = begin_definition(to);

	open_element(to, "Event");
	open_element(to, "System");
	open_tag(to, "Provider");
	put_attribute(to, "Name");
	put_optional(to, 0, BINXML_TYPE_STRING);
	put_u8(to, BINXML_CLOSE_EMPTY);
	open_element(to, "EventID");
	put_text(to, "7");
	close_element(to);
	close_element(to);
	close_element(to);
	end_definition(to);
	RECORD(to, definition, ours);
	RECORD(to, definition, other);
	RECORD(to, definition, narrow);
	RECORD(to, definition, absent);
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "P", seven, 1);
	assert_true(passes(to, &plan, 0));
	assert_false(passes(to, &plan, 1));
	assert_true(passes(to, &plan, 2));
	assert_true(passes(to, &plan, 3));
	sieve_plan_release(&plan);
}

static void a_text_must_stand_in_the_values(void **state)
{
	static const struct value with[] = {VALUE(BINXML_TYPE_STRING, "a\0N\0E\0e\0d\0l\0e\0b\0")};
	static const struct value without[] = {VALUE(BINXML_TYPE_STRING, "a\0n\0e\0e\0d\0b\0")};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING);

	RECORD(to, definition, with);
	check(to, "P 7 Item=[aNEedleb]");
	assert_true(passes_needle(to));
	RECORD(to, definition, without);
	assert_false(passes_needle(to));
}

static void texts_keep_to_their_end_of_the_field(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "A\0b\0c\0d\0e\0f\0\0\0")};
	static const struct {
		const char *text;
		bool found[4]; /* by anchor: anywhere, at the start, at the end, the whole */
	} expected[] = {
		{"abcdef", {true, true, true, true}},	   {"abcde", {true, true, false, false}},
		{"bcdef", {true, false, true, false}},	   {"bcde", {true, false, false, false}},
		{"abc", {true, true, false, false}},	   {"f", {true, false, true, false}},
		{"abcdefg", {false, false, false, false}},
	};
	struct writer *to = *state;

	RECORD(to, define_item(to, BINXML_TYPE_STRING), item);
	check(to, "P 7 Item=[Abcdef]");
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
		for (unsigned anchor = 0; anchor < 4; anchor++) {
			const char *text = expected[i].text;

			/* Short ones are not looked for anywhere. */
			if (anchor == TEXT_ANYWHERE && strlen(text) < 4)
				continue;
			assert_int_equal(passes_text(to, "item", anchor, text),
					 expected[i].found[anchor]);
			assert_int_equal(passes_text(to, NULL, anchor, text),
					 expected[i].found[anchor]);
			assert_false(passes_text(to, "other", anchor, text));
		}
}

/* Whether the field is not in the template, or has no value. */
static void a_field_may_be_asked_not_to_be_there(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	static const struct value absent[] = {ABSENT};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING);

	RECORD(to, definition, item);
	assert_false(passes_text(to, "item", TEXT_NO_FIELD, ""));
	assert_true(passes_text(to, "other", TEXT_NO_FIELD, ""));
	RECORD(to, definition, absent);
	assert_true(passes_text(to, "item", TEXT_NO_FIELD, ""));
}

/* As a decoder writes them. */
static void numbers_are_compared_as_text(void **state)
{
	static const struct value three[] = {VALUE(BINXML_TYPE_UINT32, "\3\0\0\0")};
	static const struct value list[] = {
		VALUE(BINXML_TYPE_UINT32 | BINXML_TYPE_ARRAY, "\3\0\0\0\4\0\0\0")};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_UINT32);

	RECORD(to, definition, three);
	check(to, "P 7 Item=[3]");
	assert_true(passes_text(to, "item", TEXT_WHOLE, "3"));
	assert_false(passes_text(to, "item", TEXT_WHOLE, "4"));
	assert_false(passes_needle(to));
	/* The id is a text of System. */
	assert_true(passes_text(to, NULL, TEXT_WHOLE, "7"));
	RECORD(to, definition, list);
	check(to, "P 7 Item=[3] Item=[4]");
	assert_true(passes_text(to, "item", TEXT_WHOLE, "5"));
	assert_false(passes_needle(to));
}

static void each_string_of_a_list_is_a_field(void **state)
{
	static const struct value list[] = {
		VALUE(BINXML_TYPE_STRING | BINXML_TYPE_ARRAY, "a\0b\0\0\0c\0d\0\0\0")};
	struct writer *to = *state;

	RECORD(to, define_item(to, BINXML_TYPE_STRING | BINXML_TYPE_ARRAY), list);
	check(to, "P 7 Item=[ab] Item=[cd]");
	assert_true(passes_text(to, "item", TEXT_WHOLE, "ab"));
	assert_true(passes_text(to, "item", TEXT_WHOLE, "cd"));
	assert_false(passes_text(to, "item", TEXT_AT_START, "d"));
}

/* Two chunks, of which the second has the definition elsewhere. */
static void templates_are_known_by_what_they_say(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "n\0e\0e\0d\0l\0e\0")};
	struct writer *first = *state, *second;
	struct sieve_plan plan;
	struct sieve *sieve;
	void *other;

	writer_begin(&other);
	second = other;
	RECORD(first, define_item(first, BINXML_TYPE_STRING), item);
	put_u32(second, 0);
	RECORD(second, define_item(second, BINXML_TYPE_STRING), item);
	sieve_plan_init(&plan);
	add_text(&plan, "P", 7, "needle");
	sieve = sieve_new(&plan);
	for (unsigned turn = 0; turn < 4; turn++) {
		struct writer *to = turn % 2 ? second : first;
		const struct chunk chunk = {to->chunk->data, to->chunk->len, 0};

		sieve_begin_chunk(sieve, &chunk);
		sieve_pass_chunk(sieve, &chunk);
		assert_true(sieve_pass_record(sieve, &chunk,
					      &g_array_index(to->records, struct record, 0)));
	}
	sieve_free(sieve);
	sieve_plan_release(&plan);
	writer_finish(&other);
}

static void strings_of_bytes_pass_unseen(void **state)
{
	static const struct value narrow[] = {VALUE(BINXML_TYPE_ANSI_STRING, "needle")};
	static const struct value list[] = {
		VALUE(BINXML_TYPE_ANSI_STRING | BINXML_TYPE_ARRAY, "a\0needle\0")};
	struct writer *to = *state;
	size_t definition = define_item(to, BINXML_TYPE_STRING);

	RECORD(to, definition, narrow);
	check(to, "P 7 Item=[needle]");
	assert_true(passes_needle(to));
	RECORD(to, definition, list);
	check(to, "P 7 Item=[a] Item=[needle]");
	assert_true(passes_needle(to));
}

/* What stands in a definition may be far from the record. */
static void text_of_a_template_passes_unseen(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "e\0d\0l\0e\0")};
	static const char *const expected[] = {"P 7 Item=[needle]", "P 7 Item=[needle]",
					       "P 7 Item/@Kind=[needle] Item=[]"};
	struct writer *to = *state;

	for (unsigned shape = 0; shape < 3; shape++) {
		size_t definition = begin_definition(to);

		open_data(to);
		if (shape < 2) {
			open_element(to, "Item");
			put_text(to, shape == 0 ? "needle" : "ne");
			if (shape == 1)
				put_substitution(to, 0, BINXML_TYPE_STRING);
			close_element(to);
		} else {
			open_tag(to, "Item");
			put_attribute(to, "Kind");
			put_text(to, "needle");
			put_u8(to, BINXML_CLOSE_EMPTY);
		}
		close_data(to);
		end_definition(to);
		RECORD(to, definition, item);
		check(to, expected[shape]);
		assert_int_equal(passes_needle(to), shape < 2);
		assert_true(passes_text(to, NULL, TEXT_ANYWHERE, "needle"));
	}
}

static void values_side_by_side_pass_unseen(void **state)
{
	static const struct value halves[] = {VALUE(BINXML_TYPE_STRING, "n\0e\0e\0"),
					      VALUE(BINXML_TYPE_STRING, "d\0l\0e\0")};
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	open_data(to);
	open_element(to, "Item");
	put_substitution(to, 0, BINXML_TYPE_STRING);
	put_substitution(to, 1, BINXML_TYPE_STRING);
	close_element(to);
	close_data(to);
	end_definition(to);
	put_record(to, definition, halves, 2);
	check(to, "P 7 Item=[needle]");
	assert_true(passes_needle(to));
}

/* The names of fields and the rest of System are no values of fields. */
static void names_in_a_template_do_no_harm(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	struct writer *to = *state;
	size_t definition = begin_definition(to);

	open_data(to);
	open_tag(to, "Data");
	put_attribute(to, "Name");
	put_text(to, "needle");
	put_u8(to, BINXML_CLOSE_START);
	put_substitution(to, 0, BINXML_TYPE_STRING);
	close_element(to);
	close_data(to);
	end_definition(to);
	/* So far from the definition that the record does not hold it. */
	RECORD(to, definition, item);
	check(to, "P 7 needle=[x]");
	assert_false(passes_needle(to));
}

/* Event with its System and, below Event, a fragment of its own: substitution 0. */
static size_t define_outer(struct writer *to)
{
	size_t definition = begin_definition(to);

	open_event(to);
	put_optional(to, 0, BINXML_TYPE_BINXML);
	close_element(to);
	end_definition(to);
	return definition;
}

static size_t define_inner(struct writer *to, const char *text)
{
	size_t definition = begin_definition(to);

	open_element(to, "EventData");
	open_element(to, "Item");
	if (text)
		put_text(to, text);
	else
		put_substitution(to, 0, BINXML_TYPE_STRING);
	close_element(to);
	close_element(to);
	end_definition(to);
	return definition;
}

static void put_nested(struct writer *to, size_t outer, size_t inner, const struct value *value)
{
	struct writer fragment = {.chunk = g_byte_array_new()};
	struct value nested[1];

	put_fragment_header(&fragment);
	put_instance(&fragment, inner, value, 1);
	put_u8(&fragment, BINXML_END_OF_STREAM);
	nested[0] = (struct value){BINXML_TYPE_BINXML, (const char *)fragment.chunk->data,
				   fragment.chunk->len};
	RECORD(to, outer, nested);
	g_byte_array_unref(fragment.chunk);
}

static void fragments_are_looked_through(void **state)
{
	static const struct value with[] = {VALUE(BINXML_TYPE_STRING, "n\0e\0e\0d\0l\0e\0")};
	static const struct value without[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	static const struct value narrow[] = {VALUE(BINXML_TYPE_ANSI_STRING, "needle")};
	struct writer *to = *state;
	size_t outer = define_outer(to), inner = define_inner(to, NULL);

	put_nested(to, outer, inner, with);
	check(to, "P 7 Item=[needle]");
	assert_true(passes_needle(to));
	put_nested(to, outer, inner, without);
	check(to, "P 7 Item=[x]");
	assert_false(passes_needle(to));
	put_nested(to, outer, inner, narrow);
	check(to, "P 7 Item=[needle]");
	assert_true(passes_needle(to));
	put_nested(to, outer, define_inner(to, "needle"), without);
	check(to, "P 7 Item=[needle]");
	assert_true(passes_needle(to));
}

static void a_second_instance_passes_unseen(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	struct writer *to = *state;
	size_t first = define_item(to, BINXML_TYPE_STRING), second = define_inner(to, "needle");

	begin_record(to);
	put_instance(to, first, item, 1);
	put_instance(to, second, item, 1);
	end_record(to);
	assert_true(passes_needle(to));
}

static void plain_records_pass_unseen(void **state)
{
	struct writer *to = *state;

	begin_record(to);
	open_data(to);
	open_element(to, "Item");
	put_text(to, "nee");
	put_entity(to, "amp");
	close_element(to);
	close_data(to);
	end_record(to);
	check(to, "P 7 Item=[nee&]");
	assert_true(passes_needle(to));
}

/* Regexes without case take U+017F for an s; a plan says when that matters. */
static void a_disguised_letter_passes(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "\x7f\1c\0r\0i\0p\0t\0")};
	const struct sieve_origin origin = {.provider = "P"};
	struct field_text text = {.field = "item", .text = "script"};
	g_autoptr(GArray) texts = g_array_new(FALSE, FALSE, sizeof(text));
	struct writer *to = *state;
	struct sieve_plan plan;

	RECORD(to, define_item(to, BINXML_TYPE_STRING), item);
	sieve_plan_init(&plan);
	g_array_append_val(texts, text);
	sieve_plan_add_texts(&plan, &origin, 7, texts);
	assert_false(passes(to, &plan, 0));
	text.disguised = true;
	g_array_append_val(texts, text);
	sieve_plan_add_texts(&plan, &origin, 7, texts);
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
}

static void put_id(struct writer *to, const char *text, unsigned dependency)
{
	open_for(to, "EventID", false, dependency);
	put_text(to, text);
	close_element(to);
}

/* An element is left out when what it depends on is NULL: then the next one counts. */
static void an_absent_id_does_not_count(void **state)
{
	static const struct value absent[] = {ABSENT};
	static const unsigned seven[] = {7};
	struct writer *to = *state;
	struct sieve_plan plan;
	size_t definition = begin_definition(to);

	open_element(to, "Event");
	open_element(to, "System");
	open_tag(to, "Provider");
	put_attribute(to, "Name");
	put_text(to, "P");
	put_u8(to, BINXML_CLOSE_EMPTY);
	put_id(to, "9", 0);
	put_id(to, "7", BINXML_NO_DEPENDENCY);
	close_element(to);
	close_element(to);
	end_definition(to);
	RECORD(to, definition, absent);
	check(to, "P 7");
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "P", seven, 1);
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
}

/* Only System tells the id, wherever it stands. */
static void an_id_in_the_data_does_not_count(void **state)
{
	static const unsigned seven[] = {7};
	struct writer *to = *state;
	struct sieve_plan plan;

	begin_record(to);
	open_element(to, "Event");
	open_element(to, "EventData");
	open_element(to, "EventID");
	put_text(to, "9");
	close_element(to);
	close_element(to);
	put_plain_system(to);
	close_element(to);
	end_record(to);
	check(to, "P 7 EventID=[9]");
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "P", seven, 1);
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
}

static void all_records_absorb_texts(void **state)
{
	static const struct value item[] = {VALUE(BINXML_TYPE_STRING, "x\0")};
	static const unsigned seven[] = {7};
	struct writer *to = *state;
	struct sieve_plan plan;

	RECORD(to, define_item(to, BINXML_TYPE_STRING), item);
	sieve_plan_init(&plan);
	add_text(&plan, "P", 7, "needle");
	assert_false(passes(to, &plan, 0));
	sieve_plan_add(&plan, "P", seven, 1);
	add_text(&plan, "P", 7, "nail");
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
	/* A text that cannot be sought narrows nothing. */
	sieve_plan_init(&plan);
	add_text(&plan, "P", 7, "cmd");
	assert_true(passes(to, &plan, 0));
	sieve_plan_release(&plan);
}

static bool passes_chunk(const struct sieve_plan *plan, const char *text)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct sieve *sieve;
	struct chunk chunk;
	bool pass;

	g_byte_array_append(bytes, (const guint8 *)"odd", 3);
	for (; *text; text++)
		g_byte_array_append(bytes, (const guint8[]){(guint8)*text, 0}, 2);
	chunk = (struct chunk){bytes->data, bytes->len, 0};
	sieve = sieve_new(plan);
	sieve_begin_chunk(sieve, &chunk);
	pass = sieve_pass_chunk(sieve, &chunk);
	sieve_free(sieve);
	return pass;
}

static void chunks_go_by_provider_or_channel(void **state)
{
	const struct sieve_origin channel = {.channel = "Example/Admin"};
	static const unsigned seven[] = {7};
	struct sieve_plan plan;

	(void)state;
	sieve_plan_init(&plan);
	sieve_plan_add(&plan, "Example-Provider", seven, 1);
	sieve_plan_add_texts(&plan, &channel, 7, NULL);
	assert_true(passes_chunk(&plan, "<Example-Provider>"));
	assert_true(passes_chunk(&plan, "<example/admin>"));
	assert_false(passes_chunk(&plan, "<Example-Operational>"));
	sieve_plan_add_texts(&plan, &(struct sieve_origin){0}, 7, NULL);
	assert_true(passes_chunk(&plan, "<Example-Operational>"));
	sieve_plan_release(&plan);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, writer_begin, writer_finish)

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_id_is_wanted_of_its_provider),
		TEST(an_id_may_be_wanted_of_any_provider),
		TEST(the_provider_may_be_substituted),
		TEST(a_text_must_stand_in_the_values),
		TEST(texts_keep_to_their_end_of_the_field),
		TEST(a_field_may_be_asked_not_to_be_there),
		TEST(numbers_are_compared_as_text),
		TEST(each_string_of_a_list_is_a_field),
		TEST(templates_are_known_by_what_they_say),
		TEST(strings_of_bytes_pass_unseen),
		TEST(text_of_a_template_passes_unseen),
		TEST(values_side_by_side_pass_unseen),
		TEST(names_in_a_template_do_no_harm),
		TEST(fragments_are_looked_through),
		TEST(a_second_instance_passes_unseen),
		TEST(plain_records_pass_unseen),
		TEST(a_disguised_letter_passes),
		TEST(an_absent_id_does_not_count),
		TEST(an_id_in_the_data_does_not_count),
		TEST(all_records_absorb_texts),
		cmocka_unit_test(chunks_go_by_provider_or_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
