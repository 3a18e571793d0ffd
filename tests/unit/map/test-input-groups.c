/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "map/input_groups.h"
#include "tests/unit/cmocka_test.h"

/* The group of a file of that name and content. */
static uint64_t find(struct input_groups *groups, const char *path, const void *data, size_t size,
		     bool named, bool recovers)
{
	struct input input = {.path = (char *)path, .size = size, .named = named};
	bool may_unpack;
	uint64_t group;

	input.fd = memfd_create("input", 0);
	assert_int_equal(pwrite(input.fd, data, size, 0), size);
	group = input_groups_find(groups, &input, recovers, &may_unpack);
	close(input.fd);
	return group;
}

static uint64_t find_text(struct input_groups *groups, const char *path, const char *text)
{
	return find(groups, path, text, strlen(text), false, false);
}

static void test_texts(void **state)
{
	struct input_groups *groups = input_groups_new();
	uint64_t first = find_text(groups, "a/1.json", "{\"A\": 1}\n");

	(void)state;
	assert_int_equal(find_text(groups, "a/2.csv", "A,B\n"), first);
	assert_int_equal(find(groups, "a/3.txt", "\377\376A\0", 4, false, false), first);
	assert_int_equal(find(groups, "a/4.txt", "A\0B\0", 4, true, false), first);
	assert_int_not_equal(find_text(groups, "a/b/5.csv", "A,B\n"), first);
	/* The folder is gone on with after another, and what may be anything stands alone. */
	assert_int_not_equal(find_text(groups, "a/6.csv", "A,B\n"), first);
	first = find_text(groups, "a/7.csv", "A,B\n");
	assert_int_not_equal(find(groups, "a/8.csv", "A,B\n", 4, false, true), first);
	assert_int_not_equal(find_text(groups, "a/9.zip", "PK\3\4"), first);
	assert_int_not_equal(find(groups, "a/10.log", "ElfChnk", 8, false, false), first);
	input_groups_free(groups);
}

/* So many of them, and no more. */
static void test_most(void **state)
{
	struct input_groups *groups = input_groups_new();
	uint64_t first = find_text(groups, "a/x", "x");

	(void)state;
	for (unsigned i = 1; i < 32; i++)
		assert_int_equal(find_text(groups, "a/x", "x"), first);
	assert_int_not_equal(find_text(groups, "a/x", "x"), first);
	input_groups_free(groups);
}

static void test_large(void **state)
{
	struct input_groups *groups = input_groups_new();
	g_autofree char *large = g_strnfill((256 << 10) + 1, 'x');
	uint64_t first = find_text(groups, "a/x", "x");

	(void)state;
	assert_int_not_equal(find_text(groups, "a/x", large), first);
	assert_int_equal(find_text(groups, "a/x", large + 1), first);
	input_groups_free(groups);
}

/* What is looked at only; names of texts are read whatever they hold. */
static void test_unread(void **state)
{
	struct input_groups *groups = input_groups_new();
	const uint8_t data[] = {1, 2, 0, 3};
	uint64_t unread = find(groups, "a/x.exe", data, sizeof(data), false, false);

	(void)state;
	assert_int_equal(find(groups, "b/y", data, sizeof(data), false, false), unread);
	assert_int_not_equal(find(groups, "b/y", data, sizeof(data), true, false), unread);
	assert_int_not_equal(find(groups, "b/y", data, sizeof(data), false, true), unread);
	assert_int_not_equal(find_text(groups, "b/y", "text"), unread);
	assert_int_not_equal(find(groups, "b/y.MOF", data, sizeof(data), false, false), unread);
	assert_int_not_equal(find(groups, "b/client_info.json", data, sizeof(data), false, false),
			     unread);
	input_groups_free(groups);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
