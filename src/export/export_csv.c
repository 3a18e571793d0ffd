/* SPDX-License-Identifier: Apache-2.0 */
#include <csv.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "export/export_run.h"

/*
 * How it works. libcsv takes the file line by line, so that the place of a row is known. A row is
 * made an object with a member for each column, and read as one of JSON.
 */

#define MAX_COLUMNS 512
#define SAME_COLUMNS 3 /* by which a header that comes again is known */

struct csv_reading {
	struct export_run *run;
	struct csv_parser parser;
	char *columns[MAX_COLUMNS]; /* of the header */
	size_t column_count;
	bool has_header;
	struct json_node *row; /* in the run's arena; NULL between rows */
	struct json_node **last;
	size_t field_count;
	size_t row_size; /* bytes of all fields */
	uint64_t row_offset;
};

static void begin_row(struct csv_reading *csv)
{
	csv->row = arena_alloc(&csv->run->arena, sizeof(*csv->row));
	*csv->row = (struct json_node){.kind = JSON_KIND_OBJECT};
	csv->last = &csv->row->first;
	csv->field_count = 0;
	csv->row_size = 0;
}

static void add_column(struct csv_reading *csv, const char *text, size_t size)
{
	if (csv->column_count < MAX_COLUMNS)
		csv->columns[csv->column_count++] = text_from_bytes(text, size);
}

static void add_cell(struct csv_reading *csv, const char *text, size_t size)
{
	struct arena *arena = &csv->run->arena;
	struct json_node *node;
	g_autofree char *valid = NULL;

	if (!csv->row)
		begin_row(csv);
	csv->row_size += size;
	if (csv->field_count++ >= MAX_COLUMNS || csv->row_size > WH_MAX_EVENT_LINE)
		return;
	valid = text_from_bytes(text, size);
	node = arena_alloc(arena, sizeof(*node));
	*node = (struct json_node){.kind = JSON_KIND_TEXT,
				   .name = csv->field_count <= csv->column_count
						   ? csv->columns[csv->field_count - 1]
						   : "",
				   .text = arena_copy(arena, valid, strlen(valid))};
	*csv->last = node;
	csv->last = &node->next;
}

static void on_field(void *text, size_t size, void *context)
{
	struct csv_reading *csv = context;

	if (csv->has_header)
		add_cell(csv, text ? text : "", text ? size : 0);
	else
		add_column(csv, text ? text : "", text ? size : 0);
}

/* Only the begin of a file is looked at: its first row may be cut off. */
static bool is_look(const struct export_run *run)
{
	return run->reading && run->reading->take_object && !run->source.reader;
}

/* A row of nothing. */
static void give_columns(struct csv_reading *csv)
{
	size_t count = csv->column_count;

	begin_row(csv);
	for (size_t i = 0; i < count; i++)
		add_cell(csv, "", 0);
	export_run_take_object(csv->run, csv->row);
	csv->row = NULL;
}

static void end_header(struct csv_reading *csv)
{
	/* PowerShell writes the type of its objects before. */
	csv->has_header = csv->column_count > 1;
	while (!csv->has_header && csv->column_count > 0)
		g_free(csv->columns[--csv->column_count]);
	if (csv->has_header && is_look(csv->run))
		give_columns(csv);
}

/* True for a header once more, as where files were put together, or where a tool begins a table for
 * each kind of event; its columns are those of what follows. */
static bool take_header(struct csv_reading *csv)
{
	const struct json_node *cell = csv->row->first;

	for (size_t i = 0; i < MIN(csv->column_count, SAME_COLUMNS); i++, cell = cell->next)
		if (!cell || strcmp(cell->text, csv->columns[i]) != 0)
			return false;
	while (csv->column_count > 0)
		g_free(csv->columns[--csv->column_count]);
	for (cell = csv->row->first; cell; cell = cell->next)
		add_column(csv, cell->text, strlen(cell->text));
	return true;
}

/* Event Viewer does not name its last column. */
static bool has_message(const struct csv_reading *csv)
{
	return csv->field_count == csv->column_count + 1 && spelling_event_viewer.fits(csv->row);
}

/* `terminator` is the character that ended the row, or -1. */
static void on_row(int terminator, void *context)
{
	struct csv_reading *csv = context;
	struct export_run *run = csv->run;

	(void)terminator;
	if (!csv->has_header) {
		end_header(csv);
		return;
	}
	if (!csv->row)
		return;
	if (take_header(csv)) {
		csv->row = NULL;
		return;
	}
	run->records++;
	run->offset = csv->row_offset;
	if (csv->field_count != csv->column_count && !has_message(csv))
		export_run_report(run, "a row that has not as many fields as the first");
	else if (csv->row_size > WH_MAX_EVENT_LINE)
		export_run_report(run, "a row that is longer than an event can be");
	else if (!run->stopped)
		export_run_take_object(run, csv->row);
	csv->row = NULL;
}

static void csv_begin(struct csv_reading *csv, unsigned char separator)
{
	csv_init(&csv->parser, CSV_APPEND_NULL);
	csv_set_delim(&csv->parser, separator);
	csv_set_blk_size(&csv->parser, 4096);
}

