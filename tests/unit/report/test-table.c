/* SPDX-License-Identifier: Apache-2.0 */
/* How tables fit terminals. What they say: tests/cases/report-*. */
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "event/filetime.h"
#include "report/cell.h"
#include "report/prose.h"
#include "report/row.h"
#include "report/table.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"

/* Tables as they are printed. */
/* clang-format off */
static const char whole_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)      FILTER → CONSUMER                          RULE                                     WHAT IT RUNS\n"
	"high   WS-17.example.test  2024-05-06 07:08:09  NightlyTimerFilter → NightlyTimerConsumer  Encoded PowerShell in a WMI consumer +2  powershell.exe -NoP -W Hidden -run SQBFAFgA\n"
	"-      WS-17.example.test  2024-05-06 07:08:12  Log Filter → Log Consumer                  known good: Service log                  Some Service\n"
	"\n1 finding (1 high)\n";

static const char at_120_table[] =
	"LEVEL  HOST             LAST SEEN (UTC)   FILTER → CONSUMER               RULE                    WHAT IT RUNS\n"
	"high   WS-17.example.…  2024-05-06 07:08  NightlyTimerFilter → NightlyT…  Encoded PowerShell in…  powershell.exe -NoP -…\n"
	"-      WS-17.example.…  2024-05-06 07:08  Log Filter → Log Consumer       known good: Service l…  Some Service\n"
	"\n1 finding (1 high)\n";

static const char at_80_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)   FILTER → CONSUMER\n"
	"    WHAT IT RUNS                          RULE\n"
	"high   WS-17.example.test  2024-05-06 07:08  NightlyTimerFilter → NightlyTimerC…\n"
	"    powershell.exe -NoP -W Hidden -run …  Encoded PowerShell in a WMI consumer …\n"
	"-      WS-17.example.test  2024-05-06 07:08  Log Filter → Log Consumer\n"
	"    Some Service                          known good: Service log\n"
	"\n1 finding (1 high)\n";

static const char coloured_table[] =
	"\033[1mLEVEL\033[0m  \033[1mHOST\033[0m                \033[1mLAST SEEN (UTC)\033[0m      \033[1mFILTER → CONSUMER\033[0m                          \033[1mRULE\033[0m                                     \033[1mWHAT IT RUNS\033[0m\n"
	"\033[31mhigh\033[0m   WS-17.example.test  2024-05-06 07:08:09  NightlyTimerFilter → NightlyTimerConsumer  Encoded PowerShell in a WMI consumer +2  powershell.exe -NoP -W Hidden -run SQBFAFgA\n"
	"-      WS-17.example.test  2024-05-06 07:08:12  Log Filter → Log Consumer                  known good: Service log                  Some Service\n"
	"\n1 finding (1 high)\n";

static const char plain_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)   FILTER -> CONSUMER\n"
	"    WHAT IT RUNS                          RULE\n"
	"high   WS-17.example.test  2024-05-06 07:08  NightlyTimerFilter -> NightlyTim...\n"
	"    powershell.exe -NoP -W Hidden -ru...  Encoded PowerShell in a WMI consume...\n"
	"-      WS-17.example.test  2024-05-06 07:08  Log Filter -> Log Consumer\n"
	"    Some Service                          known good: Service log\n"
	"\n1 finding (1 high)\n";

