/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/xml_text.h"
#include "snapshot/snapshot_text.h"
#include "snapshot/snapshot_value.h"

/*
 * wmic … get /format:csv: a blank line, names of columns after Node, and a row for each object,
 * with nothing in quotes. So a text with commas makes more of them than there are columns, and one
 * with lines goes on at the next.
 */

/* In a text that is not, some of them would stand alone. */
bool snapshot_text_is_escaped(const char *text)
{
	bool found = false;
	char sign;

	for (text = strchr(text, '&'); text; text = strchr(text + 1, '&')) {
		if (xml_entity_read(text, &sign) == 0)
			return false;
		found = true;
	}
	return found;
}

#define MOST_COLUMNS 256 /* no class has that many properties */

static size_t count_commas(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == ',';
	return count;
}

static bool is_header(const char *line)
{
	return g_str_has_prefix(line, "Node,");
}

/* The columns of a header, as members without a value. */
static struct json_node *make_row(char *const *columns, struct arena *arena)
{
	struct json_node *first = NULL, **last = &first;

	for (; *columns; columns++) {
		struct json_node *node = arena_alloc(arena, sizeof(*node));

		*node = (struct json_node){.kind = JSON_KIND_TEXT,
					   .name = arena_copy(arena, *columns, strlen(*columns)),
					   .text = ""};
		*last = node;
		last = &node->next;
	}
	return first;
}

bool snapshot_wmic_csv_fits(const char *head)
{
	const char *at = head + strspn(head, "\r\n ");
	g_autofree char *line = g_strndup(at, strcspn(at, "\r\n"));
	g_auto(GStrv) columns = g_strsplit(line, ",", -1);
	struct arena arena;
	bool fits;

	if (!is_header(line))
		return false;
	arena_init(&arena);
	fits = json_tree_get(&(struct json_node){.kind = JSON_KIND_OBJECT,
						 .first = make_row(columns, &arena)},
			     "CreatorSID") != NULL;
	arena_release(&arena);
	return fits;
}

struct wmic_reading {
	struct snapshot_run *run;
	char **columns; /* of the last header; NULL: none came */
	size_t commas; /* that a row of these has */
	GString *row; /* its lines so far */
	size_t row_commas; /* in it */
	size_t node; /* length of its first column */
	uint64_t offset; /* of the row */
	bool is_escaped;
};

/* The columns of a row are chosen so that each has a value that it may have. */
struct alignment {
	const struct wmic_reading *reading;
	size_t copied; /* bytes, in what was tried */
};

#define MOST_COPIED (4 << 20)

static const char *copy_cell(const struct wmic_reading *reading, const char *at, size_t length)
{
	struct arena *arena = reading->run->draft.arena;
	const char *text = arena_copy(arena, at, length);

	return reading->is_escaped ? xml_text_unescape(text, arena) : text;
}

/* Gives the node what begins at `at`, with as many further commas as fit, and the nodes after it
 * the rest. Recursive, MOST_COLUMNS deep at most. */
static bool align(struct alignment *alignment, struct json_node *node, const char *at,
		  size_t further)
{
	size_t length = strcspn(at, ",");

	if (!node->next)
		length = strlen(at);
	for (size_t extra = 0; extra <= further && alignment->copied < MOST_COPIED; extra++) {
		alignment->copied += length + sizeof(*node);
		node->text = copy_cell(alignment->reading, at, length);
		if (snapshot_value_may_be(node->name, node->text) &&
		    (!node->next || align(alignment, node->next, at + length + (at[length] == ','),
					  further - extra)))
			return true;
		length += at[length] == ',';
		length += strcspn(at + length, ",");
	}
	return false;
}

/* What does not fit anyhow: the last column has the rest. */
static void fill_in_order(const struct wmic_reading *reading, struct json_node *node)
{
	const char *at = reading->row->str;

	for (; node; node = node->next) {
		size_t length = node->next ? strcspn(at, ",") : strlen(at);

		node->text = copy_cell(reading, at, length);
		at += length + (at[length] == ',');
	}
}

/* The texts of a row, and whether it is known which is which. */
static bool fill_row(const struct wmic_reading *reading, struct json_node *first)
{
	struct alignment alignment = {.reading = reading};
	bool is_longer = reading->row_commas > reading->commas;

	if (!is_longer ||
	    !align(&alignment, first, reading->row->str, reading->row_commas - reading->commas))
		fill_in_order(reading, first);
	return !is_longer;
}

static void give_row(struct wmic_reading *reading)
{
	struct snapshot_run *run = reading->run;
	struct json_node row = {.kind = JSON_KIND_OBJECT};
	bool is_sure;

	if (!reading->columns || reading->row->len == 0)
		return;
	while (g_str_has_suffix(reading->row->str, "\n"))
		g_string_truncate(reading->row, reading->row->len - 1);
	row.first = make_row(reading->columns, run->draft.arena);
	is_sure = fill_row(reading, row.first);
	run->offset = reading->offset;
	run->host = snapshot_text(&row, "Node");
	snapshot_run_begin(run,
			   snapshot_class_of(&row) ? snapshot_class_of(&row) : "__EventConsumer");
	for (const struct json_node *at = row.first; at; at = at->next)
		if (snapshot_value_is_property(at->name))
			snapshot_run_add(run, at->name, at);
	if (!is_sure)
		run->draft.object.partial = true;
	snapshot_run_give(run);
	g_string_truncate(reading->row, 0);
	arena_clear(run->draft.arena);
}

/* A row that lacks columns goes on, and so does one whose next line is too short for another. */
static bool goes_on(const struct wmic_reading *reading, const char *line, size_t commas)
{
	bool has_node = reading->row->len > 0 &&
			strncmp(line, reading->row->str, reading->node) == 0 &&
			line[reading->node] == ',';

	return reading->row->len > 0 && !has_node &&
	       (reading->row_commas < reading->commas || commas < reading->commas);
}

static void begin_table(struct wmic_reading *reading, const char *line)
{
	g_clear_pointer(&reading->columns, g_strfreev);
	reading->commas = count_commas(line);
	if (reading->commas < MOST_COLUMNS)
		reading->columns = g_strsplit(line, ",", -1);
}

static void read_line(struct wmic_reading *reading, const char *line, uint64_t offset)
{
	size_t commas = count_commas(line);

	if (is_header(line)) {
		give_row(reading);
		begin_table(reading, line);
	} else if (reading->columns && goes_on(reading, line, commas)) {
		g_string_append_printf(reading->row, "\n%s", line);
		reading->row_commas += commas;
	} else if (reading->columns && *line) {
		give_row(reading);
		g_string_assign(reading->row, line);
		reading->row_commas = commas;
		reading->node = strcspn(line, ",");
		reading->offset = offset;
	}
}

void snapshot_wmic_csv_read(struct snapshot_run *run, const char *text)
{
	struct wmic_reading reading = {.run = run,
				       .row = g_string_new(NULL),
				       .is_escaped = snapshot_text_is_escaped(text)};
	const char *at = text;

	run->tool = "wmic";
	run->lacks = "class, namespace";
	while (*at) {
		size_t size = strcspn(at, "\n"), length = size;
		g_autofree char *line = NULL;

		while (length > 0 && at[length - 1] == '\r')
			length--;
		line = g_strndup(at, length);
		read_line(&reading, line, (uint64_t)(at - text));
		at += size + (at[size] == '\n');
	}
	give_row(&reading);
	g_strfreev(reading.columns);
	g_string_free(reading.row, TRUE);
}
