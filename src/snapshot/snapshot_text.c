/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot_text.h"

#include <string.h>

#include "base/text.h"
#include "base/xml_text.h"
#include "snapshot/snapshot_value.h"

/* A line of a text. */
struct line {
	const char *at;
	size_t size; /* without what ends it */
	uint64_t offset;
};

/* The next line; false at the end. *text goes after it. CR CR LF is what redirected wmic writes. */
static bool next_line(const char **text, const char *begin, struct line *out)
{
	size_t size = strcspn(*text, "\n");

	if (!**text)
		return false;
	out->at = *text;
	out->offset = (uint64_t)(*text - begin);
	*text += size + ((*text)[size] == '\n');
	while (size > 0 && out->at[size - 1] == '\r')
		size--;
	out->size = size;
	return true;
}

static bool is_blank(const struct line *line)
{
	for (size_t i = 0; i < line->size; i++)
		if (!g_ascii_isspace(line->at[i]))
			return false;
	return true;
}

/* Properties of an object that are read one by one, as a row. */
struct block {
	struct snapshot_run *run;
	struct json_node *first;
	struct json_node *node; /* the last; NULL: none yet */
	GString *value; /* of it */
	bool after_blank; /* a blank line came since its value's last */
	bool is_escaped; /* of wmic */
	void (*give)(struct snapshot_run *run, const struct json_node *row);
};

static void end_value(struct block *block)
{
	struct arena *arena = block->run->draft.arena;
	GString *value = block->value;
	g_autofree char *text = NULL;

	while (value->len && strchr("\n\r ", value->str[value->len - 1]))
		g_string_truncate(value, value->len - 1);
	/* A column may stand inside of a character. */
	text = text_from_bytes(value->str, value->len);
	if (block->node)
		block->node->text = arena_copy(arena, text, strlen(text));
	if (block->node && block->is_escaped)
		block->node->text = xml_text_unescape(block->node->text, arena);
	g_string_truncate(value, 0);
}

static void end_block(struct block *block)
{
	const struct json_node row = {.kind = JSON_KIND_OBJECT, .first = block->first};

	end_value(block);
	if (block->first)
		block->give(block->run, &row);
	block->first = block->node = NULL;
	arena_clear(block->run->draft.arena);
}

static void add_property(struct block *block, const char *name, size_t length, const char *value,
			 size_t size)
{
	struct arena *arena = block->run->draft.arena;
	struct json_node *node;

	end_value(block);
	node = arena_alloc(arena, sizeof(*node));
	*node = (struct json_node){
		.kind = JSON_KIND_TEXT, .name = arena_copy(arena, name, length), .text = ""};
	if (block->node)
		block->node->next = node;
	else
		block->first = node;
	block->node = node;
	block->after_blank = false;
	g_string_append_len(block->value, value, (gssize)size);
}

static void add_value_line(struct block *block, const struct line *line)
{
	if (!block->node)
		return;
	g_string_append_c(block->value, '\n');
	g_string_append_len(block->value, line->at, (gssize)line->size);
}

static void begin_form(struct snapshot_run *run, const char *tool, const char *lacks)
{
	run->tool = run->name.tool ? run->name.tool : tool;
	run->lacks = lacks;
	run->state = OBJECT_LIVE;
}

/*
 * Get-WmiObject as Format-List prints it: "Name<blanks> : value", the colons of an object in one
 * column, __GENUS first. A value that is longer than the console is wide goes on in the column of
 * values, where it was cut; one that has lines itself goes on anywhere.
 */

static bool wmi_object_fits(const char *head)
{
	const char *genus = strstr(head, "__GENUS");

	return genus && strstr(genus, "__CLASS") && (genus == head || genus[-1] == '\n') &&
	       genus[7 + strspn(genus + 7, " ")] == ':';
}

/* Length of the name that stands before the colon of that column; 0: none. */
static size_t property_length(const struct line *line, size_t column)
{
	size_t length = 0;

	if (line->size <= column || line->at[column] != ':')
		return 0;
	while (length < column && (g_ascii_isalnum(line->at[length]) || line->at[length] == '_'))
		length++;
	for (size_t i = length; i < column; i++)
		if (line->at[i] != ' ')
			return 0;
	return length;
}

static bool is_wrapped(const struct line *line, size_t column)
{
	if (line->size <= column + 2)
		return false;
	for (size_t i = 0; i < column + 2; i++)
		if (line->at[i] != ' ')
			return false;
	return true;
}

/* Text between objects, as headings, is no part of a host's name. */
static void give_wmi_object(struct snapshot_run *run, const struct json_node *row)
{
	for (const struct json_node *at = row->first; at; at = at->next) {
		struct json_node *node = (struct json_node *)at;

		if (strcmp(at->name, "PSComputerName") == 0)
			node->text =
				arena_copy(run->draft.arena, at->text, strcspn(at->text, "\n"));
	}
	snapshot_run_give_wmi_object(run, row);
}