static const char explained_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)   FILTER → CONSUMER\n"
	"    WHAT IT RUNS                          RULE\n"
	"high   WS-17.example.test  2024-05-06 07:08  NightlyTimerFilter → NightlyTimerC…\n"
	"    powershell.exe -NoP -W Hidden -run …  Encoded PowerShell in a WMI consumer …\n"
	"  What it is\n"
	"    Filter NightlyTimerFilter of root\\subscription\n"
	"      waits for: q\n"
	"    Consumer NightlyTimerConsumer, CommandLineEventConsumer\n"
	"      CommandLineTemplate: powershell.exe -NoP -W Hidden -run SQBFAFgA\n"
	"  When it was made, and by whom\n"
	"    2024-05-06 07:08:09: registered, event 5861\n"
	"  When it fired, and what it started\n"
	"    Nothing that was read says so.\n"
	"  Is it still there?\n"
	"    Yes, as far as events say: none says that it was deleted\n"
	"  Why it matched\n"
	"    high: Encoded PowerShell in a WMI consumer\n"
	"      consumer.properties.CommandLineTemplate: powershell.exe -NoP -W Hidden\n"
	"        -run\n"
	"    low: Second\n"
	"    low: Third\n"
	"  What to look at next\n"
	"    Ask who made it. Ask who made it. Ask who made it. Ask who made it. Ask.\n"
	"\n"
	"-      WS-17.example.test  2024-05-06 07:08  Log Filter → Log Consumer\n"
	"    Some Service                          known good: Service log\n"
	"  What it is\n"
	"    Filter Log Filter of root\\subscription\n"
	"      waits for: q\n"
	"    Consumer Log Consumer, of an unknown class\n"
	"      Category: 0\n"
	"      NameOfUserSIDProperty: sid\n"
	"      SourceName: Some Service\n"
	"  When it was made, and by whom\n"
	"    2024-05-06 07:08:12: registered, event 5861\n"
	"  When it fired, and what it started\n"
	"    Nothing that was read says so.\n"
	"  Is it still there?\n"
	"    Yes, as far as events say: none says that it was deleted\n"
	"  Why it matched\n"
	"    A filter vouches for it: Service log\n"
	"\n1 finding (1 high)\n";
/* clang-format on */

/* Takes the subscription and what the finding holds. */
static void add(struct sample_report *sample, struct subscription *subscription,
		struct finding *finding)
{
	assert_true(report_add_finding(&sample->report, finding));
	subscription_free(subscription);
	finding_release(finding);
}

static void add_finding(struct sample_report *sample)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("NightlyTimerFilter", "q"),
				    sample_consumer("NightlyTimerConsumer",
						    "powershell.exe -NoP -W Hidden -run SQBFAFgA"));
	struct finding finding = sample_finding(subscription);
	struct match *match =
		sample_add_match(&finding, "Encoded PowerShell in a WMI consumer", LEVEL_HIGH);

	sample_add_sighting(subscription, 0);
	match->triage =
		"Ask who\n made it. Ask who made it. Ask who made it. Ask who made it. Ask.\n";
	match_fields_add(match->fields, "consumer.properties.CommandLineTemplate",
			 "powershell.exe -NoP -W Hidden -run", 34);
	sample_add_match(&finding, "Second", LEVEL_LOW);
	sample_add_match(&finding, "Third", LEVEL_LOW);
	add(sample, subscription, &finding);
}

static void add_known_good(struct sample_report *sample)
{
	struct subscription *subscription = sample_subscription(sample_filter("Log Filter", "q"),
								wmi_consumer_new(sample_arena()));
	struct finding finding = sample_finding(subscription);

	subscription->consumer->name = "Log Consumer";
	sample_add_property(&subscription->consumer->properties, "Category",
			    sample_text(MOF_NUMBER, "0"));
	sample_add_property(&subscription->consumer->properties, "NameOfUserSIDProperty",
			    sample_text(MOF_STRING, "sid"));
	sample_add_property(&subscription->consumer->properties, "SourceName",
			    sample_text(MOF_STRING, "Some Service"));
	finding.known_good_id = "good-1";
	finding.known_good_title = "Service log";
	sample_add_sighting(subscription, 3);
	add(sample, subscription, &finding);
}

static char *print_two_rows(const struct report_options *options)
{
	struct sample_report sample;

	sample_report_init(&sample, "table", options);
	add_known_good(&sample);
	add_finding(&sample);
	return sample_report_end(&sample);
}

static void assert_two_rows(struct report_options options, const char *expected)
{
	g_autofree char *text = print_two_rows(&options);

	assert_string_equal(text, expected);
}

