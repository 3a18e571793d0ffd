/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "evtx/scan.h"
#include "map/query.h"
#include "tests/support/memory_stream.h"
#include "tests/unit/cmocka_test.h"
#include "tests/unit/evtx/scan_bytes.h"

/*
 * What a log holds is found by templates and by one look at the records. Here the same is found by
 * a walk that decodes every record, and never by plans of templates.
 */

struct reference {
	struct log_facts facts;
	struct decoder *decoder;
	struct event event;
	bool is_whole; /* each record decodes */
};

static void ignore_fault(void *context, const struct fault *fault)
{
	(void)context;
	(void)fault;
}

static const struct fault_sink nowhere = {ignore_fault, NULL};

static struct log_holding *find_holding(struct log_facts *facts, const struct event *event)
{
	const char *host = event->host && *event->host ? event->host : NULL;
	const char *channel = event->ref.channel && *event->ref.channel ? event->ref.channel : NULL;

	for (guint i = 0; i < facts->holdings->len; i++) {
		struct log_holding *holding = facts->holdings->pdata[i];

		if (g_strcmp0(holding->host, host) == 0 &&
		    g_strcmp0(holding->channel, channel) == 0)
			return holding;
	}
	return log_facts_add(facts, host, channel);
}

static bool is_of(const struct event *event, const char *channel, uint32_t id)
{
	return event->ref.has_event_id && event->ref.event_id == id && event->ref.channel &&
	       g_ascii_strcasecmp(event->ref.channel, channel) == 0;
}

static void count_event(struct reference *reference, const struct record *record)
{
	const struct event *event = &reference->event;
	struct log_holding *holding = find_holding(&reference->facts, event);
	const char *line = event_get_field(event, "CommandLine");
	bool is_start = is_of(event, "Security", 4688);

	if (holding->records++ == 0)
		*holding = (struct log_holding){.host = holding->host,
						.channel = holding->channel,
						.records = 1,
						.from = event->ref.time,
						.to = event->ref.time,
						.first_id = record->id,
						.last_id = record->id};
	/* Some exported records have no time in their header. */
	if (event->ref.time && (!holding->from || event->ref.time < holding->from))
		holding->from = event->ref.time;
	holding->to = MAX(holding->to, event->ref.time);
	holding->first_id = MIN(holding->first_id, record->id);
	holding->last_id = MAX(holding->last_id, record->id);
	holding->process_starts += is_start;
	holding->command_lines += is_start && line && *line;
	holding->scripts += is_of(event, "Microsoft-Windows-PowerShell/Operational", 4104);
}

static void decode_chunk(struct reference *reference, const struct chunk *chunk)
{
	g_autoptr(GArray) records = g_array_new(FALSE, FALSE, sizeof(struct record));
	struct decoder *decoder = reference->decoder;
	struct binxml_instance instance;
	struct record_walk walk;
	struct record record;
	struct fault fault;

	record_walk_init(&walk, chunk);
	while (record_walk_next(&walk, &record, &fault))
		g_array_append_val(records, record);
	decoder->begin(decoder, chunk, records);
	for (guint i = 0; i < records->len; i++) {
		const struct record *at = &g_array_index(records, struct record, i);
		g_autofree char *reason = NULL;

		event_clear(&reference->event);
		reference->is_whole &= decoder->decode(decoder, i, &reference->event, &reason);
		/* A collector writes records without a template, later than they were logged. */
		if (!reference->event.ref.time ||
		    binxml_get_instance(chunk->data, at->offset + at->size,
					at->offset + WH_RECORD_HEADER + BINXML_FRAGMENT_HEADER_SIZE,
					&instance))
			reference->event.ref.time = at->time;
		count_event(reference, at);
	}
}

