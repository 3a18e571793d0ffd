/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <archive_entry.h>
#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32.h"
#include "archive/unpack.h"
#include "tests/support/memory_stream.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/archive/box_make.h"
#include "tests/unit/archive/zip_make.h"

struct range {
	uint64_t first;
	uint64_t count;
};

struct run {
	GString *out;
	GArray *ranges;
	bool is_pipe;
	bool named;
	bool split;
	const char *answer; /* to the question for a password */
	const char *const *passwords;
	struct unpack_limits limits;
	uint64_t progress, calls; /* what progress() was given, how often */
	uint64_t bytes, entries; /* what spent() said last */
};

static bool visit(void *context, struct reader *reader, bool named)
{
	GString *out = ((struct run *)context)->out;
	g_autoptr(GString) head = g_string_new(NULL);
	const uint8_t *data;
	uint32_t crc = 0;
	size_t got;

	while ((got = reader_peek(reader, 5000, &data)) > 0) {
		if (head->len < 20)
			g_string_append_len(head, (const char *)data, (gssize)MIN(got, 20));
		crc = crc32_update(crc, data, got);
		reader_skip(reader, got);
	}
	g_string_append_printf(out, "v%s %s ", named ? "!" : "",
			       reader->stream->entry ? reader->stream->entry : "-");
	if (reader->offset <= 20 && g_utf8_validate(head->str, (gssize)head->len, NULL))
		g_string_append_printf(out, "%s\n", head->str);
	else
		g_string_append_printf(out, "%u %08x\n", (unsigned)reader->offset, crc);
	return true;
}

static void add_fault(void *context, const struct fault *fault)
{
	GString *out = ((struct run *)context)->out;

	assert_string_equal(fault->path, "memory");
	g_string_append_printf(out, "f %s", fault->entry ? fault->entry : "-");
	if (fault->has_offset)
		g_string_append_printf(out, " @%u", (unsigned)fault->offset);
	g_string_append_printf(out, ": %s\n", fault->what);
}

static void split(void *context, uint64_t first, uint64_t count, uint64_t packed)
{
	struct run *run = context;
	struct range range = {first, count};

	assert_true(packed > 0);
	g_array_append_val(run->ranges, range);
}

static const char *ask(void *context)
{
	struct run *run = context;
	const char *answer = run->answer;

	run->answer = NULL;
	return answer;
}

static void progress(void *context, uint64_t amount)
{
	struct run *run = context;

	run->progress += amount;
	run->calls++;
}

/* What was spent only grows, in steps that are not large. */
static void spent(void *context, uint64_t bytes, uint64_t entries)
{
	struct run *run = context;

	assert_true(bytes >= run->bytes && bytes - run->bytes < 2 * WH_SPENT_STEP);
	assert_true(entries >= run->entries);
	run->bytes = bytes;
	run->entries = entries;
}

static void run_init(struct run *run)
{
	*run = (struct run){.limits = unpack_limits_default(), .named = true};
}

/* The visits and faults of a run. */
static char *run_unpack(struct run *run, const GByteArray *bytes)
{
	struct fault_sink faults = {add_fault, run};
	struct unpack_calls calls = {.visit = visit,
				     .split = run->split ? split : NULL,
				     .ask_password = ask,
				     .progress = progress,
				     .spent = spent,
				     .context = run,
				     .faults = &faults};
	struct unpacker *unpacker = unpacker_new(&calls, &run->limits, run->passwords);
	g_autofree uint8_t *copy = g_memdup2(bytes->data, bytes->len);
	struct memory_stream memory;

	run->out = g_string_new(NULL);
	run->ranges = g_array_new(FALSE, FALSE, sizeof(struct range));
	run->progress = run->calls = run->bytes = run->entries = 0;
	memory = run->is_pipe ? memory_pipe(copy, bytes->len, 0) : memory_stream(copy, bytes->len);
	assert_true(unpack_stream(unpacker, &memory.stream, run->named));
	for (guint i = 0; i < run->ranges->len; i++) {
		struct range range = g_array_index(run->ranges, struct range, i);

		run->bytes = run->entries = 0; /* each is a request of its own */
		assert_true(unpack_range(unpacker, &memory.stream, 7, range.first, range.count));
	}
	unpacker_free(unpacker);
	g_array_unref(run->ranges);
	return g_string_free(run->out, FALSE);
}

