/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/yaml.h"

#include <libfyaml.h>
#include <string.h>

#include "base/limits.h"
#include "sigma/yaml_plain.h"

struct yaml_reader {
	struct fy_parser *parser;
	const char *text;
	size_t length;
	bool indented; /* `text` is not the file's: places inside of it are not known */
	GHashTable *anchors; /* of the document: name → copy of the node */
	size_t copied; /* bytes, by and large, for aliases */
	struct lint *lint;
};

void yaml_node_free(struct yaml_node *node)
{
	if (!node)
		return;
	if (node->children)
		g_ptr_array_unref(node->children);
	g_free(node->text);
	g_free(node);
}

struct yaml_node *yaml_node_new(enum yaml_type type, const struct place *place)
{
	struct yaml_node *node = g_new0(struct yaml_node, 1);

	node->type = type;
	node->place = *place;
	if (type != YAML_SCALAR)
		node->children = g_ptr_array_new_with_free_func((GDestroyNotify)yaml_node_free);
	return node;
}

/* As deep as the parser lets nodes nest. */
struct yaml_node *yaml_node_copy(const struct yaml_node *node)
{
	struct yaml_node *copy = yaml_node_new(node->type, &node->place);
	GPtrArray *children = copy->children;

	*copy = *node;
	copy->children = children;
	copy->text = g_strdup(node->text);
	for (guint i = 0; children && i < node->children->len; i++)
		g_ptr_array_add(children, yaml_node_copy(g_ptr_array_index(node->children, i)));
	return copy;
}

size_t yaml_node_measure(const struct yaml_node *node)
{
	size_t size = sizeof *node + strlen(node->text ? node->text : "");

	for (guint i = 0; node->children && i < node->children->len; i++)
		size += yaml_node_measure(g_ptr_array_index(node->children, i));
	return size;
}

static unsigned measure_depth(const struct yaml_node *node)
{
	unsigned deepest = 0;

	for (guint i = 0; node->children && i < node->children->len; i++)
		deepest = MAX(deepest, measure_depth(g_ptr_array_index(node->children, i)));
	return deepest + 1;
}

static bool is_empty(struct fy_event *event)
{
	size_t length = 0;

	return event->type == FYET_SCALAR &&
	       fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN &&
	       (!fy_token_get_text(event->scalar.value, &length) || length == 0);
}

/* An empty value has no place of its own, whatever mark libfyaml gives it: `fallback` is where its
 * key stands. */
static struct place event_place(struct fy_event *event, const struct place *fallback)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	if (!mark || mark->line < 0 || mark->column < 0 || is_empty(event))
		return *fallback;
	return (struct place){(unsigned)mark->line + 1, (unsigned)mark->column + 1};
}

static bool has_extras(const struct fy_event *event)
{
	switch (event->type) {
	case FYET_SCALAR:
		return event->scalar.tag != NULL;
	case FYET_SEQUENCE_START:
		return event->sequence_start.tag != NULL;
	case FYET_MAPPING_START:
		return event->mapping_start.tag != NULL;
	default:
		return false;
	}
}

static void find_raw(const struct yaml_reader *reader, struct fy_event *event,
		     struct yaml_node *node)
{
	const struct fy_mark *start = fy_event_start_mark(event);
	const struct fy_mark *end = fy_event_end_mark(event);

	if (reader->indented || !start || !end || start->line < 0 ||
	    start->input_pos > end->input_pos || end->input_pos > reader->length)
		return;
	node->raw = reader->text + start->input_pos;
	node->raw_length = end->input_pos - start->input_pos;
}

static struct yaml_node *read_scalar(struct yaml_reader *reader, struct fy_event *event,
				     const struct place *place)
{
	enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
	size_t length = 0;
	const char *text = fy_token_get_text(event->scalar.value, &length);
	struct yaml_node *node;

	if (text && (memchr(text, 0, length) || !g_utf8_validate(text, (gssize)length, NULL))) {
		lint_error(reader->lint, place, "a value holds U+0000 or is not valid UTF-8");
		return NULL;
	}
	node = yaml_node_new(YAML_SCALAR, place);
	node->text = text ? g_strndup(text, length) : g_strdup("");
	node->plain = style == FYSS_PLAIN;
	node->single_quoted = style == FYSS_SINGLE_QUOTED;
	/* An escape makes the text differ from what is written in more than its spaces. */
	find_raw(reader, event, node);
	if (node->raw && style == FYSS_DOUBLE_QUOTED && memchr(node->raw, '\\', node->raw_length))
		node->raw = NULL;
	return node;
}

static struct yaml_node *read_node(struct yaml_reader *reader, struct fy_event *event,
				   const struct place *parent, unsigned depth);

