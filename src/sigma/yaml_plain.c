/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/yaml_plain.h"

#include <string.h>

#include "base/limits.h"

/*
 * A rule file is mostly maps and lists in block style, of values that begin and end on one line.
 * That much is read here, ten times as fast as by a parser of all of YAML: line by line, by how far
 * each is indented. Whatever else is met (or may be, as a tab or a key that stands twice), reading
 * ends, and who asked reads the text anew with such a parser. So nothing here says what is wrong.
 */

#define LONGEST_KEY 1000 /* a key of more than 1024 is none */
#define MOST_KEYS 64 /* of a map: each is held against all before it */

struct plain_reader {
	const char *end;
	const char *start; /* of the line at hand */
	const char *at; /* what comes next; in a new line, its content */
	unsigned line;
	unsigned depth;
	size_t indent; /* of that content */
};

/* Of the text as a whole: no characters that may break lines, are blank or not printable. */
static bool is_plain_text(const char *text, size_t length)
{
	const unsigned char *byte = (const unsigned char *)text;
	unsigned char bits = 0;

	for (size_t i = 0; i < length; i++) {
		bits |= byte[i];
		if ((byte[i] < 0x20 && byte[i] != '\n') || byte[i] == 0x7F)
			return false;
	}
	return bits < 0x80 ||
	       (g_utf8_validate(text, (gssize)length, NULL) &&
		!memmem(text, length, "\xEF\xBB\xBF", 3) && !memmem(text, length, "\xEF\xBF", 2) &&
		!memmem(text, length, "\xE2\x80\xA8", 3) &&
		!memmem(text, length, "\xE2\x80\xA9", 3) && !memchr(text, 0xC2, length));
}

static struct place place_of(const struct plain_reader *reader, const char *at)
{
	return (struct place){reader->line, (unsigned)(at - reader->start) + 1};
}

static const char *find_line_end(const struct plain_reader *reader, const char *at)
{
	const char *end = memchr(at, '\n', (size_t)(reader->end - at));

	return end ? end : reader->end;
}

static size_t count_blanks(const struct plain_reader *reader, const char *at)
{
	size_t count = 0;

	while (at + count < reader->end && at[count] == ' ')
		count++;
	return count;
}

static void skip_blanks(struct plain_reader *reader)
{
	reader->at += count_blanks(reader, reader->at);
}

/* From the start of a line to the next content, over lines that have none. False at a marker. */
static bool find_content(struct plain_reader *reader)
{
	for (;;) {
		reader->start = reader->at;
		skip_blanks(reader);
		if (reader->at == reader->end)
			return true;
		if (*reader->at != '\n' && *reader->at != '#')
			break;
		reader->at = find_line_end(reader, reader->at);
		if (reader->at == reader->end)
			return true;
		reader->at++;
		reader->line++;
	}
	reader->indent = (size_t)(reader->at - reader->start);
	return reader->indent > 0 || !strchr("-.%", *reader->at) ||
	       (reader->end - reader->at > 1 && reader->at[0] == '-' && reader->at[1] == ' ');
}

static bool has_content(const struct plain_reader *reader)
{
	return reader->at < reader->end;
}

/* From after a value on: false where more stands in its line than a comment. */
static bool end_line(struct plain_reader *reader)
{
	skip_blanks(reader);
	if (has_content(reader) && *reader->at == '#' && reader->at[-1] == ' ')
		reader->at = find_line_end(reader, reader->at);
	if (!has_content(reader))
		return true;
	if (*reader->at != '\n')
		return false;
	reader->at++;
	reader->line++;
	return find_content(reader);
}

static struct yaml_node *scalar_new(const struct plain_reader *reader, const char *start,
				    const char *end)
{
	const struct place place = place_of(reader, start);
	struct yaml_node *node = yaml_node_new(YAML_SCALAR, &place);

	node->raw = start;
	node->raw_length = (size_t)(end - start);
	return node;
}

static struct yaml_node *take_unquoted(struct plain_reader *reader, const char *end)
{
	struct yaml_node *node = scalar_new(reader, reader->at, end);

	node->plain = true;
	node->text = g_strndup(node->raw, node->raw_length);
	reader->at = end;
	return node;
}

/* Where the key ends that begins here; NULL: none does. */
static const char *find_key_end(const struct plain_reader *reader)
{
	const char *at = reader->at;

	if (!has_content(reader) || !(g_ascii_isalnum(*at) || *at == '_'))
		return NULL;
	while (at < reader->end && *at && (g_ascii_isalnum(*at) || strchr("_|.-$*/", *at)))
		at++;
	if (at == reader->end || *at != ':' || at - reader->at > LONGEST_KEY)
		return NULL;
	return at + 1 == reader->end || at[1] == ' ' || at[1] == '\n' ? at : NULL;
}