static void check(struct run *run, const GByteArray *bytes, const char *expected)
{
	g_autofree char *said = run_unpack(run, bytes);

	assert_string_equal(said, expected);
}

/* Files, and takes the bytes. */
static void check_file(GByteArray *bytes, const char *expected)
{
	struct run run;

	run_init(&run);
	check(&run, bytes, expected);
	g_byte_array_unref(bytes);
}

/* The same from a file and from a pipe. */
static void check_both(GByteArray *bytes, const char *expected)
{
	struct run run;

	run_init(&run);
	run.is_pipe = true;
	check(&run, bytes, expected);
	check_file(bytes, expected);
}

/* Text that deflate shrinks, but not to nothing. */
static char *make_text(size_t size)
{
	GRand *random = g_rand_new_with_seed(5);
	char *text = g_malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		text[i] = "abcdefgh\n"[g_rand_int_range(random, 0, 9)];
	text[size] = '\0';
	g_rand_free(random);
	return text;
}

static GByteArray *make_zip(const struct zip_file *files, size_t count)
{
	struct zip_make make;

	zip_make_init(&make);
	for (size_t i = 0; i < count; i++)
		zip_make_add(&make, &files[i]);
	return zip_make_end(&make, "", false);
}

static GByteArray *make_one(struct zip_file file)
{
	return make_zip(&file, 1);
}

static struct zip_file text_file(const char *name, const char *text)
{
	return (struct zip_file){.name = name, .data = text, .size = strlen(text)};
}

static struct zip_file packed_file(const char *name, const GByteArray *bytes)
{
	return (struct zip_file){
		.name = name, .data = bytes->data, .size = bytes->len, .deflate = true};
}

static GByteArray *from_text(const char *text)
{
	return g_byte_array_append(g_byte_array_new(), (const uint8_t *)text, (guint)strlen(text));
}

/*
 * An archive made by libarchive; format and filter as archive_write_set_format_by_name(). With
 * `encryption` the password is "secret".
 */
static GByteArray *make_locked(const char *format, const char *filter, const char *encryption,
			       const char *const *names, const char *const *texts)
{
	GByteArray *out = g_byte_array_new();
	struct archive *archive = archive_write_new();
	size_t used = 0;

	g_byte_array_set_size(out, 4 << 20);
	assert_int_equal(archive_write_set_format_by_name(archive, format), ARCHIVE_OK);
	if (filter)
		assert_int_equal(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
	if (encryption) {
		assert_int_equal(archive_write_set_options(archive, encryption), ARCHIVE_OK);
		archive_write_set_passphrase(archive, "secret");
	}
	assert_int_equal(archive_write_open_memory(archive, out->data, out->len, &used),
			 ARCHIVE_OK);
	for (; *names; names++, texts++) {
		struct archive_entry *entry = archive_entry_new();

		archive_entry_set_pathname(entry, *names);
		archive_entry_set_filetype(entry, *texts ? AE_IFREG : AE_IFLNK);
		if (*texts)
			archive_entry_set_size(entry, (la_int64_t)strlen(*texts));
		else
			archive_entry_set_symlink(entry, "elsewhere");
		archive_entry_set_perm(entry, 0644);
		assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
		if (*texts)
			archive_write_data(archive, *texts, strlen(*texts));
		archive_entry_free(entry);
	}
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	return g_byte_array_set_size(out, (guint)used);
}

static GByteArray *make_archive(const char *format, const char *filter, const char *const *names,
				const char *const *texts)
{
	return make_locked(format, filter, NULL, names, texts);
}

static const char *const two_names[] = {"a.log", "dir/b.log", NULL};
static const char *const two_texts[] = {"first", "second"};
#define TWO "v a.log first\nv dir/b.log second\n"

static void test_no_archive(void **state)
{
	(void)state;
	check_both(from_text("some text"), "v! - some text\n");
	check_both(from_text(""), "v! - \n");
	check_both(from_text("{\"kind\":1}"), "v! - {\"kind\":1}\n");
	check_both(from_text("PK"), "v! - PK\n");
	check_both(from_text("BZh9 beer"), "v! - BZh9 beer\n");
}

static void test_formats(void **state)
{
	static const char *const tars[] = {"ustar", "gnutar", "pax", "v7tar"};
	static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(tars); i++)
		check_both(make_archive(tars[i], NULL, two_names, two_texts), TWO);
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		check_both(make_archive("ustar", filters[i], two_names, two_texts), TWO);
	check_both(make_archive("7zip", NULL, two_names, two_texts), TWO);
	check_both(make_archive("zip", NULL, two_names, two_texts), TWO);
}

