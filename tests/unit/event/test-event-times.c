/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include "event/event_times.h"
#include "event/filetime.h"

#define AT(second) ((second)*WH_SECOND)

static struct event_ref ref(uint64_t time, enum time_precision precision, uint64_t record_id)
{
	return (struct event_ref){.time = time,
				  .precision = precision,
				  .channel = "Security",
				  .path = "export",
				  .record_id = record_id,
				  .has_record_id = record_id != 0};
}

static void assert_order(struct event_ref a, struct event_ref b, enum event_order order)
{
	assert_int_equal(event_order(&a, &b), order);
	assert_int_equal(event_order(&b, &a), -(int)order);
}

static void test_order(void **state)
{
	struct event_ref exact = ref(AT(10) + 5, TIME_EXACT, 0);
	struct event_ref second = ref(AT(10), TIME_SECONDS, 0);

	(void)state;
	assert_order(exact, ref(AT(10) + 6, TIME_EXACT, 0), EVENT_BEFORE);
	assert_order(exact, exact, EVENT_UNDECIDED);
	assert_order(exact, second, EVENT_UNDECIDED);
	assert_order(second, ref(AT(11) - 1, TIME_EXACT, 0), EVENT_UNDECIDED);
	assert_order(second, ref(AT(11), TIME_EXACT, 0), EVENT_BEFORE);
	assert_order(ref(AT(10) - 1, TIME_EXACT, 0), second, EVENT_BEFORE);
	assert_order(second, ref(AT(11), TIME_SECONDS, 0), EVENT_BEFORE);
	assert_order(second, second, EVENT_UNDECIDED);
	assert_order(ref(AT(10), TIME_MILLISECONDS, 0), ref(AT(10) + 9999, TIME_EXACT, 0),
		     EVENT_UNDECIDED);
	assert_order(ref(AT(10), TIME_MILLISECONDS, 0), ref(AT(10) + 10000, TIME_EXACT, 0),
		     EVENT_BEFORE);
	assert_order(ref(UINT64_MAX, TIME_SECONDS, 0), second, EVENT_AFTER);
}

/* Only where times leave it open, and within one log. */
static void test_record_ids(void **state)
{
	struct event_ref first = ref(AT(10), TIME_SECONDS, 7), later = ref(AT(10), TIME_SECONDS, 8);

	(void)state;
	assert_order(first, later, EVENT_BEFORE);
	assert_order(first, first, EVENT_UNDECIDED);
	assert_order(ref(AT(11), TIME_SECONDS, 7), later, EVENT_AFTER);
	later.path = "another export";
	assert_order(first, later, EVENT_UNDECIDED);
	later.path = first.path;
	later.channel = "System";
	assert_order(first, later, EVENT_UNDECIDED);
	first.channel = later.channel = NULL;
	assert_order(first, later, EVENT_UNDECIDED);
}

static void assert_distance(struct event_ref a, struct event_ref b, uint64_t distance)
{
	assert_int_equal(event_distance(&a, &b), distance);
	assert_int_equal(event_distance(&b, &a), distance);
}

static void test_distance(void **state)
{
	struct event_ref second = ref(AT(10), TIME_SECONDS, 0);

	(void)state;
	assert_distance(second, second, 0);
	assert_distance(second, ref(AT(10) + 5, TIME_EXACT, 0), 0);
	assert_distance(second, ref(AT(13), TIME_EXACT, 0), AT(2) + 1);
	assert_distance(second, ref(AT(7), TIME_EXACT, 0), AT(3));
	assert_int_equal(event_latest(&second), AT(11) - 1);
	assert_int_equal(event_latest(&(struct event_ref){.precision = TIME_SECONDS}), 0);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_record_ids),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
