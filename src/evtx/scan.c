/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/scan_chunk.h"

#include <string.h>

#include "base/bytes.h"
#include "evtx/binxml.h"
#include "evtx/carve.h"
#include "evtx/hidden.h"
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
	scanner->hidden = g_array_new(FALSE, FALSE, sizeof(struct record));
	scanner->told = g_new(struct told_record, WH_MAX_CHUNK_RECORDS);
	scanner->chimeras = chimera_test_new();
	scanner->survey = log_survey_new(scanner->native, plan->surveyed);
	event_init(&scanner->event);
	return scanner;
}

void scanner_free(struct scanner *scanner)
{
	sieve_free(scanner->sieve);
	log_survey_free(scanner->survey);
	scanner->native->free(scanner->native);
	if (scanner->decoders[LIBEVTX])
		scanner->decoders[LIBEVTX]->free(scanner->decoders[LIBEVTX]);
	g_array_unref(scanner->records);
	g_array_unref(scanner->live);
	g_array_unref(scanner->hidden);
	g_free(scanner->told);
	chimera_test_free(scanner->chimeras);
	event_release(&scanner->event);
	g_free(scanner);
}

void chunk_scan_report(const struct chunk_scan *at, struct fault *fault)
{
	fault->path = at->reader->stream->path;
	fault->entry = at->reader->stream->entry;
	fault_report(at->scan->faults, fault);
}

#define NOT_ASKED SIZE_MAX

static bool is_event(const struct chunk_scan *at, const struct record *record)
{
	return binxml_is_event(at->chunk->data, (size_t)record->offset + record->size,
			       (size_t)record->offset + WH_RECORD_HEADER);
}

/*
 * Are bytes of it lost that a decoder takes for values? A disk or a copy that fails leaves zeros;
 * where the chunk's own checksum is right, they were logged.
 */
static bool is_half_zero(struct chunk_scan *at, const struct record *record)
{
	if (!chunk_has_lost_bytes(at->chunk->data + record->offset + WH_RECORD_HEADER,
				  record->size - WH_RECORD_HEADER))
		return false;
	if (at->vouched_end == NOT_ASKED)
		at->vouched_end = chunk_get_vouched_end(at->chunk->data, at->chunk->size);
	return record->offset >= at->vouched_end;
}

/* What a record covers, or covered before it was wiped. */
static void find_hidden(struct chunk_scan *at, const struct record *record)
{
	GArray *hidden = at->scanner->hidden;
	guint before = hidden->len;
	struct fault fault = {
		.code = FAULT_RECORD_HIDDEN,
		.what = "the record is longer than its event: what it covers is wiped",
		.offset = at->chunk->offset + record->offset,
		.has_offset = true};

	hidden_collect(at->chunk, record, hidden);
	if (hidden->len == before && hidden_has_room(at->chunk, record) &&
	    !is_half_zero(at, record))
		chunk_scan_report(at, &fault);
}

/* One without an event is reported whatever is wanted. */
static void sift(struct chunk_scan *at, const struct record *record, bool holds_event)
{
	struct scanner *scanner = at->scanner;
	const struct scan *scan = at->scan;

	if (scan->use_sieve && !at->passed && holds_event)
		return;
	at->scan->counts.records++;
	if (!scan->use_sieve || !holds_event ||
	    sieve_pass_record(scanner->sieve, at->chunk, record))
		g_array_append_val(scanner->records, *record);
}

/* A record of the chunk itself. */
static void take_record(struct chunk_scan *at, const struct record *record)
{
	if (!at->is_as_told)
		find_hidden(at, record);
	if (!at->is_as_told || at->scan->recover)
		g_array_append_val(at->scanner->live, *record);
	sift(at, record, is_event(at, record));
}

/* The last records of the chunk may be the hidden ones. */
static void extend_ids(struct chunk_ids *ids, const GArray *hidden)
{
	ids->last_hidden = ids->last;
	for (guint i = 0; i < hidden->len; i++)
		ids->last_hidden +=
			g_array_index(hidden, struct record, i).id == ids->last_hidden + 1;
}

/* What the walk found that the chunk's header does not say; damage that was reported explains it.
 */