static void test_single_files(void **state)
{
	static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd"};
	static const char *const name[] = {"x", NULL}, *const text[] = {"alone"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
		GByteArray *bytes = make_archive("raw", filters[i], name, text);
		GByteArray *twice =
			g_byte_array_append(g_byte_array_new(), bytes->data, bytes->len);

		g_byte_array_append(twice, bytes->data, bytes->len);
		check_both(bytes, "v! - alone\n");
		check_both(twice, "v! - alonealone\n");
	}
}

/* An archive of two files of 3 MB in all; `depth`: how often each byte of them is unpacked. */
static void check_hooks(GByteArray *bytes, unsigned depth, unsigned entries, bool is_pipe)
{
	const uint64_t size = 3 << 20;
	g_autofree char *said = NULL;
	struct run run;

	run_init(&run);
	run.is_pipe = is_pipe;
	said = run_unpack(&run, bytes);
	assert_null(strstr(said, "f "));
	assert_true(run.bytes >= size * depth);
	assert_true(run.bytes < size * depth + (1 << 20));
	assert_int_equal(run.entries, entries);
	/* At least for each MiB that is unpacked. */
	assert_true(run.progress >= run.bytes);
	assert_true(run.calls >= run.bytes >> 20);
}

static void test_hooks(void **state)
{
	g_autofree char *large = make_text(2 << 20), *small = make_text(1 << 20);
	const char *const texts[] = {large, small};
	struct zip_file files[] = {text_file("a", large), text_file("b", small)};
	static const struct {
		const char *format, *filter;
		unsigned depth;
	} kinds[] = {{"ustar", NULL, 1},   {"ustar", "xz", 2}, {"ustar", "bzip2", 2},
		     {"ustar", "gzip", 2}, {"7zip", NULL, 1},  {"zip", NULL, 1}};
	g_autoptr(GByteArray) zip = NULL;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GByteArray) bytes =
			make_archive(kinds[i].format, kinds[i].filter, two_names, texts);

		check_hooks(bytes, kinds[i].depth, 2, false);
		check_hooks(bytes, kinds[i].depth, 2, true);
	}
	files[0].deflate = files[1].deflate = true;
	zip = make_zip(files, 2);
	check_hooks(zip, 1, 2, false);
}

static void test_boxes(void **state)
{
	GByteArray *cut = make_rar5("a.evtx", "some text");

	(void)state;
	check_both(make_cab("Logs\\a.evtx", "some text"), "v Logs/a.evtx some text\n");
	check_both(make_rar4("a.evtx", "some text"), "v a.evtx some text\n");
	check_both(make_rar5("a.evtx", "some text"), "v a.evtx some text\n");
	g_byte_array_set_size(cut, cut->len - 12);
	check_file(cut, "f a.evtx @0: cannot unpack: i/O error when unstoring file\nv a.evtx \n");
}

