/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "base/limits.h"
#include "event/filetime.h"
#include "export/export_zone.h"
#include "export/held_events.h"
#include "tests/unit/cmocka_test.h"

#define HOUR (3600 * WH_SECOND)
#define DAY (24 * HOUR)

static const uint64_t noon = UINT64_C(133500000000000000);

/* A proof that UTC was so many hours ahead. */
static void prove(struct export_zones *zones, uint64_t local, int hours)
{
	export_zones_add(zones, "HOST", local, local + (uint64_t)(hours * (int64_t)HOUR));
}

static void check(const struct export_zones *zones, uint64_t local, enum zone_found found,
		  int hours)
{
	uint64_t utc = local;

	assert_int_equal(export_zones_find(zones, "host", local, &utc), found);
	assert_int_equal((int64_t)(utc - local), hours * (int64_t)HOUR);
}

static void test_proofs(void **state)
{
	struct export_zones *zones = export_zones_new();
	uint64_t utc = 1;

	(void)state;
	check(zones, noon, ZONE_UNKNOWN, 0);
	prove(zones, noon, 5);
	check(zones, noon, ZONE_FOUND, 5);
	check(zones, noon + HOUR, ZONE_AT_EDGE, 5);
	check(zones, noon - HOUR, ZONE_AT_EDGE, 5);
	check(zones, noon + 2 * HOUR, ZONE_UNKNOWN, 0);
	assert_int_equal(export_zones_find(zones, NULL, noon, &utc), ZONE_UNKNOWN);
	assert_int_equal(export_zones_find(zones, "HOST.x", noon, &utc), ZONE_UNKNOWN);
	prove(zones, noon + 3 * DAY, 5);
	check(zones, noon + DAY, ZONE_FOUND, 5);
	check(zones, noon + 3 * DAY + HOUR, ZONE_AT_EDGE, 5);
	export_zones_free(zones);
}

/* Two changes of the clock may lie between what is weeks apart. */
static void test_gap(void **state)
{
	struct export_zones *zones = export_zones_new();

	(void)state;
	prove(zones, noon, 1);
	prove(zones, noon + 20 * DAY, 1);
	check(zones, noon + 10 * DAY, ZONE_UNKNOWN, 0);
	prove(zones, noon + 10 * DAY, 1);
	check(zones, noon + 5 * DAY, ZONE_FOUND, 1);
	check(zones, noon + 15 * DAY, ZONE_FOUND, 1);
	export_zones_free(zones);
}

static void test_change(void **state)
{
	struct export_zones *zones = export_zones_new();

	(void)state;
	prove(zones, noon, 5);
	prove(zones, noon + DAY, 5);
	prove(zones, noon + 2 * DAY, 4);
	prove(zones, noon + 3 * DAY, 4);
	check(zones, noon + DAY / 2, ZONE_FOUND, 5);
	check(zones, noon + 5 * DAY / 2, ZONE_FOUND, 4);
	check(zones, noon + DAY + HOUR, ZONE_UNKNOWN, 0);
	check(zones, noon + 2 * DAY - HOUR, ZONE_UNKNOWN, 0);
	/* Of ranges that cross each other neither is believed. */
	prove(zones, noon + DAY / 4, 4);
	check(zones, noon + DAY / 2, ZONE_UNKNOWN, 0);
	check(zones, noon + 5 * DAY / 2, ZONE_UNKNOWN, 0);
	export_zones_free(zones);
}

static void test_no_proof(void **state)
{
	struct export_zones *zones = export_zones_new();

	(void)state;
	export_zones_add(zones, "host", noon, noon + 5 * HOUR + 120 * WH_SECOND);
	export_zones_add(zones, "host", noon, noon + 20 * HOUR);
	export_zones_add(zones, "host", UINT64_MAX, noon);
	export_zones_add(zones, "host", noon, UINT64_MAX);
	check(zones, noon, ZONE_UNKNOWN, 0);
	check(zones, UINT64_MAX, ZONE_UNKNOWN, 0);
	export_zones_free(zones);
}

static void test_many(void **state)
{
	struct export_zones *zones = export_zones_new();

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		prove(zones, noon + i * 30 * DAY, 1);
	check(zones, noon, ZONE_UNKNOWN, 0);
	export_zones_free(zones);
}

/* What was taken, in order: the numbers of the events, each with its time zone. */
struct taken {
	uint64_t next;
	unsigned local;
};

static bool take(void *context, const struct event *event, enum event_fit fit)
{
	struct taken *taken = context;

	assert_int_equal(fit, EVENT_WANTED);
	assert_int_equal(event->ref.record_id, taken->next++);
	assert_string_equal(event->ref.path, "export");
	taken->local += event->ref.local_time;
	return true;
}

static bool add(struct held_events *held, struct event *event, bool is_local)
{
	event->ref.time = noon;
	event->ref.local_time = is_local;
	event->ref.record_id++;
	return held_events_add(held, event, EVENT_WANTED);
}

static void test_held(void **state)
{
	struct export_zones *zones = export_zones_new();
	struct taken taken = {.next = 1};
	struct held_events *held = held_events_new(zones, &(struct held_taker){take, &taken});
	struct event event;

	(void)state;
	event_init(&event);
	event.host = "host";
	event.ref.path = "export";
	event.ref.has_record_id = true;
	assert_true(add(held, &event, false));
	assert_int_equal(taken.next, 2);
	assert_true(add(held, &event, true));
	assert_true(add(held, &event, false));
	assert_int_equal(held_events_count(held), 2);
	prove(zones, noon, 3);
	assert_true(held_events_release(held));
	assert_int_equal(taken.next, 4);
	assert_int_equal(taken.local, 0);
	event.host = "other";
	for (unsigned i = 0; i < WH_MAX_HELD_EVENTS + 10; i++)
		assert_true(add(held, &event, true));
	assert_int_equal(held_events_count(held), WH_MAX_HELD_EVENTS);
	assert_int_equal(taken.local, 10);
	assert_true(held_events_end(held));
	assert_int_equal(taken.local, WH_MAX_HELD_EVENTS + 10);
	assert_true(add(held, &event, true));
	event_release(&event);
	held_events_free(held);
	export_zones_free(zones);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proofs), cmocka_unit_test(test_gap),
		cmocka_unit_test(test_change), cmocka_unit_test(test_no_proof),
		cmocka_unit_test(test_many),   cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
