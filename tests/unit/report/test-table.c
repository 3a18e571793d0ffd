/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/filetime.h"
#include "report/cell.h"
#include "report/table.h"
#include "tests/unit/cmocka_test.h"
#include "tests/support/report_sample.h"

/* Tables as they are printed. */
/* clang-format off */
static const char whole_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)      FILTER → CONSUMER                          RULE                                     WHAT IT RUNS\n"
	"high   WS-17.example.test  2024-05-06 07:08:09  NightlyTimerFilter → NightlyTimerConsumer  Encoded PowerShell in a WMI consumer +2  powershell.exe -NoP -W Hidden -enc SQBFAFgA\n"
	"-      WS-17.example.test  2024-05-06 07:08:12  Log Filter → Log Consumer                  known good: Service log                  Some Service\n";

static const char at_120_table[] =
	"LEVEL  HOST             LAST SEEN (UTC)      FILTER → CONSUMER              RULE                    WHAT IT RUNS\n"
	"high   WS-17.example.…  2024-05-06 07:08:09  NightlyTimerFilter → Nightly…  Encoded PowerShell in…  powershell.exe -NoP…\n"
	"-      WS-17.example.…  2024-05-06 07:08:12  Log Filter → Log Consumer      known good: Service l…  Some Service\n";

static const char at_80_table[] =
	"LEVEL HOST      LAST SEEN (UTC)     FILTER → CONSUM… RULE           WHAT IT RUNS\n"
	"high  WS-17.ex… 2024-05-06 07:08:09 NightlyTimerFil… Encoded Power… powershell.…\n"
	"-     WS-17.ex… 2024-05-06 07:08:12 Log Filter → Lo… known good: S… Some Service\n";

static const char parts_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)  FILTER → CONSUMER  RULE               WHAT IT RUNS\n"
	"info   WS-17.example.test  -                ? → Solo           [modified] rule-7  -\n"
	"-      -                   -                Lone → ?           [deleted] -        -\n";

static const char payloads_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)  FILTER → CONSUMER  RULE  WHAT IT RUNS\n"
	"-      WS-17.example.test  -                ? → C              -     w\n"
	"-      WS-17.example.test  -                ? → C              -     line 1; line 2;\n"
	"-      WS-17.example.test  -                ? → C              -     e\n"
	"-      WS-17.example.test  -                ? → C              -     decoded\n";

static const char coloured_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)      FILTER → CONSUMER                          RULE                                     WHAT IT RUNS\n"
	"\033[31mhigh \033[0m  WS-17.example.test  2024-05-06 07:08:09  NightlyTimerFilter → NightlyTimerConsumer  Encoded PowerShell in a WMI consumer +2  powershell.exe -NoP -W Hidden -enc SQBFAFgA\n"
	"-      WS-17.example.test  2024-05-06 07:08:12  Log Filter → Log Consumer                  known good: Service log                  Some Service\n";

static const char hostile_table[] =
	"LEVEL  HOST                LAST SEEN (UTC)  FILTER → CONSUMER                          RULE  WHAT IT RUNS\n"
	"-      日本語\xCC\x81\xCC\x81\\u0301        -                \\u001b]0;x\\u0007\\n\\u202e\\ud83d → \"C:\\x41\"  -     \\u001b]0;x\\u0007 \\u202e\\ud83d\n"
	"-      WS-17.example.test  -                ? → ?                                      -     -\n";

static const char plain_table[] =
	"LEVEL HOST      LAST SEEN (UTC)     FILTER -> CON... RULE           WHAT IT RUNS\n"
	"high  WS-17.... 2024-05-06 07:08:09 NightlyTimerF... Encoded Pow... powershel...\n"
	"-     WS-17.... 2024-05-06 07:08:12 Log Filter ->... known good:... Some Service\n";

static const char events_table[] =
	"TIME (UTC)           HOST   PROVIDER      ID    OPERATION   WHAT\n"
	"-                    -      -             -     -           -\n"
	"2024-05-06 07:08:09  WS-17  WMI-Activity  5861  registered  Tick → Tock\n"
	"2024-05-06 07:08:09  WS-17  Sysmon        19    created     Tick: SELECT 1\n"
	"2024-05-06 07:08:09  WS-17  Sysmon        20    deleted     Tock: a.exe\n"
	"2024-05-06 07:08:09  WS-17  Other         -     -           Two=2 \\u001b[m, three, Four=4, Five=5\n";
/* clang-format on */

static char *print(struct table *table)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(table_print(table, out));
	fclose(out);
	return text;
}

/* Prints and frees the table. */
static void assert_table(struct table *table, const char *expected)
{
	char *text = print(table);

	assert_string_equal(text, expected);
	free(text);
	table_free(table);
}