static bool begins_item(const struct plain_reader *reader)
{
	return reader->end - reader->at > 1 && reader->at[0] == '-' && reader->at[1] == ' ';
}

static struct yaml_node *read_unquoted(struct plain_reader *reader)
{
	const char *line_end = find_line_end(reader, reader->at), *end = reader->at;

	if (strchr("?:,[]{}#&*!|>'\"%@`", *end) || begins_item(reader) ||
	    (*end == '-' && end + 1 == line_end))
		return NULL;
	for (; end < line_end; end++) {
		if (*end == '#' && end[-1] == ' ')
			break;
		if (*end == ':' && (end + 1 == line_end || end[1] == ' '))
			return NULL;
	}
	while (end[-1] == ' ')
		end--;
	return take_unquoted(reader, end);
}

/* In a quoted text a quote is written twice, or an escape before it. */
static char *unescape(const char *text, size_t length, char escape)
{
	GString *out = g_string_sized_new(length);

	for (size_t i = 0; i < length; i++) {
		if (text[i] == escape)
			i++;
		g_string_append_c(out, text[i]);
	}
	return g_string_free(out, FALSE);
}

static struct yaml_node *read_quoted(struct plain_reader *reader)
{
	char quote = *reader->at, escape = quote == '"' ? '\\' : quote;
	const char *start = reader->at + 1, *at = start;
	const char *line_end = find_line_end(reader, start), *escaped = start;
	struct yaml_node *node;
	bool is_escaped = false;

	for (; at < line_end; at++) {
		if (*at == escape && at + 1 < line_end && (at[1] == quote || at[1] == escape)) {
			/* Of two such in a row the full parser makes something of its own. */
			if (is_escaped && at - escaped == 2)
				return NULL;
			escaped = at++;
			is_escaped = true;
		} else if (*at == quote) {
			break;
		} else if (*at == escape) {
			return NULL;
		}
	}
	if (at == line_end)
		return NULL;
	node = scalar_new(reader, start, at);
	node->single_quoted = quote == '\'';
	node->text = is_escaped ? unescape(start, (size_t)(at - start), escape)
				: g_strndup(start, (size_t)(at - start));
	if (is_escaped && quote == '"')
		node->raw = NULL;
	reader->at = at + 1;
	return node;
}

/* A line of a text that is indented as far as its first; `empty` lines stand before it. */
static bool take_block_line(struct plain_reader *reader, size_t indent, size_t *empty, GString *out)
{
	const char *line_end = find_line_end(reader, reader->at);

	reader->start = reader->at;
	skip_blanks(reader);
	if (reader->at == line_end) {
		++*empty;
	} else if ((size_t)(reader->at - reader->start) < indent) {
		return false;
	} else {
		for (; *empty > 0; --*empty)
			g_string_append_c(out, '\n');
		g_string_append_len(out, reader->start + indent,
				    line_end + 1 - (reader->start + indent));
	}
	reader->at = line_end + 1;
	reader->line++;
	return true;
}

/* Every line of it must end as one, and blanks alone must not be more than it is indented by. */
static bool block_is_plain(const struct plain_reader *reader, size_t indent)
{
	const char *at = reader->at;

	while (at < reader->end) {
		const char *line_end = find_line_end(reader, at);
		size_t blanks = count_blanks(reader, at);

		if (line_end == reader->end || (at + blanks == line_end && blanks > indent))
			return false;
		if (at + blanks < line_end && blanks < indent)
			return true;
		at = line_end + 1;
	}
	return true;
}

/* "|" or "|-", and lines that are indented further than what holds the text. */
static struct yaml_node *read_block(struct plain_reader *reader, size_t outer)
{
	bool strips = reader->end - reader->at > 1 && reader->at[1] == '-';
	struct yaml_node *node;
	GString *text;
	size_t indent, empty = 0;

