/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "wmi/literal.h"
#include "wmi/mof_reader.h"
#include "wmi/mof_statement.h"

#define UTF8_BOM "\xef\xbb\xbf"

static struct mof_instance *read_instance(struct mof_reader *r);

const struct mof_value *mof_property_get(const struct mof_property *properties, const char *name)
{
	for (; properties; properties = properties->next) {
		if (g_ascii_strcasecmp(properties->name, name) == 0)
			return properties->value;
	}
	return NULL;
}

bool mof_instance_is(const struct mof_instance *instance, const char *class_name)
{
	const struct mof_class *class = instance->class;

	if (g_ascii_strcasecmp(instance->class_name, class_name) == 0)
		return true;
	for (unsigned i = 0; class && i < WH_MAX_MOF_CHAIN; i++, class = class->super)
		if (class->parent && g_ascii_strcasecmp(class->parent, class_name) == 0)
			return true;
	return false;
}

struct mof_value *mof_value_new(struct mof_reader *r, enum mof_type type)
{
	struct mof_value *value = arena_alloc(r->arena, sizeof(*value));

	*value = (struct mof_value){.type = type};
	r->values++;
	return value;
}

/* Literals that stand side by side are one string; in an array a comma parts them. */
static struct mof_value *read_string(struct mof_reader *r, bool in_array)
{
	struct mof_value *value = mof_value_new(r, MOF_STRING);
	const char *end;
	bool closed;

	g_string_truncate(r->text, 0);
	do {
		r->at = literal_read(r->at, r->text, &closed);
		end = r->at;
		if (in_array)
			mof_skip_blanks(r);
		else
			mof_skip_blanks_and_commas(r);
	} while (*r->at == '"');
	r->at = end;
	value->cut = !closed;
	value->text = arena_copy(r->arena, r->text->str, r->text->len);
	if (!closed)
		r->damages++;
	return value;
}

static enum mof_type word_type(const char *word)
{
	if (g_ascii_isdigit(*word) || strchr("+-.", *word))
		return MOF_NUMBER;
	if (g_ascii_strcasecmp(word, "true") == 0 || g_ascii_strcasecmp(word, "false") == 0)
		return MOF_BOOLEAN;
	return g_ascii_strcasecmp(word, "null") == 0 ? MOF_NULL : MOF_STRING;
}

static void find_target(struct mof_reader *r, struct mof_value *word)
{
	word->target = g_tree_lookup(r->aliases, word->text);
	if (!word->target)
		g_ptr_array_add(r->forward, word);
}

/* A number, TRUE, FALSE, NULL, or a word such as $Alias. */
static struct mof_value *read_word(struct mof_reader *r)
{
	const char *start = r->at;
	struct mof_value *value;
	char *text;

	while (mof_is_word_char(*r->at))
		r->at++;
	if (r->at == start)
		return NULL;
	text = arena_copy(r->arena, start, (size_t)(r->at - start));
	value = mof_value_new(r, word_type(text));
	value->cut = *r->at == '\0';
	value->text = value->type == MOF_NULL ? NULL : text;
	if (*text == '$')
		find_target(r, value);
	for (; value->type == MOF_BOOLEAN && *text; text++)
		*text = g_ascii_tolower(*text);
	return value;
}

bool mof_is_full(struct mof_reader *r)
{
	if (r->values < WH_MAX_MOF_VALUES)
		return false;
	if (r->left_open == 0)
		r->left_open = r->depth;
	return true;
}

/* Reads one element to the end of the list, `*last`; false at the end of the array. */
static bool read_element(struct mof_reader *r, struct mof_value *array, struct mof_value ***last)
{
	struct mof_value *element;

	mof_skip_blanks_and_commas(r);
	if (*r->at == '}') {
		r->at++;
		return false;
	}
	if (*r->at == '\0' || *r->at == ';' || mof_is_full(r)) {
		array->cut = true;
		r->damages++;
		return false;
	}
	element = mof_read_value(r, true);
	if (element) {
		**last = element;
		*last = &element->next;
	} else if (*r->at && !strchr("};", *r->at)) {
		r->damages++;
		r->at++;
	}
	return true;
}