/* Takes the subscription and what the verdict holds. */
static void add(struct table *table, struct subscription *subscription, struct verdict verdict)
{
	table_add_subscription(table, subscription, &verdict);
	subscription_free(subscription);
	g_ptr_array_unref(verdict.matches);
}

static struct table *subscriptions(unsigned width)
{
	const struct table_options options = {.width = width};

	return table_new_subscriptions(&options);
}

static void add_finding(struct table *table)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("NightlyTimerFilter", "q"),
				    sample_consumer("NightlyTimerConsumer",
						    "powershell.exe -NoP -W Hidden -enc SQBFAFgA"));
	struct verdict verdict = sample_verdict();

	sample_add_sighting(subscription, 0);
	sample_add_match(&verdict, "Encoded PowerShell in a WMI consumer", LEVEL_HIGH);
	sample_add_match(&verdict, "Second", LEVEL_LOW);
	sample_add_match(&verdict, "Third", LEVEL_LOW);
	add(table, subscription, verdict);
}

static void add_known_good(struct table *table)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("Log Filter", "q"), wmi_consumer_new());
	struct verdict verdict = sample_verdict();

	subscription->consumer->name = g_strdup("Log Consumer");
	sample_add_property(subscription->consumer->properties, "Category",
			    sample_text(MOF_NUMBER, "0"));
	sample_add_property(subscription->consumer->properties, "NameOfUserSIDProperty",
			    sample_text(MOF_STRING, "sid"));
	sample_add_property(subscription->consumer->properties, "SourceName",
			    sample_text(MOF_STRING, "Some Service"));
	verdict.known_good_id = "good-1";
	verdict.known_good_title = "Service log";
	sample_add_sighting(subscription, 3);
	add(table, subscription, verdict);
}

static struct table *two_rows(unsigned width)
{
	struct table *table = subscriptions(width);

	add_finding(table);
	add_known_good(table);
	return table;
}

static void test_no_terminal(void **state)
{
	(void)state;
	assert_table(two_rows(0), whole_table);
}

static void test_120_columns(void **state)
{
	(void)state;
	assert_table(two_rows(120), at_120_table);
}

static void test_80_columns(void **state)
{
	(void)state;
	assert_table(two_rows(80), at_80_table);
}

/* Whatever the width, no line is wider, down to where the columns have no more to give. */
static void test_any_width(void **state)
{
	(void)state;
	for (unsigned width = 51; width < 160; width++) {
		struct table *table = two_rows(width);
		char *text = print(table);
		g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

		assert_int_equal(g_strv_length(lines), 4);
		for (char **line = lines; *line; line++)
			assert_true(cell_width(*line) <= width);
		free(text);
		table_free(table);
	}
}

static void test_states_and_parts(void **state)
{
	struct table *table = subscriptions(0);
	struct subscription *subscription;
	struct verdict verdict = sample_verdict();

	(void)state;
	subscription = sample_subscription(sample_filter("Lone", NULL), NULL);
	subscription->state = WMI_STATE_DELETED;
	g_clear_pointer(&subscription->host, g_free);
	add(table, subscription, sample_verdict());
	subscription = sample_subscription(NULL, sample_consumer("Solo", " \n"));
	subscription->state = WMI_STATE_MODIFIED;
	sample_add_match(&verdict, NULL, LEVEL_INFORMATIONAL)->rule_id = "rule-7";
	add(table, subscription, verdict);
	assert_table(table, parts_table);
}

static void test_payload_choice(void **state)
{
	struct wmi_consumer *consumer = sample_consumer("C", NULL);
	struct table *table = subscriptions(0);

	(void)state;
	sample_add_property(consumer->properties, "WorkingDirectory", sample_text(MOF_STRING, "w"));
	add(table, sample_subscription(NULL, wmi_consumer_ref(consumer)), sample_verdict());
	sample_add_property(consumer->properties, "SCRIPTTEXT",
			    sample_text(MOF_STRING, "line 1;\r\n\tline   2;\r\n"));
	sample_add_property(consumer->properties, "CommandLineTemplate",
			    sample_text(MOF_STRING, ""));
	add(table, sample_subscription(NULL, wmi_consumer_ref(consumer)), sample_verdict());
	sample_add_property(consumer->properties, "executablepath", sample_text(MOF_STRING, "e"));
	add(table, sample_subscription(NULL, wmi_consumer_ref(consumer)), sample_verdict());
	g_ptr_array_add(consumer->decoded, g_strdup("decoded"));
	g_ptr_array_add(consumer->decoded, g_strdup("deeper"));
	add(table, sample_subscription(NULL, consumer), sample_verdict());
	assert_table(table, payloads_table);
}