static void test_widths(void **state)
{
	(void)state;
	assert_two_rows((struct report_options){.width = 0}, whole_table);
	assert_two_rows((struct report_options){.width = 120}, at_120_table);
	assert_two_rows((struct report_options){.width = 80}, at_80_table);
}

static void test_colour(void **state)
{
	(void)state;
	assert_two_rows((struct report_options){.colour = true}, coloured_table);
}

static void test_explained(void **state)
{
	(void)state;
	assert_two_rows((struct report_options){.width = 80, .explain = true}, explained_table);
}

/* The charset of a terminal that is not UTF-8 must not meet bytes that mean other things. */
static void test_plain_locale(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	assert_two_rows((struct report_options){.width = 80}, plain_table);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
}

static void add_wide(struct sample_report *sample)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("日本語日本語日本語日本語日本語", "q"),
				    sample_consumer("日本語", "日本語日本語日本語日本語日本語"));
	struct finding finding = sample_finding(subscription);

	add(sample, subscription, &finding);
}

/* Whatever the width, no line is wider, down to where the columns have no more to give. */
static void test_any_width(void **state)
{
	(void)state;
	for (unsigned width = 51; width < 160; width++) {
		const struct report_options options = {.width = width, .explain = true};
		struct sample_report sample;
		g_autofree char *text = NULL;
		g_auto(GStrv) lines = NULL;

		sample_report_init(&sample, "table", &options);
		add_finding(&sample);
		add_known_good(&sample);
		add_wide(&sample);
		text = sample_report_end(&sample);
		lines = g_strsplit(text, "\n", -1);
		for (char **line = lines; *line; line++)
			assert_true(cell_width(*line) <= width);
	}
}

/* What a script holds neither runs into the margins nor hides: its lines, cut or whole. */
static void test_scripts(void **state)
{
	g_autofree char *long_line = g_strnfill(1000, 'x');
	g_autofree char *script = g_strdup_printf("one\r\n\r\n\t\tdeep\n\x1b[2J  Why\n%s\n"
						  "4\n5\n6\n7\n8\n\n",
						  long_line);

	(void)state;
	for (unsigned full = 0; full < 2; full++) {
		g_autoptr(GString) out = g_string_new(NULL);
		const struct prose prose = {.out = out, .width = 60, .full = full};
		g_auto(GStrv) lines = NULL;

		prose_add_named(&prose, 4, "Script", script);
		lines = g_strsplit(out->str, "\n", -1);
		assert_string_equal(lines[0], "    Script:");
		assert_string_equal(lines[1], "      one");
		assert_string_equal(lines[full ? 3 : 2], "              deep");
		assert_string_equal(lines[full ? 4 : 3], "      \\u001b[2J  Why");
		for (char **line = lines; *line; line++)
			assert_true(cell_width(*line) <= 60);
		if (full)
			assert_true(g_str_has_suffix(out->str, "\n      8\n"));
		else
			assert_true(g_str_has_suffix(out->str,
						     "…\n      4\n      5\n"
						     "      (3 more lines: --full shows all)\n"));
		assert_int_equal(g_strv_length(lines), full ? 30 : 14);
	}
}

static void add_event(struct sample_report *sample, unsigned minute, const char *command)
{
	struct event event;

	event_init(&event);
	event.ref.time = (UINT64_C(13359430000) + 60 * minute) * UINT64_C(10000000);
	event.ref.event_id = 1;
	event.ref.has_event_id = true;
	event.host = "WS-17";
	event.provider = "Microsoft-Windows-Sysmon";
	event_add_field(&event, "User", "CORP\\a");
	event_add_field(&event, "CommandLine", command);
	event_add_field(&event, "Image", "C:\\a.exe");
	event_add_field(&event, "ParentImage", "-");
	event_add_field(&event, "Company", "none");
	assert_true(report_add_event(&sample->report, &event));
	event_release(&event);
}

