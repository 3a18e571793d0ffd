/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/wmi_events.h"
#include "evidence/command_line.h"
#include "evidence/evidence_store.h"
#include "evidence/script_parts.h"

#define WMI "Microsoft-Windows-WMI-Activity"
#define SECURITY "Microsoft-Windows-Security-Auditing"

/* An event with fields: names and values in turn, up to a NULL. */
static struct event *event_of(uint64_t time, const char *provider, unsigned event_id, ...)
{
	struct event *event = new_event(time, time, provider, event_id);
	const char *name;
	va_list rest;

	va_start(rest, event_id);
	while ((name = va_arg(rest, const char *)))
		event_add_field(event, name, va_arg(rest, const char *));
	va_end(rest);
	return event;
}

/* Takes the event. */
static struct evidence *read_evidence(struct event *event)
{
	struct evidence *evidence = evidence_from_event(event);

	free_event(event);
	return evidence;
}

static void append(GString *out, const char *name, const char *text)
{
	if (text)
		g_string_append_printf(out, " %s=%s", name, text);
}

/* All that the evidence tells, on one line. */
static char *describe(const struct evidence *evidence)
{
	GString *out = g_string_new(evidence_kind_name(evidence->kind));

	append(out, "user", evidence->user);
	append(out, "image", evidence->image);
	append(out, "parent", evidence->parent_image);
	append(out, "from", evidence->from);
	append(out, "query", evidence->query);
	append(out, "namespace", evidence->namespace);
	append(out, "class", evidence->class_name);
	append(out, "filter", evidence->filter);
	append(out, "consumer", evidence->consumer);
	append(out, "text", evidence->text);
	if (evidence->logon_id)
		g_string_append_printf(out, " logon=%x/%u", (unsigned)evidence->logon_id,
				       evidence->logon_type);
	if (evidence->has_process_id)
		g_string_append_printf(out, " process=%u", evidence->process_id);
	if (evidence->has_parent_id)
		g_string_append_printf(out, " parent=%u", evidence->parent_id);
	return g_string_free(out, FALSE);
}

/* Takes the event. */
static void check(struct event *event, const char *expected)
{
	struct evidence *evidence = read_evidence(event);
	g_autofree char *got = describe(evidence);

	assert_string_equal(got, expected);
	evidence_free(evidence);
}

static void test_wmi_events(void **state)
{
	(void)state;
	check(event_of(1, WMI, 5857, "ProviderName", "LadderProv", "Code", "0x0", "HostProcess",
		       "wmiprvse.exe", "ProcessID", "77", "ProviderPath", "C:\\shed\\ladder.dll",
		       NULL),
	      "provider_loaded image=wmiprvse.exe class=LadderProv text=C:\\shed\\ladder.dll"
	      " process=77");
	check(event_of(1, WMI, 5859, "NamespaceName", "//./root/CIMV2", "Query", "select 1", "User",
		       "S-1-5-18", "Processid", "12", NULL),
	      "provider_query user=S-1-5-18 query=select 1 namespace=root\\cimv2 process=12");
	check(event_of(1, WMI, 5860, "NamespaceName", "ROOT\\CIMV2", "Query", "q", "User", "EMPTY",
		       "Processid", "12", "ClientMachine", TEST_HOST, NULL),
	      "temporary_subscription query=q namespace=root\\cimv2 process=12");
	check(event_of(1, "Microsoft-Windows-WMI", 5617, NULL), "wmi_started");
	check(event_of(1, WMI, 5855, "x", "y", NULL), "other");
	check(event_of(1, NULL, 5857, NULL), "other");
}

