/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/scan_pair.h"

#include <glib.h>

#include "event/event_json.h"
#include "tests/support/memory_stream.h"

struct side {
	struct scanner *scanner;
	struct reader reader;
	GString *said; /* events and read errors, in their order */
	size_t size; /* of the bytes */
};

struct scan_pair {
	struct event_query query;
	struct event_selection selection;
	bool recover;
	struct side sieved, unsieved;
};

static void take_fault(void *context, const struct fault *fault)
{
	struct side *side = context;

	g_assert_nonnull(fault->what);
	g_assert_true(!fault->has_offset || fault->offset <= side->size);
	g_string_append_printf(side->said, "%" G_GUINT64_FORMAT ": %s\n", fault->offset,
			       fault->what);
}

static bool take_event(void *context, const struct event *event, enum event_fit fit)
{
	struct side *side = context;

	g_assert_cmpint(fit, ==, EVENT_WANTED);
	g_assert_cmpuint(event->ref.offset, <, side->size);
	event_append_json(event, NULL, side->said);
	return true;
}

/* Asked for, so that logs are surveyed: the sieve goes by that, too. */
static void take_log(void *context, struct log_facts *facts)
{
	const struct side *side = context;

	g_assert_cmpuint(facts->chunks, <=, side->size);
}

static void side_init(struct side *side, const struct sieve_plan *plan)
{
	side->scanner = scanner_new(plan, DECODER_NATIVE);
	side->said = g_string_new(NULL);
	reader_init(&side->reader, NULL);
}

struct scan_pair *scan_pair_new(struct rule_set *rules, bool recover)
{
	struct scan_pair *pair = g_new0(struct scan_pair, 1);

	pair->query.rules = rules;
	pair->recover = recover;
	event_query_select(&pair->query, &pair->selection);
	side_init(&pair->sieved, &pair->selection.plan);
	side_init(&pair->unsieved, &pair->selection.plan);
	return pair;
}

static void scan_side(const struct scan_pair *pair, struct side *side, const uint8_t *data,
		      size_t size)
{
	struct memory_stream memory = memory_pipe(data, size, 0);
	const struct fault_sink faults = {take_fault, side};
	struct scan scan = {.selection = &pair->selection,
			    .use_sieve = side == &pair->sieved,
			    .recover = pair->recover,
			    .take = take_event,
			    .take_log = take_log,
			    .log_context = side,
			    .context = side,
			    .faults = &faults};

	side->size = size;
	g_string_truncate(side->said, 0);
	reader_restart(&side->reader, &memory.stream);
	scanner_scan(side->scanner, &scan, &side->reader);
	g_assert_true(g_utf8_validate(side->said->str, (gssize)side->said->len, NULL));
}

void scan_pair_compare(struct scan_pair *pair, const uint8_t *data, size_t size)
{
	scan_side(pair, &pair->sieved, data, size);
	scan_side(pair, &pair->unsieved, data, size);
	g_assert_cmpstr(pair->sieved.said->str, ==, pair->unsieved.said->str);
}
