/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/filetime.h"
#include "tests/support/wmi_events.h"
#include "tests/unit/cmocka_test.h"
#include "wmi/host_names.h"

#define DAY (24 * 60 * 60 * WH_SECOND)
#define ROOT "/case/c/windows/system32/winevt/logs/"
#define OTHER "/case/d/windows/system32/winevt/logs/"
#define PLANTED "/case/c/users/bob/winevt/logs/"

#define NO_HEADER UINT64_MAX

/* A record of a host: its number there, and the day. */
struct record {
	const char *path;
	const char *host;
	uint64_t id;
	uint64_t day;
	uint64_t header_id; /* 0: the same */
	const char *channel;
	const char *renamed_from; /* it is a 6011 */
	const char *renamed_to;
};

static void add(struct host_names *names, const struct record *record)
{
	struct event *event = new_event(record->day * DAY, record->id, "EventLog",
					record->renamed_from ? 6011 : 6005);

	event->host = record->host;
	event->ref.path = record->path;
	event->ref.header_record_id = record->header_id ? record->header_id : record->id;
	if (record->header_id == NO_HEADER)
		event->ref.header_record_id = 0;
	event->ref.channel = record->channel ? record->channel : "System";
	if (record->renamed_from) {
		event_add_field(event, "", record->renamed_from);
		event_add_field(event, "", record->renamed_to);
	}
	host_names_add(names, event);
	free_event(event);
}

/* What the host of each record is called, and all of its names. */
static char *describe(const struct record *records, guint count, const guint *order)
{
	struct host_names *names = host_names_new();
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < count; i++)
		add(names, &records[order[i]]);
	host_names_settle(names);
	for (guint i = 0; i < count; i++) {
		const struct event_ref ref = {.path = records[i].path};
		const struct host_identity *host = host_names_find(names, records[i].host, &ref);

		g_string_append_printf(out, "%s%s", i ? "; " : "", host->name);
		for (guint j = 0; host->names && j < host->names->len; j++)
			g_string_append_printf(out, "%s%s", j ? " " : ": ",
					       (const char *)host->names->pdata[j]);
	}
	for (guint i = 0; i < host_names_get_notes(names)->len; i++)
		g_string_append_printf(out, "\n%s",
				       (const char *)host_names_get_notes(names)->pdata[i]);
	host_names_free(names);
	return g_string_free(out, FALSE);
}

#define MOST 16

/* In every order. */
static void check(const struct record *records, const char *expected)
{
	GRand *random = g_rand_new_with_seed(11);
	guint order[MOST], count = 0;

	while (records[count].path) {
		order[count] = count;
		count++;
	}
	for (int round = 0; round < 30; round++) {
		g_autofree char *got = describe(records, count, order);

		assert_string_equal(got, expected);
		for (guint i = count; i > 1; i--) {
			guint other = (guint)g_rand_int_range(random, 0, (gint32)i);
			guint kept = order[i - 1];

			order[i - 1] = order[other];
			order[other] = kept;
		}
	}
	g_rand_free(random);
}