static void test_gzip_ends(void **state)
{
	static const char *const name[] = {"x", NULL}, *const text[] = {"alone"};
	GByteArray *padded = make_archive("raw", "gzip", name, text);
	GByteArray *fed = make_archive("raw", "gzip", name, text);
	GByteArray *trailed = make_archive("raw", "gzip", name, text);
	GByteArray *cut = make_archive("raw", "gzip", name, text);
	GByteArray *wrong = make_archive("raw", "gzip", name, text);

	(void)state;
	for (int i = 0; i < 100; i++)
		g_byte_array_append(padded, (const uint8_t *)"", 1);
	check_both(padded, "v! - alone\n");
	g_byte_array_append(fed, (const uint8_t *)"\r\n", 2);
	check_both(fed, "v! - alone\n");
	g_byte_array_append(trailed, (const uint8_t *)"junk", 4);
	check_both(trailed, "f - @25: bytes after the gzip data are no gzip data\nv! - alone\n");
	g_byte_array_set_size(cut, cut->len - 6);
	check_both(cut, "f - @19: the gzip data is cut off\nv! - alone\n");
	wrong->data[wrong->len - 7] ^= 1;
	check_both(wrong, "f - @25: the gzip data's CRC is wrong\nv! - alone\n");
}

static void test_zip_sizes(void **state)
{
	static const size_t sizes[] = {0, 1, 4103, 8192, 65536, 300000, 1000000};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *text = make_text(sizes[i]);
		struct zip_file file = text_file("x", text);
		uint32_t crc = crc32_update(0, file.data, file.size);
		g_autofree char *expected =
			sizes[i] > 20 ? g_strdup_printf("v x %zu %08x\n", sizes[i], crc)
				      : g_strdup_printf("v x %s\n", text);

		check_both(make_one(file), expected);
		file.deflate = true;
		check_both(make_one(file), expected);
		file.behind = true;
		check_both(make_one(file), expected);
		file.zip64 = true;
		check_file(make_one(file), expected);
	}
}

static void test_names(void **state)
{
	static const char unicode[] = "\x75\x70\x0a\x00\x01\xcc\x11\x9f\x5d\xc3\xa4ufer";
	struct zip_file files[] = {
		text_file("/etc/a", "1"),   text_file("..\\b", "2"),
		text_file("C\\c..d", "3"),  text_file("a\xff\x81.evtx", "4"),
		text_file("\xc3\xb6", "5"), text_file("\xc3\xb6\xff", "6"),
		text_file("n", "7"),	    text_file("C:\\x", "8"),
		text_file("dup", "9"),	    text_file("dup", "10"),
		text_file("", "11"),	    text_file("dir/", ""),
		text_file("no dir/", "12"),
	};

	(void)state;
	files[5].flags = 0x800;
	files[6].name = files[6].other_name = "n\nx\0y";
	files[6].name_length = 5;
	check_file(make_zip(files, G_N_ELEMENTS(files)),
		   "f /etc/a: the entry's name is an absolute path\nv /etc/a 1\n"
		   "f ..\\b: the entry's name leads out of the archive by \"..\"\nv ..\\b 2\n"
		   "v C\\c..d 3\nv a\xc2\xa0\xc3\xbc.evtx 4\nv \xc3\xb6 5\n"
		   "v \xc3\xb6\xef\xbf\xbd 6\n"
		   "f n\nx\xf4\x8d\x9c\x80y: the entry's name holds control characters\n"
		   "v n\nx\xf4\x8d\x9c\x80y 7\n"
		   "f C:\\x: the entry's name is an absolute path\nv C:\\x 8\n"
		   "v dup 9\nv dup 10\nv  11\nv no dir/ 12\n");
	files[0] = text_file("x", "1");
	files[0].extra = unicode;
	files[0].extra_size = sizeof(unicode) - 1;
	check_file(make_zip(files, 1), "v x 1\n"); /* the CRC is of another name */
}

static void test_unicode_name(void **state)
{
	uint8_t extra[] = "\x75\x70\x0b\x00\x01....\xc3\xa4ufer";
	struct zip_file file = text_file("aufer", "1");

	(void)state;
	bytes_put_u32(extra + 5, crc32_update(0, (const uint8_t *)"aufer", 5));
	file.extra = extra;
	file.extra_size = sizeof(extra) - 1;
	check_file(make_one(file), "v \xc3\xa4ufer 1\n");
}

