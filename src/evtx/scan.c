/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/scan.h"

#include <string.h>

#include "evtx/carve.h"
#include "evtx/id_watch.h"
#include "evtx/log_channel.h"
#include "evtx/slack.h"

/*
 * How a stream is scanned: chunk by chunk, and most chunks end at the sieve. In the others the walk
 * collects the records that pass it, and for each of these the decoders are asked in turn: the
 * native one, then libevtx for what that refuses. As the sieve passes too much, is_wanted() has
 * the last word on the event. A record that no decoder reads whole is salvaged: its fields up to
 * the damage, else the strings in it, and a fault. To recover is to do the same with chunks that
 * are carved from whatever the stream holds, and then to look for older records in what the live
 * ones of a chunk leave: of those only what decodes whole counts. A quick scan leaves a log
 * after its first chunk when nothing that is wanted is logged to its channel.
 */

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
	struct decoder *native; /* slack is its alone: what libevtx gets is not the whole chunk */
	struct decoder *decoders[DECODERS]; /* in the order they are asked; NULL: not to be */
	GArray *records; /* struct record: of the current chunk, those to decode */
	GArray *live; /* and all that are not slack, when that is searched */
	struct event event;
};

struct scanner *scanner_new(const struct sieve_plan *plan, enum decoder_choice choice)
{
	struct scanner *scanner = g_new0(struct scanner, 1);

	scanner->sieve = sieve_new(plan);
	scanner->native = decoder_native_new(true);
	if (choice != DECODER_LIBEVTX)
		scanner->decoders[NATIVE] = scanner->native;
	if (choice != DECODER_NATIVE)
		scanner->decoders[LIBEVTX] = decoder_libevtx_new();
	scanner->records = g_array_new(FALSE, FALSE, sizeof(struct record));
	scanner->live = g_array_new(FALSE, FALSE, sizeof(struct record));
	event_init(&scanner->event);
	return scanner;
}

void scanner_free(struct scanner *scanner)
{
	sieve_free(scanner->sieve);
	scanner->native->free(scanner->native);
	if (scanner->decoders[LIBEVTX])
		scanner->decoders[LIBEVTX]->free(scanner->decoders[LIBEVTX]);
	g_array_unref(scanner->records);
	g_array_unref(scanner->live);
	event_release(&scanner->event);
	g_free(scanner);
}

static void report(const struct scan *scan, const struct stream *stream, struct fault *fault)
{
	fault->path = stream->path;
	fault->entry = stream->entry;
	fault_report(scan->faults, fault);
}

/* The chunk at hand: what the functions below need of it. */
struct chunk_scan {
	struct scanner *scanner;
	struct scan *scan;
	const struct chunk *chunk;
	struct reader *reader;
	bool passed; /* the chunk sieve */
	bool recovered; /* it stands in no log */
	bool headless;
	bool doubtful; /* pages of other chunks may stand in it */
};

static void collect_records(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	struct record_walk walk;
	struct record record;
	struct fault fault;
	bool more;

	record_walk_init(&walk, at->chunk);
	walk.numbered = at->recovered;
	at->doubtful = false;
	do {
		more = record_walk_next(&walk, &record, &fault);
		if (fault.what) {
			report(at->scan, at->reader->stream, &fault);
			at->doubtful = at->recovered;
		}
		if (!more)
			break;
		at->scan->counts.records++;
		if (at->scan->recover)
			g_array_append_val(scanner->live, record);
		if (!at->scan->use_sieve || sieve_pass_record(scanner->sieve, at->chunk, &record))
			g_array_append_val(scanner->records, record);
	} while (more);
}

enum event_fit event_selection_test(const struct event_selection *selection,
				    const struct event *event, bool is_partial)
{
	return selection->plan.everything ? EVENT_WANTED
					  : selection->test(selection->context, event, is_partial);
}

static bool give_out(struct chunk_scan *at, const struct record *record, enum event_fit fit,
		     bool is_slack)
{
	struct event *event = &at->scanner->event;
	struct event_ref *ref = &event->ref;

	ref->path = at->reader->stream->path;
	ref->entry = at->reader->stream->entry;
	ref->offset = at->chunk->offset + record->offset;
	ref->header_record_id = record->id;
	ref->recovered = at->recovered || is_slack;
	if (!ref->time)
		ref->time = record->time;
	if (ref->recovered)
		at->scan->counts.recovered++;
	return at->scan->take(at->scan->context, event, fit);
}