/* By time, with what matters of their kind; what --max-memory does not hold is sorted by itself. */
static void test_events(void **state)
{
	static const char sorted[] = "TIME (UTC)           HOST   PROVIDER  ID  WHAT\n"
				     "    DETAIL\n"
				     "2024-05-06 00:46:40  WS-17  Sysmon    1   process started\n"
				     "    Image=C:\\a.exe, User=CORP\\a, CommandLine=a\n"
				     "2024-05-06 00:47:40  WS-17  Sysmon    1   process started\n"
				     "    Image=C:\\a.exe, User=CORP\\a, CommandLine=b b b b b b b "
				     "b b b b b b b b b b b\n"
				     "    b b b b b b b b b b b b b b b b b b b b b b\n"
				     "\n"
				     "2 events, from 2024-05-06 00:46:40 to 2024-05-06 00:47:40\n";
	struct report_options options = {.width = 80, .content = REPORT_EVENTS};

	(void)state;
	for (unsigned part = 0; part < 2; part++) {
		struct sample_report sample;
		g_autofree char *text = NULL;

		options.memory = part;
		sample_report_init(&sample, "table", &options);
		add_event(&sample, 1,
			  "b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b "
			  "b b b b");
		add_event(&sample, 0, "a");
		text = sample_report_end(&sample);
		if (part)
			assert_true(g_str_has_suffix(text, "00:47:40; sorted in 2 parts, as\n"
							   "    --max-memory allows no more\n"));
		else
			assert_string_equal(text, sorted);
	}
}

/* Without a terminal a payload is whole, but a name does not blow up every row. */
static void test_long_cells(void **state)
{
	const struct report_options options = {0};
	g_autofree char *long_text = g_strnfill(30000, 'x');
	g_autofree char *text = NULL;
	struct subscription *subscription = sample_subscription(sample_filter(long_text, NULL),
								sample_consumer("C", long_text));
	struct finding finding = sample_finding(subscription);
	struct sample_report sample;

	(void)state;
	sample_report_init(&sample, "table", &options);
	add(&sample, subscription, &finding);
	add_known_good(&sample);
	text = sample_report_end(&sample);
	assert_non_null(strstr(text, long_text));
	assert_true(strlen(text) < 30000 + 3 * (WH_MAX_TABLE_CELL + 100));
}

static void test_empty(void **state)
{
	const struct report_options options = {0};
	struct sample_report sample;
	g_autofree char *text = NULL;

	(void)state;
	sample_report_init(&sample, "table", &options);
	text = sample_report_end(&sample);
	assert_string_equal(text, "");
}

/* The hour that clocks are set back by is there twice, and the one that they skip is not. */
static void test_zone(void **state)
{
	static const struct {
		const char *zone, *time, *shown;
	} cases[] = {
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2023-03-26T00:59:59", "2023-03-26 01:59:59+01"},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2023-03-26T01:00:00", "2023-03-26 03:00:00+02"},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2023-10-29T00:30:00", "2023-10-29 02:30:00+02"},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2023-10-29T01:30:00", "2023-10-29 02:30:00+01"},
		{"+05:45", "2023-12-31T20:00:00", "2024-01-01 01:45:00+05:45"},
		{"-09:30", "2024-03-01T00:00:00", "2024-02-29 14:30:00-09:30"},
		{"-03:00", "1601-01-01T01:00:00", "1601-01-01 01:00:00+00"},
		{"+03:00", "60056-05-28T05:36:10", "60056-05-28 05:36:10+00"},
		{"+03:00", "12000-01-01T00:00:00", "12000-01-01 03:00:00+03"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(cases[i].zone);
		g_autoptr(GString) cell = g_string_new(NULL);
		uint64_t time;

		assert_non_null(zone);
		assert_true(filetime_parse(cases[i].time, &time));
		row_append_seconds(cell, time, zone);
		assert_string_equal(cell->str, cases[i].shown);
	}
}

