/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/scan.h"

#include <string.h>

bool decoder_choice_parse(const char *name, enum decoder_choice *out)
{
	static const char *const names[] = {"auto", "native", "libevtx"};

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum decoder_choice)i;
			return true;
		}
	}
	return false;
}

enum { NATIVE, LIBEVTX, DECODERS };

struct scanner {
	struct sieve *sieve;
	struct decoder *decoders[DECODERS]; /* in the order they are asked; NULL: not to be */
	GArray *records; /* struct record: of the current chunk, those to decode */
	struct event event;
};

struct scanner *scanner_new(const struct sieve_plan *plan, enum decoder_choice choice)
{
	struct scanner *scanner = g_new0(struct scanner, 1);

	scanner->sieve = sieve_new(plan);
	if (choice != DECODER_LIBEVTX)
		scanner->decoders[NATIVE] = decoder_native_new(true);
	if (choice != DECODER_NATIVE)
		scanner->decoders[LIBEVTX] = decoder_libevtx_new();
	scanner->records = g_array_new(FALSE, FALSE, sizeof(struct record));
	event_init(&scanner->event);
	return scanner;
}

void scanner_free(struct scanner *scanner)
{
	sieve_free(scanner->sieve);
	for (unsigned i = 0; i < DECODERS; i++)
		if (scanner->decoders[i])
			scanner->decoders[i]->free(scanner->decoders[i]);
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

/* The chunk at hand: what the functions below need of it. */
struct chunk_scan {
	struct scanner *scanner;
	struct scan *scan;
	const struct chunk *chunk;
	const struct stream *stream;
	bool passed; /* the chunk sieve */
};

/* Asks the decoders in turn; *reason is the first one's. */
static bool decode(struct chunk_scan *at, guint index, char **reason)
{
	struct scan_counts *counts = &at->scan->counts;
	uint64_t *decoded[DECODERS] = {&counts->decoded_native, &counts->decoded_libevtx};

	for (unsigned i = 0; i < DECODERS; i++) {
		struct decoder *decoder = at->scanner->decoders[i];
		char *why = NULL;

		if (!decoder)
			continue;
		event_clear(&at->scanner->event);
		if (decoder->decode(decoder, index, &at->scanner->event, &why)) {
			(*decoded[i])++;
			g_clear_pointer(reason, g_free);
			return true;
		}
		if (*reason)
			g_free(why);
		else
			*reason = why;
	}
	return false;
}

/*
 * What can be had of a record that no decoder reads whole: the fields up to the damage,
 * else its strings. It is wanted when neither they nor the sieve rule it out.
 */
static bool salvage(struct chunk_scan *at, guint index, const struct record *record,
		    const char *reason)
{
	struct scanner *scanner = at->scanner;
	struct event *event = &scanner->event;
	struct decoder *native = scanner->decoders[NATIVE];
	struct fault fault = {
		.what = reason, .offset = at->chunk->offset + record->offset, .has_offset = true};
	char *again = NULL;

	if (!at->passed || !sieve_pass_record(scanner->sieve, at->chunk, record))
		return false;
	event_clear(event);
	if (native)
		native->decode(native, index, event, &again);
	g_free(again);
	if (!event->provider || !event->has_event_id) {
		event_clear(event);
		decode_strings(at->chunk, record, event);
	} else if (!at->scan->plan->everything && !at->scan->is_wanted(event)) {
		return false;
	}
	report(at->scan, at->stream, &fault);
	at->scan->counts.undecoded++;
	return true;
}

static bool scan_record(struct chunk_scan *at, guint index)
{
	struct scanner *scanner = at->scanner;
	const struct record *record = &g_array_index(scanner->records, struct record, index);
	g_autofree char *reason = NULL;
	bool wanted;

	if (decode(at, index, &reason))
		wanted = at->scan->plan->everything || at->scan->is_wanted(&scanner->event);
	else
		wanted = salvage(at, index, record, reason);
	if (!wanted)
		return true;
	set_source(&scanner->event, at->stream, at->chunk, record);
	return at->scan->take(at->scan->context, &scanner->event);
}

static bool scan_chunk(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	bool sieving = at->scan->use_sieve;
	bool go_on = true;

	if (sieving && !at->passed)
		return true;
	collect_records(scanner, at->scan, at->chunk, at->stream, sieving);
	for (unsigned i = 0; i < DECODERS; i++)
		if (scanner->decoders[i])
			scanner->decoders[i]->begin(scanner->decoders[i], at->chunk,
						    scanner->records);
	for (guint i = 0; go_on && i < scanner->records->len; i++)
		go_on = scan_record(at, i);
	return go_on;
}

bool scanner_scan(struct scanner *scanner, struct scan *scan, struct reader *reader)
{
	struct chunk chunk;
	struct chunk_scan at = {scanner, scan, &chunk, reader->stream, true};
	struct chunk_stream chunks;

	chunk_stream_init(&chunks, reader, scan->faults);
	while (chunk_stream_next(&chunks, &chunk)) {
		at.passed = sieve_pass_chunk(scanner->sieve, &chunk);
		scan->counts.chunks++;
		if (!scan_chunk(&at))
			return false;
	}
	return true;
}