static void test_lies(void **state)
{
	struct zip_file file = text_file("x", "twelve bytes"), files[3];

	(void)state;
	file.crc_off = 1;
	check_file(make_one(file), "f x @0: the entry's size or CRC is another in its local "
				   "header than in the directory\n"
				   "f x @12: the entry's CRC is wrong\nv x twelve bytes\n");
	file = text_file("x", "twelve bytes");
	file.deflate = file.behind = true;
	file.size_off = -5;
	check_file(make_one(file), "f x @7: the entry holds more than its declared size\n"
				   "v x twelve \n");
	file.size_off = 5;
	check_file(make_one(file), "f x @12: the entry ends before its declared size\n"
				   "v x twelve bytes\n");
	file.size_off = 0;
	file.packed_off = -6;
	file.method = 8;
	check_file(make_one(file), "f x @7: the entry's packed data is cut off\nv x twelve \n");
	for (unsigned i = 0; i < 3; i++)
		files[i] = text_file(i == 0 ? "a" : i == 1 ? "b" : "c", "text");
	files[0].packed_off = files[0].size_off = 1;
	files[1].other_name = "B";
	files[2].offset_off = 1;
	check_file(make_zip(files, 3),
		   "f a: the entry overlaps what follows it\n"
		   "f B @0: the entry's name is another in its local header than in the "
		   "directory\n"
		   "v B text\nf c: no entry begins where the zip's directory says\n");
	files[2].offset_off = 100000;
	files[0] = text_file("a", "text");
	files[0].mode = 0120777;
	files[1] = text_file("b", "text");
	files[1].method = 9;
	check_file(make_zip(files, 3), "f a: the entry is a symbolic link, which is not followed\n"
				       "f b: the entry's compression method 9 is not read\n"
				       "f c: the entry lies outside of the file\n");
}

static void test_same_place_twice(void **state)
{
	struct zip_file files[] = {text_file("a", "text"), text_file("b", "text")};

	(void)state;
	files[1].offset_off = -35;
	check_file(make_zip(files, 2),
		   "f a: the entry overlaps what follows it\n"
		   "f b @0: the entry's name is another in its local header than in the "
		   "directory\nv b text\n");
}

static void test_damaged_deflate(void **state)
{
	g_autofree char *text = make_text(100000);
	struct zip_file files[] = {text_file("a", text), text_file("b", "whole")};
	g_autofree char *said = NULL;
	struct run run;
	GByteArray *bytes;

	(void)state;
	files[0].deflate = true;
	bytes = make_zip(files, 2);
	memset(bytes->data + 20000, 0, 100);
	run_init(&run);
	said = run_unpack(&run, bytes);
	assert_true(g_str_has_prefix(said, "f a @"));
	assert_true(g_str_has_suffix(said, "\nv b whole\n"));
	g_byte_array_unref(bytes);
}

static void test_tails_and_prefixes(void **state)
{
	struct zip_make make;

	(void)state;
	zip_make_init(&make);
	zip_make_add_text(&make, "a", "text");
	check_file(zip_make_end(&make, "a comment of PK\5\6 and more of it PK\5\6", false),
		   "v a text\n");
	zip_make_init(&make);
	zip_make_add_text(&make, "a", "text");
	check_file(zip_make_end(&make, "", true), "v a text\n");
	for (unsigned shift = 0; shift < 2; shift++) {
		zip_make_init(&make);
		g_byte_array_append(make.bytes, (const uint8_t *)"MZ program", 10);
		make.shift = shift ? 10 : 0;
		zip_make_add_text(&make, "a", "text");
		check_file(zip_make_end(&make, "", shift), "v a text\n");
	}
	check_both(zip_make_end((zip_make_init(&make), &make), "", false), "");
}

/* What an empty end record hides, and what stands before a whole zip, is read all the same. */
static void test_hidden_entries(void **state)
{
	struct zip_make make;

	(void)state;
	zip_make_init(&make);
	g_byte_array_unref(make.bytes);
	make.bytes = make_one(text_file("a", "text"));
	check_file(zip_make_end(&make, "", false),
		   "f -: entries stand before those that the zip's directory names\nv a text\n");
	zip_make_init(&make);
	g_byte_array_unref(make.bytes);
	make.bytes = make_one(text_file("a", "text"));
	make.shift = make.bytes->len;
	zip_make_add_text(&make, "b", "more");
	check_file(zip_make_end(&make, "", false),
		   "f -: entries stand before those that the zip's directory names\n"
		   "v a text\nv b more\n");
}

