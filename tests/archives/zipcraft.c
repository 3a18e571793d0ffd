/* SPDX-License-Identifier: Apache-2.0 */
/* Writes zips that lie; see the help below. Prints FROM, TO and name of each entry. */
#include <errno.h>
#include <glib.h>
#include <isa-l/igzip_lib.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crc32.h"
#include "tests/archives/zip_write.h"

static const char help[] =
	"Usage: zipcraft OUT.zip PART…\n"
	"PART:  add NAME FILE [KEY=VALUE…]            an entry; FILE - is nothing\n"
	"       quoted COUNT NAME FILE                entries inside each other's data\n"
	"       end [KEY=VALUE…]                      the end record, when it shall lie\n"
	"Keys of an entry:\n"
	"  stored=1    not deflated           pad=SIZE   zeros behind FILE\n"
	"  repeat=N    N entries; # in NAME is the number\n"
	"  name method flags crc packed size zip64 descriptor   both headers tell this\n"
	"  local.KEY   only the local header  directory.KEY  only the directory\n"
	"              directory.offset and directory.mode (octal: 0120777 a link), too\n"
	"Keys of end: entries directory_size directory_offset zip64 comment, cut=BYTES\n"
	"A number with + or - before it is added to the truth; K and M may follow.\n";

struct number_key {
	const char *name;
	size_t place;
};

static const struct number_key told_keys[] = {
	{"method", offsetof(struct zip_told, method)},
	{"flags", offsetof(struct zip_told, flags)},
	{"crc", offsetof(struct zip_told, crc)},
	{"packed", offsetof(struct zip_told, packed)},
	{"size", offsetof(struct zip_told, size)},
	{"offset", offsetof(struct zip_told, offset)},
	{"mode", offsetof(struct zip_told, mode)},
	{"zip64", offsetof(struct zip_told, zip64)},
	{"descriptor", offsetof(struct zip_told, descriptor)},
	{NULL, 0},
};

static const struct number_key end_keys[] = {
	{"entries", offsetof(struct zip_end, entries)},
	{"directory_size", offsetof(struct zip_end, directory_size)},
	{"directory_offset", offsetof(struct zip_end, directory_offset)},
	{"zip64", offsetof(struct zip_end, zip64)},
	{NULL, 0},
};

static void fail(const char *what, const char *argument)
{
	fprintf(stderr, "zipcraft: %s: %s\n", what, argument);
	exit(2);
}

static uint64_t read_number(const char *text, uint64_t truth)
{
	bool relative = *text == '+' || *text == '-';
	char *end;
	uint64_t number = g_ascii_strtoull(text + relative, &end, *text == '0' ? 0 : 10);

	if (end == text + relative)
		fail("not a number", text);
	if (*end == 'K' || *end == 'M')
		number <<= *end == 'K' ? 10 : 20;
	if (!relative)
		return number;
	return *text == '+' ? truth + number : truth - number;
}

static bool set_number(void *record, const struct number_key *keys, const char *key,
		       const char *value)
{
	for (; keys->name; keys++) {
		if (strcmp(keys->name, key) == 0) {
			uint64_t *at = (void *)((char *)record + keys->place);

			*at = read_number(value, *at);
			return true;
		}
	}
	return false;
}

/* An argument KEY=VALUE; *value is NULL for any other. */
static char *split_key(const char *argument, const char **value)
{
	const char *equals = strchr(argument, '=');

	*value = equals ? equals + 1 : NULL;
	return equals ? g_strndup(argument, (gsize)(equals - argument)) : NULL;
}

/* Of the keys that say how an entry is made: the value, or 0. */
static uint64_t get_making(char **arguments, const char *wanted)
{
	const char *value;

	for (; *arguments; arguments++) {
		g_autofree char *key = split_key(*arguments, &value);

		if (!key)
			break;
		if (strcmp(key, wanted) == 0)
			return read_number(value, 0);
	}
	return 0;
}

static bool is_making(const char *key)
{
	return strcmp(key, "stored") == 0 || strcmp(key, "pad") == 0 || strcmp(key, "repeat") == 0;
}

static void set_told(struct zip_told *told, const char *key, const char *value)
{
	if (strcmp(key, "name") == 0) {
		g_free(told->name);
		told->name = g_strdup(value);
	} else if (!set_number(told, told_keys, key, value)) {
		fail("no such key", key);
	}
}

