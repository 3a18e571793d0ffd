/* SPDX-License-Identifier: Apache-2.0 */
#include "report/prose.h"

#include <string.h>

#include "base/text.h"
#include "report/cell.h"

#define MOST_LINES 6 /* of a text that is not shown whole */
#define MOST_COLUMNS 320 /* of one of these */
#define MOST_INDENT 16 /* that a line of a script keeps */
#define LEAST_ROOM 16 /* columns that a line has for text, however narrow the terminal is */
#define TAB 4

static void add_blanks(GString *out, unsigned count)
{
	g_string_append_printf(out, "%*s", (int)count, "");
}

void prose_add_heading(const struct prose *prose, const char *text)
{
	g_string_append_printf(prose->out, "  %s%s%s\n", prose->colour ? "\033[1m" : "", text,
			       prose->colour ? "\033[0m" : "");
}

/* A word that may be longer than a line; returns the column after it. */
static unsigned add_word(const struct prose *prose, const char *word, unsigned column,
			 unsigned hanging)
{
	unsigned width = MAX(prose->width, hanging + LEAST_ROOM);
	unsigned size = cell_width(word);

	while (prose->width && column + size > width) {
		size_t fits = cell_fitting_size(word, width - MIN(width, column));

		g_string_append_len(prose->out, word, (gssize)fits);
		g_string_append_c(prose->out, '\n');
		add_blanks(prose->out, hanging);
		column = hanging;
		word += fits;
		size = cell_width(word);
	}
	g_string_append(prose->out, word);
	return column + size;
}

void prose_go_on(const struct prose *prose, unsigned column, unsigned hanging, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	unsigned width = MAX(prose->width, hanging + LEAST_ROOM);

	for (char **word = words; *word; word++) {
		unsigned size = cell_width(*word);

		if (word > words && prose->width && column + 1 + size > width) {
			g_string_append_c(prose->out, '\n');
			add_blanks(prose->out, hanging);
			column = hanging;
		} else if (word > words) {
			g_string_append_c(prose->out, ' ');
			column++;
		}
		column = add_word(prose, *word, column, hanging);
	}
	g_string_append_c(prose->out, '\n');
}

/* Wraps text that is printable. */
static void wrap(const struct prose *prose, unsigned indent, unsigned hanging, const char *text)
{
	add_blanks(prose->out, indent);
	prose_go_on(prose, indent, hanging, text);
}

void prose_add(const struct prose *prose, unsigned indent, unsigned hanging, const char *text)
{
	g_autoptr(GString) squeezed = g_string_new(NULL);
	g_autoptr(GString) printable = g_string_new(NULL);

	text_append_squeezed(squeezed, text);
	cell_append_printable(printable, squeezed->str);
	wrap(prose, indent, hanging, printable->str);
}

/* A text of one line; true when not all of it fitted. */
static bool add_line(const struct prose *prose, unsigned indent, unsigned hanging, const char *line)
{
	g_autoptr(GString) printable = g_string_new(NULL);
	bool cut;

	cell_append_printable(printable, line);
	cut = !prose->full && cell_width(printable->str) > MOST_COLUMNS;
	if (cut)
		cell_cut(printable, MOST_COLUMNS);
	wrap(prose, printable->len ? indent : 0, hanging, printable->str);
	return cut;
}

/* What the line begins with, tabs as blanks. */
static bool add_indented(const struct prose *prose, unsigned indent, const char *line)
{
	unsigned kept = 0;

	for (; *line == ' ' || *line == '\t'; line++)
		kept += *line == ' ' ? 1 : TAB;
	indent += MIN(kept, MOST_INDENT);
	return add_line(prose, indent, indent, line);
}

/* What is not shown of a text. */
static void add_rest(const struct prose *prose, unsigned indent, unsigned lines, bool cut)
{
	g_autofree char *says = lines ? g_strdup_printf("(%u more line%s: --full shows all)", lines,
							lines == 1 ? "" : "s")
				      : g_strdup("(cut: --full shows all)");

	if (lines || cut)
		wrap(prose, indent, indent, says);
}

static char **split_lines(const char *text)
{
	g_autofree char *whole = g_strchomp(g_strdup(text));
	char **lines = g_strsplit(whole, "\n", -1);

	for (char **line = lines; *line; line++) {
		size_t length = strlen(*line);

		while (length > 0 && strchr(" \t\r", (*line)[length - 1]))
			(*line)[--length] = '\0';
	}
	return lines;
}

void prose_add_lines(const struct prose *prose, unsigned indent, const char *text)
{
	g_auto(GStrv) lines = split_lines(text);
	unsigned shown = 0, more = 0;
	bool cut = false;

	for (char **line = lines; *line; line++) {
		if (prose->full || (**line && shown < MOST_LINES)) {
			cut |= add_indented(prose, indent, *line);
			shown++;
		} else {
			more += **line != '\0';
		}
	}
	add_rest(prose, indent, more, cut);
}

void prose_add_named(const struct prose *prose, unsigned indent, const char *name, const char *text)
{
	g_autofree char *line = g_strdup_printf("%s: %s", name, text);

	if (!text || !*text)
		return;
	if (!strchr(text, '\n')) {
		add_rest(prose, indent + 2, 0, add_line(prose, indent, indent + 2, line));
		return;
	}
	line[strlen(name) + 1] = '\0';
	add_line(prose, indent, indent + 2, line);
	prose_add_lines(prose, indent + 2, text);
}