/* One log goes on under another name; the other logs of the place have one of the two. */
static void test_renamed(void **state)
{
	(void)state;
	check((const struct record[]){{ROOT "a.evtx", "WIN-1", 1, 10, 0, 0, 0, 0},
				      {ROOT "a.evtx", "PC-7", 2, 11, 0, 0, 0, 0},
				      {ROOT "b.evtx", "win-1", 5, 10, 0, 0, 0, 0},
				      {"/lines/c.evtx", "WIN-1", 5, 9, 0, 0, 0, 0},
				      {NULL}},
	      "PC-7: WIN-1 PC-7; PC-7: WIN-1 PC-7; PC-7: WIN-1 PC-7; PC-7: WIN-1 PC-7\n" ROOT
	      "a.evtx says that WIN-1 was named PC-7 from then on: taken for one host");
	/* The clock was set back by hours, and ids tell the order. */
	check((const struct record[]){{ROOT "a.evtx", "WIN-1", 1, 11, 0, 0, 0, 0},
				      {ROOT "a.evtx", "PC-7", 2, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-7: WIN-1 PC-7; PC-7: WIN-1 PC-7\n" ROOT
	      "a.evtx says that WIN-1 was named PC-7 from then on: taken for one host");
	/* An export numbers its records anew, from the first on. */
	check((const struct record[]){{"/e.evtx", "WIN-1", 101, 10, 1, 0, 0, 0},
				      {"/e.evtx", "PC-7", 102, 11, 2, 0, 0, 0},
				      {NULL}},
	      "PC-7: WIN-1 PC-7; PC-7: WIN-1 PC-7\n"
	      "/e.evtx says that WIN-1 was named PC-7 from then on: taken for one host");
}

static void test_event_6011(void **state)
{
	(void)state;
	check((const struct record[]){{ROOT "System.evtx", "PC-7", 9, 11, 0, 0, "WIN-1", "PC-7"},
				      {ROOT "b.evtx", "WIN-1", 5, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-7: WIN-1 PC-7; PC-7: WIN-1 PC-7\n" ROOT
	      "System.evtx says that WIN-1 was named PC-7 from then on: taken for one host");
	/* From a user's folder it says nothing of machines that have logs of their own. */
	check((const struct record[]){{PLANTED "System.evtx", "PC-7", 9, 11, 0, 0, "WIN-1", "PC-7"},
				      {PLANTED "System.evtx", "WIN-1", 8, 10, 0, 0, 0, 0},
				      {ROOT "b.evtx", "WIN-1", 5, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-7; WIN-1; WIN-1\n" PLANTED
	      "System.evtx says that WIN-1 was named PC-7 from then on: not believed, as it does "
	      "not stand in that host's own logs");
}

/* Logs of several machines. */
static void test_collected(void **state)
{
	(void)state;
	/* In turns. */
	check((const struct record[]){{"/f.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {"/f.evtx", "PC-2", 2, 10, 0, 0, 0, 0},
				      {"/f.evtx", "PC-1", 3, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1; PC-2; PC-1");
	/* Each with numbers of its own. */
	check((const struct record[]){{"/f.evtx", "PC-1", 1, 10, 1, 0, 0, 0},
				      {"/f.evtx", "PC-2", 900, 10, 2, 0, 0, 0},
				      {NULL}},
	      "PC-1; PC-2");
	check((const struct record[]){{"/f.evtx", "PC-1", 1, 10, 0, "ForwardedEvents", 0, 0},
				      {"/f.evtx", "PC-2", 2, 10, 0, "ForwardedEvents", 0, 0},
				      {NULL}},
	      "PC-1; PC-2");
	/* Numbers of which it is not known whether they are the log's: no header says so. */
	check((const struct record[]){{"/f.csv", "PC-1", 1, 10, NO_HEADER, 0, 0, 0},
				      {"/f.csv", "PC-2", 2, 10, NO_HEADER, 0, 0, 0},
				      {NULL}},
	      "PC-1; PC-2");
	/* Of several channels. */
	check((const struct record[]){{"/f.evtx", "PC-1", 1, 10, 0, "System", 0, 0},
				      {"/f.evtx", "PC-2", 2, 10, 0, "Security", 0, 0},
				      {NULL}},
	      "PC-1; PC-2");
	/* They ran side by side. */
	check((const struct record[]){{"/f.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {"/f.evtx", "PC-1", 2, 20, 0, 0, 0, 0},
				      {"/f.evtx", "PC-2", 3, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1; PC-1; PC-2");
}

/* A log that is made up does not make one host of two. */
static void test_forged(void **state)
{
	(void)state;
	check((const struct record[]){{PLANTED "a.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {PLANTED "a.evtx", "DC-1", 2, 11, 0, 0, 0, 0},
				      {ROOT "a.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1; DC-1; PC-1\n" PLANTED
	      "a.evtx says that PC-1 was named DC-1 from then on: not believed, as it does not "
	      "stand in that host's own logs");
	/* Even in place: the other machine was there before. */
	check((const struct record[]){{ROOT "a.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {ROOT "a.evtx", "DC-1", 2, 11, 0, 0, 0, 0},
				      {OTHER "a.evtx", "DC-1", 1, 2, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1; DC-1; DC-1\n" ROOT
	      "a.evtx says that PC-1 was named DC-1 from then on: not believed, as other logs have "
	      "the new name from before that");
	/* Or lives on under the name that it is said to have given up. */
	check((const struct record[]){{ROOT "a.evtx", "DC-1", 1, 10, 0, 0, 0, 0},
				      {ROOT "a.evtx", "PC-1", 2, 11, 0, 0, 0, 0},
				      {OTHER "a.evtx", "DC-1", 7, 30, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1: DC-1 PC-1; PC-1: DC-1 PC-1; DC-1\n" ROOT
	      "a.evtx says that DC-1 was named PC-1 from then on: taken for one host");
}

static void test_domains(void **state)
{
	(void)state;
	check((const struct record[]){{"/a.evtx", "pc-1.corp.test", 1, 10, 0, 0, 0, 0},
				      {"/b.evtx", "PC-1", 1, 12, 0, 0, 0, 0},
				      {NULL}},
	      "pc-1.corp.test: PC-1 pc-1.corp.test; pc-1.corp.test: PC-1 pc-1.corp.test");
	/* Two domains claim the short name. */
	check((const struct record[]){{"/a.evtx", "PC-1.corp.test", 1, 10, 0, 0, 0, 0},
				      {"/b.evtx", "PC-1.other.test", 1, 10, 0, 0, 0, 0},
				      {"/c.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1.corp.test; PC-1.other.test; PC-1");
	/* Each joined its domain: the short name is of both, in the logs of each. */
	check((const struct record[]){{ROOT "a.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {ROOT "a.evtx", "PC-1.corp.test", 2, 11, 0, 0, 0, 0},
				      {OTHER "a.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {OTHER "a.evtx", "PC-1.other.test", 2, 11, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1.corp.test: PC-1 PC-1.corp.test; PC-1.corp.test: PC-1 PC-1.corp.test; "
	      "PC-1.other.test: PC-1 PC-1.other.test; PC-1.other.test: PC-1 PC-1.other.test");
	/* What a file in a user's folder calls itself does not make it two. */
	check((const struct record[]){{ROOT "a.evtx", "PC-1.corp.test", 2, 11, 0, 0, 0, 0},
				      {ROOT "b.evtx", "PC-1", 1, 10, 0, 0, 0, 0},
				      {"/x.evtx", "PC-1.other.test", 1, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1.corp.test: PC-1 PC-1.corp.test; PC-1.corp.test: PC-1 PC-1.corp.test; "
	      "PC-1.other.test");
	/* An address has no domain. */
	check((const struct record[]){{"/a.evtx", "192.0.2.7", 1, 10, 0, 0, 0, 0},
				      {"/b.evtx", "192", 1, 10, 0, 0, 0, 0},
				      {NULL}},
	      "192.0.2.7; 192");
}

/* Machines that were set up from one image. */
static void test_image(void **state)
{
	(void)state;
	check((const struct record[]){{ROOT "a.evtx", "IMAGE", 1, 10, 0, 0, 0, 0},
				      {ROOT "a.evtx", "PC-1", 2, 11, 0, 0, 0, 0},
				      {OTHER "a.evtx", "IMAGE", 1, 10, 0, 0, 0, 0},
				      {OTHER "a.evtx", "PC-2", 2, 15, 0, 0, 0, 0},
				      {"/x.evtx", "IMAGE", 1, 10, 0, 0, 0, 0},
				      {NULL}},
	      "PC-1: IMAGE PC-1; PC-1: IMAGE PC-1; PC-2: IMAGE PC-2; PC-2: IMAGE PC-2; IMAGE\n" ROOT
	      "a.evtx says that IMAGE was named PC-1 from then on: taken for one host\n" OTHER
	      "a.evtx says that IMAGE was named PC-2 from then on: taken for one host");
}

/* What was never added goes by its name; what has none is nobody. */
static void test_strangers(void **state)
{
	struct host_names *names = host_names_new();
	const struct event_ref ref = {.path = "/a.evtx"};

	(void)state;
	host_names_settle(names);
	assert_string_equal(host_names_find(names, "PC-1", &ref)->name, "PC-1");
	assert_string_equal(host_names_find(names, "pc-1", &ref)->name, "PC-1");
	assert_null(host_names_find(names, NULL, &ref)->name);
	host_names_free(names);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_renamed),	  cmocka_unit_test(test_event_6011),
		cmocka_unit_test(test_collected), cmocka_unit_test(test_forged),
		cmocka_unit_test(test_domains),	  cmocka_unit_test(test_image),
		cmocka_unit_test(test_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
