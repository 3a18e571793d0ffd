/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "archive/sevenzip/plain.h"
#include "tests/unit/archive/archive_contents.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/memory_stream.h"

/* Archives of the 7z program, read through libarchive without their encryption. */

#define PASSWORD "open, sésame"
static const char *const passwords[] = {"wrong one", PASSWORD, NULL};

struct folder {
	char *path;
	char *archive; /* in it */
};

static void write_file(const struct folder *folder, const char *name, const char *data, gsize size)
{
	g_autofree char *path = g_build_filename(folder->path, name, NULL);

	assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
}

/* Numbers are text that LZMA packs well, and nowhere the same. */
static void write_numbers(const struct folder *folder, const char *name, unsigned count)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (unsigned i = 0; i < count; i++)
		g_string_append_printf(text, "%u\r\n", i * 7919 % 100003);
	write_file(folder, name, text->str, text->len);
}

/* Filters for machine code want some: calls and jumps among other bytes, the same each time: what
 * libarchive makes of BCJ2 is not right for every program. */
static void write_code(const struct folder *folder, const char *name)
{
	static const char opcodes[] = "\xE8\xE9\x0F\x84\x55\x89\xE5\xC3";
	g_autoptr(GString) code = g_string_new(NULL);
	uint32_t number = 1;

	while (code->len < 200000) {
		uint32_t target = (number >> 12) & 0xFFFF;

		number = number * 1103515245 + 12345;
		g_string_append_c(code, opcodes[(number >> 16) % 8]);
		g_string_append_len(code, (const char *)&target, sizeof(target));
	}
	write_file(folder, name, code->str, code->len);
}

static int make_folder(void **state)
{
	struct folder *folder = g_new0(struct folder, 1);

	folder->path = g_dir_make_tmp("sevenzip-XXXXXX", NULL);
	assert_non_null(folder->path);
	folder->archive = g_build_filename(folder->path, "it.7z", NULL);
	write_file(folder, "short.txt", "a few invented words\n", 21);
	write_file(folder, "one.txt", "1", 1);
	write_file(folder, "nothing.txt", "", 0);
	write_numbers(folder, "numbers.txt", 20000);
	write_numbers(folder, "many.txt", 100000);
	write_code(folder, "code.exe");
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;
	GDir *dir = g_dir_open(folder->path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder->path, name, NULL);

		g_unlink(path);
	}
	g_dir_close(dir);
	g_rmdir(folder->path);
	g_free(folder->path);
	g_free(folder->archive);
	g_free(folder);
	return 0;
}

/* Runs 7z with words that blanks part; what it says is of no use here. */
static void run_7z(const struct folder *folder, const char *words)
{
	g_auto(GStrv) arguments = NULL;
	g_autofree char *line = g_strconcat("7z a -bd -y ", words, NULL);
	gint status = -1;

	arguments = g_strsplit(line, " ", -1);
	for (char **each = arguments; *each; each++) {
		if (strcmp(*each, "PW") == 0) {
			g_free(*each);
			*each = g_strdup("-p" PASSWORD);
		}
	}
	assert_true(g_spawn_sync(folder->path, arguments, NULL,
				 G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
				 NULL, &status, NULL));
	assert_int_equal(status, 0);
}

static void need_7z(void)
{
	g_autofree char *program = g_find_program_in_path("7z");

	if (!program) {
		print_message("7z is not installed (Debian package p7zip-full): not tested\n");
		skip();
	}
}

static void assert_contents(const struct folder *folder, GHashTable *contents, const char *name)
{
	g_autofree char *path = g_build_filename(folder->path, name, NULL);
	GBytes *found = g_hash_table_lookup(contents, name);
	g_autofree char *data = NULL;
	gsize size, found_size;
	const void *bytes;

	assert_true(g_file_get_contents(path, &data, &size, NULL));
	assert_non_null(found);
	bytes = g_bytes_get_data(found, &found_size);
	assert_int_equal(found_size, size);
	if (size > 0)
		assert_memory_equal(bytes, data, size);
}

