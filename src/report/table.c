/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/order.h"
#include "report/cell.h"
#include "report/columns.h"
#include "report/coverage_text.h"
#include "report/distinct.h"
#include "report/explain.h"
#include "report/hosts.h"
#include "report/row.h"
#include "report/supertimeline.h"

#define DEFAULT_WIDTH 80
#define ONE_LINE_WIDTH 100 /* from here on, a row is one line */
#define SEPARATOR "  "
#define MOST_WRAPPED 3 /* lines of a cell that goes on below */
#define INDENT 4 /* of a row's second line */
#define BOLD "\033[1m"
#define COLOUR_END "\033[0m"

struct row {
	GString *cells[WH_ROW_CELLS];
	const char *colour; /* of the first cell, or NULL */
	bool is_header; /* all of it is bold, where there are colours */
	int rank; /* rows of a higher one stand above; 0 for all of other tables */
	uint64_t time; /* of one rank, earlier ones stand above; 0 for all of other tables */
	GString *note; /* lines below it, which fit; NULL for none */
};

/* The cells that stand on one line, in their order. */
struct line {
	unsigned cells[WH_ROW_CELLS];
	unsigned count;
	unsigned indent;
	unsigned widths[WH_ROW_CELLS]; /* of the same cells, once they fit */
};

struct table {
	const struct column *columns; /* WH_ROW_CELLS of them; those of the first row */
	const struct report_options *options; /* borrowed */
	GPtrArray *rows; /* struct row; when they are printed, the header is the first */
	unsigned count; /* of what was added */
	struct coverage_text coverage;
	unsigned levels[LEVEL_CRITICAL + 1]; /* rows with such a rule */
	unsigned of_hosts; /* that were stacked */
	uint64_t size; /* bytes that its rows take */
	unsigned parts; /* of it that were printed, each sorted */
	uint64_t first, last; /* FILETIME: of the events; 0: none has a time */
};

static struct row *row_new(void)
{
	struct row *row = g_new0(struct row, 1);

	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		row->cells[i] = g_string_new(NULL);
	return row;
}

static void row_free(struct row *row)
{
	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		g_string_free(row->cells[i], TRUE);
	if (row->note)
		g_string_free(row->note, TRUE);
	g_free(row);
}

void table_begin(struct report *report)
{
	struct table *table = g_new0(struct table, 1);

	table->options = &report->options;
	table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
	report->state = table;
}

/*
 * No cell can show more than the terminal's width, but what stands behind that may tell it from
 * others. Without a width the last cell is whole; the others have a bound, as every row is padded
 * to the widest.
 */
static unsigned cell_bound(const struct table *table, const struct column *columns, unsigned index)
{
	if (table->options->width && !columns[index].is_distinct)
		return table->options->width * (columns[index].wraps ? MOST_WRAPPED : 1);
	return index + 1 < WH_ROW_CELLS ? WH_MAX_TABLE_CELL : 0;
}

/* Without a bound (0) the text stays whole. */
static GString *printable(const GString *text, unsigned bound)
{
	GString *out = g_string_new(NULL);

	cell_append_printable(out, text->str);
	if (bound)
		cell_cut(out, bound);
	return out;
}

/* All rows of a table are of one kind. */
static void add_row(struct table *table, const struct column *columns, struct row *row)
{
	for (unsigned i = 0; i < WH_ROW_CELLS; i++) {
		GString *cell = row->cells[i];

		row->cells[i] = printable(cell, cell_bound(table, columns, i));
		g_string_free(cell, TRUE);
	}
	table->columns = columns;
	table->count++;
	g_ptr_array_add(table->rows, row);
}

/* Of a level from 1, as 0 is for no rule. */
static const char *rank_colour(int rank)
{
	static const char *const colours[] = {
		[1 + LEVEL_LOW] = "\033[36m",
		[1 + LEVEL_MEDIUM] = "\033[33m",
		[1 + LEVEL_HIGH] = "\033[31m",
		[1 + LEVEL_CRITICAL] = "\033[1;31m",
	};

	return colours[rank];
}