	reader->at += strips ? 2 : 1;
	skip_blanks(reader);
	if (!has_content(reader) || *reader->at != '\n')
		return NULL;
	reader->start = ++reader->at;
	reader->line++;
	indent = count_blanks(reader, reader->at);
	if (indent <= outer || reader->at + indent >= reader->end || reader->at[indent] == '\n' ||
	    !block_is_plain(reader, indent))
		return NULL;
	node = scalar_new(reader, reader->at, reader->at);
	text = g_string_new(NULL);
	while (has_content(reader) && take_block_line(reader, indent, &empty, text))
		;
	if (strips)
		g_string_truncate(text, text->len - 1);
	/* What the full parser says, which has then passed over the next line's blanks. */
	node->raw_length = (size_t)(reader->at - node->raw);
	if (has_content(reader))
		reader->at = reader->start;
	node->text = g_string_free(text, FALSE);
	return node;
}

/* A value that begins in the line of its key, or of its dash, which is indented by `outer`. Goes
 * on to the next content. */
static struct yaml_node *read_value(struct plain_reader *reader, size_t outer)
{
	struct yaml_node *node;
	bool ok;

	if (*reader->at == '|') {
		node = read_block(reader, outer);
		ok = node && find_content(reader);
	} else {
		node = *reader->at == '\'' || *reader->at == '"' ? read_quoted(reader)
								 : read_unquoted(reader);
		ok = node && end_line(reader);
	}
	if (!ok)
		g_clear_pointer(&node, yaml_node_free);
	return node;
}

static struct yaml_node *read_map(struct plain_reader *reader);

static bool read_item(struct plain_reader *reader, struct yaml_node *list, size_t dash)
{
	struct yaml_node *item;

	reader->at++;
	skip_blanks(reader);
	if (!has_content(reader) || *reader->at == '\n')
		return false;
	reader->indent = (size_t)(reader->at - reader->start);
	item = find_key_end(reader) ? read_map(reader) : read_value(reader, dash);
	if (item)
		g_ptr_array_add(list->children, item);
	return item != NULL;
}

static struct yaml_node *read_list(struct plain_reader *reader)
{
	const struct place place = place_of(reader, reader->at);
	struct yaml_node *list = yaml_node_new(YAML_LIST, &place);
	size_t dash = reader->indent;
	bool ok = ++reader->depth < WH_MAX_RULE_DEPTH - 1;

	while (ok && has_content(reader) && reader->indent == dash && begins_item(reader))
		ok = read_item(reader, list, dash);
	reader->depth--;
	if (!ok)
		g_clear_pointer(&list, yaml_node_free);
	return list;
}

/* After the colon. */
static struct yaml_node *read_value_of_key(struct plain_reader *reader, size_t outer)
{
	skip_blanks(reader);
	if (has_content(reader) && *reader->at != '\n' && *reader->at != '#')
		return read_value(reader, outer);
	if (!end_line(reader) || !has_content(reader))
		return NULL;
	if (reader->indent >= outer && begins_item(reader))
		return read_list(reader);
	return reader->indent > outer && find_key_end(reader) ? read_map(reader) : NULL;
}

static bool holds_key(const struct yaml_node *map, const struct yaml_node *key)
{
	return map->children->len / 2 >= MOST_KEYS || yaml_map_get(map, key->text);
}

static bool read_pair(struct plain_reader *reader, struct yaml_node *map, size_t indent)
{
	const char *key_end = find_key_end(reader);
	struct yaml_node *key = key_end ? take_unquoted(reader, key_end) : NULL;
	struct yaml_node *value = NULL;

	if (key && !holds_key(map, key)) {
		reader->at++;
		value = read_value_of_key(reader, indent);
	}
	if (!value) {
		yaml_node_free(key);
		return false;
	}
	g_ptr_array_add(map->children, key);
	g_ptr_array_add(map->children, value);
	return true;
}

/* What is indented less ends the map; who holds that sees whether it is indented rightly. */
static struct yaml_node *read_map(struct plain_reader *reader)
{
	const struct place place = place_of(reader, reader->at);
	struct yaml_node *map = yaml_node_new(YAML_MAP, &place);
	size_t indent = reader->indent;
	bool ok = ++reader->depth < WH_MAX_RULE_DEPTH - 1;

	while (ok && has_content(reader) && reader->indent >= indent)
		ok = reader->indent == indent && read_pair(reader, map, indent);
	reader->depth--;
	if (!ok)
		g_clear_pointer(&map, yaml_node_free);
	return map;
}

struct yaml_node *yaml_plain_parse(const char *text, size_t length)
{
	struct plain_reader reader = {.end = text + length, .at = text, .line = 1};
	struct yaml_node *map;

	if (!is_plain_text(text, length) || !find_content(&reader) || !find_key_end(&reader))
		return NULL;
	map = read_map(&reader);
	if (map && has_content(&reader))
		g_clear_pointer(&map, yaml_node_free);
	return map;
}
