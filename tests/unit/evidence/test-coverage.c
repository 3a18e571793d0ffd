/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "event/filetime.h"
#include "evidence/coverage.h"
#include "tests/support/wmi_events.h"
#include "tests/unit/cmocka_test.h"

#define WMI_LOG "Microsoft-Windows-WMI-Activity/Operational"
#define MINUTE (60 * WH_SECOND)

/* 2021-02-14. */
static const uint64_t day = UINT64_C(132577344000000000);

/* A log of one host and channel with records from..to, numbered from 1 on. */
struct made_log {
	const char *path;
	const char *host;
	const char *channel;
	uint64_t from, to;
	uint64_t first_id, records;
};

static void add_log(struct coverage *coverage, const struct made_log *log)
{
	struct log_holding *holding;
	struct log_facts facts;

	log_facts_init(&facts);
	facts.ref.path = log->path;
	facts.has_header = true;
	holding = log_facts_add(&facts, log->host, log->channel);
	holding->from = log->from;
	holding->to = log->to;
	holding->first_id = log->first_id;
	holding->last_id = log->first_id + log->records - 1;
	holding->records = log->records;
	coverage_add_log(coverage, &facts);
	log_facts_release(&facts);
}

/* A log without a record. */
static void add_bare_log(struct coverage *coverage, const char *path, bool is_unread)
{
	struct log_facts facts;

	log_facts_init(&facts);
	facts.ref.path = path;
	facts.is_unread = is_unread;
	facts.has_header = !is_unread;
	facts.read_errors = is_unread;
	coverage_add_log(coverage, &facts);
	log_facts_release(&facts);
}

static void add_event(struct coverage *coverage, uint64_t time, const char *channel,
		      const char *provider, unsigned event_id)
{
	struct event *event = new_event(time, time, provider, event_id);

	event->ref.channel = channel;
	coverage_add_event(coverage, event, event_id == 5861);
	free_event(event);
}

static void add_5861(struct coverage *coverage, uint64_t time)
{
	add_event(coverage, time, WMI_LOG, "Microsoft-Windows-WMI-Activity", 5861);
}

static void add_wmi_start(struct coverage *coverage, uint64_t time)
{
	add_event(coverage, time, "Application", "Microsoft-Windows-WMI", 5617);
}

/* An event with fields: names and values in turn, up to a NULL. */
static void add_said(struct coverage *coverage, uint64_t time, const char *provider,
		     unsigned event_id, ...)
{
	struct event *event = new_event(time, time, provider, event_id);
	const char *name;
	va_list rest;

	event->ref.channel = event_id == 4616 || event_id == 1102 ? "Security" : "System";
	va_start(rest, event_id);
	while ((name = va_arg(rest, const char *)))
		event_add_field(event, name, va_arg(rest, const char *));
	va_end(rest);
	coverage_add_event(coverage, event, false);
	free_event(event);
}

static const struct host_coverage *take_one(struct coverage *coverage, struct host_names *names)
{
	g_autoptr(GPtrArray) hosts = coverage_take(coverage, names, NULL);

	assert_int_equal(hosts->len, 1);
	return hosts->pdata[0];
}

static bool is_said(const struct host_coverage *host, const char *text)
{
	for (guint i = 0; i < host->blind->len; i++)
		if (strstr(host->blind->pdata[i], text))
			return true;
	return false;
}

static const struct made_log wmi_log = {
	.path = "C/WMI.evtx",
	.host = TEST_HOST,
	.channel = WMI_LOG,
	.first_id = 1,
	.records = 100,
};

static struct made_log wmi_log_of_day(void)
{
	struct made_log log = wmi_log;

	log.from = day;
	log.to = day + 600 * MINUTE;
	return log;
}

