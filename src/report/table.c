/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "report/cell.h"
#include "report/columns.h"
#include "report/explain.h"
#include "report/row.h"

#define DEFAULT_WIDTH 80
#define ROOMY_WIDTH 100 /* from here on, columns stand two spaces apart */

struct row {
	GString *cells[WH_ROW_CELLS];
	const char *colour; /* of the first cell, or NULL */
	int rank; /* rows of a higher one stand above; 0 for all of other tables */
	GPtrArray *notes; /* GString: lines below it; NULL for none */
};

struct table {
	const struct column *columns; /* WH_ROW_CELLS of them */
	struct table_options options;
	GPtrArray *rows; /* struct row */
	bool is_explained; /* some row has notes */
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
	g_clear_pointer(&row->notes, g_ptr_array_unref);
	g_free(row);
}

static struct table *table_new(const struct column *columns, const struct table_options *options)
{
	struct table *table = g_new0(struct table, 1);

	table->columns = columns;
	table->options = *options;
	table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
	return table;
}

struct table *table_new_subscriptions(const struct table_options *options)
{
	return table_new(subscription_columns, options);
}

struct table *table_new_stack(const struct table_options *options)
{
	return table_new(stack_columns, options);
}

struct table *table_new_events(const struct table_options *options)
{
	return table_new(event_columns, options);
}

void table_free(struct table *table)
{
	if (!table)
		return;
	g_ptr_array_unref(table->rows);
	g_free(table);
}

/*
 * No cell can show more than the terminal's width. Without a terminal the last cell is
 * whole; the others have a bound, as every row is padded to the widest.
 */
static unsigned cell_bound(const struct table *table, unsigned index)
{
	if (table->options.width)
		return table->options.width;
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

static void make_printable(const struct table *table, unsigned index, GString **cell)
{
	GString *out = printable(*cell, cell_bound(table, index));

	g_string_free(*cell, TRUE);
	*cell = out;
}

static void add_row(struct table *table, struct row *row)
{
	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		make_printable(table, i, &row->cells[i]);
	g_ptr_array_add(table->rows, row);
}

/* 0 when no rule matched, else the level, from 1. */
static int level_rank(const struct verdict *verdict)
{
	if (verdict->matches->len == 0)
		return 0;
	return 1 + (int)((const struct match *)g_ptr_array_index(verdict->matches, 0))->level;
}

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

void table_add_subscription(struct table *table, const struct subscription *subscription,
			    const struct verdict *verdict)
{
	struct row *row = row_new();

	subscription_row_append(subscription, verdict, row->cells);
	row->rank = level_rank(verdict);
	row->colour = rank_colour(row->rank);
	add_row(table, row);
}

static void free_note(gpointer note)
{
	g_string_free(note, TRUE);
}

void table_explain(struct table *table, const struct subscription *subscription, const char *triage)
{
	struct row *row = g_ptr_array_index(table->rows, table->rows->len - 1);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_note);

	explain_subscription(subscription, triage, lines);
	row->notes = g_ptr_array_new_with_free_func(free_note);
	for (guint i = 0; i < lines->len; i++)
		g_ptr_array_add(row->notes, printable(lines->pdata[i], table->options.width));
	table->is_explained = true;
}

void table_add_evidence(struct table *table, const struct evidence *evidence)
{
	struct row *row = row_new();

	evidence_row_append(evidence, row->cells);
	row->rank = 1 + evidence->level;
	row->colour = rank_colour(row->rank);
	add_row(table, row);
}

void table_add_correlation(struct table *table, const struct correlation_finding *finding)
{
	struct row *row = row_new();

	correlation_row_append(finding, row->cells);
	row->rank = 1 + (int)finding->correlation->level;
	row->colour = rank_colour(row->rank);
	add_row(table, row);
}

/* The rarest stand first, whatever their level. */
void table_add_stack(struct table *table, const struct stack_entry *entry)
{
	struct row *row = row_new();

	stack_row_append(entry, row->cells);
	row->colour = rank_colour(entry->rule_title ? 1 + (int)entry->level : 0);
	add_row(table, row);
}

void table_add_event(struct table *table, const struct event *event, const struct wmi_fact *fact)
{
	struct row *row = row_new();

	event_row_append(event, fact, row->cells);
	add_row(table, row);
}

static struct row *header_new(const struct table *table)
{
	struct row *header = row_new();

	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		cell_append_printable(header->cells[i], table->columns[i].title);
	return header;
}

static void widen(unsigned widths[WH_ROW_CELLS], const struct row *row)
{
	for (unsigned i = 0; i < WH_ROW_CELLS; i++)
		widths[i] = MAX(widths[i], cell_width(row->cells[i]->str));
}