static struct prose prose_of(const struct table *table, GString *out)
{
	const struct report_options *options = table->options;

	return (struct prose){out, options->width, options->colour, options->full, options->zone};
}

static GString *explain(const struct table *table, const struct finding *finding)
{
	GString *note = g_string_new(NULL);
	struct prose prose = prose_of(table, note);

	explain_finding(finding, &prose);
	return note;
}

void table_add_finding(struct report *report, const struct finding *finding)
{
	struct table *table = report->state;
	struct row *row = row_new();

	finding_row_append(finding, table->options->zone, row->cells);
	row->rank = 1 + finding_level(finding);
	row->colour = rank_colour(row->rank);
	if (row->rank)
		table->levels[row->rank - 1]++;
	if (table->options->explain)
		row->note = explain(table, finding);
	add_row(table, finding_columns, row);
}

void table_add_coverage(struct report *report, const struct host_coverage *host)
{
	struct table *table = report->state;

	coverage_text_add(&table->coverage, host, table->options->explain);
}

/* The rarest stand first, whatever their level. */
void table_add_stack(struct report *report, const struct stack_entry *entry)
{
	struct table *table = report->state;
	struct row *row = row_new();

	stack_row_append(entry, report->options.zone, row->cells);
	if (entry->rule_title) {
		row->colour = rank_colour(1 + (int)entry->level);
		table->levels[entry->level]++;
	}
	table->of_hosts = entry->of_hosts;
	add_row(table, stack_columns, row);
}

void table_add_happening(struct report *report, const struct supertimeline_row *happening)
{
	struct row *row = row_new();

	supertimeline_row_append(happening, report->options.zone, row->cells);
	row->colour = rank_colour(1 + happening->level);
	add_row(report->state, supertimeline_columns, row);
}

void table_add_host(struct report *report, const struct host_summary *host)
{
	struct row *row = row_new();

	host_summary_append(host, report->options.zone, row->cells);
	row->rank = 1 + host_summary_level(host);
	row->colour = rank_colour(row->rank);
	add_row(report->state, host_columns, row);
}

static struct row *header_new(const struct table *table)
{
	GTimeZone *zone = table->options->zone;
	struct row *header = row_new();

	header->is_header = true;
	for (unsigned i = 0; i < WH_ROW_CELLS; i++) {
		cell_append_printable(header->cells[i], table->columns[i].title);
		if (zone && g_str_has_suffix(header->cells[i]->str, "(UTC)")) {
			g_string_truncate(header->cells[i], header->cells[i]->len - strlen("UTC)"));
			cell_append_printable(header->cells[i], g_time_zone_get_identifier(zone));
			g_string_append_c(header->cells[i], ')');
		}
	}
	return header;
}

/* What wraps has the second line for itself at any width. */
static bool has_two_lines(const struct table *table)
{
	bool two = table->options->width && table->options->width < ONE_LINE_WIDTH;

	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		two |= table->options->width && table->columns[i].wraps;
	return two;
}

/* Returns how many there are. */
static unsigned make_lines(const struct table *table, struct line lines[2])
{
	bool two = has_two_lines(table);

	lines[0] = (struct line){0};
	lines[1] = (struct line){.indent = INDENT};
	for (unsigned i = 0; i < WH_ROW_CELLS; i++) {
		unsigned below = table->columns[i].below;

		if (two && below)
			lines[1].cells[below - 1] = i;
		else
			lines[0].cells[lines[0].count++] = i;
		lines[1].count = MAX(lines[1].count, two ? below : 0);
	}
	return lines[1].count ? 2 : 1;
}