/* Would a decoder make something of it that it never said? */
static bool is_misleading(const struct chunk_scan *at, const struct record *record)
{
	return at->doubtful && !slack_is_sound(at->chunk, record);
}

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
 * else its strings. It counts when neither they nor the sieve rule it out.
 */
static enum event_fit salvage(struct chunk_scan *at, guint index, const struct record *record,
			      const char *reason)
{
	struct scanner *scanner = at->scanner;
	struct event *event = &scanner->event;
	struct decoder *native = scanner->decoders[NATIVE];
	struct fault fault = {.code = FAULT_RECORD_DAMAGED,
			      .what = reason,
			      .offset = at->chunk->offset + record->offset,
			      .has_offset = true};
	enum event_fit fit;
	char *again = NULL;

	if (!at->passed || !sieve_pass_record(scanner->sieve, at->chunk, record))
		return EVENT_UNWANTED;
	event_clear(event);
	if (native && !is_misleading(at, record))
		native->decode(native, index, event, &again);
	g_free(again);
	if (!event->provider || !event->ref.has_event_id) {
		event_clear(event);
		decode_strings(at->chunk, record, event);
	}
	fit = event_selection_test(at->scan->selection, event, true);
	if (fit == EVENT_UNWANTED)
		return fit;
	report(at->scan, at->reader->stream, &fault);
	at->scan->counts.undecoded++;
	return fit == EVENT_WANTED ? fit : EVENT_UNWANTED;
}

static bool scan_record(struct chunk_scan *at, guint index)
{
	struct scanner *scanner = at->scanner;
	const struct record *record = &g_array_index(scanner->records, struct record, index);
	g_autofree char *reason = NULL;
	enum event_fit fit;

	if (is_misleading(at, record))
		reason = g_strdup("what the record refers to is overwritten");
	if (!reason && decode(at, index, &reason))
		fit = event_selection_test(at->scan->selection, &scanner->event, false);
	else
		fit = salvage(at, index, record, reason);
	return fit == EVENT_UNWANTED || give_out(at, record, fit, false);
}

static bool scan_records(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	bool go_on = true;

	collect_records(at);
	for (unsigned i = 0; i < DECODERS; i++)
		if (scanner->decoders[i])
			scanner->decoders[i]->begin(scanner->decoders[i], at->chunk,
						    scanner->records);
	for (guint i = 0; go_on && i < scanner->records->len; i++)
		go_on = scan_record(at, i);
	return go_on;
}

/* A record of slack is given out when it decodes whole, else left: it may be anything. */
static bool scan_slack_record(struct chunk_scan *at, guint index)
{
	struct scanner *scanner = at->scanner;
	struct scan *scan = at->scan;
	const struct record *record = &g_array_index(scanner->records, struct record, index);
	struct event *event = &scanner->event;
	enum event_fit fit;
	char *reason = NULL;

	if (scan->use_sieve && !sieve_pass_record(scanner->sieve, at->chunk, record))
		return true;
	event_clear(event);
	if (!scanner->native->decode(scanner->native, index, event, &reason) || !event->provider ||
	    !event->ref.has_event_id || !event->ref.time) {
		g_free(reason);
		scan->counts.unrecovered++;
		return true;
	}
	scan->counts.decoded_native++;
	fit = event_selection_test(scan->selection, event, false);
	return fit == EVENT_UNWANTED || give_out(at, record, fit, true);
}

static bool scan_slack(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	bool go_on = true;

	g_array_set_size(scanner->records, 0);
	at->scan->counts.unrecovered += slack_collect(at->chunk, scanner->live, scanner->records);
	at->scan->counts.records += scanner->records->len;
	scanner->native->begin(scanner->native, at->chunk, scanner->records);
	for (guint i = 0; go_on && i < scanner->records->len; i++)
		go_on = scan_slack_record(at, i);
	return go_on;
}

