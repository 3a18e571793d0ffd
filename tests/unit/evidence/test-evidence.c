/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "event/filetime.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/wmi_events.h"
#include "tests/unit/evidence/matched.h"
#include "evidence/command_line.h"
#include "evidence/evidence_store.h"
#include "evidence/process_parents.h"
#include "evidence/script_parts.h"

#define WMI "Microsoft-Windows-WMI-Activity"

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

#define SECURITY "Microsoft-Windows-Security-Auditing"

static struct event *start(uint64_t time, const char *host, const char *id, const char *image,
			   const char *parent)
{
	struct event *event = event_of(time, SECURITY, 4688, "NewProcessId", id, "NewProcessName",
				       image, "ProcessId", parent, NULL);

	event->host = host;
	return event;
}

static void keep_parent(void *context, const struct event *event, const char *parent_image)
{
	g_string_append_printf(context, "%s %s<%s\n", event->host,
			       event_get_field(event, "NewProcessName"),
			       parent_image ? parent_image : "?");
}

/* Takes the event. */
static bool add_start(struct process_parents *parents, struct event *event)
{
	bool taken = process_parents_add(parents, event);

	free_event(event);
	return taken;
}

static struct event *boot(uint64_t time, const char *host)
{
	struct event *event = event_of(time, SECURITY, 4608, NULL);

	event->host = host;
	return event;
}

static struct event *end_of(uint64_t time, const char *host, const char *id)
{
	struct event *event =
		event_of(time, SECURITY, 4689, "ProcessId", id, "ProcessName", "x", NULL);

	event->host = host;
	return event;
}

static struct event *start_in(const char *path, struct event *event)
{
	event->ref.path = path;
	return event;
}

/* In whatever order they come: the latest of the number before, on the same host and in the same
 * log, within a day, since Windows started. */
static void test_process_parents(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct process_parents *parents = process_parents_new(1 << 20, keep_parent, out);

	(void)state;
	assert_true(add_start(parents, start(50, "A", "0x14", "after", "0xAE8")));
	assert_true(add_start(parents, start(31, "A", "0x13", "late", "2792")));
	assert_true(add_start(parents, start(20, "A", "0x12", "child", "0xae8")));
	assert_true(add_start(parents, start(30, "A", "0xae8", "other", "0x1")));
	assert_true(add_start(parents, start(10, "A", "0xae8", "host", "0x2")));
	assert_true(add_start(parents, start(10, "A", "0x15", "beside", "0xae8")));
	assert_true(add_start(parents, start(21, "B", "0x12", "elsewhere", "0xae8")));
	assert_false(add_start(parents, boot(40, "A")));
	assert_false(add_start(parents, boot(9, "A")));
	assert_false(add_start(parents, boot(15, "B")));
	assert_true(add_start(parents, start(10, "C", "0xae8", "host", "0x2")));
	assert_true(add_start(parents, start(20, "C", "0x12", "child", "0xae8")));
	assert_true(add_start(parents,
			      start_in("/other.evtx", start(21, "C", "0x13", "far", "0xae8"))));
	/* Of one that ended in between, another has the number. */
	assert_true(add_start(parents, start(10, "D", "0xae8", "host", "0x2")));
	assert_true(add_start(parents, start(20, "D", "0x12", "child", "0xae8")));
	assert_true(add_start(parents, start(26, "D", "0x13", "late", "0xae8")));
	assert_false(add_start(parents, end_of(25, "D", "0xae8")));
	assert_false(add_start(parents, end_of(9, "D", "0xae8")));
	assert_false(add_start(parents, end_of(15, "D", "0xae9")));
	assert_false(add_start(parents, end_of(15, "E", "0xae8")));
	assert_true(add_start(parents, start(11 + 86400 * WH_SECOND, "C", "0x14", "old", "0xae8")));
	process_parents_end(parents);
	assert_string_equal(out->str, "A host<?\nA beside<host\nA child<host\nA other<?\n"
				      "A late<other\nA after<?\nB elsewhere<?\n"
				      "C host<?\nC child<host\nC far<?\nC old<?\n"
				      "D host<?\nD child<host\nD late<?\n");
	process_parents_free(parents);
}

static struct event *in_second(struct event *event)
{
	event->ref.time *= WH_SECOND;
	event->ref.precision = TIME_SECONDS;
	event->ref.has_record_id = false;
	event->ref.record_id = 0;
	return event;
}

/* Of an export with neither fractions of seconds nor record ids. */
static void test_parents_in_one_second(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct process_parents *parents = process_parents_new(1 << 20, keep_parent, out);

	(void)state;
	/* Either order is possible, and only one makes sense. */
	assert_true(add_start(parents, in_second(start(10, "A", "0x12", "child", "0xae8"))));
	assert_true(add_start(parents, in_second(start(10, "A", "0xae8", "host", "0x2"))));
	/* Or the parent is what had the number before. */
	assert_true(add_start(parents, in_second(start(9, "B", "0xae8", "earlier", "0x2"))));
	assert_true(add_start(parents, in_second(start(10, "B", "0x12", "child", "0xae8"))));
	assert_true(add_start(parents, in_second(start(10, "B", "0xae8", "host", "0x2"))));
	/* But not when that had ended. */
	assert_true(add_start(parents, in_second(start(8, "C", "0xae8", "earlier", "0x2"))));
	assert_false(add_start(parents, in_second(end_of(9, "C", "0xae8"))));
	assert_true(add_start(parents, in_second(start(10, "C", "0x12", "child", "0xae8"))));
	assert_true(add_start(parents, in_second(start(10, "C", "0xae8", "host", "0x2"))));
	/* What ended within the second of its start is not the parent of what starts later. */
	assert_true(add_start(parents, in_second(start(8, "D", "0xae8", "short", "0x2"))));
	assert_false(add_start(parents, in_second(end_of(8, "D", "0xae8"))));
	assert_true(add_start(parents, in_second(start(8, "D", "0x13", "near", "0xae8"))));
	assert_true(add_start(parents, in_second(start(10, "D", "0x14", "far", "0xae8"))));
	process_parents_end(parents);
	assert_non_null(strstr(out->str, "A child<host\n"));
	assert_non_null(strstr(out->str, "B child<?\n"));
	assert_non_null(strstr(out->str, "C child<host\n"));
	assert_non_null(strstr(out->str, "D near<short\n"));
	assert_non_null(strstr(out->str, "D far<?\n"));
	process_parents_free(parents);
}

