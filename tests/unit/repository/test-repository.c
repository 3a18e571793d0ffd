/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "event/filetime.h"
#include "input/repository_name.h"
#include "map/repository_set.h"
#include "repository/name_hash.h"
#include "repository/object_carve.h"
#include "repository/session_times.h"
#include "tests/support/line_without_id.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/repository/repository_sample.h"

/* A seed of the fuzzer: one page of each file. "whole" has a filter and its class, "store" a class
 * with a long text. */
static void load(struct repository_sample *sample, const char *name)
{
	static const char *const names[] = {"OBJECTS.DATA", "INDEX.BTR", "MAPPING2.MAP"};
	const char *source = g_getenv("srcdir");
	g_autofree char *path = g_build_filename(source ? source : ".", "tests", "fuzz", "corpus",
						 "repository", name, NULL);
	g_autofree char *data = NULL;
	gsize size, at = 0;

	*sample = (struct repository_sample){0};
	assert_true(g_file_get_contents(path, &data, &size, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		uint32_t length = 0;

		assert_true(bytes_get_u32((const uint8_t *)data, size, at + 1, &length));
		repository_sample_add(sample, names[i], data + at + 5, length);
		at += 5 + length;
	}
	assert_int_equal(at, size);
}

static const char filter[] =
	"{\"kind\":\"object\",\"namespace\":\"root\",\"class\":\"__EventFilter\",\"properties\":{"
	"\"Name\":\"a\",\"CreatorSID\":null,\"QueryLanguage\":\"WQL\","
	"\"Query\":\"select * from x\",\"EventNamespace\":\"root\\\\cimv2\",\"EventAccess\":null},"
	"\"session\":\"2019-12-07T09:21:15.9904346Z\",\"sequence\":1,\"state\":\"live\","
	"\"found_in\":\"current map\",\"source\":{\"path\":\"memory\",\"offset\":374}}\n";

static void test_filter(void **state)
{
	const struct object_wants wants = {0};
	struct repository_sample sample;
	g_autoptr(GPtrArray) lines = NULL;
	unsigned faults;

	(void)state;
	load(&sample, "whole");
	lines = repository_sample_read(&sample, &wants, &faults);
	assert_int_equal(lines->len, 1);
	assert_string_equal(line_without_id(lines->pdata[0]), filter);
	/* Other maps are not there. */
	assert_int_equal(faults, 1);
	repository_sample_release(&sample);
}

static void test_store(void **state)
{
	const struct object_wants wants = {0}, filters = {.class_name = "__EventFilter"};
	struct repository_sample sample;
	g_autoptr(GPtrArray) lines = NULL, others = NULL;
	unsigned faults;

	(void)state;
	load(&sample, "store");
	lines = repository_sample_read(&sample, &wants, &faults);
	assert_int_equal(lines->len, 1);
	assert_non_null(
		strstr(lines->pdata[0],
		       "\"class\":\"Store\",\"is_class\":true,\"properties\":{\"P\":\"xxx"));
	others = repository_sample_read(&sample, &filters, &faults);
	assert_int_equal(others->len, 0);
	repository_sample_release(&sample);
}

static void test_wants(void **state)
{
	static const struct {
		struct object_wants wants;
		guint found;
	} cases[] = {
		{{.every = true}, 1},
		{{.class_name = "__eventfilter"}, 1},
		{{.class_name = "__EventConsumer"}, 0},
		{{.object_namespace = "ROOT"}, 1},
		{{.object_namespace = "root\\x"}, 0},
	};
	struct repository_sample sample;

	(void)state;
	load(&sample, "whole");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) lines = NULL;
		unsigned faults;

		lines = repository_sample_read(&sample, &cases[i].wants, &faults);
		assert_int_equal(lines->len, cases[i].found);
	}
	repository_sample_release(&sample);
}