static void read_wmi_object(struct snapshot_run *run, const char *text)
{
	struct block block = {.run = run, .value = g_string_new(NULL), .give = give_wmi_object};
	const char *begin = text;
	size_t column = 0;
	struct line line;

	begin_form(run, "PowerShell", NULL);
	while (next_line(&text, begin, &line)) {
		size_t length = column ? property_length(&line, column) : 0;

		if (line.size > 7 && memcmp(line.at, "__GENUS", 7) == 0) {
			end_block(&block);
			run->offset = line.offset;
			column = (size_t)((const char *)memchr(line.at, ':', line.size)
						  ? (const char *)memchr(line.at, ':', line.size) -
							    line.at
						  : 0);
			length = column ? property_length(&line, column) : 0;
		}
		if (length > 0)
			add_property(&block, line.at, length, line.at + MIN(column + 2, line.size),
				     line.size - MIN(column + 2, line.size));
		else if (column && is_wrapped(&line, column))
			g_string_append_len(block.value, line.at + column + 2,
					    (gssize)(line.size - column - 2));
		else
			add_value_line(&block, &line);
	}
	end_block(&block);
	g_string_free(block.value, TRUE);
}

/*
 * wmic … get /format:list: Name=value, properties by name, blank lines between objects. No property
 * says which class it is of.
 */

static size_t key_length(const struct line *line)
{
	size_t length = 0;
	g_autofree char *name = NULL;

	while (length < line->size && g_ascii_isalpha(line->at[length]))
		length++;
	if (length == 0 || length == line->size || line->at[length] != '=')
		return 0;
	name = g_strndup(line->at, length);
	return snapshot_value_is_property(name) ? length : 0;
}

static bool list_fits(const char *head)
{
	const char *at = head + strspn(head, "\r\n ");
	struct line line;

	return next_line(&at, head, &line) && key_length(&line) > 0 &&
	       (g_str_has_prefix(line.at, "CreatorSID={") || strstr(head, "\nCreatorSID={"));
}

static void give_list(struct snapshot_run *run, const struct json_node *row)
{
	const char *class_name = snapshot_class_of(row);

	snapshot_run_begin(run, class_name ? class_name : "__EventConsumer");
	for (row = row->first; row; row = row->next)
		snapshot_run_add(run, row->name, row);
	snapshot_run_give(run);
}

static bool has_property(const struct block *block, const struct line *line, size_t length)
{
	for (const struct json_node *node = block->first; node; node = node->next)
		if (strlen(node->name) == length &&
		    g_ascii_strncasecmp(node->name, line->at, length) == 0)
			return true;
	return false;
}

/* Properties come by name, each once, so what is there, or comes before the last, begins an object
 * after a blank line. */
static bool begins_object(const struct block *block, const struct line *line, size_t length)
{
	return block->node && block->after_blank &&
	       (has_property(block, line, length) ||
		g_ascii_strncasecmp(line->at, block->node->name, length) < 0);
}

static void read_list(struct snapshot_run *run, const char *text)
{
	struct block block = {.run = run,
			      .value = g_string_new(NULL),
			      .give = give_list,
			      .is_escaped = snapshot_text_is_escaped(text)};
	const char *begin = text;
	struct line line;

	begin_form(run, "wmic", "class, namespace");
	while (next_line(&text, begin, &line)) {
		size_t length = key_length(&line);

		if (length > 0 && begins_object(&block, &line, length))
			end_block(&block);
		if (length > 0 && !has_property(&block, &line, length)) {
			run->offset = block.first ? run->offset : line.offset;
			add_property(&block, line.at, length, line.at + length + 1,
				     line.size - length - 1);
			continue;
		}
		block.after_blank = is_blank(&line);
		add_value_line(&block, &line);
	}
	end_block(&block);
	g_string_free(block.value, TRUE);
}

static const struct {
	bool (*fits)(const char *head);
	void (*read)(struct snapshot_run *run, const char *text);
} forms[] = {
	{wmi_object_fits, read_wmi_object},
	{list_fits, read_list},
	{snapshot_wmic_csv_fits, snapshot_wmic_csv_read},
	{snapshot_finder_fits, snapshot_finder_read},
	{snapshot_autoruns_fits, snapshot_autoruns_read},
};

bool snapshot_text_begins(const char *head)
{
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
		if (forms[i].fits(head))
			return true;
	return false;
}

void snapshot_text_read(struct snapshot_run *run, const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (forms[i].fits(text)) {
			forms[i].read(run, text);
			return;
		}
	}
}
