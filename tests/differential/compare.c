/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "event/event_json.h"
#include "evtx/chunk.h"
#include "evtx/decode.h"
#include "input/descriptor.h"
#include "input/walk.h"

/*
 * Decodes every record of the logs given with both decoders. Where libevtx can, the native
 * one must give the same event. Prints what differs and the counts; fails on a difference.
 */

struct comparison {
	struct decoder *native;
	struct decoder *walker; /* the native one without plans */
	struct decoder *libevtx;
	GArray *records;
	struct event event[3];
	unsigned identical;
	unsigned excused; /* differing by a known fault of libevtx */
	unsigned differing;
	unsigned native_only;
	unsigned libevtx_only;
	unsigned neither;
	unsigned plan_faults; /* the native decoder differs with and without plans */
};

/* A time in milliseconds, to which libevtx 20240504 adds six zeros. */
static bool is_padded_time(const char *native, const char *libevtx)
{
	size_t length = strlen(native);

	if (length == 0 || native[length - 1] != 'Z' || strncmp(native, libevtx, length - 1) != 0)
		return false;
	libevtx += length - 1;
	return strcmp(libevtx + strspn(libevtx, "0"), "Z") == 0;
}

/*
 * What libevtx is known to get wrong, so that the rest can be held to the letter: it pads
 * hexadecimal integers and times, gives other negative 32-bit integers, writes reals with an
 * exponent, drops values of white space only, and does not escape the markup in some.
 */
static bool is_known_fault(const char *native, const char *libevtx)
{
	if (g_str_has_prefix(native, "0x") && g_str_has_prefix(libevtx, "0x"))
		return g_ascii_strtoull(native, NULL, 16) == g_ascii_strtoull(libevtx, NULL, 16);
	if (native[0] == '-' && libevtx[0] == '-' && g_ascii_strtoll(native, NULL, 10) < 0)
		return true;
	if (strstr(libevtx, "e+0") || strstr(libevtx, "e-0"))
		return fabs(g_ascii_strtod(native, NULL) - g_ascii_strtod(libevtx, NULL)) <=
		       1e-6 * fabs(g_ascii_strtod(native, NULL));
	if (is_padded_time(native, libevtx))
		return true;
	return *libevtx == '\0' && native[strspn(native, " \t\r\n")] == '\0';
}

static bool holds_markup(const struct event *event)
{
	for (guint i = 0; i < event->fields->len; i++)
		if (strchr(g_array_index(event->fields, struct event_field, i).value, '<'))
			return true;
	return false;
}

static bool same_line(const struct event *one, const struct event *other)
{
	GString *lines[2] = {g_string_new(NULL), g_string_new(NULL)};
	bool same;

	event_append_json(one, NULL, lines[0]);
	event_append_json(other, NULL, lines[1]);
	same = g_string_equal(lines[0], lines[1]);
	g_string_free(lines[0], TRUE);
	g_string_free(lines[1], TRUE);
	return same;
}

/* Are the events the same but for known faults of libevtx? */
static bool is_excused(struct event *native, struct event *libevtx)
{
	if (holds_markup(native))
		return true;
	if (native->fields->len != libevtx->fields->len)
		return false;
	for (guint i = 0; i < native->fields->len; i++) {
		struct event_field *one = &g_array_index(native->fields, struct event_field, i);
		struct event_field *other = &g_array_index(libevtx->fields, struct event_field, i);

		if (strcmp(one->value, other->value) != 0 &&
		    is_known_fault(one->value, other->value))
			other->value = one->value;
	}
	return same_line(native, libevtx);
}

static bool decode(struct comparison *comparison, struct decoder *decoder, guint index,
		   unsigned slot, GString *line)
{
	struct event *event = &comparison->event[slot];
	char *reason = NULL;
	bool ok;

	event_clear(event);
	ok = decoder->decode(decoder, index, event, &reason);
	if (ok)
		event_append_json(event, NULL, line);
	else
		g_string_printf(line, "%s\n", reason);
	g_free(reason);
	return ok;
}

static void compare_walker(struct comparison *comparison, guint index, const char *path,
			   const GString *native)
{
	GString *walker = g_string_new(NULL);

	decode(comparison, comparison->walker, index, 2, walker);
	if (strcmp(native->str, walker->str) != 0) {
		comparison->plan_faults++;
		printf("%s, record %u:\n planned %s walked  %s", path, index, native->str,
		       walker->str);
	}
	g_string_free(walker, TRUE);
}

