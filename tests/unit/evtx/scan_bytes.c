/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/evtx/scan_bytes.h"

#include <string.h>

#include "event/event_json.h"
#include "map/query.h"
#include "tests/support/memory_stream.h"

static bool take(void *context, const struct event *event, enum event_fit fit)
{
	struct scanned *scanned = context;
	GString *line = g_string_new(NULL);

	g_assert_cmpint(fit, ==, EVENT_WANTED);
	event_append_json(event, NULL, line);
	g_string_truncate(line, (gsize)(strstr(line->str, ",\"source\":") - line->str));
	g_ptr_array_add(scanned->lines, g_string_free(line, FALSE));
	g_string_append_printf(scanned->sources, "%" G_GUINT64_FORMAT "%s\n", event->ref.offset,
			       event->ref.recovered ? "R" : "");
	return true;
}

static void take_fault(void *context, const struct fault *fault)
{
	struct scanned *scanned = context;

	g_string_append_printf(scanned->faults, "%" G_GUINT64_FORMAT " %s\n", fault->offset,
			       fault->what);
}

static void at_chunk(void *context, uint64_t offset, size_t size)
{
	struct scanned *scanned = context;

	g_string_append_printf(scanned->chunks, "%" G_GUINT64_FORMAT "+%zu ", offset, size);
}

static void select_events(struct event_selection *selection, struct event_query *query,
			  const struct scan_options *options)
{
	query->every = options->everything;
	event_query_select(query, selection);
	if (options->other_channels) {
		g_ptr_array_set_size(selection->plan.channels, 0);
		sieve_plan_add_channel(&selection->plan, "No-Such-Channel");
	}
}

struct scanned *scan_bytes(const GByteArray *bytes, const struct scan_options *options, size_t step)
{
	struct memory_stream memory = memory_pipe(bytes->data, bytes->len, step);
	struct scanned *scanned = g_new0(struct scanned, 1);
	const struct fault_sink faults = {take_fault, scanned};
	struct event_query query = {0};
	struct event_selection selection;
	struct scan scan = {.selection = &selection,
			    .use_sieve = !options->no_sieve,
			    .recover = options->recover,
			    .quick = options->quick,
			    .take = take,
			    .at_chunk = at_chunk,
			    .context = scanned,
			    .faults = &faults};
	struct scanner *scanner;
	struct reader reader;

	scanned->lines = g_ptr_array_new_with_free_func(g_free);
	scanned->sources = g_string_new(NULL);
	scanned->faults = g_string_new(NULL);
	scanned->chunks = g_string_new(NULL);
	select_events(&selection, &query, options);
	scanner = scanner_new(&selection.plan, DECODER_AUTO);
	reader_init(&reader, &memory.stream);
	g_assert_true(scanner_scan(scanner, &scan, &reader));
	scanned->counts = scan.counts;
	reader_release(&reader);
	scanner_free(scanner);
	sieve_plan_release(&selection.plan);
	return scanned;
}

void scanned_free(struct scanned *scanned)
{
	g_ptr_array_unref(scanned->lines);
	g_string_free(scanned->sources, TRUE);
	g_string_free(scanned->faults, TRUE);
	g_string_free(scanned->chunks, TRUE);
	g_free(scanned);
}

GByteArray *read_sample(const char *name)
{
	const char *source = g_getenv("srcdir");
	g_autofree char *path = g_build_filename(source ? source : ".", "samples", name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	if (!g_file_get_contents(path, &data, &size, &error))
		g_error("%s", error->message);
	return g_byte_array_new_take((guint8 *)data, size);
}

GByteArray *read_sample_chunk(const char *name, unsigned number)
{
	GByteArray *log = read_sample(name);
	guint offset = WH_FILE_HEADER_SIZE + number * WH_CHUNK_SIZE;

	g_assert_cmpuint(log->len, >=, offset + WH_CHUNK_SIZE);
	g_byte_array_remove_range(log, 0, offset);
	g_byte_array_set_size(log, WH_CHUNK_SIZE);
	return log;
}