static void test_formats(void **state)
{
	g_autofree char *names = report_format_names(" or ", false);

	(void)state;
	assert_string_equal(names,
			    "jsonl, table, hosts, html, csv, timeline, timesketch, bodyfile, "
			    "navigator, ecs or scripts");
	assert_string_equal(report_format_default(true)->name, "table");
	assert_string_equal(report_format_default(false)->name, "jsonl");
	assert_null(report_format_find("tables"));
	assert_null(report_format_find(""));
}

static bool refuse(void *context, const char *text, size_t length)
{
	unsigned *calls = context;

	(void)text;
	(void)length;
	(*calls)++;
	return false;
}

/* A line that cannot be written ends the report; what a table holds back is not written yet. */
static void test_full_sink(void **state)
{
	const struct report_options options = {0};
	unsigned calls = 0;
	const struct report_sink sink = {refuse, &calls};
	struct subscription *subscription = sample_subscription(NULL, NULL);
	struct finding finding = sample_finding(subscription);
	struct report report;

	(void)state;
	report_init(&report, report_format_find("jsonl"), &options, &sink);
	assert_false(report_add_finding(&report, &finding));
	assert_int_equal(calls, 1);
	report_release(&report);
	report_init(&report, report_format_find("table"), &options, &sink);
	assert_true(report_add_finding(&report, &finding));
	assert_int_equal(calls, 1);
	report_release(&report);
	assert_int_equal(calls, 2);
	finding_release(&finding);
	subscription_free(subscription);
}

static bool append(void *context, const char *text, size_t length)
{
	g_string_append_len(context, text, (gssize)length);
	return true;
}

/* A report that cannot be written takes nothing from the one after it. */
static void test_next_report(void **state)
{
	const struct report_options options = {0};
	g_autoptr(GString) text = g_string_new(NULL);
	struct subscription *subscription = sample_subscription(NULL, NULL);
	struct finding finding = sample_finding(subscription);
	struct report first, second;
	unsigned calls = 0;

	(void)state;
	report_init(&first, report_format_find("jsonl"), &options,
		    &(struct report_sink){refuse, &calls});
	report_init(&second, report_format_find("jsonl"), &options,
		    &(struct report_sink){append, text});
	first.next = &second;
	assert_true(report_add_finding(&first, &finding));
	assert_true(report_add_finding(&first, &finding));
	assert_int_equal(calls, 2);
	report_release(&first);
	report_release(&second);
	assert_ptr_not_equal(strchr(text->str, '\n'), strrchr(text->str, '\n'));
	finding_release(&finding);
	subscription_free(subscription);
}

static void test_terminal_width(void **state)
{
	struct winsize size = {.ws_col = 97, .ws_row = 20};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	int file = open("/dev/null", O_WRONLY);

	(void)state;
	assert_true(file >= 0);
	setenv("COLUMNS", "133", 1);
	assert_int_equal(table_terminal_width(file), 133);
	unsetenv("COLUMNS");
	assert_int_equal(table_terminal_width(file), 0);
	setenv("COLUMNS", "133", 1);
	close(file);
	if (terminal < 0)
		skip();
	assert_int_equal(table_terminal_width(terminal), 133);
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(table_terminal_width(terminal), 97);
	size.ws_col = 0;
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	setenv("COLUMNS", "wide", 1);
	assert_int_equal(table_terminal_width(terminal), 80);
	close(terminal);
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),	       cmocka_unit_test(test_colour),
		cmocka_unit_test(test_explained),      cmocka_unit_test(test_plain_locale),
		cmocka_unit_test(test_any_width),      cmocka_unit_test(test_long_cells),
		cmocka_unit_test(test_empty),	       cmocka_unit_test(test_zone),
		cmocka_unit_test(test_formats),	       cmocka_unit_test(test_full_sink),
		cmocka_unit_test(test_terminal_width), cmocka_unit_test(test_next_report),
		cmocka_unit_test(test_scripts),	       cmocka_unit_test(test_events),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
