/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "archive/unpack.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

/*
 * The bytes of an archive, as a file and as a pipe (bit 0 of the first byte), unpacked at once
 * or split (bit 1), which must give the same.
 */

struct run {
	GString *out;
	GArray *ranges; /* pairs of uint64_t */
};

static bool visit(void *context, struct reader *reader, bool named)
{
	struct run *run = context;
	const uint8_t *data;
	guint sum = 0;
	size_t got;

	while ((got = reader_peek(reader, WH_READER_SIZE, &data)) > 0) {
		for (size_t i = 0; i < got; i++)
			sum = sum * 31 + data[i];
		reader_skip(reader, got);
	}
	g_string_append_printf(run->out, "%s %d %u\n",
			       reader->stream->entry ? reader->stream->entry : "-", named, sum);
	return true;
}

static void add_fault(void *context, const struct fault *fault)
{
	struct run *run = context;

	g_string_append_printf(run->out, "%s: %s\n", fault->entry ? fault->entry : "-",
			       fault->what);
}

static void split(void *context, uint64_t first, uint64_t count, uint64_t packed)
{
	struct run *run = context;

	(void)packed;
	g_array_append_val(run->ranges, first);
	g_array_append_val(run->ranges, count);
}

static GString *unpack(const uint8_t *data, size_t size, bool is_pipe, bool use_split)
{
	static const char *const passwords[] = {"wrong", "secret", NULL};
	struct run run = {g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(uint64_t))};
	struct fault_sink faults = {add_fault, &run};
	struct unpack_calls calls = {.visit = visit,
				     .split = use_split ? split : NULL,
				     .context = &run,
				     .faults = &faults};
	struct unpack_limits limits = {.ratio = 250,
				       .entry_size = 1 << 20,
				       .total_size = 4 << 20,
				       .entries = 300,
				       .depth = 3,
				       .name_length = 100};
	struct unpacker *unpacker = unpacker_new(&calls, &limits, passwords);
	struct memory_stream memory =
		is_pipe ? memory_pipe(data, size, 0) : memory_stream(data, size);

	unpack_stream(unpacker, &memory.stream, true);
	for (guint i = 0; i < run.ranges->len; i += 2)
		unpack_range(unpacker, &memory.stream, 1, g_array_index(run.ranges, uint64_t, i),
			     g_array_index(run.ranges, uint64_t, i + 1));
	unpacker_free(unpacker);
	g_array_unref(run.ranges);
	g_assert_true(g_utf8_validate(run.out->str, (gssize)run.out->len, NULL));
	return run.out;
}

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	GString *whole, *parts;

	if (size == 0)
		return 0;
	whole = unpack(data + 1, size - 1, data[0] & 1, false);
	if (data[0] & 2) {
		parts = unpack(data + 1, size - 1, data[0] & 1, true);
		g_assert_cmpstr(whole->str, ==, parts->str);
		g_string_free(parts, TRUE);
	}
	g_string_free(whole, TRUE);
	return 0;
}
