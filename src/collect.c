/* SPDX-License-Identifier: Apache-2.0 */
#include "collect.h"

#include <glib.h>

#include "base/limits.h"
#include "event_lines.h"
#include "evtx/chunk.h"
#include "input/walk.h"

struct collecting {
	struct collection *collection;
	struct scanner *scanner;
};

static void report(const struct collection *collection, const struct reader *reader,
		   const char *what)
{
	struct fault fault = {.what = what,
			      .path = reader->stream->path,
			      .entry = reader->stream->entry,
			      .offset = reader->offset,
			      .has_offset = true};

	fault_report(collection->faults, &fault);
}

static bool take_line_event(void *context, const struct event *event)
{
	struct collection *collection = context;

	if (!collection->plan->everything && !collection->is_wanted(event))
		return true;
	return collection->take(collection->context, event);
}

static bool read_log(struct collecting *collecting, struct reader *reader)
{
	struct collection *collection = collecting->collection;
	struct scan scan = {
		.plan = collection->plan,
		.use_sieve = collection->use_sieve,
		.is_wanted = collection->is_wanted,
		.take = collection->take,
		.context = collection->context,
		.faults = collection->faults,
		.counts = collection->tally.scan,
	};
	bool go_on = scanner_scan(collecting->scanner, &scan, reader);

	collection->tally.scan = scan.counts;
	return go_on;
}

static bool read_lines(struct collection *collection, struct reader *reader)
{
	bool go_on;

	collection->tally.lines +=
		event_lines_read(reader, collection->faults, take_line_event, collection, &go_on);
	return go_on;
}

static bool visit(void *context, struct stream *stream, bool named)
{
	struct collecting *collecting = context;
	struct collection *collection = collecting->collection;
	struct reader reader;
	const uint8_t *data;
	size_t size;
	bool go_on = true;

	reader_init(&reader, stream);
	size = reader_peek(&reader, WH_FILE_HEADER_SIZE + 8, &data);
	collection->tally.files++;
	if (evtx_is_log(data, size)) {
		go_on = read_log(collecting, &reader);
	} else if (event_lines_begin(data, size) || (named && event_lines_may_begin(data, size))) {
		go_on = read_lines(collection, &reader);
	} else {
		collection->tally.files--;
		collection->tally.skipped++;
		if (named && size > 0 && !reader.error)
			report(collection, &reader, "neither an event log nor event lines");
	}
	if (reader.error) {
		g_autofree char *what =
			g_strdup_printf("cannot read: %s", g_strerror(reader.error));

		report(collection, &reader, what);
	}
	collection->tally.bytes += reader.offset;
	reader_release(&reader);
	return go_on;
}

void collect_events(struct collection *collection, char *const *paths)
{
	struct collecting collecting = {collection,
					scanner_new(collection->plan, collection->decoder)};
	struct walk walk = {visit, &collecting, collection->faults};

	while (*paths && walk_path(&walk, *paths))
		paths++;
	scanner_free(collecting.scanner);
}
