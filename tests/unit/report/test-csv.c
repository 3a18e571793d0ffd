/* SPDX-License-Identifier: Apache-2.0 */
#include "report/csv.h"

#include <string.h>

#include "base/limits.h"
#include "tests/support/report_sample.h"
#include "tests/unit/cmocka_test.h"

/* The lines of a report, without the last, empty one; each must end with CR and LF, and hold none
 * elsewhere. */
static GStrv split_lines(const char *text)
{
	GStrv lines = g_strsplit(text, "\r\n", -1);
	guint count = g_strv_length(lines);

	assert_string_equal(lines[count - 1], "");
	g_clear_pointer(&lines[count - 1], g_free);
	for (char **line = lines; *line; line++)
		assert_null(strpbrk(*line, "\r\n"));
	return lines;
}

/* The cells of a line, read as RFC 4180 says. */
static GPtrArray *split_cells(const char *line)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) cell = g_string_new(NULL);
	bool quoted = false;

	for (; *line; line++) {
		if (*line == '"' && quoted && line[1] == '"') {
			g_string_append_c(cell, *line++);
		} else if (*line == '"') {
			quoted = !quoted;
		} else if (*line == ',' && !quoted) {
			g_ptr_array_add(cells, g_strdup(cell->str));
			g_string_truncate(cell, 0);
		} else {
			g_string_append_c(cell, *line);
		}
	}
	assert_false(quoted);
	g_ptr_array_add(cells, g_strdup(cell->str));
	return cells;
}

static const char *find_cell(const GPtrArray *header, const GPtrArray *cells, const char *name)
{
	assert_int_equal(header->len, cells->len);
	for (guint i = 0; i < header->len; i++)
		if (strcmp(header->pdata[i], name) == 0)
			return cells->pdata[i];
	fail_msg("there is no column %s", name);
	return NULL;
}

static char *print_runs(const char *command, const char *column)
{
	struct subscription *subscription =
		sample_subscription(sample_filter("F", "q"), sample_consumer("C", command));
	struct finding finding = sample_finding(subscription);
	struct sample_report sample;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GPtrArray) header = NULL, cells = NULL;

	sample_report_init(&sample, "csv", &(struct report_options){0});
	assert_true(report_add_finding(&sample.report, &finding));
	text = sample_report_end(&sample);
	lines = split_lines(text);
	assert_int_equal(g_strv_length(lines), 2);
	header = split_cells(lines[0]);
	cells = split_cells(lines[1]);
	finding_release(&finding);
	subscription_free(subscription);
	return g_strdup(find_cell(header, cells, column));
}

/* What was logged, and the cell that it must come out as. */
static void test_hostile_cells(void **state)
{
	static const char *const pairs[][2] = {
		{"cmd.exe /c calc", "cmd.exe /c calc"},
		{"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"-", "-"},
		{"@SUM(1)", "'@SUM(1)"},
		{"  =1+1", "'  =1+1"},
		{"＝1+1", "'＝1+1"},
		{"'=1", "''=1"},
		{"\t=1", "\\t=1"},
		{"\r=1", "\\r=1"},
		{"a\r\nb\tc", "a\\r\\nb\\tc"},
		{"say \"x\", \"y\"; z", "say \"x\", \"y\"; z"},
		{" a ", " a "},
		{"a=1", "a=1"},
		{"\u202Egnp.exe", "\\u202egnp.exe"},
		{"日本語", "日本語"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *cell = print_runs(pairs[i][0], "runs");

		assert_string_equal(cell, pairs[i][1]);
	}
}

/* A cut does not split a character, and the columns after it stand where they should. */
static void test_long_cell(void **state)
{
	g_autoptr(GString) command = g_string_new("x");
	g_autofree char *cell = NULL;

	(void)state;
	while (command->len < 2 * WH_MAX_CSV_CELL)
		g_string_append(command, "語\"");
	cell = print_runs(command->str, "runs");
	assert_true(strlen(cell) <= WH_MAX_CSV_CELL && strlen(cell) > WH_MAX_CSV_CELL - 4);
	assert_true(g_utf8_validate(cell, -1, NULL));
	g_free(cell);
	cell = print_runs(command->str, "count");
	assert_string_equal(cell, "0");
}

/* Without a row there is a header, which tells who reads it what was asked for. */
static void test_headers(void **state)
{
	static const char *const begins[] = {
		[REPORT_FINDINGS] = "kind,level,host,",
		[REPORT_STACK] = "hosts,of_hosts,host_names,",
		[REPORT_EVENTS] = "time,host,channel,",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(begins); i++) {
		struct report_options options = {.content = i};
		struct sample_report sample;
		g_autofree char *plain = NULL;
		g_autofree char *marked = NULL;

		sample_report_init(&sample, "csv", &options);
		plain = sample_report_end(&sample);
		assert_true(g_str_has_prefix(plain, begins[i]));
		options.bom = true;
		sample_report_init(&sample, "csv", &options);
		marked = sample_report_end(&sample);
		assert_true(g_str_has_prefix(marked, "\xEF\xBB\xBF"));
		assert_string_equal(marked + 3, plain);
	}
}

/* An event of which nothing is known fills as many columns as there are. */
static void test_empty_event(void **state)
{
	struct sample_report sample;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GPtrArray) header = NULL, cells = NULL;
	struct event event;

	(void)state;
	event_init(&event);
	event_add_field(&event, "", "=1");
	sample_report_init(&sample, "csv", &(struct report_options){.content = REPORT_EVENTS});
	assert_true(report_add_event(&sample.report, &event));
	text = sample_report_end(&sample);
	event_release(&event);
	lines = split_lines(text);
	header = split_cells(lines[0]);
	cells = split_cells(lines[1]);
	assert_string_equal(find_cell(header, cells, "time"), "");
	assert_string_equal(find_cell(header, cells, "data"), "'=1");
	assert_string_equal(find_cell(header, cells, "source"), "-");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_cells),
		cmocka_unit_test(test_long_cell),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_empty_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