static bool scan_chunk(struct chunk_scan *at)
{
	struct scan *scan = at->scan;

	at->passed = sieve_pass_chunk(at->scanner->sieve, at->chunk);
	scan->counts.chunks++;
	if (scan->use_sieve && !at->passed)
		return true;
	g_array_set_size(at->scanner->records, 0);
	g_array_set_size(at->scanner->live, 0);
	if (!at->headless && !scan_records(at))
		return false;
	return !scan->recover || scan_slack(at);
}

/* Does the log's first chunk tell that the others are not worth reading? */
static bool may_leave(const struct chunk_scan *at)
{
	const struct scan *scan = at->scan;
	g_autofree char *channel = NULL;
	const uint8_t *data;

	if (!scan->quick || !scan->in_log || scan->selection->plan.everything || at->headless ||
	    at->chunk->offset != WH_FILE_HEADER_SIZE)
		return false;
	channel = log_channel_get(at->scanner->native, at->chunk);
	if (!channel || sieve_plan_has_channel(&scan->selection->plan, channel))
		return false;
	return reader_peek(at->reader, at->chunk->size + 1, &data) > at->chunk->size;
}

enum outcome { GO_ON, LEAVE, STOP };

static enum outcome take_chunk(struct chunk_scan *at)
{
	struct scan *scan = at->scan;
	enum outcome outcome = GO_ON;

	if (scan->at_chunk)
		scan->at_chunk(scan->context, at->chunk->offset, at->chunk->size);
	if (!scan_chunk(at))
		outcome = STOP;
	else if (may_leave(at))
		outcome = LEAVE;
	if (scan->at_chunk)
		scan->at_chunk(scan->context, at->chunk->offset, 0);
	if (outcome == LEAVE) {
		scan->counts.skipped_by_channel++;
		reader_skip(at->reader, at->chunk->size);
	}
	return outcome;
}

static void report_missing(const struct chunk_scan *at, uint64_t count, const char *where)
{
	g_autofree char *what = g_strdup_printf("%" G_GUINT64_FORMAT " records are missing %s: "
						"taken out, or lost to damage",
						count, where);
	struct fault fault = {.code = FAULT_RECORDS_MISSING,
			      .what = what,
			      .offset = at->chunk->offset,
			      .has_offset = true};

	report(at->scan, at->reader->stream, &fault);
}

static void watch_ids(const struct chunk_scan *at, struct id_watch *watch)
{
	uint64_t before, inside;

	if (!id_watch_take(watch, at->chunk, &before, &inside))
		return;
	if (before)
		report_missing(at, before, "before this chunk");
	if (inside)
		report_missing(at, inside, "in this chunk");
}

static enum outcome scan_log(struct chunk_scan *at)
{
	struct id_watch watch = {0};
	enum outcome outcome = GO_ON;
	struct chunk_stream chunks;
	struct chunk chunk;

	at->chunk = &chunk;
	chunk_stream_init(&chunks, at->reader, at->scan->faults);
	while (outcome == GO_ON && chunk_stream_next(&chunks, &chunk)) {
		if (at->scan->in_log)
			watch_ids(at, &watch);
		outcome = take_chunk(at);
	}
	return outcome;
}

static enum outcome scan_anything(struct chunk_scan *at)
{
	enum outcome outcome = GO_ON;
	struct carver carver;
	struct carved carved;

	carver_init(&carver, at->reader, at->scan->in_log, at->scan->faults);
	while (outcome == GO_ON && carver_next(&carver, &carved)) {
		at->chunk = &carved.chunk;
		at->recovered = !carved.in_place;
		at->headless = !carved.has_header;
		outcome = take_chunk(at);
	}
	return outcome;
}

bool scanner_scan(struct scanner *scanner, struct scan *scan, struct reader *reader)
{
	struct chunk_scan at = {.scanner = scanner, .scan = scan, .reader = reader};

	if (reader->offset == 0) {
		const uint8_t *data;
		size_t size = reader_peek(reader, WH_FILE_HEADER_SIZE, &data);

		scan->in_log = evtx_has_file_header(data, size);
	}
	return (scan->recover ? scan_anything(&at) : scan_log(&at)) != STOP;
}
