/* SPDX-License-Identifier: Apache-2.0 */
#include "export/clixml.h"

#include <expat.h>
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/*
 * How it works. An Obj holds <TN> or <TNRef> (names of types), <ToString>, a container (<LST>,
 * <IE>, <STK>, <QUE>, or <DCT> of <En>) or a bare value, and <Props> and <MS>, whose elements have
 * names as N="…". Elements that are values, and Obj itself once it is closed, are added to the Obj
 * that is open around them, as its part at hand says. In texts and names a UTF-16 unit that XML or
 * PowerShell does not take is _xHHHH_.
 */

#define NAMESPACE "http://schemas.microsoft.com/powershell/2004/04"
#define HEAD 1024 /* in which the first tag ends */
#define MAX_TYPES_SIZE (1 << 20) /* of types' names that are kept */
#define MAX_REPEATED 65536 /* nodes that references in one object repeat */
#define MAX_BYTES 4096 /* that are made an array */

struct clixml {
	GHashTable *types; /* RefId → struct json_node, the first name; keys are in the arena */
	struct arena arena;
};

static const struct {
	const char *name;
	enum json_kind kind;
} values[] = {
	{"S", JSON_KIND_TEXT},	   {"I32", JSON_KIND_NUMBER}, {"Nil", JSON_KIND_NULL},
	{"B", JSON_KIND_TRUE},	   {"I64", JSON_KIND_NUMBER}, {"U32", JSON_KIND_NUMBER},
	{"By", JSON_KIND_NUMBER},  {"I16", JSON_KIND_NUMBER}, {"U64", JSON_KIND_NUMBER},
	{"U16", JSON_KIND_NUMBER}, {"SB", JSON_KIND_NUMBER},  {"DT", JSON_KIND_TEXT},
	{"G", JSON_KIND_TEXT},	   {"BA", JSON_KIND_ARRAY},   {"Db", JSON_KIND_NUMBER},
	{"Sg", JSON_KIND_NUMBER},  {"D", JSON_KIND_NUMBER},   {"TS", JSON_KIND_TEXT},
	{"C", JSON_KIND_TEXT},	   {"URI", JSON_KIND_TEXT},   {"Version", JSON_KIND_TEXT},
	{"XD", JSON_KIND_TEXT},	   {"SBK", JSON_KIND_TEXT},   {"SS", JSON_KIND_TEXT},
};

/* An Obj that is open. */
struct level {
	struct json_node *node; /* JSON_KIND_NULL until its kind is known */
	struct json_node **last; /* where what comes next is put */
	const char *id; /* RefId, or NULL */
	const char *text; /* of ToString, or NULL */
	struct json_node *types; /* or NULL */
	struct json_node *value; /* a bare one, or NULL */
	const char *key; /* of the entry at hand */
	enum { PART_NONE, PART_MEMBERS, PART_LIST, PART_ENTRIES } part;
	unsigned size; /* nodes in it */
};

/* An object that is closed. */
struct referenced {
	const struct json_node *node;
	unsigned size;
};

struct clixml_parse {
	XML_Parser parser;
	struct clixml *shared;
	struct arena *arena;
	struct level levels[WH_MAX_JSON_DEPTH];
	unsigned depth;
	struct json_node *root;
	const char *problem;
	GHashTable *objects; /* RefId → struct referenced */
	unsigned repeated;
	GString *text; /* of the value at hand */
	bool gathers;
	const char *name; /* N of it */
	struct json_node *types, **last_type; /* of the TN at hand */
	const char *types_id;
};

static void stop(struct clixml_parse *parse, const char *problem)
{
	parse->problem = problem;
	XML_StopParser(parse->parser, XML_FALSE);
}