static void test_operations(void **state)
{
	(void)state;
	check(event_of(1, WMI, 5858, "ClientMachine", "CELLAR-2", "User", "FARM\\cook",
		       "ClientProcessId", "40", "Operation",
		       "Start IWbemServices::ExecQuery - ROOT\\CIMV2 : SELECT * FROM Win32_Bin",
		       "ResultCode", "0x80041010", NULL),
	      "failed_operation user=FARM\\cook from=CELLAR-2 query=SELECT * FROM Win32_Bin"
	      " namespace=root\\cimv2"
	      " text=Start IWbemServices::ExecQuery - ROOT\\CIMV2 : SELECT * FROM Win32_Bin"
	      " process=40");
	check(event_of(1, WMI, 11, "ClientMachine", "Local", "Operation",
		       "Start IWbemServices::DeleteInstance - root\\subscription : "
		       "__EventFilter.Name=\"Gate\"",
		       NULL),
	      "class_operation namespace=root\\subscription class=__EventFilter filter=Gate"
	      " text=Start IWbemServices::DeleteInstance - root\\subscription : "
	      "__EventFilter.Name=\"Gate\"");
	check(event_of(1, WMI, 11, "ClientMachine", TEST_HOST ".farm.test", "Operation",
		       "Start IWbemServices::PutClass - root\\Foo : Barn", NULL),
	      "class_operation from=" TEST_HOST ".farm.test namespace=root\\foo class=Barn"
	      " text=Start IWbemServices::PutClass - root\\Foo : Barn");
	check(event_of(1, WMI, 11, "NamespaceName", "\\\\.\\root\\foo", "Operation", " - odd",
		       NULL),
	      "class_operation namespace=root\\foo text= - odd");
}

static void test_processes(void **state)
{
	(void)state;
	check(event_of(1, "Microsoft-Windows-Sysmon", 1, "ProcessId", "500", "Image", "C:\\a.exe",
		       "CommandLine", "a -x", "User", "FARM\\cook", "LogonId", "0x3e7",
		       "ParentProcessId", "400", "ParentImage", "C:\\b.exe", NULL),
	      "process user=FARM\\cook image=C:\\a.exe parent=C:\\b.exe text=a -x logon=3e7/0"
	      " process=500 parent=400");
	check(event_of(1, SECURITY, 4688, "SubjectUserName", "HOST$", "SubjectDomainName", "FARM",
		       "SubjectLogonId", "0x3e4", "NewProcessId", "0x1f4", "NewProcessName",
		       "C:\\a.exe", "ProcessId", "0x190", "CommandLine", "", "TargetUserName",
		       "cook", "TargetDomainName", "FARM", "TargetLogonId", "0xabc", NULL),
	      "process user=FARM\\cook image=C:\\a.exe logon=abc/0 process=500 parent=400");
	check(event_of(1, SECURITY, 4688, "SubjectUserName", "HOST$", "SubjectLogonId", "0x3e4",
		       "NewProcessId", "nonsense", "TargetUserName", "-", "TargetLogonId", "0x0",
		       NULL),
	      "process user=HOST$ logon=3e4/0");
}

static void test_logons(void **state)
{
	(void)state;
	check(event_of(1, SECURITY, 4624, "TargetUserName", "cook", "TargetDomainName", "FARM",
		       "TargetLogonId", "0xabc", "LogonType", "3", "IpAddress", "192.0.2.7", NULL),
	      "logon user=FARM\\cook from=192.0.2.7 logon=abc/3");
	check(event_of(1, SECURITY, 4624, "TargetUserName", "cook", "IpAddress", "::1", NULL),
	      "logon user=cook");
	check(event_of(1, SECURITY, 4648, "SubjectUserName", "cook", "TargetUserName", "root",
		       "TargetServerName", "CELLAR-2", "ProcessId", "0x10", NULL),
	      "explicit_logon user=cook text=as root on CELLAR-2 process=16");
	check(event_of(1, "Microsoft-Windows-Eventlog", 104, "SubjectUserName", "cook", "Channel",
		       "System", NULL),
	      "log_cleared user=cook text=System");
}

static void test_shells(void **state)
{
	(void)state;
	check(event_of(1, "Microsoft-Windows-PowerShell", 4104, "ScriptBlockText", "dir", NULL),
	      "script text=dir");
	check(event_of(1, "PowerShell", 800, "", "dir", "",
		       "\tDetailTotal=1\r\n\r\n\tUserId=FARM\\cook\r\n"
		       "\tHostApplication=powershell.exe -x\r\n\tCommandLine=  dir -r\r\n",
		       NULL),
	      "classic_shell user=FARM\\cook image=powershell.exe -x text=  dir -r");
	check(event_of(1, "PowerShell", 400, "", "Available", "",
		       "\tHostApplication=powershell.exe -x\r\n\tCommandLine=", NULL),
	      "classic_shell image=powershell.exe -x text=powershell.exe -x");
}

