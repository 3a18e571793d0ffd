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

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_other_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
