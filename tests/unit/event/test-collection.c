/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "event/collection.h"
#include "tests/unit/cmocka_test.h"

static void test_roots(void **state)
{
	static const struct {
		const char *path, *entry, *root;
	} places[] = {
		{"C/Windows/System32/winevt/Logs/a.evtx", NULL, "./c/"},
		{"/mnt/C/WINDOWS/system32/WinEvt/logs/sub/a.evtx", NULL, "/mnt/c/"},
		{"/Windows/System32/winevt/Logs/a.evtx", NULL, "/"},
		{"winevt/Logs/a.evtx", NULL, "./"},
		{"./host//winevt/./Logs/a.evtx", NULL, "./host/"},
		{"C:\\Windows\\System32\\winevt\\Logs\\a.evtx", NULL, "./c:/"},
		{"C/System32/winevt/Logs/a.evtx", NULL, "./c/system32/"},
		{"C/winevt/Logs/x/winevt/Logs/a.evtx", NULL, "./c/"},
		{"t.zip", "C/Windows/System32/winevt/Logs/a.evtx", "./t.zip/c/"},
		{"t.zip", "h.7z > winevt\\Logs\\a.evtx", "./t.zip/h.7z/"},
		{"t.zip", "C/u/h.zip > ../../Windows/System32/winevt/Logs/a.evtx",
		 "./t.zip/c/u/h.zip/../../"},
		{"C/winevt/Logs", "a.evtx", "./c/"},
		{"C/winevt/Logs", NULL, NULL},
		{"C/winevt/Logs/", NULL, NULL},
		{"C/winevt/Logs.zip", "a.evtx", NULL},
		{"C/xwinevt/Logs/a.evtx", NULL, NULL},
		{"C/winevt/a.evtx", NULL, NULL},
		{"", NULL, NULL},
		{NULL, "winevt/Logs/a.evtx", NULL},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		struct event_ref ref = {.path = places[i].path, .entry = places[i].entry};
		g_autofree char *root = collection_root(&ref);

		if (g_strcmp0(root, places[i].root) != 0)
			fail_msg("%s > %s: %s", ref.path, ref.entry, root);
	}
}

static void test_claims(void **state)
{
	struct event_ref ref = {.path = "C/winevt/Logs/a.evtx", .via = "lines"};
	g_autofree char *vouched = collection_root(&ref);

	(void)state;
	assert_string_equal(vouched, "./c/");
	ref.claimed = true;
	assert_null(collection_root(&ref));
}

static void test_folders(void **state)
{
	static const struct {
		const char *path, *entry, *folder;
	} places[] = {
		{"C/Windows/System32/winevt/Logs/a.evtx", NULL, "./"},
		{"h/C/Windows/System32/wbem/Repository/OBJECTS.DATA", NULL, "./h/"},
		{"/h/wbem/Repository/FS/OBJECTS.DATA", NULL, "/h/"},
		{"h/Repository.001/OBJECTS.DATA", NULL, "./h/"},
		{"h/repository.d/x/OBJECTS.DATA", NULL, "./h/repository.d/x/"},
		{"t.zip", "H/C%3A/Windows/System32/winevt/Logs/a.evtx", "./t.zip/h/"},
		{"t.zip", "OBJECTS.DATA", "./t.zip/"},
		{"a.evtx", NULL, "./"},
		{"/a.evtx", NULL, "/"},
		{"", NULL, "./"},
		{"/", "", "/"},
		{"h/Logs.zip", "windows/a.evtx", "./h/logs.zip/"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *folder = collection_folder(places[i].path, places[i].entry);

		if (g_strcmp0(folder, places[i].folder) != 0)
			fail_msg("%s > %s: %s", places[i].path, places[i].entry, folder);
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