/* What is sought most often in the first line that is no type's name. */
static unsigned char find_separator(const char *text, size_t size)
{
	static const char separators[] = ",;\t";
	size_t counts[3] = {0}, best = 0;
	const char *feed;

	if (size > 0 && *text == '#' && (feed = memchr(text, '\n', size))) {
		size -= (size_t)(feed + 1 - text);
		text = feed + 1;
	}
	for (size_t at = 0; at < size && text[at] != '\n'; at++)
		for (size_t i = 0; i < 3; i++)
			counts[i] += text[at] == separators[i];
	for (size_t i = 1; i < 3; i++)
		best = counts[i] > counts[best] ? i : best;
	return (unsigned char)separators[best];
}

/* The size of the next line in the window, its line feed included, or of what there is. */
static size_t line_size(struct export_run *run)
{
	const char *feed;

	do {
		size_t size = text_source_size(&run->source);

		feed = memchr(text_source_at(&run->source), '\n', size);
		if (feed)
			return (size_t)(feed - text_source_at(&run->source)) + 1;
	} while (text_source_fill(&run->source));
	return text_source_size(&run->source);
}

/* A quote without its other half holds the rest of the file. */
static bool is_overlong(const struct csv_reading *csv)
{
	return csv->parser.entry_pos > WH_MAX_EVENT_LINE;
}

static void restart(struct csv_reading *csv)
{
	unsigned char separator = csv_get_delim(&csv->parser);

	csv->run->offset = csv->row_offset;
	export_run_report(csv->run, "a field that is longer than an event can be");
	csv_free(&csv->parser);
	csv_begin(csv, separator);
	csv->row = NULL;
}

static void read_rows(struct csv_reading *csv)
{
	struct export_run *run = csv->run;
	size_t size;

	while (!run->stopped && (size = line_size(run)) > 0) {
		if (!csv->row && csv->parser.pstate <= 1)
			csv->row_offset = run->source.offset;
		/* Of each line: a row may be long. */
		if (run->reading)
			run->reading->at_record(run->reading->context,
						text_source_place(&run->source), size);
		csv_parse(&csv->parser, text_source_at(&run->source), size, on_field, on_row, csv);
		text_source_skip(&run->source, size);
		if (is_overlong(csv))
			restart(csv);
		/* The rest of a row may follow on the next line. */
		if (!csv->row && csv->parser.entry_pos == 0)
			export_run_end(run);
		if (!run->reading && run->found)
			break;
	}
	csv_fini(&csv->parser, on_field, on_row, csv);
}

static bool holds(const char *text, size_t size, const char *word)
{
	return memmem(text, size, word, strlen(word)) != NULL;
}

/* Offset after the next separator. */
static size_t skip_column(const char *text, size_t size, size_t at, char separator)
{
	const char *found = at < size ? memchr(text + at, separator, size - at) : NULL;

	return found ? (size_t)(found + 1 - text) : size;
}

/* What Event Viewer saves, by what stands where in its first row: names of columns are of Windows's
 * language. */
static bool is_viewer(const char *text, size_t size, const char *row, size_t row_size)
{
	char separator = memchr(text, '\t', size) ? '\t' : ',';
	size_t at = skip_column(row, row_size, 0, separator);
	size_t source = skip_column(row, row_size, at, separator);
	size_t id = skip_column(row, row_size, source, separator);
	size_t end = skip_column(row, row_size, id, separator);
	g_autofree char *time = source > at ? g_strndup(row + at, source - at - 1) : NULL;
	struct export_time read;

	if (end >= row_size || end - id < 2 || end - id > 6 || !export_time_read(time, &read))
		return false;
	while (id < end - 1)
		if (!g_ascii_isdigit(row[id++]))
			return false;
	return skip_column(row, row_size, end, separator) < row_size;
}

/* By the names of columns, wherever they stand. */
bool export_csv_begins(const char *text, size_t size)
{
	const char *feed;
	size_t all;

	/* Markup, whose texts may have the same words. */
	if (size > 0 && *text == '<')
		return false;
	if (size > 5 && memcmp(text, "#TYPE", 5) == 0) {
		feed = memchr(text, '\n', size);
		size -= feed ? (size_t)(feed + 1 - text) : size;
		text = feed ? feed + 1 : text;
	}
	all = size;
	feed = memchr(text, '\n', size);
	size = feed ? (size_t)(feed - text) : size;
	if (!memchr(text, ',', size) && !memchr(text, ';', size) && !memchr(text, '\t', size))
		return false;
	if (feed && is_viewer(text, size, feed + 1, all - size - 1))
		return true;
	return (holds(text, size, "Payload") && holds(text, size, "EventId")) ||
	       (holds(text, size, "ProviderName") &&
		(holds(text, size, "LogName") || holds(text, size, "TimeCreated"))) ||
	       (holds(text, size, "ActionType") && holds(text, size, "AdditionalFields")) ||
	       holds(text, size, "_raw") || holds(text, size, "winlog.channel") ||
	       (holds(text, size, "TimeGenerated") && holds(text, size, "EventID")) ||
	       (holds(text, size, "Provider_Name") && holds(text, size, "EventRecordID")) ||
	       (holds(text, size, "RuleTitle") && holds(text, size, "RecordID"));
}

void export_csv_read(struct export_run *run)
{
	struct csv_reading csv = {.run = run};
	size_t size = text_source_size(&run->source);

	if (size == 0 && text_source_fill(&run->source))
		size = text_source_size(&run->source);
	csv_begin(&csv, find_separator(text_source_at(&run->source), size));
	read_rows(&csv);
	csv_free(&csv.parser);
	for (size_t i = 0; i < csv.column_count; i++)
		g_free(csv.columns[i]);
}