static void test_covered_by_5861(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct made_log log = wmi_log_of_day();
	const struct host_coverage *host;

	(void)state;
	add_log(coverage, &log);
	add_wmi_start(coverage, day + MINUTE);
	add_5861(coverage, day + 3 * MINUTE);
	/* A copy of it. */
	add_5861(coverage, day + 3 * MINUTE);
	host = take_one(coverage, names);
	assert_int_equal(host->covered, COVERED);
	assert_int_equal(host->logs[WANTED_WMI].state, LOG_READ);
	assert_int_equal(host->logs[WANTED_WMI].records, 100);
	assert_int_equal(host->logs[WANTED_WMI].reports, 1);
	assert_int_equal(host->replayed, 1);
	assert_int_equal(host->silent + host->unknown, 0);
	assert_true(is_said(host, "No 5861 can be expected before 2021-02-14 00:00:00 or after "
				  "2021-02-14 10:00:00: the log begins and ends then"));
	assert_true(is_said(host, "Sysmon/Operational that was looked for"));
	coverage_free(coverage);
	host_names_free(names);
}

/* Starts of WMI that nothing followed: in the log's time, cut short by a stop, and after its end.
 */
static void test_silent_starts(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct made_log log = wmi_log_of_day();
	const struct host_coverage *host;

	(void)state;
	add_log(coverage, &log);
	add_wmi_start(coverage, day + 100 * MINUTE);
	add_wmi_start(coverage, day + 200 * MINUTE);
	add_event(coverage, day + 201 * MINUTE, "System", "EventLog", 6006);
	add_wmi_start(coverage, day + 595 * MINUTE);
	host = take_one(coverage, names);
	assert_int_equal(host->silent, 1);
	assert_int_equal(host->unknown, 2);
	assert_true(host->first_silent == day + 100 * MINUTE);
	assert_int_equal(host->covered, COVERED_NOT);
	assert_true(is_said(host, "WMI started at 2021-02-14 01:40:00, and no 5861 followed"));
	coverage_free(coverage);
	host_names_free(names);
}

static void test_old_windows(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct made_log log = wmi_log_of_day();
	const struct host_coverage *host;

	(void)state;
	add_log(coverage, &log);
	add_said(coverage, day, "EventLog", 6009, "", "6.03.", "", "9600", "", "", NULL);
	host = take_one(coverage, names);
	assert_int_equal(host->build, 9600);
	assert_int_equal(host->covered, COVERED_NOT);
	assert_true(is_said(host, "Windows of build 9600 logs no 5861"));
	assert_false(is_said(host, "can be expected before"));
	coverage_free(coverage);
	host_names_free(names);
}

static void test_no_5861(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct made_log log = wmi_log_of_day();
	const struct host_coverage *host;

	(void)state;
	add_log(coverage, &log);
	host = take_one(coverage, names);
	assert_int_equal(host->covered, COVERED_PARTLY);
	assert_true(is_said(host, "holds no 5861, and it is not known that WMI started"));
	coverage_free(coverage);
	host_names_free(names);
}

/* A log without a record names no host: it is that of the others of its folder. */
static void test_bare_logs(void **state)
{
	const struct made_log system = {"C/System.evtx", TEST_HOST, "System", day, day, 1, 1};
	const struct made_log other = {"D/System.evtx", "other", "System", day, day, 1, 1};
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	g_autoptr(GPtrArray) hosts = NULL;
	const struct host_coverage *host;

	(void)state;
	add_bare_log(coverage, "C/Microsoft-Windows-WMI-Activity%4Operational.evtx", false);
	add_bare_log(coverage, "C/security.EVTX", true);
	add_bare_log(coverage, "E/Security.evtx", true);
	add_log(coverage, &system);
	add_log(coverage, &other);
	hosts = coverage_take(coverage, names, NULL);
	assert_int_equal(hosts->len, 2);
	host = hosts->pdata[0];
	assert_string_equal(host->identity->name, TEST_HOST);
	assert_int_equal(host->logs[WANTED_WMI].state, LOG_EMPTY);
	assert_int_equal(host->logs[WANTED_SECURITY].state, LOG_UNREAD);
	assert_int_equal(host->read_errors, 1);
	assert_int_equal(host->covered, COVERED_NOT);
	host = hosts->pdata[1];
	assert_int_equal(host->logs[WANTED_WMI].state, LOG_ABSENT);
	assert_int_equal(host->logs[WANTED_SECURITY].state, LOG_ABSENT);
	coverage_free(coverage);
	host_names_free(names);
}