static struct yaml_node *read_next(struct yaml_reader *reader, const struct place *parent,
				   unsigned depth, enum fy_event_type end, bool *at_end)
{
	struct fy_event *event = fy_parser_parse(reader->parser);
	struct yaml_node *node = NULL;

	*at_end = event && event->type == end;
	if (event && !*at_end)
		node = read_node(reader, event, parent, depth);
	fy_parser_event_free(reader->parser, event);
	return node;
}

static bool read_items(struct yaml_reader *reader, struct yaml_node *list, unsigned depth)
{
	bool at_end;

	for (;;) {
		struct yaml_node *item =
			read_next(reader, &list->place, depth, FYET_SEQUENCE_END, &at_end);

		if (!item)
			return at_end;
		g_ptr_array_add(list->children, item);
	}
}

/* Takes both. A key that stands twice has its last value, as in other readers of rules. */
static bool add_pair(struct yaml_reader *reader, GHashTable *seen, struct yaml_node *map,
		     struct yaml_node *key, struct yaml_node *value)
{
	gpointer index;

	if (key->type == YAML_SCALAR &&
	    !g_hash_table_lookup_extended(seen, key->text, NULL, &index)) {
		g_hash_table_insert(seen, key->text, GUINT_TO_POINTER(map->children->len));
		g_ptr_array_add(map->children, key);
		g_ptr_array_add(map->children, value);
		return true;
	}
	if (key->type == YAML_SCALAR) {
		gpointer *slot = &map->children->pdata[GPOINTER_TO_UINT(index) + 1];

		lint_warn(reader->lint, &key->place,
			  "the key '%s' stands twice: only the last counts", key->text);
		yaml_node_free(*slot);
		*slot = value;
		yaml_node_free(key);
		return true;
	}
	lint_error(reader->lint, &key->place, "a key must be a plain word");
	yaml_node_free(key);
	yaml_node_free(value);
	return false;
}

static bool read_pairs(struct yaml_reader *reader, struct yaml_node *map, unsigned depth)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	bool at_end;

	for (;;) {
		struct yaml_node *key =
			read_next(reader, &map->place, depth, FYET_MAPPING_END, &at_end);
		struct yaml_node *value;

		if (!key)
			return at_end;
		value = read_next(reader, &key->place, depth, FYET_NONE, &at_end);
		if (!value) {
			yaml_node_free(key);
			return false;
		}
		if (!add_pair(reader, seen, map, key, value))
			return false;
	}
}

static struct yaml_node *read_children(struct yaml_reader *reader, struct yaml_node *node,
				       unsigned depth)
{
	bool ok = node->type == YAML_LIST ? read_items(reader, node, depth)
					  : read_pairs(reader, node, depth);

	if (ok)
		return node;
	yaml_node_free(node);
	return NULL;
}

static struct fy_token *get_anchor(const struct fy_event *event)
{
	switch (event->type) {
	case FYET_SCALAR:
		return event->scalar.anchor;
	case FYET_SEQUENCE_START:
		return event->sequence_start.anchor;
	case FYET_MAPPING_START:
		return event->mapping_start.anchor;
	default:
		return NULL;
	}
}

static char *copy_name(struct fy_token *token)
{
	size_t length = 0;
	const char *text = fy_token_get_text(token, &length);

	return g_strndup(text ? text : "", length);
}

static bool may_copy(struct yaml_reader *reader, const struct yaml_node *node,
		     const struct place *place)
{
	if (reader->copied <= WH_MAX_RULE_COPIES)
		reader->copied += yaml_node_measure(node);
	if (reader->copied <= WH_MAX_RULE_COPIES)
		return true;
	lint_error(reader->lint, place, "this file repeats too much");
	return false;
}

/* An anchor counts from the end of its node on, so that no node holds itself. */
static bool keep_anchor(struct yaml_reader *reader, char *name, const struct yaml_node *node)
{
	if (!may_copy(reader, node, &node->place)) {
		g_free(name);
		return false;
	}
	g_hash_table_replace(reader->anchors, name, yaml_node_copy(node));
	return true;
}

static struct yaml_node *read_alias(struct yaml_reader *reader, struct fy_event *event,
				    const struct place *place, unsigned depth)
{
	g_autofree char *name = copy_name(event->alias.anchor);
	const struct yaml_node *node = g_hash_table_lookup(reader->anchors, name);

	if (!node) {
		lint_error(reader->lint, place, "the YAML alias '%s' names nothing before it",
			   name);
		return NULL;
	}
	if (depth + measure_depth(node) > WH_MAX_RULE_DEPTH) {
		lint_error(reader->lint, place, "maps and lists nest deeper than %d",
			   WH_MAX_RULE_DEPTH);
		return NULL;
	}
	return may_copy(reader, node, place) ? yaml_node_copy(node) : NULL;
}

