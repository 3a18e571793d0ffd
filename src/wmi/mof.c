/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "wmi/literal.h"
#include "wmi/mof_reader.h"

static struct mof_instance *read_instance(struct mof_reader *r);
static struct mof_value *read_value(struct mof_reader *r, bool in_array);

const struct mof_value *mof_property_get(const struct mof_property *properties, const char *name)
{
	for (; properties; properties = properties->next) {
		if (g_ascii_strcasecmp(properties->name, name) == 0)
			return properties->value;
	}
	return NULL;
}

static struct mof_value *value_new(struct mof_reader *r, enum mof_type type)
{
	struct mof_value *value = arena_alloc(r->arena, sizeof(*value));

	*value = (struct mof_value){.type = type};
	r->values++;
	return value;
}

/* Literals that stand side by side are one string; in an array a comma parts them. */
static struct mof_value *read_string(struct mof_reader *r, bool in_array)
{
	struct mof_value *value = value_new(r, MOF_STRING);
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
	value = value_new(r, word_type(text));
	value->cut = *r->at == '\0';
	value->text = value->type == MOF_NULL ? NULL : text;
	for (; value->type == MOF_BOOLEAN && *text; text++)
		*text = g_ascii_tolower(*text);
	return value;
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
	if (*r->at == '\0' || *r->at == ';' || r->values >= WH_MAX_MOF_VALUES) {
		array->cut = true;
		r->damages++;
		return false;
	}
	element = read_value(r, true);
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
	struct mof_value *array = value_new(r, MOF_ARRAY);
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
	value = value_new(r, MOF_INSTANCE);
	value->instance = instance;
	value->cut = *r->at == '\0' && !instance->complete;
	return value;
}

static struct mof_value *read_value(struct mof_reader *r, bool in_array)
{
	bool nests = *r->at == '{' || mof_after_instance_of(r->at);

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

/* Reads "name = value;" to the end of the list, `*last`; a statement that is none is skipped. */
static void read_property(struct mof_reader *r, struct mof_property ***last)
{
	const char *name = mof_read_name(r);
	struct mof_property *property;
	struct mof_value *value;

	mof_skip_blanks_and_commas(r);
	if (!name || *r->at != '=') {
		mof_skip_statement(r);
		return;
	}
	r->at++;
	mof_skip_blanks_and_commas(r);
	value = read_value(r, false);
	if (!value) {
		mof_skip_statement(r);
		return;
	}
	property = arena_alloc(r->arena, sizeof(*property));
	*property = (struct mof_property){.name = name, .value = value};
	**last = property;
	*last = &property->next;
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
		while (literal_is_blank(*r->at) || *r->at == ',' || *r->at == ';')
			r->at++;
		mof_skip_qualifiers(r);
		if (*r->at == '}')
			break;
		if (*r->at == '\0' || r->values >= WH_MAX_MOF_VALUES ||
		    mof_after_instance_of(r->at)) {
			r->damages++;
			return;
		}
		read_property(r, &last);
	}
	r->at++;
}

static void skip_alias(struct mof_reader *r)
{
	if (g_ascii_strncasecmp(r->at, "as", 2) != 0 || !literal_is_blank(r->at[2]))
		return;
	r->at += 2;
	mof_skip_blanks(r);
	while (mof_is_word_char(*r->at))
		r->at++;
	mof_skip_blanks_and_commas(r);
}

/*
 * Reads an instance from its "instance of". NULL, after those words, when no body
 * follows: prose, or a text that ends where the class name may be cut off.
 */
static struct mof_instance *read_instance(struct mof_reader *r)
{
	struct mof_instance *instance;
	unsigned damages = r->damages;
	const char *class_name;

	r->at = mof_after_instance_of(r->at);
	mof_skip_blanks_and_commas(r);
	class_name = mof_read_name(r);
	mof_skip_blanks_and_commas(r);
	skip_alias(r);
	if (!class_name || *r->at != '{') {
		r->damages++;
		return NULL;
	}
	r->at++;
	instance = arena_alloc(r->arena, sizeof(*instance));
	*instance = (struct mof_instance){.class_name = class_name};
	r->depth++;
	read_properties(r, instance);
	r->depth--;
	instance->complete = r->damages == damages;
	return instance;
}

/* Goes to the next "instance of" outside literals. */
static bool seek_instance(struct mof_reader *r)
{
	bool in_word = false;
	bool literals = true; /* a stray quote tried again and again would take quadratic time */

	while (*r->at) {
		const char *start = r->at;

		if (*start == '"' && literals) {
			literals = mof_skip_literal(r);
			if (!literals)
				r->at = start + 1;
			in_word = false;
			continue;
		}
		if (!in_word && mof_after_instance_of(start))
			return true;
		in_word = mof_is_name_char(*r->at++);
	}
	return false;
}

struct mof_instance *mof_parse(const char *text, struct arena *arena)
{
	struct mof_reader r = {.at = text, .arena = arena, .text = g_string_new(NULL)};
	struct mof_instance *first = NULL, **last = &first;

	while (r.values < WH_MAX_MOF_VALUES && seek_instance(&r)) {
		struct mof_instance *instance = read_instance(&r);

		if (!instance)
			continue;
		*last = instance;
		last = &instance->next;
	}
	g_string_free(r.text, TRUE);
	return first;
}