static void test_cut_off_zip(void **state)
{
	struct zip_file files[] = {text_file("a", "text"), text_file("b", "more")};
	GByteArray *bytes = make_zip(files, 2);

	(void)state;
	g_byte_array_set_size(bytes, bytes->len - 23);
	check_file(bytes, "f -: the zip has no directory at its end; its entries are read one by "
			  "one\nv a text\nv b more\n");
	bytes = make_zip(files, 2);
	g_byte_array_set_size(bytes, 35 + 31 + 2);
	check_file(bytes, "f -: the zip has no directory at its end; its entries are read one by "
			  "one\nv a text\nf b @2: the entry's data is cut off\nv b mo\n");
	bytes = make_zip(files, 2);
	g_byte_array_set_size(bytes, 35 + 20);
	check_file(bytes, "f -: the zip has no directory at its end; its entries are read one by "
			  "one\nv a text\n");
}

/* Streamed: the sizes stand behind the data. What deflate gives up to the cut comes out. */
static void test_cut_off_stream(void **state)
{
	g_autofree char *text = make_text(300000);
	struct zip_file files[] = {
		{.name = "a", .data = text, .size = 300000, .deflate = true, .behind = true},
		{.name = "b", .data = text, .size = 300000, .deflate = true, .behind = true}};
	GByteArray *bytes = make_zip(files, 2);
	g_autofree char *said = NULL, *expected = NULL;
	struct run run;
	unsigned got;

	(void)state;
	expected = g_strdup_printf("f -: the zip has no directory at its end; its entries are "
				   "read one by one\nv a 300000 %08x\nf b @",
				   crc32_update(0, (const uint8_t *)text, 300000));
	g_byte_array_set_size(bytes, bytes->len * 3 / 4);
	run_init(&run);
	said = run_unpack(&run, bytes);
	assert_true(g_str_has_prefix(said, expected));
	got = (unsigned)g_ascii_strtoull(said + strlen(expected), NULL, 10);
	assert_in_range(got, 140000, 150000);
	assert_non_null(strstr(said, ": the entry's packed data is cut off\nv b "));
	g_byte_array_unref(bytes);
}

static void test_damaged_directory(void **state)
{
	struct zip_file files[] = {text_file("a", "1"), text_file("b", "2"), text_file("c", "3"),
				   text_file("d", "4")};
	GByteArray *bytes = make_zip(files, 4);

	(void)state;
	bytes->data[4 * 32 + 2 * 47] = 'Q';
	check_file(bytes, "f -: the zip's directory is damaged\nv a 1\nv b 2\nv c 3\nv d 4\n");
}

static void test_damage_in_a_pipe(void **state)
{
	struct zip_file files[] = {text_file("a", "text"), text_file("b", "more")};
	g_autofree char *said = NULL;
	GByteArray *bytes;
	struct run run;

	(void)state;
	files[0].deflate = true;
	bytes = make_zip(files, 2);
	memset(bytes->data + 31, 0xff, 4);
	run_init(&run);
	run.is_pipe = true;
	said = run_unpack(&run, bytes);
	assert_non_null(strstr(said, "f a @0: cannot unpack: ZIP decompression failed (-3)\n"));
	assert_true(g_str_has_suffix(said, "v b more\n"));
	g_byte_array_unref(bytes);
}

static void test_nested(void **state)
{
	g_autofree char *text = make_text(50000);
	struct zip_file inner_files[] = {text_file("a", "text"), text_file("big", text)};
	g_autofree char *expected = NULL;
	GByteArray *inner, *bytes;
	struct zip_file files[3];

	(void)state;
	inner_files[1].deflate = true;
	inner = make_zip(inner_files, 2);
	files[0] = packed_file("deflated.zip", inner);
	files[1] = packed_file("stored.zip", inner);
	files[1].deflate = false;
	bytes = make_archive("7zip", NULL, two_names, two_texts);
	files[2] = packed_file("x.7z", bytes);
	expected = g_strdup_printf("v %1$s > a text\nv %1$s > big 50000 %3$08x\n"
				   "v %2$s > a text\nv %2$s > big 50000 %3$08x\n"
				   "v x.7z > a.log first\nv x.7z > dir/b.log second\n",
				   "deflated.zip", "stored.zip",
				   crc32_update(0, (const uint8_t *)text, 50000));
	check_file(make_zip(files, 3), expected);
	g_byte_array_unref(inner);
	g_byte_array_unref(bytes);
}