/* Lies. Returns the arguments behind them. */
static char **set_lies(char **arguments, struct zip_told *local, struct zip_told *directory)
{
	const char *value;

	for (; *arguments; arguments++) {
		g_autofree char *key = split_key(*arguments, &value);

		if (!key)
			break;
		if (is_making(key))
			continue;
		if (g_str_has_prefix(key, "local.")) {
			set_told(local, key + 6, value);
		} else if (g_str_has_prefix(key, "directory.")) {
			set_told(directory, key + 10, value);
		} else {
			set_told(local, key, value);
			set_told(directory, key, value);
		}
	}
	return arguments;
}

static GByteArray *read_content(const char *path, uint64_t pad)
{
	GByteArray *content = g_byte_array_new();
	g_autofree char *data = NULL;
	gsize size = 0;

	if (strcmp(path, "-") != 0 && !g_file_get_contents(path, &data, &size, NULL))
		fail("cannot read", path);
	g_byte_array_append(content, (const uint8_t *)data, (guint)size);
	g_byte_array_set_size(content, (guint)(size + pad));
	if (pad > 0)
		memset(content->data + size, 0, pad);
	return content;
}

static GByteArray *deflate(const GByteArray *content)
{
	GByteArray *out = g_byte_array_new();
	g_autofree uint8_t *room = g_malloc(ISAL_DEF_LVL1_DEFAULT);
	struct isal_zstream stream;

	g_byte_array_set_size(out, 2 * content->len + 1000);
	isal_deflate_init(&stream);
	/* The lowest level packs a bomb too loosely. */
	stream.level = 1;
	stream.level_buf = room;
	stream.level_buf_size = ISAL_DEF_LVL1_DEFAULT;
	stream.end_of_stream = 1;
	stream.next_in = content->data;
	stream.avail_in = content->len;
	stream.next_out = out->data;
	stream.avail_out = out->len;
	if (isal_deflate(&stream) != COMP_OK || stream.avail_in > 0)
		fail("cannot deflate", "content");
	return g_byte_array_set_size(out, stream.total_out);
}

static struct zip_told tell_truth(const char *name, const GByteArray *content,
				  const GByteArray *packed, bool stored, uint64_t offset)
{
	return (struct zip_told){
		.name = g_strdup(name),
		.method = stored ? 0 : 8,
		.crc = crc32_update(0, content->data, content->len),
		.packed = packed->len,
		.size = content->len,
		.offset = offset,
		.mode = 0100644,
	};
}

/* With a signature, as most writers put it; APPNOTE 4.3.9. */
static void append_descriptor(const struct zip_told *told, GByteArray *out)
{
	uint64_t fields[] = {0x08074b50, told->crc, told->packed, told->size};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		for (unsigned byte = 0; byte < (i > 1 && told->zip64 ? 8 : 4); byte++)
			g_byte_array_append(out, (uint8_t[]){(uint8_t)(fields[i] >> 8 * byte)}, 1);
}

/* Writes one entry and returns the arguments behind its keys. */
static char **write_entry(struct zip_writer *writer, const char *name, const GByteArray *content,
			  const GByteArray *packed, char **keys)
{
	bool stored = get_making(keys, "stored") != 0;
	struct zip_told local = tell_truth(name, content, packed, stored, writer->offset);
	struct zip_told directory = tell_truth(name, content, packed, stored, writer->offset);
	g_autoptr(GByteArray) header = g_byte_array_new();
	g_autoptr(GByteArray) descriptor = g_byte_array_new();
	uint64_t from = writer->offset;

	keys = set_lies(keys, &local, &directory);
	zip_local_append(&local, header);
	zip_write_bytes(writer, header);
	zip_write_bytes(writer, packed);
	if (local.descriptor)
		append_descriptor(&local, descriptor);
	zip_write_bytes(writer, descriptor);
	zip_add_directory(writer, &directory);
	printf("%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%s\n", from, writer->offset, name);
	g_free(local.name);
	g_free(directory.name);
	return keys;
}

/* add NAME FILE [KEY=VALUE…] */
static char **add_entries(struct zip_writer *writer, char **arguments)
{
	char **keys = arguments + 2, **behind = keys;
	uint64_t count = MAX(get_making(keys, "repeat"), 1);
	g_autoptr(GByteArray) content = read_content(arguments[1], get_making(keys, "pad"));
	g_autoptr(GByteArray) packed =
		get_making(keys, "stored") ? g_byte_array_ref(content) : deflate(content);

	for (uint64_t i = 0; i < count; i++) {
		g_auto(GStrv) parts = g_strsplit(arguments[0], count > 1 ? "#" : "\n", -1);
		g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, i);
		g_autofree char *name = g_strjoinv(count > 1 ? number : "\n", parts);

		behind = write_entry(writer, name, content, packed, keys);
	}
	return behind;
}