static void test_line(void **state)
{
	static const char *const bad[] = {
		"{\"kind\":\"event\",\"class\":\"a\",\"properties\":{}}",
		"{\"kind\":\"object\",\"properties\":{}}",
		"{\"kind\":\"object\",\"class\":\"a\"}",
		"{\"kind\":\"object\",\"class\":\"a\",\"properties\":{}",
		"[]",
	};
	static const char line[] =
		"{\"kind\":\"object\",\"class\":\"a\",\"derivation\":[\"b\",\"c\"],\"properties\":{"
		"\"n\":-1.5e+300,\"o\":{\"p\":[1,null,\"x\",[],{}]},\"t\":true,\"u\":"
		"\"18446744073709551615\"},"
		"\"defaulted\":[\"t\"],\"state\":\"earlier\",\"found_in\":\"older map\",\"map\":3,"
		"\"checkpoint\":7,\"partial\":true,\"source\":{\"path\":\"p\",\"entry\":\"e\","
		"\"offset\":1}}\n";
	g_autoptr(GString) again = g_string_new(NULL);
	struct wmi_object object;
	struct arena arena;
	const char *reason;

	(void)state;
	arena_init(&arena);
	assert_true(wmi_object_read_line(&object, line, strlen(line), &arena, &reason));
	wmi_object_write_line(&object, again);
	assert_string_equal(line_without_id(again->str), line);
	assert_true(wmi_object_is_a(&object, "C"));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(
			wmi_object_read_line(&object, bad[i], strlen(bad[i]), &arena, &reason));
		assert_non_null(reason);
	}
	arena_release(&arena);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		struct repository_name parsed;
	} cases[] = {
		{"OBJECTS.DATA", {ROLE_OBJECTS, 0, 0}},
		{"mapping3.map", {ROLE_MAP, 3, 0}},
		{"HOST-Index.btr", {ROLE_INDEX, 0, 5}},
	};
	struct repository_name parsed;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_true(repository_name_parse(cases[i].name, &parsed));
		assert_memory_equal(&parsed, &cases[i].parsed, sizeof(parsed));
	}
	assert_false(repository_name_parse("MYOBJECTS.DATA", &parsed));
	assert_false(repository_name_parse("OBJECTS.DATA.bak", &parsed));
	assert_true(repository_set_is_name("a.zip > C\\Windows\\wbem\\OBJECTS.DATA"));
}

static void test_hashes(void **state)
{
	struct name_hash hash, parsed;

	(void)state;
	name_hash_text("", false, &hash);
	assert_true(name_hash_parse(
		"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", 64, &parsed));
	assert_true(name_hash_equal(&hash, &parsed));
	name_hash_text("", true, &hash);
	assert_true(name_hash_parse("D41D8CD98F00B204E9800998ECF8427E", 32, &parsed));
	assert_true(name_hash_equal(&hash, &parsed));
	/* Lower case is no digit of theirs. */
	assert_false(name_hash_parse("d41d8cd98f00b204e9800998ecf8427e", 32, &parsed));
	name_hash_text("root\\\xC3\xA4", false, &hash);
	name_hash_text("ROOT\\\xC3\x84", false, &parsed);
	assert_true(name_hash_equal(&hash, &parsed));
}

static void test_sessions(void **state)
{
	const uint64_t first = UINT64_C(132200000000000000), second = first + 100 * WH_SECOND;
	struct session_times times;
	uint64_t session, sequence;

	(void)state;
	session_times_init(&times);
	session_times_add(&times, first + 7);
	session_times_add(&times, second + 3);
	session_times_add(&times, first);
	session_times_add(&times, 12);
	assert_true(session_times_find(&times, first + 7, &session, &sequence));
	assert_int_equal(session, first);
	assert_int_equal(sequence, 7);
	assert_true(session_times_find(&times, second + 5, &session, &sequence));
	assert_int_equal(session, second + 3);
	assert_int_equal(sequence, 2);
	assert_false(session_times_find(&times, 12, &session, &sequence));
	session_times_release(&times);
}

/* A hash in a key, and digits that are none, are passed over. */
static void test_marks(void **state)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct repository_sample sample;
	struct carve_mark mark;
	GByteArray *objects;

	(void)state;
	load(&sample, "whole");
	objects = repository_sample_get(&sample, ROLE_OBJECTS, 0);
	for (size_t shift = 0; shift < 70; shift++) {
		g_byte_array_set_size(bytes, (guint)shift);
		if (shift)
			memset(bytes->data, 'A', shift);
		g_byte_array_append(bytes, objects->data, objects->len);
		assert_true(carve_find(bytes->data, bytes->len, 0, 64, &mark));
		assert_int_equal(mark.offset, 374 + shift);
		assert_false(carve_find(bytes->data, bytes->len, mark.offset + 2, 64, &mark));
		bytes->data[374 + shift - 2] = '_';
		bytes->data[374 + shift - 1] = 0;
		assert_false(carve_find(bytes->data, bytes->len, 0, 64, &mark));
	}
	repository_sample_release(&sample);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filter),	 cmocka_unit_test(test_store),
		cmocka_unit_test(test_wants),	 cmocka_unit_test(test_line),
		cmocka_unit_test(test_names),	 cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_sessions), cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