static struct mof_value *read_array(struct mof_reader *r)
{
	struct mof_value *array = mof_value_new(r, MOF_ARRAY);
	struct mof_value **last = &array->elements;

	r->at++;
	r->depth++;
	while (read_element(r, array, &last))
		;
	r->depth--;
	return array;
}

static struct mof_value *read_nested(struct mof_reader *r)
{
	struct mof_instance *instance = read_instance(r);
	struct mof_value *value;

	if (!instance)
		return NULL;
	value = mof_value_new(r, MOF_INSTANCE);
	value->instance = instance;
	value->cut = *r->at == '\0' && !instance->complete;
	return value;
}

struct mof_value *mof_read_value(struct mof_reader *r, bool in_array)
{
	bool nests = *r->at == '{' || mof_after_instance_of(r, r->at);

	if (*r->at == '"' || *r->at == '\'')
		return read_string(r, in_array);
	if (!nests)
		return read_word(r);
	if (r->depth >= WH_MAX_MOF_DEPTH) {
		mof_skip_body(r);
		return NULL;
	}
	return *r->at == '{' ? read_array(r) : read_nested(r);
}

void mof_add_property(struct mof_reader *r, const char *name, struct mof_value *value,
		      struct mof_property ***last)
{
	struct mof_property *property = arena_alloc(r->arena, sizeof(*property));

	*property = (struct mof_property){.name = name, .value = value};
	**last = property;
	*last = &property->next;
}

/* Reads "name = value;" to the end of the list, `*last`; a statement that is none is skipped. */
static void read_property(struct mof_reader *r, struct mof_property ***last)
{
	const char *name = mof_read_name(r);
	struct mof_value *value;

	mof_skip_blanks_and_commas(r);
	if (!name || *r->at != '=') {
		mof_skip_statement(r);
		return;
	}
	r->at++;
	mof_skip_blanks_and_commas(r);
	value = mof_read_value(r, false);
	if (!value) {
		mof_skip_statement(r);
		return;
	}
	mof_add_property(r, name, value, last);
	mof_skip_blanks_and_commas(r);
	if (*r->at == ';')
		r->at++;
	else
		mof_skip_statement(r);
}

/* Reads up to and over the closing brace. */
static void read_properties(struct mof_reader *r, struct mof_instance *instance)
{
	struct mof_property **last = &instance->properties;

	for (;;) {
		mof_skip_to_declaration(r);
		if (*r->at == '}')
			break;
		if (*r->at == '\0' || mof_is_full(r) || mof_after_instance_of(r, r->at)) {
			r->damages++;
			return;
		}
		read_property(r, &last);
	}
	r->at++;
}

const char *mof_read_alias(struct mof_reader *r)
{
	const char *after = mof_after_word(r->at, "as");
	const char *start = after ? mof_after_blanks(r, after) : NULL;

	if (start == after)
		return NULL;
	r->at = start;
	while (mof_is_word_char(*r->at))
		r->at++;
	after = r->at;
	mof_skip_blanks_and_commas(r);
	return after > start ? arena_copy(r->arena, start, (size_t)(after - start)) : NULL;
}

/*
 * Reads an instance from its "instance of". NULL, after those words, when no body
 * follows: prose, or a text that ends where the class name may be cut off.
 */
static struct mof_instance *read_instance(struct mof_reader *r)
{
	struct mof_instance *instance;
	unsigned damages = r->damages;
	const char *class_name, *alias;

	r->at = mof_after_instance_of(r, r->at);
	mof_skip_blanks_and_commas(r);
	class_name = mof_read_name(r);
	mof_skip_blanks_and_commas(r);
	alias = mof_read_alias(r);
	if (!class_name || *r->at != '{') {
		r->damages++;
		return NULL;
	}
	r->at++;
	instance = arena_alloc(r->arena, sizeof(*instance));
	*instance = (struct mof_instance){.class_name = class_name,
					  .class = g_tree_lookup(r->classes, class_name),
					  .alias = alias,
					  .namespace = r->namespace};
	if (alias)
		g_tree_replace(r->aliases, (char *)alias, instance);
	r->depth++;
	read_properties(r, instance);
	r->depth--;
	instance->complete = r->damages == damages;
	return instance;
}

