/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "hunt/event_matches.h"
#include "sigma/match.h"
#include "tests/unit/cmocka_test.h"

#define FIELDS 60
#define FIELD_TEXT 250

static void count_fault(void *context, const struct fault *fault)
{
	assert_int_equal(fault->code, FAULT_LIMIT);
	++*(unsigned *)context;
}

static GPtrArray *make_matches(void)
{
	g_autofree char *text = g_strnfill(FIELD_TEXT, 'x');
	GPtrArray *matches = matches_new();
	struct match *match = g_new0(struct match, 1);

	match->fields = match_fields_new();
	for (unsigned i = 0; i < FIELDS; i++) {
		g_autofree char *name = g_strdup_printf("field %u", i);

		match_fields_add(match->fields, name, text, FIELD_TEXT);
	}
	g_ptr_array_add(matches, match);
	return matches;
}

static void add(struct event_matches *matches, const char *host, uint64_t offset, unsigned *faults)
{
	const struct fault_sink sink = {count_fault, faults};
	struct event event;

	event_init(&event);
	event.host = host;
	event.ref.path = host;
	event.ref.offset = offset;
	event_matches_take(matches, &event, make_matches(), &sink);
	event_release(&event);
}

static bool has(const struct event_matches *matches, const char *host, uint64_t offset)
{
	const struct sighting sighting = {.ref = {.path = host, .offset = offset}};

	return event_matches_get(matches, &sighting) != NULL;
}

/* A host that floods may have a quarter, and takes no room from another. */
static void test_flood(void **state)
{
	const unsigned most = WH_MAX_NOTED_SIZE / 4 / (FIELDS * FIELD_TEXT);
	struct event_matches *matches = event_matches_new();
	unsigned faults = 0, kept = 0;

	(void)state;
	for (unsigned i = 0; i < most; i++) {
		add(matches, "Flood", i, &faults);
		kept += has(matches, "Flood", i);
	}
	assert_in_range(kept, most / 2, most - 1);
	assert_true(has(matches, "Flood", kept - 1));
	assert_int_equal(faults, 1);
	add(matches, "Calm", 0, &faults);
	assert_true(has(matches, "Calm", 0));
	assert_int_equal(faults, 1);
	event_matches_free(matches);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