static void keep(void *context, const struct event *event)
{
	GString *out = context;

	g_string_append_printf(
		out, "%s %s/%s %s\n", event->host, event_get_field(event, "MessageNumber"),
		event_get_field(event, "MessageTotal"), event_get_field(event, "ScriptBlockText"));
}

static struct event *part(const char *host, const char *id, const char *number, const char *total,
			  const char *text)
{
	struct event *event =
		event_of(7, "Microsoft-Windows-PowerShell", 4104, "MessageNumber", number,
			 "MessageTotal", total, "ScriptBlockText", text, "ScriptBlockId", id, NULL);

	event->host = host;
	return event;
}

/* Takes the event. */
static bool add_part(struct script_parts *parts, struct event *event)
{
	bool taken = script_parts_add(parts, event);

	free_event(event);
	return taken;
}

static void test_script_parts(void **state)
{
	static const char *const texts[] = {"1", "2", "3"};
	g_autoptr(GString) out = g_string_new(NULL);
	struct script_parts *parts = script_parts_new(keep, out);

	(void)state;
	for (int i = 2; i >= 0; i--) {
		assert_true(add_part(parts, part("A", "id", texts[i], "3", texts[i])));
		assert_true(add_part(parts, part("A", "id", texts[i], "3", texts[i])));
	}
	script_parts_end(parts);
	assert_string_equal(out->str, "A 3/3 123\n");
	g_string_truncate(out, 0);
	assert_true(add_part(parts, part("A", "id", "2", "3", "two")));
	script_parts_end(parts);
	assert_string_equal(out->str, "A 1/3 two\n");
	g_string_truncate(out, 0);
	/* Other hosts and ids are other scripts, and these are no parts. */
	assert_true(add_part(parts, part("A", "id", "1", "2", "a")));
	assert_true(add_part(parts, part("B", "id", "2", "2", "b")));
	assert_false(add_part(parts, part("A", "id", "1", "1", "whole")));
	assert_false(add_part(parts, part("A", "", "1", "2", "no id")));
	assert_false(add_part(parts, part("A", "id", "3", "2", "beyond")));
	assert_false(add_part(parts, part("A", "id", "0", "2", "none")));
	assert_false(add_part(parts, part("A", "id", "1", "99999", "too many")));
	script_parts_end(parts);
	assert_int_equal(out->len, strlen("A 1/2 a\nB 1/2 b\n"));
	script_parts_free(parts);
}

/* What there is no room for is given back to the caller. */
static void test_script_room(void **state)
{
	g_autofree char *text = g_strnfill(WH_MAX_SCRIPT_SIZE / 2, 'x');
	g_autoptr(GString) out = g_string_new(NULL);
	struct script_parts *parts = script_parts_new(keep, out);

	(void)state;
	assert_true(add_part(parts, part("A", "id", "1", "9", text)));
	assert_false(add_part(parts, part("A", "id", "2", "9", text)));
	script_parts_end(parts);
	assert_true(g_str_has_prefix(out->str, "A 1/9 xxx"));
	script_parts_free(parts);
}

static struct evidence *load(uint64_t time, const char *provider, const char *process)
{
	return read_evidence(
		event_of(time, WMI, 5857, "ProviderName", provider, "ProcessID", process, NULL));
}

static void test_store_repeats(void **state)
{
	static const uint64_t times[] = {30, 10, 20, 40, 10};
	struct evidence_store *store = evidence_store_new();
	const struct evidence *evidence;
	GPtrArray *list;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
		evidence_store_add(store, load(times[i], "P", i % 2 ? "1" : "2"));
	evidence_store_add(store, load(5, "Q", "1"));
	list = evidence_store_list(store);
	assert_int_equal(list->len, 2);
	evidence = list->pdata[1];
	assert_int_equal(evidence->count, 5);
	assert_int_equal(evidence->event.time, 10);
	assert_int_equal(evidence->last, 40);
	assert_int_equal(evidence->times->len, 4);
	assert_int_equal(g_array_index(evidence->times, uint64_t, 1), 20);
	g_ptr_array_unref(list);
	/* No rule matched and nothing is linked: nothing to show. */
	list = evidence_store_report(store);
	assert_int_equal(list->len, 0);
	g_ptr_array_unref(list);
	evidence_store_free(store);
}