/* Those that name their parents, are none, or find no room, stand for themselves. */
static void test_named_parents(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct process_parents *parents = process_parents_new(4096, keep_parent, out);
	struct event *named = start(2, "A", "0x12", "child", "0x1");

	(void)state;
	event_add_field(named, "ParentProcessName", "C:\\parent.exe");
	assert_false(add_start(parents, named));
	assert_false(add_start(parents, start(2, "A", "twelve", "child", "0x1")));
	assert_false(add_start(parents, event_of(2, WMI, 4688, "NewProcessId", "0x1",
						 "NewProcessName", "x", "ProcessId", "0x2", NULL)));
	assert_int_equal(process_parents_count_dropped(parents), 0);
	while (add_start(parents, start(3, "A", "0x12", "child", "0x1")))
		;
	assert_int_equal(process_parents_count_dropped(parents), 1);
	process_parents_end(parents);
	assert_true(g_str_has_prefix(out->str, "A child<?\n"));
	process_parents_free(parents);
}

static struct evidence *load(uint64_t time, const char *provider, const char *process)
{
	return read_evidence(
		event_of(time, WMI, 5857, "ProviderName", provider, "ProcessID", process, NULL));
}

static uint64_t repeat_time(const struct evidence *evidence, guint i)
{
	return g_array_index(evidence->repeats, struct evidence_repeat, i).ref.time;
}

static void test_store_repeats(void **state)
{
	static const uint64_t times[] = {30, 10, 20, 40, 10};
	struct evidence_span span;
	struct evidence_store *store = evidence_store_new(WH_FINDINGS_MEMORY / 2);
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
	assert_int_equal(evidence->event.ref.time, 10);
	assert_int_equal(evidence->last, 40);
	assert_int_equal(evidence->repeats->len, 4);
	assert_int_equal(repeat_time(evidence, 1), 20);
	assert_true(evidence_get_span(evidence, 15, 35, &span));
	assert_int_equal(span.count, 2);
	assert_int_equal(span.first.ref.record_id, 20);
	assert_int_equal(span.last, 30);
	assert_int_equal(span.first.process_id, 2);
	assert_true(evidence_get_span(evidence, 0, UINT64_MAX, &span));
	assert_int_equal(span.count, 5);
	assert_false(evidence_get_span(evidence, 11, 19, &span));
	g_ptr_array_unref(list);
	/* No rule matched and nothing is linked: nothing to show. */
	list = evidence_store_report(store);
	assert_int_equal(list->len, 0);
	g_ptr_array_unref(list);
	evidence_store_free(store);
}

static void test_store_many_times(void **state)
{
	struct evidence_store *store = evidence_store_new(WH_FINDINGS_MEMORY / 2);
	const struct evidence *evidence;
	GPtrArray *list;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		evidence_store_add(store, load(1 + i * 37 % 100, "P", "1"));
	list = evidence_store_list(store);
	evidence = list->pdata[0];
	assert_int_equal(evidence->count, 100);
	assert_int_equal(evidence->last, 100);
	assert_int_equal(evidence->repeats->len, WH_MAX_EVIDENCE_TIMES + 1);
	for (unsigned i = 0; i < WH_MAX_EVIDENCE_TIMES; i++)
		assert_int_equal(repeat_time(evidence, i), i + 1);
	assert_int_equal(repeat_time(evidence, WH_MAX_EVIDENCE_TIMES), 100);
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

	matched(evidence, number >= BIG_COUNT - 10 ? LEVEL_CRITICAL : LEVEL_LOW);
	return evidence;
}

/* The times of what is left after the store overflowed. */
static char *overflow(unsigned step)
{
	g_autofree char *filling = g_strnfill(BIG, 'x');
	struct evidence_store *store = evidence_store_new(WH_FINDINGS_MEMORY / 2);
	GString *out = g_string_new(NULL);
	GPtrArray *list;

	for (unsigned i = 0; i < BIG_COUNT; i++)
		evidence_store_add(store, big(i * step % BIG_COUNT, filling));
	list = evidence_store_list(store);
	assert_int_equal(list->len + evidence_store_count_dropped(store), BIG_COUNT);
	assert_true(list->len >= 10 && list->len < BIG_COUNT);
	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(
			out, " %u", (unsigned)((struct evidence *)list->pdata[i])->event.ref.time);
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
		cmocka_unit_test(test_process_parents),
		cmocka_unit_test(test_parents_in_one_second),
		cmocka_unit_test(test_named_parents),
		cmocka_unit_test(test_script_parts),
		cmocka_unit_test(test_script_room),
		cmocka_unit_test(test_store_repeats),
		cmocka_unit_test(test_store_many_times),
		cmocka_unit_test(test_store_overflow),
		cmocka_unit_test(test_command_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
