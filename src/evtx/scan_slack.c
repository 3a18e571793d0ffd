/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/scan_chunk.h"

#include "evtx/hidden.h"
#include "evtx/slack.h"

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
	return fit == EVENT_UNWANTED || chunk_scan_give_out(at, record, fit, FROM_SLACK);
}

/* Whoever hides a record has a reason: hunts want it whatever it is. */
static bool give_out_hidden(struct chunk_scan *at, guint index)
{
	struct scanner *scanner = at->scanner;
	const struct record *record = &g_array_index(scanner->hidden, struct record, index);
	struct fault fault = {.code = FAULT_RECORD_HIDDEN,
			      .what = "a record is hidden inside of another one",
			      .offset = at->chunk->offset + record->offset,
			      .has_offset = true};
	struct event *event = &scanner->event;
	g_autofree char *reason = NULL;
	enum event_fit fit;

	chunk_scan_report(at, &fault);
	event_clear(event);
	if (scanner->native->decode(scanner->native, index, event, &reason)) {
		at->scan->counts.decoded_native++;
	} else {
		event->partial = true;
		at->scan->counts.undecoded++;
	}
	if (!event->ref.has_event_id || (!event->provider && !event->ref.channel))
		decode_strings(at->chunk, record, event);
	event->ref.hidden = true;
	fit = event_selection_test(at->scan->selection, event, event->partial);
	return fit != EVENT_WANTED || chunk_scan_give_out(at, record, fit, FROM_HIDING);
}

bool chunk_scan_hidden(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	bool go_on = true;

	if (scanner->hidden->len == 0)
		return true;
	at->scan->counts.records += scanner->hidden->len;
	scanner->native->begin(scanner->native, at->chunk, scanner->hidden);
	for (guint i = 0; go_on && i < scanner->hidden->len; i++)
		go_on = give_out_hidden(at, i);
	g_array_set_size(scanner->hidden, 0);
	return go_on;
}

static void collect_slack(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;

	g_array_set_size(scanner->records, 0);
	at->scan->counts.unrecovered += slack_collect(at->chunk, scanner->live, scanner->records);
	at->scan->counts.records += scanner->records->len;
	for (guint i = 0; i < scanner->records->len; i++)
		hidden_collect(at->chunk, &g_array_index(scanner->records, struct record, i),
			       scanner->hidden);
}

bool chunk_scan_slack(struct chunk_scan *at)
{
	struct scanner *scanner = at->scanner;
	bool go_on = true;

	collect_slack(at);
	scanner->native->begin(scanner->native, at->chunk, scanner->records);
	for (guint i = 0; go_on && i < scanner->records->len; i++)
		go_on = scan_slack_record(at, i);
	return go_on && chunk_scan_hidden(at);
}