static void test_store_many_times(void **state)
{
	struct evidence_store *store = evidence_store_new();
	const struct evidence *evidence;
	GPtrArray *list;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		evidence_store_add(store, load(1 + i * 37 % 100, "P", "1"));
	list = evidence_store_list(store);
	evidence = list->pdata[0];
	assert_int_equal(evidence->count, 100);
	assert_int_equal(evidence->last, 100);
	assert_int_equal(evidence->times->len, WH_MAX_EVIDENCE_TIMES);
	for (unsigned i = 0; i < WH_MAX_EVIDENCE_TIMES; i++)
		assert_int_equal(g_array_index(evidence->times, uint64_t, i), i + 1);
	g_ptr_array_unref(list);
	evidence_store_free(store);
}

#define BIG (4 << 20)
#define BIG_COUNT 40

/* A big script; the last ones are of a higher level. */
static struct evidence *big(unsigned number, const char *filling)
{
	g_autofree char *text = g_strdup_printf("%u %s", number, filling);
	struct evidence *evidence = read_evidence(event_of(number, "Microsoft-Windows-PowerShell",
							   4104, "ScriptBlockText", text, NULL));

	evidence_take_matches(evidence, number >= BIG_COUNT - 10 ? 4 : 1, NULL, NULL);
	return evidence;
}

/* The times of what is left after the store overflowed. */
static char *overflow(unsigned step)
{
	g_autofree char *filling = g_strnfill(BIG, 'x');
	struct evidence_store *store = evidence_store_new();
	GString *out = g_string_new(NULL);
	GPtrArray *list;

	for (unsigned i = 0; i < BIG_COUNT; i++)
		evidence_store_add(store, big(i * step % BIG_COUNT, filling));
	list = evidence_store_list(store);
	assert_int_equal(list->len + evidence_store_count_dropped(store), BIG_COUNT);
	assert_true(list->len >= 10 && list->len < BIG_COUNT);
	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(out, " %u",
				       (unsigned)((struct evidence *)list->pdata[i])->event.time);
	g_ptr_array_unref(list);
	evidence_store_free(store);
	return g_string_free(out, FALSE);
}

static void test_store_overflow(void **state)
{
	g_autofree char *one = overflow(1);
	g_autofree char *other = overflow(7);

	(void)state;
	assert_string_equal(one, other);
	assert_true(g_str_has_suffix(one, " 30 31 32 33 34 35 36 37 38 39"));
}

static bool fits(const char *template, const char *line)
{
	struct command_pattern *pattern = command_pattern_new(template);
	g_autofree char *normalised = command_line_normalise(line);
	bool matches = pattern && command_pattern_matches(pattern, normalised);

	command_pattern_free(pattern);
	return matches;
}

static void test_command_lines(void **state)
{
	(void)state;
	assert_true(fits("cmd /c \"a b\"", "\"C:\\Windows\\CMD.exe\"  /c a   b"));
	assert_false(fits("cmd /c a", "cmd /c ab"));
	assert_true(fits("%TEMP%\\tool.exe -x", "C:\\Temp\\tool.exe -x"));
	assert_true(fits("tool %TargetInstance.Name% and %ProcessId% end", "tool a b and 12 end"));
	assert_false(fits("tool %a% and %b% end", "tool a end"));
	assert_true(fits("tool 100% a%b%", "tool 100% ac"));
	assert_false(fits("ab %x% ba", "ab a"));
	assert_null(command_pattern_new("%a%%b%"));
	assert_null(command_pattern_new(""));
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wmi_events),	 cmocka_unit_test(test_operations),
		cmocka_unit_test(test_processes),	 cmocka_unit_test(test_logons),
		cmocka_unit_test(test_shells),		 cmocka_unit_test(test_script_parts),
		cmocka_unit_test(test_script_room),	 cmocka_unit_test(test_store_repeats),
		cmocka_unit_test(test_store_many_times), cmocka_unit_test(test_store_overflow),
		cmocka_unit_test(test_command_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