static void decode_log(struct reference *reference, const GByteArray *log)
{
	struct memory_stream memory = memory_pipe(log->data, log->len, 0);
	struct chunk_stream chunks;
	struct reader reader;
	struct chunk chunk;

	reader_init(&reader, &memory.stream);
	chunk_stream_init(&chunks, &reader, &nowhere);
	while (chunk_stream_next(&chunks, &chunk)) {
		reference->facts.chunks++;
		decode_chunk(reference, &chunk);
	}
	reader_release(&reader);
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *describe(const struct log_facts *facts)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];

		g_ptr_array_add(lines,
				g_strdup_printf("%s %s: %" G_GUINT64_FORMAT
						" records, %" G_GUINT64_FORMAT
						" to %" G_GUINT64_FORMAT ", ids %" G_GUINT64_FORMAT
						" to %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
						" starts, %" G_GUINT64_FORMAT
						" lines, %" G_GUINT64_FORMAT " scripts",
						holding->host, holding->channel, holding->records,
						holding->from, holding->to, holding->first_id,
						holding->last_id, holding->process_starts,
						holding->command_lines, holding->scripts));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, g_strdup_printf("%" G_GUINT64_FORMAT " chunks", facts->chunks));
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static void take_log(void *context, struct log_facts *facts)
{
	char **described = context;

	assert_null(*described);
	*described = describe(facts);
}

static bool take_event(void *context, const struct event *event, enum event_fit fit)
{
	(void)context;
	(void)event;
	(void)fit;
	return true;
}

static char *survey_log(const GByteArray *log)
{
	struct memory_stream memory = memory_pipe(log->data, log->len, 0);
	struct event_query query = {0};
	struct event_selection selection;
	char *described = NULL;
	struct scan scan = {.selection = &selection,
			    .use_sieve = true,
			    .take = take_event,
			    .take_log = take_log,
			    .log_context = &described,
			    .faults = &nowhere};
	struct scanner *scanner;
	struct reader reader;

	event_query_select(&query, &selection);
	scanner = scanner_new(&selection.plan, DECODER_NATIVE);
	reader_init(&reader, &memory.stream);
	assert_true(scanner_scan(scanner, &scan, &reader));
	reader_release(&reader);
	scanner_free(scanner);
	sieve_plan_release(&selection.plan);
	return described;
}

/* Adds to *told the command lines and scripts that were counted. False where records do not decode:
 * then one of both may know more. */
static bool both_agree(const GByteArray *log, uint64_t *told)
{
	struct reference reference = {.decoder = decoder_native_new(false), .is_whole = true};
	g_autofree char *surveyed = survey_log(log), *decoded = NULL;

	log_facts_init(&reference.facts);
	event_init(&reference.event);
	decode_log(&reference, log);
	decoded = describe(&reference.facts);
	for (guint i = 0; i < reference.facts.holdings->len; i++) {
		const struct log_holding *holding = reference.facts.holdings->pdata[i];

		*told += holding->command_lines + holding->scripts;
	}
	if (reference.is_whole)
		assert_string_equal(surveyed, decoded);
	reference.decoder->free(reference.decoder);
	event_release(&reference.event);
	log_facts_release(&reference.facts);
	return reference.is_whole;
}

static void a_survey_finds_what_decoding_does(void **state)
{
	static const char *const names[] = {"attacked-host.evtx", "clean-host.evtx",
					    "forwarded.evtx",	  "hostile-strings.evtx",
					    "infected-host.evtx", "sysmon-only.evtx"};
	GRand *rand = g_rand_new_with_seed(1);
	uint64_t told = 0, more = 0;
	unsigned agreed = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GByteArray) log = read_sample(names[i]);

		assert_true(both_agree(log, &told));
		for (unsigned round = 0; round < 100; round++) {
			gint32 at = g_rand_int_range(rand, 4096, 4096 + WH_CHUNK_SIZE / 4);
			uint8_t before = log->data[at];

			log->data[at] = (uint8_t)g_rand_int_range(rand, 0, 256);
			agreed += both_agree(log, &more);
			log->data[at] = before;
		}
	}
	assert_true(told > 0 && agreed > 300);
	g_rand_free(rand);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_survey_finds_what_decoding_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
