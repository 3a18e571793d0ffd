/* SPDX-License-Identifier: Apache-2.0 */
/* The packed form of the packs inside the program against the YAML beside it, rule by rule. */
#include "tests/unit/cmocka_test.h"

#include <string.h>

#include "evtx/field_text.h"
#include "sigma/documents.h"
#include "sigma/packs.h"
#include "sigma/rule_packed.h"

struct fixture {
	struct log_sources *sources;
	GPtrArray *messages;
	struct lint lint;
	const uint8_t *at; /* in the packed form */
	guint rules;
};

static void assert_same_nodes(const struct yaml_node *left, const struct yaml_node *right)
{
	assert_int_equal(left->type, right->type);
	assert_int_equal(left->plain, right->plain);
	assert_int_equal(left->single_quoted, right->single_quoted);
	assert_int_equal(left->place.line, right->place.line);
	assert_int_equal(left->place.column, right->place.column);
	if (left->type == YAML_SCALAR) {
		assert_string_equal(left->text, right->text);
		return;
	}
	assert_int_equal(left->children->len, right->children->len);
	for (guint i = 0; i < left->children->len; i++)
		assert_same_nodes(left->children->pdata[i], right->children->pdata[i]);
}

static void assert_same_texts(const GPtrArray *left, const GPtrArray *right)
{
	guint count = left ? left->len : 0;

	assert_int_equal(count, right ? right->len : 0);
	for (guint i = 0; i < count; i++)
		assert_string_equal(left->pdata[i], right->pdata[i]);
}

static void assert_same_field_texts(const GArray *left, const GArray *right)
{
	guint count = left ? left->len : 0;

	assert_int_equal(count, right ? right->len : 0);
	for (guint i = 0; i < count; i++) {
		const struct field_text *a = &g_array_index(left, struct field_text, i);
		const struct field_text *b = &g_array_index(right, struct field_text, i);

		assert_int_equal(g_strcmp0(a->field, b->field), 0);
		assert_string_equal(a->text, b->text);
		assert_int_equal(a->anchor, b->anchor);
		assert_int_equal(a->disguised, b->disguised);
	}
}

static void assert_same_wants(const GPtrArray *left, const GPtrArray *right)
{
	assert_int_equal(left->len, right->len);
	for (guint i = 0; i < left->len; i++) {
		const struct rule_want *a = left->pdata[i];
		const struct rule_want *b = right->pdata[i];

		assert_ptr_equal(a->feed, b->feed);
		assert_int_equal(g_strcmp0(a->provider, b->provider), 0);
		assert_int_equal(a->event_id, b->event_id);
		assert_int_equal(a->any_id, b->any_id);
		assert_int_equal(a->demand.kind, b->demand.kind);
		assert_same_field_texts(a->demand.texts, b->demand.texts);
	}
}

static void assert_same_targets(const GPtrArray *left, const GPtrArray *right)
{
	assert_int_equal(!left, !right);
	assert_int_equal(left ? left->len : 0, right ? right->len : 0);
	for (guint i = 0; left && i < left->len; i++) {
		const struct rule_target *a = left->pdata[i];
		const struct rule_target *b = right->pdata[i];

		assert_string_equal(a->name, b->name);
		assert_int_equal(a->place.line, b->place.line);
		assert_int_equal(a->place.column, b->place.column);
	}
}

static void assert_same_heads(const struct rule *left, const struct rule *right)
{
	assert_string_equal(left->file, right->file);
	assert_int_equal(left->place.line, right->place.line);
	assert_int_equal(left->place.column, right->place.column);
	assert_int_equal(g_strcmp0(left->id, right->id), 0);
	assert_int_equal(g_strcmp0(left->name, right->name), 0);
	assert_string_equal(left->title, right->title);
	assert_int_equal(left->level, right->level);
	assert_same_texts(left->tags, right->tags);
	assert_int_equal(g_strcmp0(left->triage, right->triage), 0);
	assert_int_equal(left->is_filter, right->is_filter);
	assert_same_targets(left->targets, right->targets);
	assert_ptr_equal(left->source, right->source);
}