/* So large that its end is kept and the rest read again. */
static void test_nested_large(void **state)
{
	g_autofree char *text = make_text(3000000);
	struct zip_file inner_files[] = {text_file("a", "text"), text_file("big", text),
					 text_file("b", "more")};
	GByteArray *inner = make_zip(inner_files, 3), *middle;
	g_autofree char *expected =
		g_strdup_printf("v m > i > a text\nv m > i > big 3000000 %08x\nv m > i > b more\n",
				crc32_update(0, (const uint8_t *)text, 3000000));

	(void)state;
	middle = make_one(packed_file("i", inner));
	check_file(make_one(packed_file("m", middle)), expected);
	g_byte_array_unref(inner);
	g_byte_array_unref(middle);
}

static void test_depth(void **state)
{
	GByteArray *bytes = make_one(text_file("x", "deep"));
	struct run run;

	(void)state;
	for (int i = 0; i < 2; i++) {
		GByteArray *outer = make_one(packed_file("z", bytes));

		g_byte_array_unref(bytes);
		bytes = outer;
	}
	run_init(&run);
	run.limits.depth = 3;
	check(&run, bytes, "v z > z > x deep\n");
	run.limits.depth = 2;
	check(&run, bytes, "f z > z: archives are nested deeper than --max-depth allows\n");
	run.limits.depth = 0;
	check(&run, bytes, "f -: archives are nested deeper than --max-depth allows\n");
	g_byte_array_unref(bytes);
}

static void test_limits(void **state)
{
	struct zip_file files[] = {text_file("a", "12345678"), text_file("b", "12345678"),
				   text_file("name", "1")};
	GByteArray *zip = make_zip(files, 3);
	GByteArray *tar = make_archive("ustar", NULL, two_names, two_texts);
	struct run run;

	(void)state;
	run_init(&run);
	run.limits.entry_size = 7;
	check(&run, zip,
	      "f a @7: the entry is larger than --max-entry-size allows; its rest is left out\n"
	      "v a 1234567\n"
	      "f b @7: the entry is larger than --max-entry-size allows; its rest is left out\n"
	      "v b 1234567\nv name 1\n");
	run_init(&run);
	run.limits.entries = 2;
	check(&run, zip,
	      "f -: there are more entries than --max-entries allows; the rest is left out\n"
	      "v a 12345678\nv b 12345678\n");
	run.limits.entries = 1;
	check(&run, tar,
	      "v a.log first\n"
	      "f - @0: there are more entries than --max-entries allows; the rest is left out\n");
	run_init(&run);
	run.limits.total_size = 8;
	check(&run, zip,
	      "f -: the entries are larger together than --max-total-size allows; the rest is "
	      "left out\nv a 12345678\n");
	check(&run, tar,
	      "v a.log first\nf dir/b.log @3: the entries are larger together than "
	      "--max-total-size allows; the rest is left out\nv dir/b.log sec\n");
	run_init(&run);
	run.limits.name_length = 3;
	check(&run, zip,
	      "v a 12345678\nv b 12345678\n"
	      "f nam: the entry's name is longer than --max-name-length allows\nv nam 1\n");
	g_byte_array_unref(zip);
	g_byte_array_unref(tar);
}

static void test_ratio(void **state)
{
	size_t size = (64 << 20) + (1 << 20);
	g_autofree char *zeros = g_malloc0(size);
	struct zip_file files[] = {{.name = "a", .data = zeros, .size = size, .deflate = true},
				   text_file("b", "text")};
	g_autofree char *said = NULL;
	GByteArray *bytes = make_zip(files, 2);
	struct run run;

	(void)state;
	run_init(&run);
	run.limits.ratio = 50;
	said = run_unpack(&run, bytes);
	assert_true(g_str_has_prefix(said, "f a @67"));
	assert_non_null(strstr(said, ": the entry inflates more than --max-ratio allows; its rest "
				     "is left out\n"));
	assert_true(g_str_has_suffix(said, "\nv b text\n"));
	g_byte_array_unref(bytes);
}