/* The cells of a column, the header's as well; the caller frees the array. */
static GString **get_cells(const struct table *table, unsigned index)
{
	GString **cells = g_new(GString *, MAX(table->rows->len, 1));

	for (guint i = 0; i < table->rows->len; i++)
		cells[i] = ((const struct row *)table->rows->pdata[i])->cells[index];
	return cells;
}

/* The widths of the widest cells; returns those of the line. */
static unsigned measure(const struct table *table, struct line *line)
{
	unsigned sum = line->indent + (line->count - 1) * (unsigned)strlen(SEPARATOR);

	memset(line->widths, 0, sizeof(line->widths));
	for (unsigned i = 0; i < line->count; i++) {
		for (guint j = 0; j < table->rows->len; j++) {
			const struct row *row = table->rows->pdata[j];
			unsigned width = cell_width(row->cells[line->cells[i]]->str);

			line->widths[i] = MAX(line->widths[i], width);
		}
		sum += line->widths[i];
	}
	return sum;
}

/* What stands between the minutes and an offset. */
static void drop_seconds(const struct table *table, const struct line *line)
{
	for (unsigned i = 0; i < line->count; i++) {
		for (guint j = 0;
		     table->columns[line->cells[i]].drops_seconds && j < table->rows->len; j++) {
			const struct row *row = table->rows->pdata[j];
			GString *cell = row->cells[line->cells[i]];
			const char *clock = strchr(cell->str, ' ');

			if (!row->is_header && clock && strlen(clock) >= strlen(" hh:mm:ss"))
				g_string_erase(cell, clock - cell->str + (gssize)strlen(" hh:mm"),
					       (gssize)strlen(":ss"));
		}
	}
}

/* What must be distinct gives way down to where it still is, unless that takes half of the line:
 * whoever names hosts could leave nothing for the rest. */
static void keep_distinct(const struct table *table, const struct line *line,
			  struct column columns[WH_ROW_CELLS])
{
	for (unsigned i = 0; i < line->count; i++) {
		g_autofree GString **cells = NULL;
		unsigned width;

		columns[i] = table->columns[line->cells[i]];
		if (!columns[i].is_distinct)
			continue;
		cells = get_cells(table, line->cells[i]);
		width = distinct_width(cells, table->rows->len);
		for (unsigned j = 0; j < WH_COLUMN_FLOORS && width <= table->options->width / 2;
		     j++)
			columns[i].floors[j] = MAX(columns[i].floors[j], width);
	}
}

static void cut_cells(const struct table *table, const struct line *line)
{
	for (unsigned i = 0; i < line->count; i++) {
		g_autofree GString **cells = get_cells(table, line->cells[i]);
		bool wraps = table->columns[line->cells[i]].wraps;

		if (table->columns[line->cells[i]].is_distinct)
			distinct_cut(cells, table->rows->len, line->widths[i]);
		for (guint j = 0; j < table->rows->len; j++)
			cell_cut(cells[j], line->widths[i] * (wraps ? MOST_WRAPPED : 1));
	}
}

/* Makes the rows fit the terminal. A cut in front of a wide character leaves a cell narrower than
 * its column, so widths are measured again. */
static void fit(const struct table *table, struct line *line)
{
	struct column columns[WH_ROW_CELLS];
	unsigned total = table->options->width;
	unsigned gaps = line->indent + (line->count - 1) * (unsigned)strlen(SEPARATOR);

	if (measure(table, line) <= total || !total)
		return;
	drop_seconds(table, line);
	measure(table, line);
	keep_distinct(table, line, columns);
	columns_fit(columns, line->count, total > gaps ? total - gaps : 0, line->widths);
	cut_cells(table, line);
	measure(table, line);
}

static void put_cell(const GString *cell, unsigned width, const char *colour, GString *out)
{
	unsigned padding = width - MIN(width, cell_width(cell->str));

	g_string_append(out, colour ? colour : "");
	g_string_append_len(out, cell->str, (gssize)cell->len);
	g_string_append(out, colour ? COLOUR_END : "");
	g_string_append_printf(out, "%*s", (int)padding, "");
}