static void compare_rule(struct fixture *fixture, const struct yaml_node *document)
{
	GPtrArray *wants = g_ptr_array_new_with_free_func((GDestroyNotify)rule_want_free);
	GPtrArray *packed_wants = g_ptr_array_new_with_free_func((GDestroyNotify)rule_want_free);
	struct rule *rule = rule_load(fixture->sources, document, &fixture->lint);
	struct rule *packed =
		rule_unpack(&fixture->at, fixture->sources, &fixture->lint, packed_wants);
	g_autofree struct yaml_node *detection = NULL;
	const uint8_t *body = packed->packed;

	assert_non_null(rule);
	assert_same_heads(rule, packed);
	detection = packed_take_node(&body);
	assert_same_nodes(yaml_map_get(document, rule->is_filter ? "filter" : "detection"),
			  detection);
	if (!rule->is_filter)
		rule_wants_add(rule, wants);
	assert_same_wants(wants, packed_wants);
	assert_int_equal(rule->detection.selections->len,
			 rule_get_detection(packed)->selections->len);
	assert_null(packed->packed);
	g_ptr_array_unref(wants);
	g_ptr_array_unref(packed_wants);
	rule_free(rule);
	rule_free(packed);
	fixture->rules++;
}

static void compare_pack(struct fixture *fixture, const struct pack_text *pack)
{
	g_autoptr(GPtrArray) documents = NULL;

	fixture->lint = (struct lint){.file = pack->name, .messages = fixture->messages};
	documents = documents_parse(pack->text, pack->length, &fixture->lint);
	assert_int_equal(packed_take_number(&fixture->at), documents->len);
	for (guint i = 0; i < documents->len; i++) {
		bool is_rule = packed_take_number(&fixture->at);
		g_autofree struct yaml_node *node = is_rule ? NULL : packed_take_node(&fixture->at);

		assert_int_equal(is_rule, yaml_map_get(documents->pdata[i], "correlation") == NULL);
		if (is_rule)
			compare_rule(fixture, documents->pdata[i]);
		else
			assert_same_nodes(documents->pdata[i], node);
	}
}

static void compare_table(struct fixture *fixture)
{
	const struct pack_text *table = &hunt_pack_texts[hunt_pack_count - 1];
	g_autoptr(GPtrArray) documents = yaml_parse(table->text, table->length, &fixture->lint);
	const uint8_t *at = hunt_packed.table;

	assert_int_equal(packed_take_number(&at), documents->len);
	for (guint i = 0; i < documents->len; i++) {
		g_autofree struct yaml_node *node = packed_take_node(&at);

		assert_same_nodes(documents->pdata[i], node);
	}
}

static void packs_are_packed_as_they_are_written(void **state)
{
	struct fixture fixture = {
		.sources = log_sources_new(),
		.messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free),
		.at = hunt_packed.rules};

	(void)state;
	for (size_t i = 0; i + 1 < hunt_pack_count; i++)
		compare_pack(&fixture, &hunt_pack_texts[i]);
	assert_true(fixture.rules > 100);
	assert_int_equal(fixture.messages->len, 0);
	compare_table(&fixture);
	log_sources_free(fixture.sources);
	g_ptr_array_unref(fixture.messages);
}

static void texts_are_those_of_the_files(void **state)
{
	const char *source = g_getenv("srcdir");

	(void)state;
	for (size_t i = 0; i < hunt_pack_count; i++) {
		const struct pack_text *pack = &hunt_pack_texts[i];
		g_autofree char *path = g_build_filename(source ? source : ".", pack->name, NULL);
		g_autofree char *text = NULL;
		gsize length;

		assert_true(g_file_get_contents(path, &text, &length, NULL));
		assert_int_equal(pack->length, length);
		assert_memory_equal(pack->text, text, length);
	}
}

static void numbers_and_texts_come_back(void **state)
{
	static const uint64_t numbers[] = {0, 1, 127, 128, 0x12345678, UINT64_MAX};
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const uint8_t *at;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		packed_add_number(bytes, numbers[i]);
	packed_add_text(bytes, NULL);
	packed_add_text(bytes, "");
	packed_add_text(bytes, "text");
	at = bytes->data;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		assert_true(packed_take_number(&at) == numbers[i]);
	assert_null(packed_take_text(&at));
	assert_string_equal(packed_take_text(&at), "");
	assert_string_equal(packed_take_text(&at), "text");
	assert_ptr_equal(at, bytes->data + bytes->len);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_are_packed_as_they_are_written),
		cmocka_unit_test(texts_are_those_of_the_files),
		cmocka_unit_test(numbers_and_texts_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