static void check_chunk(struct chunk_scan *at, const struct chunk_check *check, bool is_damaged)
{
	g_autofree char *what = NULL;
	struct fault fault = {
		.code = FAULT_RECORDS_MISSING, .offset = at->chunk->offset, .has_offset = true};

	at->ids = check->ids;
	extend_ids(&at->ids, at->scanner->hidden);
	at->is_damaged |= is_damaged || at->scanner->hidden->len;
	if (!at->log || is_damaged || at->scanner->hidden->len || at->chunk->size < WH_CHUNK_SIZE)
		return;
	fault.what = what = chunk_check_end(check, at->chunk, at->log->header.is_open);
	if (what)
		chunk_scan_report(at, &fault);
	at->is_explained |= what != NULL;
}

/* Changed after it was written, in what nothing else shows. */
static void check_seal(const struct chunk_scan *at)
{
	struct fault fault = {
		.code = FAULT_CHUNK_DAMAGED, .offset = at->chunk->offset, .has_offset = true};

	if (!at->log || at->headless || at->is_explained)
		return;
	fault.what = chunk_check_seal(at->chunk);
	if (fault.what)
		chunk_scan_report(at, &fault);
}

static void collect_records(struct chunk_scan *at)
{
	struct chunk_check check = {0};
	bool more, is_damaged = false;
	struct record_walk walk;
	struct record record;
	struct fault fault;

	record_walk_init(&walk, at->chunk);
	walk.numbered = at->recovered;
	at->doubtful = false;
	do {
		more = record_walk_next(&walk, &record, &fault);
		if (fault.what) {
			chunk_scan_report(at, &fault);
			is_damaged = true;
			at->doubtful = at->recovered;
		}
		if (!more)
			break;
		chunk_check_add(&check, &record);
		take_record(at, &record);
	} while (more);
	if (!at->is_as_told)
		check_chunk(at, &check, is_damaged);
	at->is_explained |= is_damaged || at->scanner->hidden->len > 0;
}

/* Those of a chunk that is as told and has any: each is the next, with an event and no other record
 * in it. */
static void collect_told(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	const struct scan *scan = at->scan;

	at->doubtful = false;
	if (scan->recover)
		for (size_t i = 0; i < at->told; i++)
			g_array_append_val(scanner->live, scanner->told[i].record);
	if (scan->use_sieve && !at->passed)
		return;
	at->scan->counts.records += at->told;
	for (size_t i = 0; i < at->told; i++)
		if (!scan->use_sieve ||
		    sieve_pass_told(scanner->sieve, at->chunk, &scanner->told[i]))
			g_array_append_val(scanner->records, scanner->told[i].record);
}

static bool is_chimera(const struct chunk_scan *at, const struct record *record,
		       const struct event_ref *ref)
{
	const struct scanner *scanner = at->scanner;

	if (!ref->has_record_id || ref->record_id == record->id)
		return false;
	return chimera_test_is_one(scanner->chimeras, at->chunk, scanner->live, scanner->records);
}

enum event_fit event_selection_test(const struct event_selection *selection,
				    const struct event *event, bool is_partial)
{
	return selection->plan.everything ? EVENT_WANTED
					  : selection->test(selection->context, event, is_partial);
}

bool chunk_scan_give_out(struct chunk_scan *at, const struct record *record, enum event_fit fit,
			 enum origin origin)
{
	struct event *event = &at->scanner->event;
	struct scan_counts *counts = &at->scan->counts;
	struct event_ref *ref = &event->ref;

	ref->path = at->reader->stream->path;
	ref->entry = at->reader->stream->entry;
	ref->offset = at->chunk->offset + record->offset;
	ref->header_record_id = record->id;
	ref->recovered = at->recovered || origin == FROM_SLACK;
	ref->hidden = origin == FROM_HIDING;
	ref->chimera = (ref->recovered || record->uncounted) && is_chimera(at, record, ref);
	if (!ref->time)
		ref->time = record->time;
	counts->recovered += ref->recovered;
	counts->hidden += ref->hidden;
	counts->chimeras += ref->chimera;
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
static enum event_fit salvage(struct chunk_scan *at, guint index, const struct record *record)
{
	struct scanner *scanner = at->scanner;
	struct event *event = &scanner->event;
	struct decoder *native = scanner->decoders[NATIVE];
	char *again = NULL;