/* The last cell is not padded: no white space stands at the end. */
static void put_last(const struct table *table, const struct row *row, const struct line *line,
		     GString *out)
{
	unsigned index = line->cells[line->count - 1], column = line->indent;
	const struct prose prose = prose_of(table, out);

	if (!table->columns[index].wraps || row->is_header) {
		put_cell(row->cells[index], 0,
			 row->is_header && table->options->colour ? BOLD : NULL, out);
		g_string_append_c(out, '\n');
		return;
	}
	for (unsigned i = 0; i + 1 < line->count; i++)
		column += line->widths[i] + (unsigned)strlen(SEPARATOR);
	prose_go_on(&prose, column, column, row->cells[index]->str);
}

static void put_line(const struct table *table, const struct row *row, const struct line *line,
		     GString *out)
{
	g_string_append_printf(out, "%*s", (int)line->indent, "");
	for (unsigned i = 0; i + 1 < line->count; i++) {
		const char *colour = row->is_header ? BOLD : line->cells[i] ? NULL : row->colour;

		put_cell(row->cells[line->cells[i]], line->widths[i],
			 table->options->colour ? colour : NULL, out);
		g_string_append(out, SEPARATOR);
	}
	put_last(table, row, line, out);
}

static gint by_rank(gconstpointer a, gconstpointer b)
{
	const struct row *const *one = a, *const *other = b;

	if ((*other)->rank != (*one)->rank)
		return (*other)->rank - (*one)->rank;
	return compare_numbers((*one)->time, (*other)->time);
}

/* An empty line parts what is said below a row from the next row. */
static void put_note(const struct row *row, bool has_next, GString *out)
{
	if (!row->note)
		return;
	g_string_append_len(out, row->note->str, (gssize)row->note->len);
	if (has_next)
		g_string_append_c(out, '\n');
}

static void put_table(const struct table *table, GString *out)
{
	struct line lines[2];
	unsigned count;

	/* A stable sort: what is of one level, or one time, stays in order. */
	g_ptr_array_sort(table->rows, by_rank);
	g_ptr_array_insert(table->rows, 0, header_new(table));
	count = make_lines(table, lines);
	for (unsigned i = 0; i < count; i++)
		fit(table, &lines[i]);
	for (guint i = 0; i < table->rows->len; i++) {
		for (unsigned j = 0; j < count; j++)
			put_line(table, table->rows->pdata[i], &lines[j], out);
		put_note(table->rows->pdata[i], i + 1 < table->rows->len, out);
	}
}

static uint64_t size_of(const struct row *row)
{
	uint64_t size = sizeof(*row);

	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		size += sizeof(GString) + row->cells[i]->allocated_len;
	return size;
}

/* What does not fit into memory is sorted by itself. */
static void put_part(struct table *table, GString *out)
{
	put_table(table, out);
	g_ptr_array_set_size(table->rows, 0);
	table->size = 0;
	table->parts++;
}

void table_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact)
{
	struct table *table = report->state;
	struct row *row = row_new();

	event_row_append(event, fact, table->options->zone, row->cells);
	row->time = event->ref.time;
	if (row->time) {
		table->first = table->first ? MIN(table->first, row->time) : row->time;
		table->last = MAX(table->last, row->time);
	}
	add_row(table, event_columns, row);
	table->size += size_of(row);
	if (table->options->memory && table->size > table->options->memory)
		put_part(table, report->text);
}

static void free_line(gpointer line)
{
	g_string_free(line, TRUE);
}

static void put_coverage(struct table *table, const struct prose *prose)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_line);

	coverage_text_end(&table->coverage, lines);
	if (lines->len > 0 && table->rows->len > 0)
		g_string_append_c(prose->out, '\n');
	for (guint i = 0; i < lines->len; i++) {
		const char *line = ((const GString *)lines->pdata[i])->str;

		prose_add(prose, *line == ' ' ? 2 : 0, 4, line);
	}
}