static const char *separator(const struct table *table)
{
	return table->options.width && table->options.width < ROOMY_WIDTH ? " " : "  ";
}

static void choose_widths(const struct table *table, const struct row *header,
			  unsigned widths[WH_ROW_CELLS])
{
	unsigned gaps = (WH_ROW_CELLS - 1) * cell_width(separator(table));
	unsigned total = table->options.width;

	widen(widths, header);
	for (guint i = 0; i < table->rows->len; i++)
		widen(widths, g_ptr_array_index(table->rows, i));
	if (total)
		columns_fit(table->columns, WH_ROW_CELLS, total > gaps ? total - gaps : 0, widths);
}

static bool set_cell(struct libscols_line *line, unsigned index, const GString *text,
		     unsigned width)
{
	GString *cell = g_string_new_len(text->str, (gssize)text->len);
	int status;

	cell_cut(cell, width);
	status = scols_line_set_data(line, index, cell->str);
	g_string_free(cell, TRUE);
	return status == 0;
}

static bool fill_line(struct libscols_table *out, const struct row *row, const unsigned *widths)
{
	struct libscols_line *line = scols_table_new_line(out, NULL);
	bool done = line != NULL;

	for (unsigned i = 0; i < WH_ROW_CELLS && done; i++)
		done = set_cell(line, i, row->cells[i], widths[i]);
	if (done && row->colour)
		done = scols_cell_set_color(scols_line_get_cell(line, 0), row->colour) == 0;
	return done;
}

static bool add_columns(struct libscols_table *out, const struct row *header,
			const unsigned *widths)
{
	bool done = true;

	for (unsigned i = 0; i < WH_ROW_CELLS && done; i++) {
		GString *title = header->cells[i];

		cell_cut(title, widths[i]);
		done = scols_table_new_column(out, title->str, 0, 0) != NULL;
	}
	return done;
}

/*
 * Cells are safe and fit already, so libsmartcols shall neither cut nor encode them: its
 * encoding turns C:\x… into C:\x5cx….
 */
static struct libscols_table *set_up_output(const struct table *table, FILE *stream)
{
	struct libscols_table *out = scols_new_table();

	if (!out)
		return NULL;
	scols_table_set_stream(out, stream);
	scols_table_set_termforce(out, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noencoding(out, 1);
	scols_table_enable_colors(out, table->options.colour);
	scols_table_set_column_separator(out, separator(table));
	return out;
}

static gint by_rank(gconstpointer a, gconstpointer b)
{
	const struct row *const *one = a, *const *other = b;

	return (*other)->rank - (*one)->rank;
}

static void put_notes(const struct row *row, FILE *stream)
{
	for (guint i = 0; row->notes && i < row->notes->len; i++) {
		const GString *note = row->notes->pdata[i];

		fprintf(stream, "%s\n", note->str);
	}
}

/* Every cell fits on one line, so line n + 1 is row n. */
static bool print_explained(const struct table *table, struct libscols_table *out, FILE *stream)
{
	char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (scols_print_table_to_string(out, &text) != 0)
		return false;
	lines = g_strsplit(text, "\n", -1);
	free(text);
	for (guint i = 0; lines[i] && *lines[i]; i++) {
		fprintf(stream, "%s\n", lines[i]);
		if (i > 0 && i <= table->rows->len)
			put_notes(g_ptr_array_index(table->rows, i - 1), stream);
	}
	return true;
}

static bool print_lines(const struct table *table, struct libscols_table *out, FILE *stream)
{
	if (table->is_explained)
		return print_explained(table, out, stream);
	return scols_print_table(out) == 0;
}

bool table_print(struct table *table, FILE *stream)
{
	struct libscols_table *out = set_up_output(table, stream);
	struct row *header = header_new(table);
	unsigned widths[WH_ROW_CELLS] = {0};
	bool done;

	/* A stable sort: what is of one level stays in order. */
	g_ptr_array_sort(table->rows, by_rank);
	choose_widths(table, header, widths);
	done = out && add_columns(out, header, widths);
	for (guint i = 0; i < table->rows->len && done; i++)
		done = fill_line(out, g_ptr_array_index(table->rows, i), widths);
	done = done && print_lines(table, out, stream) && fflush(stream) == 0 && !ferror(stream);
	row_free(header);
	scols_unref_table(out);
	return done;
}

unsigned table_terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	guint64 width;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns && g_ascii_string_to_unsigned(columns, 10, 1, G_MAXUINT16, &width, NULL))
		return (unsigned)width;
	return DEFAULT_WIDTH;
}