/* An archive made with `words`, which name the files last, gives these files back. */
static void assert_made(const struct folder *folder, const char *words, const char *const *given)
{
	g_auto(GStrv) names = NULL;
	g_autofree char *data = NULL;
	struct memory_stream in;
	struct stream *out;
	const char *problem;
	GHashTable *contents;
	bool is_whole;
	gsize size;

	assert_true(g_file_get_contents(folder->archive, &data, &size, NULL));
	in = memory_stream((const uint8_t *)data, size);
	assert_int_equal(sevenzip_open_plain(&in.stream, given, NULL, NULL, NULL, &out, &problem),
			 SEVENZIP_OPENED);
	contents = archive_contents(out, &is_whole);
	sevenzip_plain_free(out);
	assert_true(is_whole);
	names = g_strsplit(strstr(words, "it.7z ") + strlen("it.7z "), " ", -1);
	for (char **name = names; *name; name++)
		assert_contents(folder, contents, *name);
	assert_int_equal(g_hash_table_size(contents), g_strv_length(names));
	g_hash_table_unref(contents);
}

static const char *const archives[] = {
	"PW -mx=0 it.7z short.txt numbers.txt",
	"PW -m0=LZMA it.7z short.txt nothing.txt numbers.txt",
	"PW -m0=LZMA2 it.7z short.txt numbers.txt many.txt",
	"PW -m0=LZMA2 -ms=off it.7z one.txt short.txt numbers.txt nothing.txt",
	"PW -m0=BZip2 it.7z many.txt",
	"PW -mf=BCJ it.7z code.exe short.txt",
	"PW -mf=BCJ -m0=LZMA it.7z code.exe",
	"PW -mf=BCJ2 it.7z code.exe short.txt",
	"PW -mf=Delta:4 -m0=LZMA it.7z code.exe",
	"PW -mhe=on it.7z short.txt numbers.txt many.txt",
	"PW -mhe=on -mx=0 it.7z short.txt nothing.txt",
	"PW -mhe=on -mhc=off it.7z short.txt numbers.txt",
	"PW -mhe=on -mf=BCJ2 -ms=off it.7z code.exe short.txt one.txt",
	"PW -mhe=on it.7z nothing.txt",
	"PW -mhc=off it.7z many.txt",
};

/* Of these a wrong password may get through: their beginning proves little. */
static const char *const unproved[] = {
	"PW -mx=0 it.7z one.txt",
	"PW -m0=PPMd it.7z short.txt numbers.txt",
	"PW -m0=Deflate it.7z numbers.txt",
};

static void reads_each_kind(void **state)
{
	const struct folder *folder = *state;

	need_7z();
	for (size_t i = 0; i < G_N_ELEMENTS(archives); i++) {
		g_unlink(folder->archive);
		run_7z(folder, archives[i]);
		assert_made(folder, archives[i], passwords);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(unproved); i++) {
		g_unlink(folder->archive);
		run_7z(folder, unproved[i]);
		assert_made(folder, unproved[i], passwords + 1);
	}
}

static void reads_plain_and_encrypted_folders_together(void **state)
{
	const struct folder *folder = *state;

	need_7z();
	g_unlink(folder->archive);
	run_7z(folder, "it.7z numbers.txt");
	run_7z(folder, "PW it.7z many.txt");
	run_7z(folder, "-mx=0 it.7z short.txt");
	assert_made(folder, "it.7z numbers.txt many.txt short.txt", passwords);
}

static enum sevenzip_result open_with(const struct folder *folder, const char *const *given,
				      const char *(*ask)(void *context), void *context)
{
	g_autofree char *data = NULL;
	struct memory_stream in;
	struct stream *out = NULL;
	const char *problem = NULL;
	enum sevenzip_result result;
	gsize size;

	assert_true(g_file_get_contents(folder->archive, &data, &size, NULL));
	in = memory_stream((const uint8_t *)data, size);
	result = sevenzip_open_plain(&in.stream, given, ask, NULL, context, &out, &problem);
	assert_int_equal(out != NULL, result == SEVENZIP_OPENED);
	sevenzip_plain_free(out);
	return result;
}

static void leaves_plain_archives_alone(void **state)
{
	const struct folder *folder = *state;

	need_7z();
	g_unlink(folder->archive);
	run_7z(folder, "it.7z numbers.txt nothing.txt");
	assert_int_equal(open_with(folder, passwords, NULL, NULL), SEVENZIP_PLAIN);
	g_unlink(folder->archive);
	run_7z(folder, "PW it.7z nothing.txt");
	assert_int_equal(open_with(folder, NULL, NULL, NULL), SEVENZIP_PLAIN);
}

