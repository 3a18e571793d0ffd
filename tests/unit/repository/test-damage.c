/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/repository/repository_sample.h"

/* What is left of real repositories when files or parts of them are missing. */

#define WINDOWS_10 "APTSimulatorVM_Defender_WBEM.7z"
#define WINDOWS_XP "XPSP2_Repository.7z"

static void load(struct repository_sample *sample, const char *name)
{
	if (!repository_sample_load(sample, name))
		skip();
}

static void drop(struct repository_sample *sample, enum repository_role role, unsigned number)
{
	for (size_t i = 0; i < sample->count; i++) {
		if (sample->files[i].role != role || sample->files[i].number != number)
			continue;
		g_byte_array_unref(sample->bytes[i]);
		sample->count--;
		sample->bytes[i] = sample->bytes[sample->count];
		sample->files[i] = sample->files[sample->count];
		return;
	}
	fail();
}

static void drop_maps(struct repository_sample *sample)
{
	for (size_t i = 0; i < sample->count;) {
		enum repository_role role = sample->files[i].role;

		if (role == ROLE_OBJECTS || role == ROLE_INDEX)
			i++;
		else
			drop(sample, role, sample->files[i].number);
	}
}

static unsigned count(const GPtrArray *lines, const char *class_name, const char *rest)
{
	g_autofree char *text = g_strdup_printf("\"class\":\"%s\"", class_name);
	unsigned found = 0;

	for (guint i = 0; i < lines->len; i++)
		found += strstr(lines->pdata[i], text) != NULL &&
			 strstr(lines->pdata[i], rest) != NULL;
	return found;
}

/* How many filters, bindings, and consumers of the usual classes are there. */
static void expect(struct repository_sample *sample, const char *rest, unsigned filters,
		   unsigned bindings, unsigned consumers, unsigned expected_faults)
{
	const struct object_wants wants = {0};
	g_autoptr(GPtrArray) lines = NULL;
	unsigned faults;

	lines = repository_sample_read(sample, &wants, &faults);
	assert_int_equal(count(lines, "__EventFilter", rest), filters);
	assert_int_equal(count(lines, "__FilterToConsumerBinding", rest), bindings);
	assert_int_equal(count(lines, "NTEventLogEventConsumer", rest) +
				 count(lines, "ActiveScriptEventConsumer", rest) +
				 count(lines, "MSFT_UCScenarioControl", rest),
			 consumers);
	assert_int_equal(faults, expected_faults);
	repository_sample_release(sample);
}

static void test_objects_alone(void **state)
{
	struct repository_sample sample;

	(void)state;
	load(&sample, WINDOWS_10);
	drop_maps(&sample);
	drop(&sample, ROLE_INDEX, 0);
	expect(&sample, "\"state\":\"unknown\",\"found_in\":\"carved\"", 2, 2, 2, 1);
	load(&sample, WINDOWS_XP);
	drop_maps(&sample);
	drop(&sample, ROLE_INDEX, 0);
	expect(&sample, "\"host\":\"TEST\"", 2, 2, 2, 1);
}

static void test_no_map(void **state)
{
	struct repository_sample sample;

	(void)state;
	load(&sample, WINDOWS_10);
	drop_maps(&sample);
	expect(&sample, "\"namespace\":\"root\\\\subscription\"", 2, 2, 2, 1);
	load(&sample, WINDOWS_XP);
	drop_maps(&sample);
	expect(&sample, "\"namespace\":\"root\\\\subscription\"", 2, 2, 2, 1);
}

static void test_no_index(void **state)
{
	struct repository_sample sample;

	(void)state;
	load(&sample, WINDOWS_10);
	drop(&sample, ROLE_INDEX, 0);
	expect(&sample, "\"state\":\"live\",\"found_in\":\"current map\"", 2, 2, 2, 1);
}

