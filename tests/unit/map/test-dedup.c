/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "map/dedup.h"
#include "tests/unit/cmocka_test.h"

/* Adds the same event, read at `path`. */
static bool add(struct dedup *dedup, const char *members, const char *path)
{
	g_autofree char *line = g_strdup_printf("{\"kind\":\"event\",%s\"data\":{\"a\":\"\"},"
						"\"source\":{\"path\":\"%s\",\"offset\":1,"
						"\"header_record_id\":1}}\n",
						members, path);

	return dedup_add(dedup, line, strlen(line));
}

/* An event of a subscription comes again only from further out than before. */
static void test_places(void **state)
{
	static const char fact[] = "\"event_id\":19,\"operation\":\"created\",";
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
	assert_false(add(dedup, "\"event_id\":1,", "C/copy.evtx"));
	assert_true(add(dedup, "\"event_id\":1,", "C/winevt/Logs/a.evtx"));
	assert_false(add(dedup, "\"event_id\":2,", "C/winevt/Logs/a.evtx"));
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
