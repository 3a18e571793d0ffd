/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmocka_test.h"

#include <glib.h>

#include "sigma/remote_node.h"

static void note(void *context, const char *name, size_t length)
{
	GString *names = context;

	g_string_append_len(names, name, (gssize)length);
	g_string_append_c(names, ';');
}

static void every_other_host_is_named(void **state)
{
	static const struct {
		const char *line, *host, *names;
	} cases[] = {
		{"wmic os get caption", "pc1.lab.example", ""},
		{"wmic /node:srv os", "pc1.lab.example", "srv;"},
		{"wmic -NODE : \"srv\" os", "pc1.lab.example", "srv;"},
		{"wmic /node:srv,pc1,other os", "pc1.lab.example", "srv;other;"},
		{"wmic /node:\"srv\",'other' os", "pc1", "srv;other;"},
		{"wmic /node:\"srv,other\" os", "pc1", "srv;other;"},
		{"\"/node:localhost\" process call create \"a\"", "pc1", ""},
		{"wmic \"/node:srv\" process call create \"a\"", "pc1", "srv;"},
		{"wmic /node:PC1 os", "pc1.lab.example", ""},
		{"wmic /node:pc1.lab.example os", "PC1", ""},
		{"wmic /node:pc1.lab.example os", "pc1.lab.example", ""},
		{"wmic /node:pc1.other.example os", "pc1.lab.example", "pc1.other.example;"},
		{"wmic /node:pc10 os", "pc1.lab.example", "pc10;"},
		{"wmic /node:pc os", "pc1.lab.example", "pc;"},
		{"wmic /node:127.0.0.1,127.1.2.3,::1,[::1],.,LocalHost,%ComputerName%", "pc1", ""},
		{"wmic /node:127 os", "pc1", "127;"},
		{"wmic /node:@hosts.txt os", "pc1", "@hosts.txt;"},
		{"wmic /node:srv /node:other os", NULL, "srv;other;"},
		{"wmic /nodes:srv /node srv", "pc1", ""},
		{"wmic /node:", "pc1", ""},
		{"wmic /node:\"", "pc1", ""},
		{"wmic /node:\"srv", "pc1", "srv;"},
		{"wmic /node:,,srv", "pc1", "srv;"},
		{"/node", "pc1", ""},
		{"-", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) names = g_string_new(NULL);

		remote_nodes_find(cases[i].line, cases[i].host, note, names);
		assert_string_equal(names->str, cases[i].names);
	}
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_other_host_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
