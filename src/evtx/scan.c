/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/scan.h"

#include "evtx/decode.h"

struct scanner {
	struct sieve *sieve;
	struct decoder *decoder;
	GArray *records; /* struct record: of the current chunk, those to decode */
	struct event event;
};

struct scanner *scanner_new(const struct sieve_plan *plan)
{
	struct scanner *scanner = g_new0(struct scanner, 1);

	scanner->sieve = sieve_new(plan);
	scanner->decoder = decoder_libevtx_new();
	scanner->records = g_array_new(FALSE, FALSE, sizeof(struct record));
	event_init(&scanner->event);
	return scanner;
}

void scanner_free(struct scanner *scanner)
{
	sieve_free(scanner->sieve);
	scanner->decoder->free(scanner->decoder);
	g_array_unref(scanner->records);
	event_release(&scanner->event);
	g_free(scanner);
}

static void report(const struct scan *scan, const struct stream *stream, struct fault *fault)
{
	fault->path = stream->path;
	fault->entry = stream->entry;
	fault_report(scan->faults, fault);
}

static void collect_records(struct scanner *scanner, struct scan *scan, const struct chunk *chunk,
			    const struct stream *stream, bool sieving)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;
	bool more;

	g_array_set_size(scanner->records, 0);
	record_walk_init(&walk, chunk);
	do {
		more = record_walk_next(&walk, &record, &fault);
		if (fault.what)
			report(scan, stream, &fault);
		if (!more)
			break;
		scan->counts.records++;
		if (!sieving || sieve_pass_record(scanner->sieve, chunk, &record))
			g_array_append_val(scanner->records, record);
	} while (more);
}

static void set_source(struct event *event, const struct stream *stream, const struct chunk *chunk,
		       const struct record *record)
{
	event->source = (struct source){
		.path = stream->path,
		.entry = stream->entry,
		.offset = chunk->offset + record->offset,
		.header_record_id = record->id,
	};
	if (!event->time)
		event->time = record->time;
}

/* A record that no decoder reads is wanted when the sieve could not rule it out. */
static bool keep_undecoded(struct scanner *scanner, struct scan *scan, const struct chunk *chunk,
			   const struct record *record, const struct stream *stream,
			   const char *reason, bool chunk_passed)
{
	struct fault fault = {
		.what = reason, .offset = chunk->offset + record->offset, .has_offset = true};

	if (!chunk_passed || !sieve_pass_record(scanner->sieve, chunk, record))
		return false;
	event_clear(&scanner->event);
	decode_strings(chunk, record, &scanner->event);
	report(scan, stream, &fault);
	scan->counts.undecoded++;
	return true;
}

static bool scan_records(struct scanner *scanner, struct scan *scan, const struct chunk *chunk,
			 const struct stream *stream, bool chunk_passed)
{
	struct decoder *decoder = scanner->decoder;
	struct event *event = &scanner->event;

	decoder->begin(decoder, chunk, scanner->records);
	for (guint i = 0; i < scanner->records->len; i++) {
		const struct record *record = &g_array_index(scanner->records, struct record, i);
		g_autofree char *reason = NULL;
		bool wanted;

		event_clear(event);
		if (decoder->decode(decoder, i, event, &reason)) {
			scan->counts.decoded++;
			wanted = scan->plan->everything || scan->is_wanted(event);
		} else {
			wanted = keep_undecoded(scanner, scan, chunk, record, stream, reason,
						chunk_passed);
		}
		if (!wanted)
			continue;
		set_source(event, stream, chunk, record);
		if (!scan->take(scan->context, event))
			return false;
	}
	return true;
}

bool scanner_scan(struct scanner *scanner, struct scan *scan, struct reader *reader)
{
	const struct stream *stream = reader->stream;
	struct chunk_stream chunks;
	struct chunk chunk;

	chunk_stream_init(&chunks, reader, scan->faults);
	while (chunk_stream_next(&chunks, &chunk)) {
		bool passed = sieve_pass_chunk(scanner->sieve, &chunk);

		scan->counts.chunks++;
		if (!passed && scan->use_sieve)
			continue;
		collect_records(scanner, scan, &chunk, stream, scan->use_sieve);
		if (scanner->records->len && !scan_records(scanner, scan, &chunk, stream, passed))
			return false;
	}
	return true;
}