static struct yaml_node *read_content(struct yaml_reader *reader, struct fy_event *event,
				      const struct place *place, unsigned depth)
{
	switch (event->type) {
	case FYET_SCALAR:
		return read_scalar(reader, event, place);
	case FYET_SEQUENCE_START:
		return read_children(reader, yaml_node_new(YAML_LIST, place), depth + 1);
	case FYET_MAPPING_START:
		return read_children(reader, yaml_node_new(YAML_MAP, place), depth + 1);
	case FYET_ALIAS:
		return read_alias(reader, event, place, depth);
	default:
		lint_error(reader->lint, place, "unexpected YAML");
		return NULL;
	}
}

static struct yaml_node *read_node(struct yaml_reader *reader, struct fy_event *event,
				   const struct place *parent, unsigned depth)
{
	struct place place = event_place(event, parent);
	struct fy_token *anchor = get_anchor(event);
	struct yaml_node *node;

	if (depth >= WH_MAX_RULE_DEPTH) {
		lint_error(reader->lint, &place, "maps and lists nest deeper than %d",
			   WH_MAX_RULE_DEPTH);
		return NULL;
	}
	if (has_extras(event)) {
		lint_error(reader->lint, &place, "YAML tags are not supported");
		return NULL;
	}
	node = read_content(reader, event, &place, depth);
	if (node && anchor && !keep_anchor(reader, copy_name(anchor), node))
		g_clear_pointer(&node, yaml_node_free);
	return node;
}

/* Where the first mistake is, and what. */
static const char *get_mistake(struct fy_diag *diag, struct place *place)
{
	void *position = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &position);

	*place = (struct place){1, 1};
	if (error && error->line > 0 && error->column > 0)
		*place = (struct place){(unsigned)error->line, (unsigned)error->column};
	return error && error->msg ? error->msg : "not valid YAML";
}

/* True while there may be more. */
static bool read_document(struct yaml_reader *reader, GPtrArray *documents)
{
	static const struct place top = {1, 1};
	struct fy_event *event = fy_parser_parse(reader->parser);
	enum fy_event_type type = event ? event->type : FYET_NONE;
	struct yaml_node *node = NULL;

	if (type == FYET_SCALAR || type == FYET_SEQUENCE_START || type == FYET_MAPPING_START ||
	    type == FYET_ALIAS) {
		g_hash_table_remove_all(reader->anchors);
		node = read_node(reader, event, &top, 0);
	}
	fy_parser_event_free(reader->parser, event);
	if (node && yaml_node_is_null(node))
		yaml_node_free(node);
	else if (node)
		g_ptr_array_add(documents, node);
	return reader->lint->errors == 0 && type != FYET_NONE && type != FYET_STREAM_END;
}

/* False when the text is not valid YAML: then *mistake says what is wrong, for the caller to free.
 */
static bool read_documents(struct yaml_reader *reader, GPtrArray *documents, struct place *place,
			   char **mistake)
{
	unsigned errors = reader->lint->errors;
	struct fy_diag_cfg diag_config;
	struct fy_parse_cfg config = {.flags = FYPCF_QUIET};
	bool ok;

	fy_diag_cfg_default(&diag_config);
	diag_config.fp = NULL;
	config.diag = fy_diag_create(&diag_config);
	fy_diag_set_collect_errors(config.diag, true);
	reader->parser = fy_parser_create(&config);
	ok = reader->parser &&
	     fy_parser_set_string(reader->parser, reader->text, reader->length) == 0;
	while (ok && read_document(reader, documents))
		;
	ok = ok && (reader->lint->errors != errors || !fy_parser_get_stream_error(reader->parser));
	if (!ok)
		*mistake = g_strdup(get_mistake(config.diag, place));
	fy_parser_destroy(reader->parser);
	fy_diag_destroy(config.diag);
	return ok;
}

static const char *find_place(const char *text, size_t length, const struct place *place)
{
	const char *at = text, *end = text + length;

	for (unsigned line = 1; at && line < place->line; line++) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	for (unsigned column = 1; at && at < end && column < place->column; column++)
		at = g_utf8_next_char(at);
	return at < end ? at : NULL;
}

/*
 * Other readers let a quoted text go on at the start of a line, which libfyaml does not where it is
 * part of something. Its lines then get blanks before them, which change nothing of the text.
 */
static GString *indent_quoted(const char *text, size_t length, const struct place *place)
{
	const char *at = find_place(text, length, place), *end = text + length;
	GString *out;
	char quote, escape;

	if (!at || (*at != '\'' && *at != '"'))
		return NULL;
	quote = *at++;
	escape = quote == '"' ? '\\' : quote;
	out = g_string_sized_new(length + 1024);
	g_string_append_len(out, text, at - text);
	for (; at < end; at++) {
		if (at + 1 < end && *at == escape && (escape != quote || at[1] == quote) &&
		    at[1] != '\n')
			g_string_append_c(out, *at++);
		else if (*at == quote)
			break;
		g_string_append_c(out, *at);
		if (*at == '\n')
			g_string_append_printf(out, "%*s", (int)MIN(place->column, 256), "");
	}
	return g_string_append_len(out, at, end - at);
}

