/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/wmi_events.h"
#include "wmi/join.h"
#include "evidence/link.h"
#include "evidence/timeline.h"

#define WMI "Microsoft-Windows-WMI-Activity"
#define SECURITY "Microsoft-Windows-Security-Auditing"
#define SYSMON "Microsoft-Windows-Sysmon"
#define POWERSHELL "Microsoft-Windows-PowerShell"
#define SECOND WH_SECOND
#define MADE (100000 * SECOND) /* when the subscriptions of these tests were made */

/* An event `seconds` after MADE with fields: names and values in turn, up to a NULL. */
static struct event *at(int seconds, const char *provider, unsigned event_id, ...)
{
	uint64_t time = MADE + (uint64_t)((int64_t)seconds * (int64_t)SECOND);
	struct event *event = new_event(time, (uint64_t)(1000 + seconds), provider, event_id);
	const char *name;
	va_list rest;

	va_start(rest, event_id);
	while ((name = va_arg(rest, const char *)))
		event_add_field(event, name, va_arg(rest, const char *));
	va_end(rest);
	return event;
}

static struct event *by(struct event *event, uint32_t process_id)
{
	event->process_id = process_id;
	event->has_process_id = true;
	return event;
}

static struct event *on_host(struct event *event, const char *host)
{
	event->host = host;
	return event;
}

static struct event *process(int seconds, const char *id, const char *image, const char *command,
			     const char *parent)
{
	return at(seconds, SYSMON, 1, "ProcessId", id, "Image", image, "CommandLine", command,
		  "ParentProcessId", "4", "ParentImage", parent, "LogonId", "0x77", NULL);
}

/* A subscription that 5861 told of: runs "bell.exe %TEMP%\x". */
static struct event *whole(int seconds)
{
	return by(new_whole_event(MADE + (uint64_t)((int64_t)seconds * (int64_t)SECOND), "Gate",
				  "SELECT * FROM Swing", "Bell", "bell.exe %TEMP%\\x", NULL),
		  900);
}

struct run {
	struct evidence_store *store;
	GPtrArray *subscriptions;
	bool is_whole;
};

/* Everything but subscriptions is evidence; takes the events. */
static struct run run_events(GPtrArray *events, const guint *order)
{
	struct run run = {.store = evidence_store_new()};
	struct joiner *joiner = joiner_new();

	for (guint i = 0; i < events->len; i++) {
		const struct event *event = events->pdata[order ? order[i] : i];
		struct wmi_fact *fact = wmi_fact_from_event(event);
		struct evidence *evidence = fact ? NULL : evidence_from_event(event);

		if (fact)
			joiner_add(joiner, event, fact);
		if (evidence && event_get_field(event, "unmatched") == NULL)
			evidence_take_matches(evidence, 2, NULL, NULL);
		if (evidence)
			evidence_store_add(run.store, evidence);
		wmi_fact_free(fact);
	}
	run.subscriptions = joiner_take(joiner);
	joiner_free(joiner);
	run.is_whole = link_evidence(run.store, run.subscriptions);
	return run;
}

static void run_release(struct run *run)
{
	g_ptr_array_unref(run->subscriptions);
	evidence_store_free(run->store);
}

static void append_entry(GString *out, const struct timeline_entry *entry)
{
	int64_t seconds = (int64_t)(entry->time - MADE) / (int64_t)SECOND;

	g_string_append_printf(out, "%d %s %u", entry->time ? (int)seconds : 0, entry->what,
			       entry->event_id);
	if (entry->count > 1)
		g_string_append_printf(out, " x%u", entry->count);
	if (entry->from)
		g_string_append_printf(out, " from %s", entry->from);
	if (entry->why)
		g_string_append_printf(out, ": %s", entry->why);
	g_string_append_c(out, '\n');
}