static void compare_record(struct comparison *comparison, guint index, const char *path)
{
	GString *native = g_string_new(NULL);
	GString *libevtx = g_string_new(NULL);
	unsigned before = comparison->differing + comparison->libevtx_only;
	bool native_ok = decode(comparison, comparison->native, index, 0, native);
	bool libevtx_ok = decode(comparison, comparison->libevtx, index, 1, libevtx);

	compare_walker(comparison, index, path, native);
	if (native_ok && libevtx_ok && strcmp(native->str, libevtx->str) == 0)
		comparison->identical++;
	else if (native_ok && libevtx_ok &&
		 is_excused(&comparison->event[0], &comparison->event[1]))
		comparison->excused++;
	else if (native_ok && libevtx_ok)
		comparison->differing++;
	else if (native_ok)
		comparison->native_only++;
	else if (libevtx_ok)
		comparison->libevtx_only++;
	else
		comparison->neither++;
	if (comparison->differing + comparison->libevtx_only > before)
		printf("%s, record %u:\n native  %s libevtx %s", path, index, native->str,
		       libevtx->str);
	g_string_free(native, TRUE);
	g_string_free(libevtx, TRUE);
}

static void collect_records(struct comparison *comparison, const struct chunk *chunk)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;

	g_array_set_size(comparison->records, 0);
	record_walk_init(&walk, chunk);
	while (record_walk_next(&walk, &record, &fault))
		g_array_append_val(comparison->records, record);
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context, (void)fault;
}

static const struct fault_sink no_faults = {ignore_fault, NULL};

static bool is_log(struct reader *reader)
{
	const uint8_t *data;
	size_t size = reader_peek(reader, WH_FILE_HEADER_SIZE + 8, &data);

	return evtx_is_log(data, size);
}

static void compare_log(struct comparison *comparison, struct reader *reader)
{
	struct chunk_stream chunks;
	struct chunk chunk;

	chunk_stream_init(&chunks, reader, &no_faults);
	while (chunk_stream_next(&chunks, &chunk)) {
		collect_records(comparison, &chunk);
		if (comparison->records->len == 0)
			continue;
		comparison->native->begin(comparison->native, &chunk, comparison->records);
		comparison->walker->begin(comparison->walker, &chunk, comparison->records);
		comparison->libevtx->begin(comparison->libevtx, &chunk, comparison->records);
		for (guint i = 0; i < comparison->records->len; i++)
			compare_record(comparison, i, reader->stream->path);
	}
}

static void compare_file(struct comparison *comparison, const struct walk_file *file)
{
	struct descriptor descriptor;
	struct reader reader;

	descriptor_init(&descriptor, file->fd, file->path);
	descriptor_use_file(&descriptor, file->size);
	reader_init(&reader, &descriptor.stream);
	if (is_log(&reader))
		compare_log(comparison, &reader);
	reader_release(&reader);
}

static void compare_paths(struct comparison *comparison, char *const *paths)
{
	struct walk *walk = walk_new(paths, true);
	struct walk_file file;

	while (walk_next(walk, &file)) {
		if (file.problem)
			continue;
		compare_file(comparison, &file);
		close(file.fd);
	}
	walk_free(walk);
}

int main(int argc, char **argv)
{
	struct comparison comparison = {
		.native = decoder_native_new(true),
		.walker = decoder_native_new(false),
		.libevtx = decoder_libevtx_new(),
		.records = g_array_new(FALSE, FALSE, sizeof(struct record)),
	};

	if (!comparison.libevtx) {
		puts("skipped: this build has no libevtx");
		return 77;
	}
	event_init(&comparison.event[0]);
	event_init(&comparison.event[1]);
	event_init(&comparison.event[2]);
	compare_paths(&comparison, argv + 1);
	printf("%u identical, %u but for known faults of libevtx, %u differing, %u native only, %u "
	       "libevtx only, %u neither, %u plan faults\n",
	       comparison.identical, comparison.excused, comparison.differing,
	       comparison.native_only, comparison.libevtx_only, comparison.neither,
	       comparison.plan_faults);
	comparison.native->free(comparison.native);
	comparison.walker->free(comparison.walker);
	comparison.libevtx->free(comparison.libevtx);
	g_array_unref(comparison.records);
	event_release(&comparison.event[0]);
	event_release(&comparison.event[1]);
	event_release(&comparison.event[2]);
	return comparison.differing || comparison.libevtx_only || comparison.plan_faults ||
	       argc < 2;
}