static void tells_wrong_passwords_of_each_kind(void **state)
{
	static const char *const wrong[] = {"wrong", "", NULL}, *const none[] = {NULL};
	const struct folder *folder = *state;

	need_7z();
	for (size_t i = 0; i < G_N_ELEMENTS(archives); i++) {
		g_unlink(folder->archive);
		run_7z(folder, archives[i]);
		assert_int_equal(open_with(folder, wrong, NULL, NULL), SEVENZIP_WRONG_PASSWORD);
		assert_int_equal(open_with(folder, none, NULL, NULL), SEVENZIP_NO_PASSWORD);
	}
}

struct asked {
	unsigned count;
	unsigned right; /* the call that gives the right one */
	unsigned end; /* and the one that gives none */
};

static const char *answer(void *context)
{
	struct asked *asked = context;

	asked->count++;
	if (asked->count == asked->end)
		return NULL;
	return asked->count == asked->right ? PASSWORD : "wrong";
}

static void asks_up_to_three_times(void **state)
{
	static const char *const wrong[] = {"wrong", NULL};
	const struct folder *folder = *state;
	struct asked at_once = {.right = 1}, late = {.right = 3}, never = {0}, ends = {.end = 2};
	struct asked not_at_all = {.end = 1}, not_needed = {0};

	need_7z();
	g_unlink(folder->archive);
	run_7z(folder, "PW it.7z short.txt");
	assert_int_equal(open_with(folder, NULL, answer, &at_once), SEVENZIP_OPENED);
	assert_int_equal(open_with(folder, wrong, answer, &late), SEVENZIP_OPENED);
	assert_int_equal(open_with(folder, NULL, answer, &never), SEVENZIP_WRONG_PASSWORD);
	assert_int_equal(never.count, 3);
	assert_int_equal(open_with(folder, NULL, answer, &ends), SEVENZIP_WRONG_PASSWORD);
	assert_int_equal(ends.count, 2);
	assert_int_equal(open_with(folder, NULL, answer, &not_at_all), SEVENZIP_NO_PASSWORD);
	assert_int_equal(open_with(folder, passwords, answer, &not_needed), SEVENZIP_OPENED);
	assert_int_equal(not_needed.count, 0);
}

/* Any range read alone is what reading in order gives there. */
static void assert_ranges(struct stream *stream)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	g_autofree uint8_t *range = g_malloc(100000);
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	ssize_t got;

	while ((got = stream->read(stream, range, 777)) > 0)
		g_byte_array_append(all, range, (guint)got);
	assert_int_equal(got, 0);
	assert_int_equal(all->len, stream->size);
	for (unsigned i = 0; i < 2000; i++) {
		uint32_t offset = (uint32_t)g_rand_int_range(random, 0, (gint32)all->len);
		uint32_t size = (uint32_t)g_rand_int_range(random, 1, i % 2 ? 100000 : 50);

		got = stream->read_at(stream, range, size, offset);
		assert_int_equal(got, MIN(size, all->len - offset));
		assert_memory_equal(range, all->data + offset, (size_t)got);
	}
	assert_int_equal(stream->read_at(stream, range, 1, all->len), 0);
	assert_int_equal(stream->read_at(stream, range, 1, UINT64_MAX), 0);
}

static void reads_at_any_place(void **state)
{
	const struct folder *folder = *state;
	g_autofree char *data = NULL;
	struct memory_stream in;
	struct stream *out;
	const char *problem;
	gsize size;

	need_7z();
	g_unlink(folder->archive);
	run_7z(folder, "PW -mx=0 it.7z numbers.txt short.txt many.txt one.txt");
	assert_true(g_file_get_contents(folder->archive, &data, &size, NULL));
	in = memory_stream((const uint8_t *)data, size);
	assert_int_equal(
		sevenzip_open_plain(&in.stream, passwords, NULL, NULL, NULL, &out, &problem),
		SEVENZIP_OPENED);
	assert_ranges(out);
	sevenzip_plain_free(out);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_kind),
		cmocka_unit_test(reads_plain_and_encrypted_folders_together),
		cmocka_unit_test(leaves_plain_archives_alone),
		cmocka_unit_test(tells_wrong_passwords_of_each_kind),
		cmocka_unit_test(asks_up_to_three_times),
		cmocka_unit_test(reads_at_any_place),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