static void test_colour(void **state)
{
	const struct table_options options = {.width = 0, .colour = true};
	struct table *table = table_new_subscriptions(&options);

	(void)state;
	add_finding(table);
	add_known_good(table);
	assert_table(table, coloured_table);
}

/* ESC, a line break, an override and half a character must not reach the terminal, and
 * wide characters must not shift what stands behind them. */
static void test_hostile(void **state)
{
	GString *name = g_string_new("\033]0;x\007\n\xE2\x80\xAE");
	struct table *table = subscriptions(0);
	struct subscription *subscription;

	(void)state;
	text_append_code_point(name, 0xD83D);
	subscription = sample_subscription(sample_filter(name->str, NULL),
					   sample_consumer("\"C:\\x41\"", name->str));
	g_string_free(name, TRUE);
	g_free(subscription->host);
	subscription->host = g_strdup("日本語\xCC\x81\xCC\x81\xCC\x81");
	add(table, subscription, sample_verdict());
	add(table, sample_subscription(NULL, NULL), sample_verdict());
	assert_table(table, hostile_table);
}

/* The charset of a terminal that is not UTF-8 must not meet bytes that mean other things. */
static void test_plain_locale(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	assert_table(two_rows(80), plain_table);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
}

/* Without a terminal a payload is whole, but a name does not blow up every row. */
static void test_long_cells(void **state)
{
	g_autofree char *long_text = g_strnfill(30000, 'x');
	struct table *table = subscriptions(0);
	char *text;

	(void)state;
	add(table,
	    sample_subscription(sample_filter(long_text, NULL), sample_consumer("C", long_text)),
	    sample_verdict());
	add_known_good(table);
	text = print(table);
	assert_non_null(strstr(text, long_text));
	assert_true(strlen(text) < 30000 + 3 * (WH_MAX_TABLE_CELL + 100));
	free(text);
	table_free(table);
}

static void test_empty(void **state)
{
	(void)state;
	assert_table(subscriptions(0), "");
}

static void test_full_disk(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct table *table;

	(void)state;
	if (!full)
		skip();
	table = two_rows(0);
	assert_false(table_print(table, full));
	fclose(full);
	table_free(table);
}

static void add_event(struct table *table, const char *provider, unsigned id,
		      const struct wmi_fact *fact)
{
	struct event event;

	event_init(&event);
	assert_true(filetime_parse("2024-05-06T07:08:09.9Z", &event.time));
	event.host = "WS-17";
	event.provider = provider;
	event.event_id = id;
	event.has_event_id = id != 0;
	event_add_field(&event, "One", "");
	event_add_field(&event, "Two", "2\n\033[m");
	event_add_field(&event, "", "three");
	event_add_field(&event, "Four", "4");
	event_add_field(&event, "Five", "5");
	event_add_field(&event, "Six", "6");
	table_add_event(table, &event, fact);
	event_release(&event);
}

static void test_events(void **state)
{
	const struct table_options options = {.width = 0};
	struct table *table = table_new_events(&options);
	struct wmi_fact fact = {
		.operation = WMI_REGISTERED,
		.filter = sample_filter("Tick", "SELECT 1"),
		.consumer = sample_consumer("Tock", "a.exe"),
	};
	struct wmi_fact filter = {.operation = WMI_CREATED, .filter = fact.filter};
	struct wmi_fact consumer = {.operation = WMI_DELETED, .consumer = fact.consumer};
	struct event bare;

	(void)state;
	event_init(&bare);
	table_add_event(table, &bare, NULL);
	event_release(&bare);
	add_event(table, "Microsoft-Windows-WMI-Activity", 5861, &fact);
	add_event(table, "Microsoft-Windows-Sysmon", 19, &filter);
	add_event(table, "Microsoft-Windows-Sysmon", 20, &consumer);
	add_event(table, "Other", 0, NULL);
	wmi_filter_free(fact.filter);
	wmi_consumer_free(fact.consumer);
	assert_table(table, events_table);
}

static void test_terminal_width(void **state)
{
	struct winsize size = {.ws_col = 97, .ws_row = 20};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	int file = open("/dev/null", O_WRONLY);

	(void)state;
	assert_true(file >= 0);
	setenv("COLUMNS", "133", 1);
	assert_int_equal(table_terminal_width(file), 0);
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
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_120_columns),
		cmocka_unit_test(test_80_columns),
		cmocka_unit_test(test_any_width),
		cmocka_unit_test(test_states_and_parts),
		cmocka_unit_test(test_payload_choice),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_plain_locale),
		cmocka_unit_test(test_long_cells),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_terminal_width),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