static char *tell(const struct run *run)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < run->subscriptions->len; i++) {
		const struct subscription *subscription = run->subscriptions->pdata[i];

		if (run->subscriptions->len > 1)
			g_string_append_printf(out, "%s %s\n", subscription->host,
					       subscription->filter->name);
		for (guint j = 0; subscription->timeline && j < subscription->timeline->len; j++)
			append_entry(out, subscription->timeline->pdata[j]);
	}
	return g_string_free(out, FALSE);
}

static void shuffle(guint *order, guint count, GRand *random)
{
	for (guint i = count; i > 1; i--) {
		guint other = (guint)g_rand_int_range(random, 0, (gint32)i);
		guint kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

/* The events give these timelines in any order. */
static void check(const char *expected, struct event *first, ...)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	GRand *random = g_rand_new_with_seed(7);
	g_autofree guint *order = NULL;
	va_list rest;

	va_start(rest, first);
	for (struct event *event = first; event; event = va_arg(rest, struct event *))
		g_ptr_array_add(events, event);
	va_end(rest);
	order = g_new(guint, events->len);
	for (guint i = 0; i < events->len; i++)
		order[i] = i;
	for (int round = 0; round < 10; round++) {
		struct run run = run_events(events, order);
		g_autofree char *got = tell(&run);

		assert_true(run.is_whole);
		assert_string_equal(got, expected);
		run_release(&run);
		shuffle(order, events->len, random);
	}
	g_rand_free(random);
}

/* Without evidence there is no timeline, nor with evidence of something else. */
static void test_nothing(void **state)
{
	(void)state;
	check("", whole(0), NULL);
	check("", whole(0),
	      on_host(at(0, WMI, 5859, "Query", "SELECT * FROM Swing", NULL), "OTHER"),
	      at(0, WMI, 5859, "Query", "SELECT * FROM Slide", NULL),
	      at(0, WMI, 5859, "Query", "SELECT * FROM Swing", "NamespaceName", "//./root/x", NULL),
	      process(500, "1", "bell.exe", "bell.exe y", "WmiPrvSE.exe"),
	      process(500, "2", "bell.exe", "bell.exe c:\\x", "explorer.exe"),
	      process(-500, "3", "bell.exe", "bell.exe c:\\x", "WmiPrvSE.exe"), NULL);
}

static void test_query(void **state)
{
	(void)state;
	check("0 registered 5861\n"
	      "1 activated 5859: the filter's query, in the process that logged the binding\n"
	      "2 activated 5859: the filter's query\n",
	      whole(0),
	      by(at(1, WMI, 5859, "Query", "select *  from Swing\n", "NamespaceName",
		    "//./root/CIMV2", NULL),
		 900),
	      by(at(2, WMI, 5859, "Query", "SELECT * FROM Swing", NULL), 901), NULL);
}

static void test_names(void **state)
{
	(void)state;
	check("-300 written 11 from CELLAR: names its filter Gate\n"
	      "-299 failed 5858: names its consumer Bell\n"
	      "-298 script 4104: names its filter and its consumer\n"
	      "-297 process 1: names its consumer Bell\n"
	      "0 registered 5861\n"
	      "300 removed 11: names its filter and its consumer\n",
	      whole(0),
	      at(-300, WMI, 11, "ClientMachine", "CELLAR", "Operation",
		 "Start IWbemServices::PutInstance - root\\subscription : "
		 "__EventFilter.Name=\"gate\"",
		 NULL),
	      at(-299, WMI, 5858, "Operation",
		 "Start IWbemServices::GetObject - root\\subscription : "
		 "CommandLineEventConsumer.Name=\"Bell\"",
		 NULL),
	      at(-298, POWERSHELL, 4104, "ScriptBlockText",
		 "Set-WmiInstance -Class __EventFilter @{Name='Gate'}; New-Thing BELL", NULL),
	      process(-297, "1", "wmic.exe", "wmic PATH CommandLineEventConsumer Name=\\\"Bell\\\"",
		      "cmd.exe"),
	      at(300, WMI, 11, "Operation",
		 "Start IWbemServices::DeleteInstance - root\\subscription : "
		 "__FilterToConsumerBinding.Consumer=\"CommandLineEventConsumer.Name="
		 "\\\"Bell\\\"\","
		 "Filter=\"__EventFilter.Name=\\\"Gate\\\"\"",
		 NULL),
	      /* The same names, but no subscription in sight, or a consumer of another class. */
	      at(400, POWERSHELL, 4104, "ScriptBlockText", "'Gate' + 'Bell'", NULL),
	      at(400, WMI, 5858, "Operation",
		 "Start IWbemServices::GetObject - root\\subscription : "
		 "OtherConsumer.Name=\"Bell\"",
		 NULL),
	      NULL);
}

static void test_payload(void **state)
{
	(void)state;
	check("0 registered 5861\n"
	      "300 started 1 x3: a child of WmiPrvSE.exe with the command line that the consumer "
	      "runs\n"
	      "500 started 4688: a child of WmiPrvSE.exe of the program that the consumer runs; "
	      "its command line was not logged\n",
	      whole(0), process(300, "1", "bell.exe", "bell.exe c:\\x", "C:\\W\\WmiPrvSE.exe"),
	      process(360, "2", "bell.exe", "bell.exe c:\\x", "C:\\W\\WmiPrvSE.exe"),
	      process(420, "3", "bell.exe", "bell.exe c:\\x", "C:\\W\\WmiPrvSE.exe"),
	      /* The parent of an old 4688 is told by its id alone, which was used before. */
	      process(100, "512", "calm.exe", "calm", "y"),
	      process(450, "512", "WMIPRVSE.EXE", "w", "y"),
	      at(500, SECURITY, 4688, "NewProcessId", "0x9", "NewProcessName", "C:\\bell.exe",
		 "ProcessId", "0x200", "CommandLine", "", NULL),
	      NULL);
}

static struct event *script_consumer(int seconds, const char *name, const char *script)
{
	struct event *event =
		at(seconds, WMI, 5861, "Namespace", "//./root/subscription", "ESS", "Gate", NULL);
	g_autofree char *consumer = g_strdup_printf("ActiveScriptEventConsumer=\"%s\"", name);
	g_autofree char *cause = g_strdup_printf(
		"Binding EventFilter: \ninstance of __EventFilter\n{\n\tName = \"Gate\";\n};\n"
		"Perm. Consumer: \ninstance of ActiveScriptEventConsumer\n{\n\tName = \"%s\";\n"
		"\tScriptText = \"%s\";\n};\n",
		name, script);

	event_add_field(event, "CONSUMER", consumer);
	event_add_field(event, "PossibleCause", cause);
	return event;
}

static void test_script_consumers(void **state)
{
	(void)state;
	check("ORCHARD-11 Gate\n0 registered 5861\n"
	      "500 started 1: a child of scrcons.exe of a program that the consumer's script "
	      "names\n"
	      "ORCHARD-11 Gate\n",
	      script_consumer(0, "Bell", "Run(chime.exe)"),
	      script_consumer(1, "Drum", "Run(chimera.exe)"),
	      process(500, "1", "C:\\chime.exe", "chime", "C:\\scrcons.exe"),
	      process(600, "2", "C:\\other.exe", "other", "C:\\scrcons.exe"), NULL);
	check("0 registered 5861\n"
	      "500 started 1: a child of scrcons.exe, and this was the only script consumer "
	      "known\n",
	      script_consumer(0, "Bell", "x"),
	      process(500, "2", "C:\\other.exe", "other", "C:\\scrcons.exe"), NULL);
}

static struct event *loaded(int seconds, const char *provider)
{
	return at(seconds, WMI, 5857, "ProviderName", provider, "ProviderPath", "wbemcons.dll",
		  NULL);
}

/* Only what was loaded after it was made, and of its class. */
static void test_fired(void **state)
{
	(void)state;
	check("0 registered 5861\n"
	      "90 fired 5857 x2: the provider of its consumer class was loaded 90 s after it was "
	      "first seen\n",
	      whole(0), loaded(-90, "CommandLineEventConsumer"),
	      loaded(90, "CommandLineEventConsumer"), loaded(99, "CommandLineEventConsumer"),
	      loaded(95, "LogFileEventConsumer"), NULL);
}

/* The script names the subscription, its process is told by id, and that one's session. */
static void test_callers(void **state)
{
	(void)state;
	check("-900 logon 4624 from 192.0.2.7: logon session 0x77 of the linked process 55\n"
	      "-800 process 1: process 55, which the linked event 4104 names, 500 s later\n"
	      "-300 script 4104: names its filter Gate\n"
	      "0 registered 5861\n",
	      whole(0),
	      at(-900, SECURITY, 4624, "TargetLogonId", "0x77", "IpAddress", "192.0.2.7", NULL),
	      at(-850, SECURITY, 4624, "TargetLogonId", "0x78", "IpAddress", "192.0.2.8", NULL),
	      process(-999, "55", "old.exe", "old", "x"),
	      process(-800, "55", "powershell.exe", "powershell", "x"),
	      process(-200, "55", "new.exe", "new", "x"),
	      by(at(-300, POWERSHELL, 4104, "ScriptBlockText", "__EventFilter 'Gate'", NULL), 55),
	      NULL);
}

static void test_near(void **state)
{
	(void)state;
	check("-60 logon 4624 from 192.0.2.7: 60 s before it was made, by the same user\n"
	      "-10 process 1: 10 s before it was made\n"
	      "0 created 19\n"
	      "3000 cleared 1102: 3000 s after it was made\n",
	      new_filter_event(MADE, "Created", "Gate", "q"),
	      at(-60, SECURITY, 4624, "TargetUserName", "picker", "TargetDomainName", TEST_HOST,
		 "LogonType", "3", "IpAddress", "192.0.2.7", NULL),
	      at(-60, SECURITY, 4624, "TargetUserName", "x", "LogonType", "5", NULL),
	      at(-61, SECURITY, 4624, "TargetUserName", "y", "LogonType", "3", NULL),
	      process(-10, "1", "a.exe", "a", "b.exe"),
	      at(-10, SYSMON, 1, "Image", "b.exe", "unmatched", "", NULL),
	      at(3000, "Microsoft-Windows-Eventlog", 1102, NULL),
	      at(4000, "Microsoft-Windows-Eventlog", 1102, "SubjectUserName", "x", NULL),
	      at(-5, "Microsoft-Windows-Eventlog", 1102, "SubjectUserName", "y", NULL), NULL);
}

#define WATCH                                                                                      \
	"SELECT * FROM __InstanceOperationEvent WITHIN 5WHERE TargetInstance ISA "                 \
	"'__EventConsumer' OR TargetInstance ISA '__EventFilter' OR TargetInstance ISA "           \
	"'__FilterToConsumerBinding'"

static void test_watch(void **state)
{
	(void)state;
	check("-300 watched 5860: Sysmon's own watch of root\\subscription; no event 19 to 21 "
	      "tells of it all the same\n"
	      "0 registered 5861\n",
	      whole(0),
	      at(-300, WMI, 5860, "NamespaceName", "ROOT\\Subscription", "Query", WATCH, NULL),
	      at(300, WMI, 5860, "NamespaceName", "ROOT\\Subscription", "Query", WATCH, "User", "x",
		 NULL),
	      NULL);
	check("-300 watched 5860: a watch of root\\subscription, with the query that Sysmon uses\n"
	      "0 created 19\n",
	      new_filter_event(MADE, "Created", "Gate", "q"),
	      process(-400, "70", "C:\\spade.exe", "spade", "x"),
	      at(-300, WMI, 5860, "NamespaceName", "ROOT\\Subscription", "Query", WATCH,
		 "Processid", "70", NULL),
	      NULL);
}

#define STARTED(seconds) by(at(seconds, "Microsoft-Windows-WMI", 5617, NULL), 900 + (seconds))

/* 5861 comes minutes after the start; where none does and WMI goes on logging, that is odd. */
static void test_replays(void **state)
{
	(void)state;
	check("0 registered 5861 x2\n"
	      "20000 not_replayed 5617: WMI started and logged no 5861 within 10 min, as it does "
	      "for live subscriptions\n",
	      whole(0), STARTED(10000), whole(10120), STARTED(20000), loaded(21000, "Other"), NULL);
	/* The log ends, WMI starts again at once, or nothing was there to be replayed. */
	check("", whole(0), STARTED(10000), NULL);
	check("", whole(0), STARTED(9900), STARTED(10000), whole(10500), NULL);
	check("", STARTED(-5000), whole(0), loaded(900, "Other"), NULL);
	check("", new_filter_event(MADE, "Created", "Gate", "q"), STARTED(5000),
	      loaded(9000, "Other"), NULL);
}

/* First seen as a replay says nothing of when it was made. */
static void test_first_seen_by_replay(void **state)
{
	(void)state;
	check("", STARTED(-100), whole(0), process(-10, "1", "a.exe", "a", "b.exe"), NULL);
}

static void test_host_names(void **state)
{
	(void)state;
	check("0 registered 5861\n1 activated 5859: the filter's query; logged as host "
	      "orchard-11.farm.test\n",
	      whole(0),
	      on_host(at(1, WMI, 5859, "Query", "SELECT * FROM Swing", NULL),
		      "orchard-11.farm.test"),
	      NULL);
	/* Which of the two it is cannot be known. */
	check("", whole(0),
	      on_host(at(1, WMI, 5859, "Query", "SELECT * FROM Swing", NULL),
		      "orchard-11.farm.test"),
	      on_host(at(1, WMI, 5859, "Query", "SELECT * FROM Swing", NULL),
		      "orchard-11.town.test"),
	      NULL);
	check("", on_host(whole(0), "192"),
	      on_host(at(1, WMI, 5859, "Query", "SELECT * FROM Swing", NULL), "192.0.2.9"), NULL);
}

/* Of very many pieces there is a part, and the number of the others. */
static void test_many(void **state)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	const struct subscription *subscription;
	const struct timeline_entry *last;
	struct run run;

	(void)state;
	g_ptr_array_add(events, whole(0));
	for (unsigned i = 0; i < WH_MAX_LINKS + 40; i++) {
		g_autofree char *id = g_strdup_printf("%u", i + 1);

		g_ptr_array_add(events, process((int)(100 + i), id, "bell.exe", "bell.exe c:\\x",
						"wmiprvse.exe"));
	}
	run = run_events(events, NULL);
	subscription = run.subscriptions->pdata[0];
	assert_int_equal(subscription->timeline->len, 3);
	last = subscription->timeline->pdata[1];
	assert_int_equal(last->count, WH_MAX_LINKS);
	last = subscription->timeline->pdata[2];
	assert_string_equal(last->what, "more");
	assert_int_equal(last->count, 40);
	run_release(&run);
}

static void test_long_detail(void **state)
{
	g_autofree char *text = g_strnfill(WH_MAX_TIMELINE_TEXT - 1, 'a');
	g_autofree char *script = g_strconcat("__EventFilter 'Gate' ", text, "ää", NULL);
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)free_event);
	const struct subscription *subscription;
	const struct timeline_entry *entry;
	struct run run;

	(void)state;
	g_ptr_array_add(events, whole(0));
	g_ptr_array_add(events, at(-300, POWERSHELL, 4104, "ScriptBlockText", script, NULL));
	run = run_events(events, NULL);
	subscription = run.subscriptions->pdata[0];
	entry = subscription->timeline->pdata[0];
	assert_true(strlen(entry->detail) <= WH_MAX_TIMELINE_TEXT + strlen("…"));
	assert_true(g_utf8_validate(entry->detail, -1, NULL));
	run_release(&run);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_payload),
		cmocka_unit_test(test_script_consumers),
		cmocka_unit_test(test_fired),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_replays),
		cmocka_unit_test(test_first_seen_by_replay),
		cmocka_unit_test(test_host_names),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long_detail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
