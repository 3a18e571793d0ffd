/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "map/dedup.h"
#include "tests/unit/cmocka_test.h"

/* Adds the same event of Sysmon, read at `path`. */
static bool add(struct dedup *dedup, const char *id, const char *path)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct packed_identity identity;
	struct event event;
	bool known;

	event_init(&event);
	event_set(&event, EVENT_PROVIDER, NULL, "Microsoft-Windows-Sysmon");
	event_set(&event, EVENT_ID, NULL, id);
	event_add_field(&event, "a", "");
	event.ref.path = path;
	event_pack(&event, true, bytes);
	assert_true(packed_identity_get(bytes->data, bytes->len, &identity));
	known = dedup_add(dedup, &identity, &event);
	event_release(&event);
	return known;
}

/* An event of a subscription comes again only from further out than before. */
static void test_places(void **state)
{
	static const char fact[] = "19";
	struct dedup *dedup = dedup_new();

	(void)state;
	assert_false(add(dedup, fact, "C/copy.evtx"));
	assert_true(add(dedup, fact, "C/other.evtx"));
	assert_false(add(dedup, fact, "C/bob/winevt/Logs/a.evtx"));
	assert_true(add(dedup, fact, "C/bob/WINEVT/Logs/b.evtx"));
	assert_true(add(dedup, fact, "C/bob/x/winevt/Logs/a.evtx"));
	assert_true(add(dedup, fact, "D/winevt/Logs/a.evtx"));
	assert_false(add(dedup, fact, "C/Windows/System32/winevt/Logs/a.evtx"));
	assert_true(add(dedup, fact, "C/bob/winevt/Logs/a.evtx"));
	assert_true(add(dedup, fact, "C/copy.evtx"));
	dedup_free(dedup);
}

static void test_other_events(void **state)
{
	struct dedup *dedup = dedup_new();

	(void)state;
	assert_false(add(dedup, "1", "C/copy.evtx"));
	assert_true(add(dedup, "1", "C/winevt/Logs/a.evtx"));
	assert_false(add(dedup, "2", "C/winevt/Logs/a.evtx"));
	dedup_free(dedup);
}

/* Adds an event of a subscription as a log or an export has it. */
static bool add_copy(struct dedup *dedup, enum event_format format, uint64_t record_id,
		     uint64_t time, const char *path)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct packed_identity identity;
	struct event event;
	bool known;

	event_init(&event);
	event_set(&event, EVENT_PROVIDER, NULL, "Microsoft-Windows-Sysmon");
	event_set(&event, EVENT_ID, NULL, "19");
	event_set(&event, EVENT_HOST, NULL, format == EVENT_FORMAT_LOG ? "H.example" : "h");
	event_add_field(&event, "a", "b");
	event.ref.format = format;
	event.ref.has_record_id = record_id > 0;
	event.ref.record_id = record_id;
	event.ref.time = time;
	event.ref.path = path;
	event_pack(&event, true, bytes);
	assert_true(packed_identity_get(bytes->data, bytes->len, &identity));
	known = dedup_add(dedup, &identity, &event);
	event_release(&event);
	return known;
}

static void test_exports(void **state)
{
	const uint64_t second = 10000000, time = 1000 * second;
	struct dedup *dedup = dedup_new();

	(void)state;
	assert_false(add_copy(dedup, EVENT_FORMAT_LOG, 7, time, "a.evtx"));
	assert_true(add_copy(dedup, EVENT_FORMAT_NXLOG, 7, time + second, "a.json"));
	assert_false(add_copy(dedup, EVENT_FORMAT_NXLOG, 7, time + 2 * second, "b.json"));
	assert_false(add_copy(dedup, EVENT_FORMAT_NXLOG, 8, time, "b.json"));
	/* Without a record id by content, and once for each file. */
	assert_true(add_copy(dedup, EVENT_FORMAT_DEFENDER, 0, time, "c.csv"));
	/* No export hides an event of a log. */
	assert_false(add_copy(dedup, EVENT_FORMAT_LOG, 8, time, "b.evtx"));
	dedup_free(dedup);
}

/* Two that are alike in one file are two. */
static void test_exports_without_ids(void **state)
{
	struct dedup *dedup = dedup_new();

	(void)state;
	assert_false(add_copy(dedup, EVENT_FORMAT_OTRF, 0, 1000, "a.json"));
	assert_false(add_copy(dedup, EVENT_FORMAT_OTRF, 0, 1000, "a.json"));
	assert_true(add_copy(dedup, EVENT_FORMAT_OTRF, 0, 1000, "b.json"));
	assert_true(add_copy(dedup, EVENT_FORMAT_OTRF, 0, 1000, "b.json"));
	assert_false(add_copy(dedup, EVENT_FORMAT_OTRF, 0, 1000, "b.json"));
	dedup_free(dedup);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_exports),
		cmocka_unit_test(test_exports_without_ids),
		cmocka_unit_test(test_other_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