/* The same log of two days, and a copy of one: each record counts once. */
static void test_copies(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	struct made_log log = wmi_log_of_day();
	const struct host_coverage *host;

	(void)state;
	add_log(coverage, &log);
	add_log(coverage, &log);
	log.path = "later/WMI.evtx";
	log.from += 60 * MINUTE;
	log.to += 60 * MINUTE;
	log.first_id = 51;
	add_log(coverage, &log);
	log.path = "latest/WMI.evtx";
	log.from = day + 1000 * MINUTE;
	log.to = day + 1100 * MINUTE;
	log.first_id = 161;
	add_log(coverage, &log);
	host = take_one(coverage, names);
	assert_int_equal(host->logs[WANTED_WMI].records, 250);
	assert_int_equal(host->logs[WANTED_WMI].first_id, 1);
	assert_int_equal(host->logs[WANTED_WMI].missing, 10);
	assert_true(host->logs[WANTED_WMI].to == day + 1100 * MINUTE);
	coverage_free(coverage);
	host_names_free(names);
}

/* Numbers of a log that several hosts wrote to are of none of them. */
static void test_forwarded(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	g_autoptr(GPtrArray) hosts = NULL;
	struct log_holding *holding;
	struct log_facts facts;

	(void)state;
	log_facts_init(&facts);
	for (unsigned i = 0; i < 2; i++) {
		holding = log_facts_add(&facts, i ? "one" : "other", WMI_LOG);
		holding->from = holding->to = day;
		holding->first_id = 1 + i;
		holding->last_id = 99 + i;
		holding->records = 50;
	}
	coverage_add_log(coverage, &facts);
	log_facts_release(&facts);
	hosts = coverage_take(coverage, names, NULL);
	assert_int_equal(hosts->len, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct host_coverage *host = hosts->pdata[i];

		assert_int_equal(host->logs[WANTED_WMI].records, 50);
		assert_int_equal(host->logs[WANTED_WMI].missing, 0);
		assert_int_equal(host->logs[WANTED_WMI].first_id, 0);
	}
	coverage_free(coverage);
	host_names_free(names);
}

static void test_events_alone(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct host_coverage *host;

	(void)state;
	add_5861(coverage, day);
	host = take_one(coverage, names);
	assert_int_equal(host->logs[WANTED_WMI].state, LOG_EVENTS);
	assert_int_equal(host->covered, COVERED_PARTLY);
	assert_true(is_said(host, "only events of 2021-02-14 00:00:00 were given"));
	coverage_free(coverage);
	host_names_free(names);
}

static void add_local_event(struct coverage *coverage, uint64_t time, uint64_t record_id,
			    const char *channel, const char *provider, unsigned event_id)
{
	struct event *event = new_event(time, time, provider, event_id);

	event->ref.channel = channel;
	event->ref.record_id = record_id;
	event->ref.local_time = true;
	coverage_add_event(coverage, event, event_id == 5861);
	free_event(event);
}

/* Of a log that was read, an event from elsewhere says neither that it reaches further nor, at a
 * time of no known zone, that one more was logged. */
static void test_events_beside_log(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct made_log log = wmi_log_of_day();
	const struct host_coverage *host;

	(void)state;
	add_log(coverage, &log);
	add_5861(coverage, day + MINUTE);
	add_5861(coverage, day - 600 * MINUTE);
	add_local_event(coverage, day - 300 * MINUTE, day + MINUTE, WMI_LOG,
			"Microsoft-Windows-WMI-Activity", 5861);
	add_local_event(coverage, day - 300 * MINUTE, 4, WMI_LOG, "Microsoft-Windows-WMI-Activity",
			5861);
	add_local_event(coverage, day + 300 * MINUTE, 5, "Application", "Microsoft-Windows-WMI",
			5617);
	/* The log was not yet written then. */
	add_wmi_start(coverage, day - 400 * MINUTE);
	host = take_one(coverage, names);
	assert_int_equal(host->logs[WANTED_WMI].from, day);
	assert_int_equal(host->logs[WANTED_WMI].to, day + 600 * MINUTE);
	assert_int_equal(host->logs[WANTED_WMI].reports, 3);
	assert_int_equal(host->silent, 0);
	assert_int_equal(host->unknown, 1);
	coverage_free(coverage);
	host_names_free(names);
}