enum statement {
	STATEMENT_NONE,
	STATEMENT_INSTANCE,
	STATEMENT_CLASS,
	STATEMENT_PRAGMA,
};

static enum statement statement_at(const struct mof_reader *r, const char *at)
{
	if (mof_after_instance_of(r, at))
		return STATEMENT_INSTANCE;
	if (!r->has_comments)
		return STATEMENT_NONE;
	if (mof_after_class(r, at))
		return STATEMENT_CLASS;
	return mof_after_pragma(r, at) ? STATEMENT_PRAGMA : STATEMENT_NONE;
}

/* Goes to the next statement outside literals and comments. */
static enum statement seek_statement(struct mof_reader *r)
{
	bool in_word = false;
	bool literals = true; /* a stray quote tried again and again would take quadratic time */

	while (*r->at) {
		const char *start = r->at;
		enum statement statement;

		if (*start == '"' && literals) {
			literals = mof_skip_literal(r);
			if (!literals)
				r->at = start + 1;
			in_word = false;
			continue;
		}
		if (mof_skip_comment(r)) {
			in_word = false;
			continue;
		}
		statement = in_word ? STATEMENT_NONE : statement_at(r, start);
		if (statement != STATEMENT_NONE)
			return statement;
		in_word = mof_is_name_char(*r->at++);
	}
	return STATEMENT_NONE;
}

/* The ends of the lists of a content. */
struct ends {
	struct mof_instance **instance;
	struct mof_class **class;
	struct mof_deletion **deletion;
};

static void read_statement(struct mof_reader *r, enum statement statement, struct ends *ends)
{
	r->values = 0;
	if (statement == STATEMENT_INSTANCE) {
		*ends->instance = read_instance(r);
		if (*ends->instance)
			ends->instance = &(*ends->instance)->next;
	} else if (statement == STATEMENT_CLASS) {
		*ends->class = mof_read_class(r);
		if (*ends->class)
			ends->class = &(*ends->class)->next;
	} else {
		*ends->deletion = mof_read_pragma(r);
		if (*ends->deletion)
			ends->deletion = &(*ends->deletion)->next;
	}
	if (r->left_open > 0)
		mof_skip_open(r, r->left_open);
	r->left_open = 0;
}

static int compare_names(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return g_ascii_strcasecmp(a, b);
}

/* A tree, as names could be chosen that all fall into one place of a hash table. */
static GTree *name_tree_new(void)
{
	return g_tree_new_full(compare_names, NULL, NULL, NULL);
}

static void find_forward_targets(const struct mof_reader *r)
{
	for (guint i = 0; i < r->forward->len; i++) {
		struct mof_value *word = r->forward->pdata[i];

		word->target = g_tree_lookup(r->aliases, word->text);
	}
}

struct mof_content mof_parse(const char *text, enum mof_origin origin, struct arena *arena)
{
	struct mof_reader r = {
		.at = g_str_has_prefix(text, UTF8_BOM) ? text + strlen(UTF8_BOM) : text,
		.has_comments = origin == MOF_WRITTEN,
		/* Where an export made commas of all line feeds, one ends the comment. */
		.line_ends = strpbrk(text, "\r\n") ? "\r\n" : ",",
		.aliases = name_tree_new(),
		.classes = name_tree_new(),
		.forward = g_ptr_array_new(),
		.arena = arena,
		.text = g_string_new(NULL),
	};
	struct mof_content content = {0};
	struct ends ends = {&content.instances, &content.classes, &content.deletions};
	enum statement statement;

	while ((statement = seek_statement(&r)) != STATEMENT_NONE)
		read_statement(&r, statement, &ends);
	find_forward_targets(&r);
	g_string_free(r.text, TRUE);
	g_tree_unref(r.aliases);
	g_tree_unref(r.classes);
	g_ptr_array_unref(r.forward);
	return content;
}