	if (!at->passed || !sieve_pass_record(scanner->sieve, at->chunk, record))
		return EVENT_UNWANTED;
	event_clear(event);
	if (native && (!is_misleading(at, record) || slack_has_template(at->chunk, record)))
		native->decode(native, index, event, &again);
	g_free(again);
	/* Of what is doubtful, the template is sound: it says who logged, not what. */
	if (is_misleading(at, record))
		event->ref.has_event_id = false;
	event->partial = true;
	if (!event->ref.has_event_id || (!event->provider && !event->ref.channel))
		decode_strings(at->chunk, record, event);
	return event_selection_test(at->scan->selection, event, true);
}

static void report_record(struct chunk_scan *at, const struct record *record, const char *reason)
{
	struct fault fault = {.code = FAULT_RECORD_DAMAGED,
			      .what = reason,
			      .offset = at->chunk->offset + record->offset,
			      .has_offset = true};

	chunk_scan_report(at, &fault);
	at->scan->counts.undecoded++;
}

static bool scan_record(struct chunk_scan *at, guint index)
{
	struct scanner *scanner = at->scanner;
	const struct record *record = &g_array_index(scanner->records, struct record, index);
	g_autofree char *reason = NULL;
	bool holds_event = is_event(at, record);
	enum event_fit fit;

	if (is_misleading(at, record))
		reason = g_strdup("what the record refers to is overwritten");
	else if (!holds_event)
		reason = g_strdup("no event begins in the record");
	else if (is_half_zero(at, record))
		reason = g_strdup("a part of the record is zeros");
	if (!reason && decode(at, index, &reason)) {
		fit = event_selection_test(at->scan->selection, &scanner->event, false);
	} else {
		fit = salvage(at, index, record);
		if (fit != EVENT_UNWANTED || !holds_event)
			report_record(at, record, reason);
		/* Doubt is what the read error says. */
		if (fit == EVENT_IN_DOUBT)
			fit = EVENT_UNWANTED;
	}
	return fit == EVENT_UNWANTED || chunk_scan_give_out(at, record, fit, FROM_LOG);
}

static bool scan_records(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	bool go_on = true;

	if (at->told)
		collect_told(at);
	else
		collect_records(at);
	for (unsigned i = 0; i < DECODERS; i++)
		if (scanner->decoders[i])
			scanner->decoders[i]->begin(scanner->decoders[i], at->chunk,
						    scanner->records);
	for (guint i = 0; go_on && i < scanner->records->len; i++)
		go_on = scan_record(at, i);
	return go_on;
}

/* A part of a log has no chunks before it, so these are asked only where there are no parts. */
static void begin_chimeras(const struct chunk_scan *at)
{
	if (at->scan->recover)
		chimera_test_begin(at->scanner->chimeras);
	else
		chimera_test_forget(at->scanner->chimeras);
}

static void add_to_log(struct chunk_scan *at)
{
	const struct scan_part *part = at->scan->part;
	const struct log_chunk chunk = {at->chunk->offset, at->ids, at->is_damaged};

	log_check_add(at->log, &chunk);
	if (part)
		part->at_log_chunk(part->context, &chunk);
}

/* A chunk of no log is not surveyed: it may hold what only a survey would find. */
static bool pass_chunk(const struct chunk_scan *at)
{
	const struct scanner *scanner = at->scanner;
	bool may_hold = at->scan->selection->plan.surveyed->len > 0;

	sieve_begin_chunk(scanner->sieve, at->chunk);
	if (at->log && at->scan->take_log && !at->headless) {
		log_survey_add(scanner->survey, scanner->sieve, at->chunk, scanner->told, at->told);
		may_hold &= log_survey_meets(scanner->survey);
	}
	/* What may be in the slack has templates of its own. */
	return may_hold || (at->scan->recover ? sieve_pass_chunk(scanner->sieve, at->chunk)
					      : sieve_pass_told_chunk(scanner->sieve, at->chunk,
								      scanner->told, at->told));
}

/*
 * A chunk without the name of anything wanted is passed over, unless its header and its records
 * disagree, as they do where one hides another.
 */
static bool scan_chunk(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	struct scan *scan = at->scan;
	bool is_wanted, go_on = true;

	at->ids.any = false;
	at->told = 0;
	at->vouched_end = NOT_ASKED;
	at->is_damaged = at->headless || at->chunk->size < WH_CHUNK_SIZE;
	at->is_explained = false;
	at->is_as_told =
		!at->headless && chunk_is_as_told(at->chunk, &at->ids, scanner->told, &at->told);
	if (!at->is_as_told)
		at->told = 0;
	at->passed = pass_chunk(at);
	is_wanted = at->passed || !scan->use_sieve;
	scan->counts.chunks++;
	if (is_wanted || (!at->is_as_told && !at->headless)) {
		g_array_set_size(scanner->records, 0);
		g_array_set_size(scanner->live, 0);
		g_array_set_size(scanner->hidden, 0);
		begin_chimeras(at);
		go_on = at->headless || (scan_records(at) && chunk_scan_hidden(at));
	}
	check_seal(at);
	if (at->log)
		add_to_log(at);
	return go_on && (!scan->recover || !is_wanted || chunk_scan_slack(at));
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

/* The log, or what is read of it, is over. `is_partial`: there was more. */
static void end_log(struct chunk_scan *at, bool is_partial)
{
	struct log_facts *facts = log_survey_facts(at->scanner->survey);

	facts->is_partial |= is_partial;
	facts->ref.path = at->reader->stream->path;
	facts->ref.entry = at->reader->stream->entry;
	if (at->scan->take_log && (facts->has_header || facts->chunks))
		at->scan->take_log(at->scan->log_context, facts);
	log_facts_clear(facts);
}

static void begin_log(const struct chunk_scan *at, const struct log_check *log)
{
	struct log_facts *facts = log_survey_facts(at->scanner->survey);

	facts->ref.offset = log->offset;
	facts->has_header = true;
	facts->is_dirty = log->has_header && log->header.is_open;
	facts->is_full = log->has_header && log->header.is_full;
}

static void take_header(void *context, const uint8_t *header, size_t size, uint64_t offset)
{
	struct chunk_scan *at = context;
	const struct scan_part *part = at->scan->part;

	log_check_end(at->log);
	end_log(at, false);
	log_check_begin(at->log, header, size, offset);
	begin_log(at, at->log);
	if (part)
		part->at_header(part->context, header, size, offset);
}

static enum outcome scan_log(struct chunk_scan *at)
{
	enum outcome outcome = GO_ON;
	struct chunk_stream chunks;
	struct chunk chunk;

	at->chunk = &chunk;
	chunk_stream_init(&chunks, at->reader, at->scan->faults);
	chunks.at_header = take_header;
	chunks.context = at;
	if (at->scan->part)
		chunks.end = at->scan->part->end;
	while (outcome == GO_ON && chunk_stream_next(&chunks, &chunk))
		outcome = take_chunk(at);
	return outcome;
}

static enum outcome scan_anything(struct chunk_scan *at)
{
	struct log_check *log = at->log;
	enum outcome outcome = GO_ON;
	struct carver carver;
	struct carved carved;

	carver_init(&carver, at->reader, at->scan->in_log, at->scan->faults);
	while (outcome == GO_ON && carver_next(&carver, &carved)) {
		at->chunk = &carved.chunk;
		at->recovered = !carved.in_place;
		at->headless = !carved.has_header;
		at->log = at->recovered ? NULL : log;
		outcome = take_chunk(at);
	}
	at->log = log;
	return outcome;
}

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context;
	(void)fault;
}

bool scanner_scan(struct scanner *scanner, struct scan *scan, struct reader *reader)
{
	static const struct fault_sink nowhere = {ignore_fault, NULL};
	struct log_check log;
	struct chunk_scan at = {.scanner = scanner, .scan = scan, .reader = reader, .log = &log};
	enum outcome outcome;

	log_check_init(&log, scan->part ? &nowhere : scan->faults, reader->stream);
	if (scan->part)
		log.header.is_open = scan->part->is_open;
	chimera_test_forget(scanner->chimeras);
	log_facts_clear(log_survey_facts(scanner->survey));
	log_survey_facts(scanner->survey)->ref.offset = reader->offset;
	log_survey_facts(scanner->survey)->is_partial = reader->offset > 0 && !scan->part;
	if (reader->offset == 0) {
		const uint8_t *data;
		size_t size = reader_peek(reader, WH_FILE_HEADER_SIZE, &data);

		scan->in_log = evtx_has_file_header(data, size);
		if (scan->in_log && scan->recover)
			take_header(&at, data, size, 0);
	}
	outcome = scan->recover ? scan_anything(&at) : scan_log(&at);
	if (outcome == GO_ON)
		log_check_end(&log);
	if (outcome != STOP)
		end_log(&at, outcome == LEAVE);
	return outcome != STOP;
}