GPtrArray *yaml_parse(const char *text, size_t length, struct lint *lint)
{
	struct yaml_node *node = yaml_plain_parse(text, length);
	GPtrArray *documents;

	if (!node)
		return yaml_parse_fully(text, length, lint);
	documents = g_ptr_array_new_with_free_func((GDestroyNotify)yaml_node_free);
	g_ptr_array_add(documents, node);
	return documents;
}

GPtrArray *yaml_parse_fully(const char *text, size_t length, struct lint *lint)
{
	struct yaml_reader reader = {.text = text, .length = length, .lint = lint};
	GPtrArray *documents = g_ptr_array_new_with_free_func((GDestroyNotify)yaml_node_free);
	g_autoptr(GString) indented = NULL;
	guint messages = lint->messages->len;
	struct place place;
	char *mistake = NULL;

	reader.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       (GDestroyNotify)yaml_node_free);
	for (unsigned tries = 0; !read_documents(&reader, documents, &place, &mistake); tries++) {
		GString *better = tries < WH_MAX_RULE_REPAIRS && strstr(mistake, "wrongly indented")
					  ? indent_quoted(reader.text, reader.length, &place)
					  : NULL;

		if (!better) {
			lint_error(lint, &place, "%s", mistake);
			break;
		}
		if (indented)
			g_string_free(indented, TRUE);
		indented = better;
		reader.text = indented->str;
		reader.length = indented->len;
		reader.indented = true;
		g_clear_pointer(&mistake, g_free);
		g_ptr_array_set_size(documents, 0);
		g_ptr_array_set_size(lint->messages, (gint)messages);
	}
	g_free(mistake);
	g_hash_table_unref(reader.anchors);
	return documents;
}

const struct yaml_node *yaml_map_get(const struct yaml_node *map, const char *key)
{
	for (guint i = 0; i + 1 < map->children->len; i += 2) {
		const struct yaml_node *name = g_ptr_array_index(map->children, i);

		if (strcmp(name->text, key) == 0)
			return g_ptr_array_index(map->children, i + 1);
	}
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void step(struct place *place, char c)
{
	if (c == '\n') {
		place->line++;
		place->column = 1;
	} else if (((unsigned char)c & 0xC0) != 0x80) {
		place->column++;
	}
}

/*
 * Folding changes nothing but spaces and line breaks, so the n-th other byte of the
 * text is the n-th other byte of what is written; a quote that single quotes double
 * counts once.
 */
struct place yaml_node_locate(const struct yaml_node *node, size_t offset)
{
	struct place place = node->place;
	size_t skip = 0, at = 0;
	bool quoted = false, pass_blanks;

	if (!node->raw)
		return place;
	for (; at < offset && node->text[at]; at++)
		skip += !is_blank(node->text[at]);
	pass_blanks = node->text[at] && !is_blank(node->text[at]);
	for (size_t i = 0; i < node->raw_length; i++) {
		char c = node->raw[i];
		bool doubled = c == '\'' && !quoted && node->single_quoted &&
			       i + 1 < node->raw_length && node->raw[i + 1] == '\'';

		if (skip == 0 && !(pass_blanks && is_blank(c)))
			break;
		quoted = doubled;
		skip -= !is_blank(c) && !doubled;
		step(&place, c);
	}
	return place;
}

bool yaml_node_is_null(const struct yaml_node *node)
{
	static const char *const names[] = {"", "~", "null", "Null", "NULL", NULL};

	return node->type == YAML_SCALAR && node->plain && g_strv_contains(names, node->text);
}

bool yaml_node_get_bool(const struct yaml_node *node, bool *out)
{
	static const char *const yes[] = {"true", "True", "TRUE", NULL};
	static const char *const no[] = {"false", "False", "FALSE", NULL};
	bool value;

	if (node->type != YAML_SCALAR || !node->plain)
		return false;
	value = g_strv_contains(yes, node->text);
	if (!value && !g_strv_contains(no, node->text))
		return false;
	*out = value;
	return true;
}

bool yaml_node_is_text(const struct yaml_node *node)
{
	return node->type == YAML_SCALAR && !yaml_node_is_null(node);
}

bool yaml_node_is_texts(const struct yaml_node *node)
{
	if (node->type != YAML_LIST)
		return false;
	for (guint i = 0; i < node->children->len; i++)
		if (!yaml_node_is_text(g_ptr_array_index(node->children, i)))
			return false;
	return true;
}
