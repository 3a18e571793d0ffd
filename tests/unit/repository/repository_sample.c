/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/repository/repository_sample.h"

#include <string.h>

#include "archive/libarchive_stream.h"
#include "archive/unpack.h"
#include "base/limits.h"

void repository_sample_add(struct repository_sample *sample, const char *name, const void *data,
			   size_t size)
{
	struct repository_name parsed;
	size_t i = sample->count;

	if (i == WH_MAX_REPOSITORY_FILES || !repository_name_parse(name, &parsed))
		return;
	sample->bytes[i] = g_byte_array_new();
	g_byte_array_append(sample->bytes[i], data, (guint)size);
	sample->files[i] = (struct repository_file){.role = parsed.role, .number = parsed.number};
	sample->count++;
}

static bool visit(void *context, struct reader *reader, bool named)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const uint8_t *data;
	size_t size;

	(void)named;
	while ((size = reader_peek(reader, WH_CHUNK_SIZE, &data)) > 0) {
		g_byte_array_append(bytes, data, (guint)size);
		reader_skip(reader, size);
	}
	repository_sample_add(context, reader->stream->entry, bytes->data, bytes->len);
	return true;
}

static void count_fault(void *context, const struct fault *fault)
{
	(void)fault;
	++*(unsigned *)context;
}

bool repository_sample_load(struct repository_sample *sample, const char *name)
{
	const char *folder = g_getenv("WH_EVIDENCE");
	const char *source = g_getenv("srcdir");
	g_autofree char *beside =
		g_build_filename(source ? source : ".", "..", "shared", "evidence", NULL);
	g_autofree char *path = g_build_filename(folder ? folder : beside, name, NULL);
	g_autofree char *data = NULL;
	unsigned faults = 0;
	const struct fault_sink sink = {count_fault, &faults};
	const struct unpack_calls calls = {.visit = visit, .context = sample, .faults = &sink};
	const struct unpack_limits limits = unpack_limits_default();
	struct unpacker *unpacker;
	struct memory_stream memory;
	gsize size;

	*sample = (struct repository_sample){0};
	if (!g_file_get_contents(path, &data, &size, NULL))
		return false;
	libarchive_load();
	memory = memory_stream((const uint8_t *)data, size);
	unpacker = unpacker_new(&calls, &limits, NULL);
	unpack_stream(unpacker, &memory.stream, true);
	unpacker_free(unpacker);
	return sample->count > 0 && faults == 0;
}

void repository_sample_release(struct repository_sample *sample)
{
	for (size_t i = 0; i < sample->count; i++)
		g_byte_array_unref(sample->bytes[i]);
}

GByteArray *repository_sample_get(const struct repository_sample *sample, enum repository_role role,
				  unsigned number)
{
	for (size_t i = 0; i < sample->count; i++)
		if (sample->files[i].role == role && sample->files[i].number == number)
			return sample->bytes[i];
	return NULL;
}

static void add_line(void *context, const struct wmi_object *object)
{
	GString *line = g_string_new(NULL);

	wmi_object_write_line(object, line);
	g_ptr_array_add(context, g_string_free(line, FALSE));
}

GPtrArray *repository_sample_read(struct repository_sample *sample,
				  const struct object_wants *wants, unsigned *faults)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const struct fault_sink sink = {count_fault, faults};
	const struct repository_calls calls = {
		.take = add_line, .take_context = lines, .faults = &sink};

	*faults = 0;
	for (size_t i = 0; i < sample->count; i++) {
		sample->streams[i] = memory_stream(sample->bytes[i]->data, sample->bytes[i]->len);
		sample->files[i].stream = &sample->streams[i].stream;
	}
	repository_read(sample->files, sample->count, wants, &calls);
	return lines;
}