/* A deflate block that holds these bytes as they are, more blocks behind it (RFC 1951, 3.2.4). */
static void append_stored_block(const GByteArray *bytes, GByteArray *out)
{
	uint16_t size = (uint16_t)bytes->len, inverse = (uint16_t)~size;
	uint8_t head[] = {0, (uint8_t)size, (uint8_t)(size >> 8), (uint8_t)inverse,
			  (uint8_t)(inverse >> 8)};

	g_byte_array_append(out, head, sizeof(head));
	g_byte_array_append(out, bytes->data, bytes->len);
}

static GByteArray *join(const GByteArray *first, const GByteArray *second)
{
	GByteArray *both = g_byte_array_new();

	g_byte_array_append(both, first->data, first->len);
	g_byte_array_append(both, second->data, second->len);
	return both;
}

/*
 * quoted COUNT NAME FILE: each entry's data is a stored block with the local header of the next
 * one, and then the data of that. All inflate to FILE with headers before it, and the zip holds
 * it once. Made from the last entry to the first.
 */
static char **add_quoted(struct zip_writer *writer, char **arguments)
{
	uint64_t count = read_number(arguments[0], 0);
	g_autofree struct zip_told *told = g_new0(struct zip_told, count);
	GByteArray *content = read_content(arguments[2], 0);
	GByteArray *packed = deflate(content);
	g_autoptr(GByteArray) header = NULL;
	uint64_t offset = writer->offset;

	for (uint64_t i = count; i-- > 0;) {
		g_autofree char *name =
			g_strdup_printf("%03" G_GUINT64_FORMAT "-%s", i, arguments[1]);

		if (header) {
			GByteArray *outer = join(header, content);
			GByteArray *block = g_byte_array_new();

			append_stored_block(header, block);
			g_byte_array_append(block, packed->data, packed->len);
			g_byte_array_unref(content);
			g_byte_array_unref(packed);
			g_byte_array_unref(header);
			content = outer;
			packed = block;
		}
		told[i] = tell_truth(name, content, packed, false, 0);
		header = g_byte_array_new();
		zip_local_append(&told[i], header);
	}
	zip_write_bytes(writer, header);
	zip_write_bytes(writer, packed);
	for (uint64_t i = 0; i < count; i++) {
		told[i].offset = offset;
		zip_add_directory(writer, &told[i]);
		offset += header->len + 5;
		g_free(told[i].name);
	}
	g_byte_array_unref(content);
	g_byte_array_unref(packed);
	return arguments + 3;
}

/* The keys of `end`; returns how many bytes are cut off. */
static uint64_t read_end(char **arguments, struct zip_end *end)
{
	uint64_t cut = 0;
	const char *value;

	for (; *arguments; arguments++) {
		g_autofree char *key = split_key(*arguments, &value);

		if (!key)
			fail("nothing may follow the end", *arguments);
		if (strcmp(key, "comment") == 0)
			end->comment = value;
		else if (strcmp(key, "cut") == 0)
			cut = read_number(value, 0);
		else if (!set_number(end, end_keys, key, value))
			fail("no such key", key);
	}
	return cut;
}

/* Writes the parts, and returns what `end` says. */
static char **write_parts(struct zip_writer *writer, char **arguments)
{
	while (*arguments && strcmp(*arguments, "end") != 0) {
		guint left = g_strv_length(arguments);

		if (strcmp(*arguments, "add") == 0 && left > 2)
			arguments = add_entries(writer, arguments + 1);
		else if (strcmp(*arguments, "quoted") == 0 && left > 3)
			arguments = add_quoted(writer, arguments + 1);
		else
			fail("no such part, or too little behind it", *arguments);
	}
	return *arguments ? arguments + 1 : arguments;
}

static void write_zip(FILE *file, char **arguments)
{
	struct zip_writer writer;
	struct zip_end end;
	uint64_t cut;

	zip_writer_init(&writer, file);
	arguments = write_parts(&writer, arguments);
	end = zip_end_true(&writer);
	cut = read_end(arguments, &end);
	zip_write_end(&writer, &end);
	if (fflush(file) != 0 || ftruncate(fileno(file), (off_t)(writer.offset - cut)) != 0)
		fail("cannot write", g_strerror(errno));
	zip_writer_release(&writer);
}

int main(int argc, char **argv)
{
	FILE *file;

	if (argc < 3)
		return fputs(help, stderr), 2;
	file = fopen(argv[1], "wb");
	if (!file)
		fail("cannot write", argv[1]);
	write_zip(file, argv + 2);
	return fclose(file) != 0;
}
