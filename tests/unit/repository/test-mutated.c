/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/repository/repository_sample.h"

/*
 * Real repositories, damaged in one place each: no damage may end the reading, or take away an
 * object that lies in another page.
 */
#define TRIALS 100

struct damage {
	GByteArray *bytes; /* of the file */
	bool is_objects;
	guint offset;
	guint size;
	guint8 before[WH_CIM_PAGE];
};

static void choose_place(const struct repository_sample *sample, GRand *random, guint trial,
			 struct damage *damage)
{
	const gint32 count = (gint32)sample->count;
	size_t file = (size_t)(trial % 2 ? count : g_rand_int_range(random, 0, count));

	/* Every second time in the objects, of which there are most. */
	for (size_t i = 0; file == sample->count; i++)
		if (sample->files[i].role == ROLE_OBJECTS)
			file = i;
	damage->bytes = sample->bytes[file];
	damage->is_objects = sample->files[file].role == ROLE_OBJECTS;
	damage->offset = (guint)g_rand_int_range(random, 0, (gint32)damage->bytes->len);
	damage->size = trial % 5 == 0 ? WH_CIM_PAGE : 1u << g_rand_int_range(random, 0, 8);
	if (damage->size == WH_CIM_PAGE)
		damage->offset -= damage->offset % WH_CIM_PAGE;
	damage->size = MIN(damage->size, damage->bytes->len - damage->offset);
}

static void do_damage(struct damage *damage, GRand *random, guint trial)
{
	guint8 *at = damage->bytes->data + damage->offset;

	memcpy(damage->before, at, damage->size);
	for (guint i = 0; i < damage->size; i++)
		at[i] = trial % 3 == 0 ? 0 : (guint8)g_rand_int(random);
}

static void undo_damage(const struct damage *damage)
{
	memcpy(damage->bytes->data + damage->offset, damage->before, damage->size);
}

/* What an object line says of class and place. */
static char *get_identity(const char *line)
{
	const char *name = strstr(line, "\"class\":\""), *place = strstr(line, "\"offset\":");
	const char *end = strchr(name + 9, '"');

	return g_strdup_printf("%.*s %s", (int)(end - name), name, place);
}

static bool is_touched(const struct damage *damage, const char *line)
{
	guint64 offset = g_ascii_strtoull(strstr(line, "\"offset\":") + 9, NULL, 10);
	guint64 first = damage->offset / WH_CIM_PAGE;
	guint64 last = (damage->offset + damage->size - 1) / WH_CIM_PAGE;

	return damage->is_objects && offset / WH_CIM_PAGE >= first && offset / WH_CIM_PAGE <= last;
}

static GHashTable *list_identities(const GPtrArray *lines)
{
	GHashTable *list = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < lines->len; i++)
		g_hash_table_add(list, get_identity(lines->pdata[i]));
	return list;
}

static unsigned count_lost(const GPtrArray *whole, const GPtrArray *found,
			   const struct damage *damage)
{
	GHashTable *list = list_identities(found);
	unsigned lost = 0;

	for (guint i = 0; i < whole->len; i++) {
		g_autofree char *identity = get_identity(whole->pdata[i]);

		if (g_hash_table_contains(list, identity) || is_touched(damage, whole->pdata[i]))
			continue;
		lost++;
		print_message("lost by %u bytes at %u of a file of %u: %s\n", damage->size,
			      damage->offset, damage->bytes->len, identity);
	}
	g_hash_table_unref(list);
	return lost;
}

static void try_all(const char *name)
{
	const struct object_wants wants = {0};
	struct repository_sample sample;
	GRand *random = g_rand_new_with_seed(1);
	g_autoptr(GPtrArray) whole = NULL;
	unsigned faults, lost = 0;

	if (!repository_sample_load(&sample, name)) {
		g_rand_free(random);
		skip();
	}
	whole = repository_sample_read(&sample, &wants, &faults);
	assert_int_equal(faults, 0);
	for (guint i = 0; i < TRIALS; i++) {
		g_autoptr(GPtrArray) found = NULL;
		struct damage damage;

		choose_place(&sample, random, i, &damage);
		do_damage(&damage, random, i);
		found = repository_sample_read(&sample, &wants, &faults);
		lost += count_lost(whole, found, &damage);
		undo_damage(&damage);
	}
	repository_sample_release(&sample);
	g_rand_free(random);
	assert_int_equal(lost, 0);
}

static void test_windows_10(void **state)
{
	(void)state;
	try_all("APTSimulatorVM_Defender_WBEM.7z");
}

static void test_deleted(void **state)
{
	(void)state;
	try_all("APTSimulatorVM_Repository_older-map.7z");
}

static void test_windows_xp(void **state)
{
	(void)state;
	try_all("XPSP2_Repository.7z");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows_10),
		cmocka_unit_test(test_deleted),
		cmocka_unit_test(test_windows_xp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