static void test_one_map(void **state)
{
	struct repository_sample sample;

	(void)state;
	load(&sample, WINDOWS_10);
	drop(&sample, ROLE_MAP, 1);
	drop(&sample, ROLE_MAP, 2);
	expect(&sample, "\"state\":\"live\",\"found_in\":\"current map\"", 2, 2, 2, 1);
	/* Of an older state: what is not in its pages may be newer, or deleted. */
	load(&sample, WINDOWS_10);
	drop(&sample, ROLE_MAP, 3);
	expect(&sample, "\"state\":\"live\",\"found_in\":\"current map\"", 1, 1, 1, 1);
	load(&sample, WINDOWS_10);
	drop(&sample, ROLE_MAP, 3);
	expect(&sample, "\"state\":\"unknown\",\"found_in\":\"free page\"", 1, 1, 1, 1);
}

/* The newest map's checks hold for no page that its state brought: an older one is current, and
 * what is in pages of the newest whose checks hold lives. */
static void test_newest_map_does_not_fit(void **state)
{
	struct repository_sample sample;
	GByteArray *map;

	(void)state;
	load(&sample, WINDOWS_10);
	map = repository_sample_get(&sample, ROLE_MAP, 3);
	/* The check of logical page 0. */
	map->data[24 + 4] ^= 1;
	expect(&sample, "\"state\":\"live\"", 2, 2, 2, 1);
}

static void test_maps_of_other_files(void **state)
{
	struct repository_sample sample;

	(void)state;
	load(&sample, WINDOWS_10);
	for (unsigned number = 1; number <= 3; number++) {
		GByteArray *map = repository_sample_get(&sample, ROLE_MAP, number);

		for (guint at = 24; at + 24 < map->len; at += 24)
			map->data[at + 4] ^= 1;
	}
	expect(&sample, "\"state\":\"unknown\"", 2, 2, 2, 3);
}

static void test_index_without_root(void **state)
{
	const struct object_wants wants = {0};
	g_autoptr(GPtrArray) lines = NULL;
	struct repository_sample sample;
	GByteArray *index;
	unsigned faults;

	(void)state;
	load(&sample, WINDOWS_XP);
	index = repository_sample_get(&sample, ROLE_INDEX, 0);
	/* All pages that are no leaves lose what they lead to. */
	for (guint at = 0; at < index->len; at += WH_CIM_PAGE)
		if (index->data[at] == 0xCC && index->data[at + 1] == 0xAC &&
		    index->data[at + 16] < 60)
			memset(index->data + at + 4, 0xFF, 16);
	lines = repository_sample_read(&sample, &wants, &faults);
	assert_true(faults > 0);
	assert_int_equal(count(lines, "__EventFilter", "\"state\":\"live\""), 2);
	repository_sample_release(&sample);
}

static void test_cut_objects(void **state)
{
	const struct object_wants wants = {0};
	g_autoptr(GPtrArray) lines = NULL;
	struct repository_sample sample;
	unsigned faults;

	(void)state;
	load(&sample, WINDOWS_10);
	/* Within page 166: all subscriptions are before. */
	g_byte_array_set_size(repository_sample_get(&sample, ROLE_OBJECTS, 0),
			      166 * WH_CIM_PAGE + 100);
	lines = repository_sample_read(&sample, &wants, &faults);
	assert_true(faults > 0);
	assert_int_equal(count(lines, "__EventFilter", "\"Name\""), 2);
	assert_int_equal(count(lines, "__FilterToConsumerBinding", "\"Filter\""), 2);
	repository_sample_release(&sample);
}

static void test_no_objects(void **state)
{
	struct repository_sample sample;

	(void)state;
	load(&sample, WINDOWS_10);
	drop(&sample, ROLE_OBJECTS, 0);
	expect(&sample, "", 0, 0, 0, 1);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects_alone),
		cmocka_unit_test(test_no_map),
		cmocka_unit_test(test_no_index),
		cmocka_unit_test(test_one_map),
		cmocka_unit_test(test_newest_map_does_not_fit),
		cmocka_unit_test(test_maps_of_other_files),
		cmocka_unit_test(test_index_without_root),
		cmocka_unit_test(test_cut_objects),
		cmocka_unit_test(test_no_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