static bool read_escape(const char *at, const char *end, gunichar *out)
{
	*out = 0;
	if (end - at < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_')
		return false;
	for (int i = 2; i < 6; i++) {
		if (!g_ascii_isxdigit(at[i]))
			return false;
		*out = *out << 4 | (gunichar)g_ascii_xdigit_value(at[i]);
	}
	return true;
}

/* A text with escapes undone, in the arena. */
static const char *decode(struct arena *arena, const char *text, size_t size)
{
	const char *end = text + size, *at = text, *result;
	gunichar unit, low;
	GString *out;

	if (!memmem(text, size, "_x", 2) && text_is_ascii(text, size))
		return arena_copy(arena, text, size);
	out = g_string_sized_new(size);
	while (at < end) {
		const char *next = memmem(at, (size_t)(end - at), "_x", 2);

		text_append_utf8(out, at, (size_t)((next ? next : end) - at));
		at = next ? next : end;
		if (at < end && !read_escape(at, end, &unit)) {
			g_string_append_c(out, *at++);
		} else if (at < end) {
			at += 7;
			if (unit >= 0xD800 && unit < 0xDC00 && read_escape(at, end, &low) &&
			    low >= 0xDC00 && low < 0xE000) {
				unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
				at += 7;
			}
			text_append_code_point(out, unit);
		}
	}
	result = arena_copy(arena, out->str, out->len);
	g_string_free(out, TRUE);
	return result;
}

static struct json_node *node_new(struct arena *arena, enum json_kind kind, const char *name,
				  const char *text)
{
	struct json_node *node = arena_alloc(arena, sizeof(*node));

	*node = (struct json_node){.kind = kind, .name = name, .text = text};
	return node;
}

static const char *get_attribute(struct clixml_parse *parse, const char **attribute,
				 const char *name)
{
	for (; *attribute; attribute += 2)
		if (strcmp(attribute[0], name) == 0)
			return decode(parse->arena, attribute[1], strlen(attribute[1]));
	return NULL;
}

static void put(struct level *level, struct json_node *node, unsigned size)
{
	*level->last = node;
	level->last = &node->next;
	level->size += size;
}

/* Of a dictionary, keys and values come one after the other. */
static void add_to_entry(struct level *level, struct json_node *node, unsigned size)
{
	if (g_strcmp0(node->name, "Key") == 0) {
		level->key = node->text;
	} else if (level->key) {
		node->name = level->key;
		level->key = NULL;
		put(level, node, size);
	}
}

static void add(struct clixml_parse *parse, struct json_node *node, unsigned size)
{
	struct level *level = parse->depth ? &parse->levels[parse->depth - 1] : NULL;

	if (!level) {
		if (!parse->root)
			parse->root = node;
	} else if (level->part == PART_NONE) {
		level->value = node;
	} else if (level->part == PART_LIST && level->node->kind == JSON_KIND_ARRAY) {
		node->name = NULL;
		put(level, node, size);
	} else if (level->part == PART_MEMBERS && level->node->kind == JSON_KIND_OBJECT) {
		if (node->name)
			put(level, node, size);
	} else if (level->part == PART_ENTRIES && level->node->kind == JSON_KIND_OBJECT) {
		add_to_entry(level, node, size);
	}
}

static void open_object(struct clixml_parse *parse, const char **attributes)
{
	struct level *level = &parse->levels[parse->depth];

	if (parse->depth == G_N_ELEMENTS(parse->levels)) {
		stop(parse, "objects that are deeper inside each other than is read");
		return;
	}
	*level = (struct level){.id = get_attribute(parse, attributes, "RefId")};
	level->node =
		node_new(parse->arena, JSON_KIND_NULL, get_attribute(parse, attributes, "N"), NULL);
	level->last = &level->node->first;
	parse->depth++;
}

/* Its types and its text, before all else. */
static void add_heads(struct clixml_parse *parse, struct level *level)
{
	struct json_node *node = level->node, *head;

	if (level->text) {
		head = node_new(parse->arena, JSON_KIND_TEXT, WH_CLIXML_TEXT, level->text);
		head->next = node->first;
		node->first = head;
	}
	if (level->types) {
		head = node_new(parse->arena, JSON_KIND_ARRAY, WH_CLIXML_TYPES, NULL);
		head->first = level->types;
		head->next = node->first;
		node->first = head;
	}
}

static void close_object(struct clixml_parse *parse)
{
	struct level *level = &parse->levels[--parse->depth];
	struct json_node *node = level->node;
	struct referenced *referenced;

	if (node->kind == JSON_KIND_OBJECT) {
		if (level->value && level->value->text)
			level->text = level->value->text;
		add_heads(parse, level);
	} else if (node->kind == JSON_KIND_NULL && level->value) {
		node->kind = level->value->kind;
		node->text = level->value->text;
		node->first = level->value->first;
	} else if (node->kind == JSON_KIND_NULL && level->text) {
		node->kind = JSON_KIND_TEXT;
		node->text = level->text;
	}
	if (level->id) {
		referenced = arena_alloc(parse->arena, sizeof(*referenced));
		*referenced = (struct referenced){node, level->size + 1};
		g_hash_table_replace(parse->objects, (gpointer)level->id, referenced);
	}
	add(parse, node, level->size + 1);
}

/* Of an object that is open still it is null, as of one that is not in the text. */
static void add_reference(struct clixml_parse *parse, const char **attributes)
{
	const char *id = get_attribute(parse, attributes, "RefId");
	const struct referenced *found = id ? g_hash_table_lookup(parse->objects, id) : NULL;
	struct json_node *node =
		node_new(parse->arena, JSON_KIND_NULL, get_attribute(parse, attributes, "N"), NULL);
	unsigned size = 1;

	if (found && found->size <= MAX_REPEATED - parse->repeated) {
		node->kind = found->node->kind;
		node->text = found->node->text;
		node->first = found->node->first;
		size = found->size;
		parse->repeated += size;
	}
	add(parse, node, size);
}

static void begin_members(struct level *level)
{
	level->part = PART_MEMBERS;
	if (level->node->kind == JSON_KIND_NULL)
		level->node->kind = JSON_KIND_OBJECT;
}

static bool is_list(const char *name)
{
	return strcmp(name, "LST") == 0 || strcmp(name, "IE") == 0 || strcmp(name, "STK") == 0 ||
	       strcmp(name, "QUE") == 0;
}

static bool begin_part(struct level *level, const char *name)
{
	if (strcmp(name, "Props") == 0 || strcmp(name, "MS") == 0) {
		begin_members(level);
	} else if (is_list(name)) {
		level->part = PART_LIST;
		if (level->node->kind == JSON_KIND_NULL)
			level->node->kind = JSON_KIND_ARRAY;
	} else if (strcmp(name, "DCT") == 0) {
		begin_members(level);
		level->part = PART_ENTRIES;
	} else if (strcmp(name, "En") == 0) {
		level->key = NULL;
	} else {
		return false;
	}
	return true;
}

static void gather(struct clixml_parse *parse)
{
	g_string_truncate(parse->text, 0);
	parse->gathers = true;
}

static void on_start(void *context, const char *name, const char **attributes)
{
	struct clixml_parse *parse = context;
	struct level *level = parse->depth ? &parse->levels[parse->depth - 1] : NULL;
	const char *id;

	if (strcmp(name, "Obj") == 0) {
		open_object(parse, attributes);
	} else if (!level || begin_part(level, name)) {
		parse->gathers = false;
	} else if (strcmp(name, "Ref") == 0) {
		add_reference(parse, attributes);
	} else if (strcmp(name, "TNRef") == 0) {
		id = get_attribute(parse, attributes, "RefId");
		level->types = id ? g_hash_table_lookup(parse->shared->types, id) : NULL;
	} else if (strcmp(name, "TN") == 0) {
		parse->types_id = get_attribute(parse, attributes, "RefId");
		parse->types = NULL;
		parse->last_type = &parse->types;
	} else {
		parse->name = get_attribute(parse, attributes, "N");
		gather(parse);
	}
}

static void on_text(void *context, const char *text, int size)
{
	struct clixml_parse *parse = context;

	if (parse->gathers)
		g_string_append_len(parse->text, text, size);
}

static void add_type(struct clixml_parse *parse)
{
	struct arena *arena = &parse->shared->arena;
	struct json_node *node = node_new(arena, JSON_KIND_TEXT, NULL,
					  decode(arena, parse->text->str, parse->text->len));

	if (!parse->last_type)
		return;
	*parse->last_type = node;
	parse->last_type = &node->next;
}

static void close_types(struct clixml_parse *parse)
{
	struct arena *arena = &parse->shared->arena;
	const char *id = parse->types_id;

	parse->last_type = NULL;
	if (parse->depth > 0)
		parse->levels[parse->depth - 1].types = parse->types;
	if (id && parse->types)
		g_hash_table_replace(parse->shared->types, arena_copy(arena, id, strlen(id)),
				     parse->types);
}

static void read_bytes(struct clixml_parse *parse, struct json_node *node)
{
	struct json_node **last = &node->first;
	gsize size;
	g_autofree guchar *bytes = NULL;

	if (parse->text->len > MAX_BYTES / 3 * 4) {
		node->kind = JSON_KIND_TEXT;
		node->text = decode(parse->arena, parse->text->str, parse->text->len);
		return;
	}
	bytes = g_base64_decode(parse->text->str, &size);
	for (gsize i = 0; i < size; i++) {
		char digits[4];

		g_snprintf(digits, sizeof(digits), "%u", bytes[i]);
		*last = node_new(parse->arena, JSON_KIND_NUMBER, NULL,
				 arena_copy(parse->arena, digits, strlen(digits)));
		last = &(*last)->next;
	}
}

static void close_value(struct clixml_parse *parse, const char *name, enum json_kind kind)
{
	struct json_node *node = node_new(parse->arena, kind, parse->name, NULL);
	GString *letter;

	if (strcmp(name, "C") == 0) {
		letter = g_string_new(NULL);
		text_append_code_point(
			letter, (gunichar)(g_ascii_strtoull(parse->text->str, NULL, 10) & 0xFFFF));
		node->text = arena_copy(parse->arena, letter->str, letter->len);
		g_string_free(letter, TRUE);
	} else if (kind == JSON_KIND_ARRAY) {
		read_bytes(parse, node);
	} else if (kind != JSON_KIND_NULL) {
		if (kind == JSON_KIND_TRUE && strcmp(parse->text->str, "false") == 0)
			node->kind = JSON_KIND_FALSE;
		node->text = decode(parse->arena, parse->text->str, parse->text->len);
	}
	add(parse, node, 1);
}

static void on_end(void *context, const char *name)
{
	struct clixml_parse *parse = context;
	bool gathers = parse->gathers;

	parse->gathers = false;
	if (strcmp(name, "Obj") == 0) {
		close_object(parse);
	} else if (strcmp(name, "TN") == 0 && parse->last_type) {
		close_types(parse);
	} else if (gathers && strcmp(name, "T") == 0) {
		add_type(parse);
	} else if (gathers && strcmp(name, "ToString") == 0) {
		parse->levels[parse->depth - 1].text =
			decode(parse->arena, parse->text->str, parse->text->len);
	} else if (gathers) {
		for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
			if (strcmp(values[i].name, name) == 0)
				close_value(parse, name, values[i].kind);
	}
}

static void on_doctype(void *context, const char *name, const char *system, const char *public,
		       int has_subset)
{
	(void)name, (void)system, (void)public, (void)has_subset;
	stop(context, "CliXml that declares a document type");
}

struct clixml *clixml_new(void)
{
	struct clixml *clixml = g_new0(struct clixml, 1);

	clixml->types = g_hash_table_new(g_str_hash, g_str_equal);
	arena_init(&clixml->arena);
	return clixml;
}

void clixml_free(struct clixml *clixml)
{
	if (!clixml)
		return;
	g_hash_table_unref(clixml->types);
	arena_release(&clixml->arena);
	g_free(clixml);
}

/* A file names its types once, or once for each of its objects. */
static void forget_types(struct clixml *clixml)
{
	if (arena_get_size(&clixml->arena) <= MAX_TYPES_SIZE)
		return;
	g_hash_table_remove_all(clixml->types);
	arena_clear(&clixml->arena);
}

const struct json_node *clixml_read(struct clixml *clixml, const char *text, size_t size,
				    struct arena *arena, const char **problem)
{
	struct clixml_parse parse = {.shared = clixml, .arena = arena};
	bool ok;

	forget_types(clixml);
	parse.parser = XML_ParserCreate("UTF-8");
	parse.objects = g_hash_table_new(g_str_hash, g_str_equal);
	parse.text = g_string_new(NULL);
	XML_SetUserData(parse.parser, &parse);
	XML_SetElementHandler(parse.parser, on_start, on_end);
	XML_SetCharacterDataHandler(parse.parser, on_text);
	XML_SetStartDoctypeDeclHandler(parse.parser, on_doctype);
	ok = XML_Parse(parse.parser, text, (int)size, XML_TRUE) == XML_STATUS_OK && parse.root;
	if (!ok)
		*problem = parse.problem ? parse.problem : "an object whose CliXml is broken";
	XML_ParserFree(parse.parser);
	g_hash_table_unref(parse.objects);
	g_string_free(parse.text, TRUE);
	return ok ? parse.root : NULL;
}

/* After white space and an XML declaration. */
bool clixml_begins(const char *text, size_t size)
{
	const char *tag = memmem(text, MIN(size, HEAD), "<Objs", 5);

	while (size > 0 && g_ascii_isspace(*text))
		text++, size--;
	return tag && (text == tag || (size > 5 && memcmp(text, "<?xml", 5) == 0)) &&
	       memmem(text, MIN(size, HEAD), NAMESPACE, strlen(NAMESPACE));
}