/* Only what was looked for is known of an export: that a log was not read is not said of it. */
static void test_absent_from_events(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct host_coverage *host;

	(void)state;
	add_event(coverage, day, "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon",
		  1);
	host = take_one(coverage, names);
	assert_int_equal(host->covered, COVERED_NOT);
	assert_true(is_said(host, "No 5861 is among the events given"));
	assert_true(is_said(host, "No 19, 20 or 21 is among the events"));
	assert_true(is_said(host, "No event of the log Security that was looked for"));
	assert_false(is_said(host, "Security was not read"));
	assert_false(is_said(host, "Sysmon logged no 19"));
	coverage_free(coverage);
	host_names_free(names);
}

/* Both events of one step of the clock count once, small steps not at all. */
static void test_host_events(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const char *noon = "2021-02-14T12:00:00.0000000Z", *nine = "2021-02-14T09:00:00.0000000Z";
	const struct host_coverage *host;

	(void)state;
	add_said(coverage, day, "Microsoft-Windows-Kernel-General", 1, "NewTime", nine, "OldTime",
		 noon, NULL);
	add_said(coverage, day, "Microsoft-Windows-Security-Auditing", 4616, "PreviousTime", noon,
		 "NewTime", nine, NULL);
	add_said(coverage, day, "Microsoft-Windows-Kernel-General", 1, "NewTime", noon, "OldTime",
		 "2021-02-14T12:00:59.0000000Z", NULL);
	add_said(coverage, day, "EventLog", 6013, "", "", "", "", "", "", "", "", "", "15", "",
		 "60", "", "-60 W. Europe Standard Time", NULL);
	add_said(coverage, day, "Microsoft-Windows-Eventlog", 104, "Channel", WMI_LOG, NULL);
	add_said(coverage, day, "Microsoft-Windows-Eventlog", 1102, NULL);
	host = take_one(coverage, names);
	assert_int_equal(host->clock_changes->len, 1);
	assert_true(is_said(host, "The clock was set back by 03:00:00, from 2021-02-14 12:00:00 to "
				  "2021-02-14 09:00:00"));
	assert_string_equal(host->zone, "W. Europe Standard Time");
	assert_int_equal(host->bias, -60);
	assert_true(is_said(host, "The log " WMI_LOG " was cleared at 2021-02-14 00:00:00"));
	assert_true(is_said(host, "The log Security was cleared at 2021-02-14 00:00:00"));
	coverage_free(coverage);
	host_names_free(names);
}

static void test_findings(void **state)
{
	struct coverage *coverage = coverage_new(1 << 20);
	struct host_names *names = host_names_new();
	const struct host_coverage *host;

	(void)state;
	add_5861(coverage, day);
	host = take_one(coverage, names);
	coverage_note_finding(coverage, host->identity);
	coverage_note_finding(coverage, &(struct host_identity){.name = TEST_HOST});
	coverage_note_finding(coverage, NULL);
	assert_int_equal(host->findings, 1);
	coverage_free(coverage);
	host_names_free(names);
}

/* What a log or a host claims without end costs the others nothing. */
static void test_memory(void **state)
{
	struct coverage *coverage = coverage_new(256 << 10);
	struct host_names *names = host_names_new();
	g_autoptr(GPtrArray) hosts = NULL;
	const struct host_coverage *host;

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		add_5861(coverage, day + i * MINUTE);
	add_log(coverage, &(struct made_log){"D/x.evtx", "quiet", WMI_LOG, day, day, 1, 1});
	hosts = coverage_take(coverage, names, NULL);
	assert_int_equal(hosts->len, 2);
	host = hosts->pdata[0];
	assert_true(host->left_out > 0 && host->logs[WANTED_WMI].reports < 20000);
	assert_true(is_said(host, "--max-memory"));
	host = hosts->pdata[1];
	assert_string_equal(host->identity->name, "quiet");
	assert_int_equal(host->logs[WANTED_WMI].records, 1);
	coverage_free(coverage);
	host_names_free(names);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covered_by_5861),
		cmocka_unit_test(test_silent_starts),
		cmocka_unit_test(test_old_windows),
		cmocka_unit_test(test_no_5861),
		cmocka_unit_test(test_bare_logs),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_events_alone),
		cmocka_unit_test(test_events_beside_log),
		cmocka_unit_test(test_absent_from_events),
		cmocka_unit_test(test_host_events),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