static void test_split(void **state)
{
	g_autofree char *whole = NULL, *parts = NULL;
	struct zip_make make;
	GByteArray *bytes;
	struct run run;

	(void)state;
	zip_make_init(&make);
	for (unsigned i = 0; i < 1000; i++) {
		g_autofree char *name = g_strdup_printf("%u", i);

		zip_make_add_text(&make, i % 100 == 7 ? "../x" : name, name);
	}
	bytes = zip_make_end(&make, "", false);
	run_init(&run);
	whole = run_unpack(&run, bytes);
	run.split = true;
	parts = run_unpack(&run, bytes);
	assert_string_equal(whole, parts);
	assert_true(g_str_has_prefix(whole, "v 0 0\n"));
	assert_true(g_str_has_suffix(whole, "v 999 999\n"));
	g_byte_array_unref(bytes);
}

static void test_passwords(void **state)
{
	static const char *const kinds[] = {"zip:encryption=zipcrypt", "zip:encryption=aes128",
					    "zip:encryption=aes256"};
	static const char *const wrong[] = {"wrong", NULL};
	static const char *const right[] = {"wrong", "secret", "other", NULL};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		GByteArray *bytes = make_locked("zip", NULL, kinds[i], two_names, two_texts);
		struct run run;

		run_init(&run);
		check(&run, bytes,
		      "f a.log: the entry is encrypted and no password was given\n"
		      "f dir/b.log: the entry is encrypted and no password was "
		      "given\n");
		run.passwords = wrong;
		check(&run, bytes,
		      "f a.log: no password given opens the entry\n"
		      "f dir/b.log: no password given opens the entry\n");
		run.answer = "secret";
		check(&run, bytes, TWO);
		run.passwords = right;
		check(&run, bytes, TWO);
		run.is_pipe = true;
		check(&run, bytes, TWO);
		g_byte_array_unref(bytes);
	}
}

static void test_links(void **state)
{
	static const char *const names[] = {"a", "link", "b", NULL};
	static const char *const texts[] = {"1", NULL, "2"};

	(void)state;
	check_both(make_archive("ustar", NULL, names, texts),
		   "v a 1\nf link: the entry is a link, which is not followed\nv b 2\n");
	check_file(make_archive("7zip", NULL, names, texts),
		   "v a 1\nf link: the entry is a link, which is not followed\nv b 2\n");
}

/* Wherever one bit of an archive is wrong, nothing worse comes of it than a fault. */
static void test_any_damage(void **state)
{
	struct zip_file files[] = {text_file("a", "text text text text"), text_file("b", "more")};
	GByteArray *inner, *bytes;

	(void)state;
	files[0].deflate = true;
	inner = make_zip(files, 2);
	files[1] = packed_file("i.zip", inner);
	bytes = make_zip(files, 2);
	for (guint i = 0; i < 8 * bytes->len; i++) {
		g_autofree char *said = NULL;
		struct run run;

		run_init(&run);
		run.is_pipe = i % 2;
		bytes->data[i / 8] ^= (uint8_t)(1 << i % 8);
		said = run_unpack(&run, bytes);
		assert_true(g_utf8_validate(said, -1, NULL));
		bytes->data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	g_byte_array_unref(inner);
	g_byte_array_unref(bytes);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_archive),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_single_files),
		cmocka_unit_test(test_hooks),
		cmocka_unit_test(test_boxes),
		cmocka_unit_test(test_gzip_ends),
		cmocka_unit_test(test_zip_sizes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_unicode_name),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_same_place_twice),
		cmocka_unit_test(test_damaged_deflate),
		cmocka_unit_test(test_tails_and_prefixes),
		cmocka_unit_test(test_hidden_entries),
		cmocka_unit_test(test_cut_off_zip),
		cmocka_unit_test(test_cut_off_stream),
		cmocka_unit_test(test_damaged_directory),
		cmocka_unit_test(test_damage_in_a_pipe),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_nested_large),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_any_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