/* Appends how many rows of each level there are, from `least` on. */
static void append_levels(const struct table *table, int least, GString *out)
{
	const char *before = " (";

	for (int level = LEVEL_CRITICAL; level >= least; level--) {
		if (!table->levels[level])
			continue;
		g_string_append_printf(out, "%s%u %s", before, table->levels[level],
				       rule_level_name((enum rule_level)level));
		before = ", ";
	}
	g_string_append(out, *before == ',' ? ")" : "");
}

/* What a row of findings or of a stack counts as. */
static unsigned count_findings(const struct table *table)
{
	unsigned count = 0;

	for (unsigned level = table->options->min_level; level <= LEVEL_CRITICAL; level++)
		count += table->levels[level];
	return count;
}

static void append_sum_of_findings(const struct table *table, GString *out)
{
	unsigned count = count_findings(table);
	GString *hosts;

	/* What happened, and hosts, are no findings. */
	if (table->count > 0 && table->columns != finding_columns)
		return;
	hosts = g_string_new(NULL);
	coverage_text_append_sum(&table->coverage, hosts);
	if (table->count > 0 || hosts->len > 0) {
		g_string_append_printf(out, "%u finding%s", count, count == 1 ? "" : "s");
		append_levels(table, (int)table->options->min_level, out);
		g_string_append_len(out, hosts->str, (gssize)hosts->len);
	}
	g_string_free(hosts, TRUE);
}

static void append_sum_of_stack(const struct table *table, GString *out)
{
	unsigned count = table->count;

	if (count == 0)
		return;
	g_string_append_printf(out, "%u distinct subscription%s", count, count == 1 ? "" : "s");
	append_levels(table, LEVEL_INFORMATIONAL, out);
	g_string_append_printf(out, " on %u host%s", table->of_hosts,
			       table->of_hosts == 1 ? "" : "s");
}

static void append_sum_of_events(const struct table *table, GString *out)
{
	if (table->count == 0)
		return;
	g_string_append_printf(out, "%u event%s", table->count, table->count == 1 ? "" : "s");
	if (table->first) {
		g_string_append(out, ", from ");
		row_append_seconds(out, table->first, table->options->zone);
		g_string_append(out, " to ");
		row_append_seconds(out, table->last, table->options->zone);
	}
	if (table->parts > 1)
		g_string_append_printf(out, "; sorted in %u parts, as --max-memory allows no more",
				       table->parts);
}

/* In words, last: on a terminal it is what is seen first. */
static void put_sum(const struct table *table, const struct prose *prose)
{
	static void (*const append[])(const struct table *, GString *) = {
		[REPORT_FINDINGS] = append_sum_of_findings,
		[REPORT_STACK] = append_sum_of_stack,
		[REPORT_EVENTS] = append_sum_of_events,
	};
	enum report_content content = table->options->content;
	g_autoptr(GString) sum = g_string_new(NULL);

	if (content < G_N_ELEMENTS(append) && append[content])
		append[content](table, sum);
	if (sum->len == 0)
		return;
	if (prose->out->len > 0)
		g_string_append_c(prose->out, '\n');
	prose_add(prose, 0, 4, sum->str);
}

void table_end(struct report *report)
{
	struct table *table = report->state;
	const struct prose prose = prose_of(table, report->text);

	if (table->rows->len > 0) {
		put_table(table, report->text);
		table->parts++;
	}
	put_coverage(table, &prose);
	put_sum(table, &prose);
	g_ptr_array_unref(table->rows);
	g_free(table);
}

unsigned table_terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	guint64 width;

	if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns && g_ascii_string_to_unsigned(columns, 10, 1, G_MAXUINT16, &width, NULL))
		return (unsigned)width;
	return isatty(fd) ? DEFAULT_WIDTH : 0;
}
