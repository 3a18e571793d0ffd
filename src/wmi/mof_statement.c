/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof_statement.h"

#include <string.h>

const char *mof_after_class(const struct mof_reader *r, const char *at)
{
	const char *after = mof_after_word(at, "class");
	const char *name = after ? mof_after_blanks(r, after) : NULL;

	return name > after && mof_is_name_char(*name) ? after : NULL;
}

const char *mof_after_pragma(const struct mof_reader *r, const char *at)
{
	return mof_after_word(*at == '#' ? mof_after_blanks(r, at + 1) : at, "pragma");
}

/* "TYPE name", "TYPE name[]", "CLASS ref name", with "= value" or without. Methods are left out. */
static void read_declaration(struct mof_reader *r, struct mof_property ***last)
{
	const char *name = NULL;
	struct mof_value *value;

	while (mof_is_name_char(*r->at) && !mof_after_instance_of(r, r->at)) {
		name = mof_read_name(r);
		mof_skip_blanks_and_commas(r);
	}
	mof_skip_qualifiers(r); /* the brackets of an array look like them */
	if (name && *r->at == '=') {
		r->at++;
		mof_skip_blanks_and_commas(r);
		value = mof_read_value(r, false);
		mof_skip_blanks_and_commas(r);
	} else {
		value = name && *r->at == ';' ? mof_value_new(r, MOF_NULL) : NULL;
	}
	if (value)
		mof_add_property(r, name, value, last);
	if (value && *r->at == ';')
		r->at++;
	else
		mof_skip_statement(r);
}

static void read_body(struct mof_reader *r, struct mof_class *class)
{
	struct mof_property **last = &class->properties;

	for (;;) {
		mof_skip_to_declaration(r);
		if (*r->at == '}')
			break;
		if (*r->at == '\0' || mof_is_full(r) || mof_after_instance_of(r, r->at))
			return;
		read_declaration(r, &last);
	}
	r->at++;
}

struct mof_class *mof_read_class(struct mof_reader *r)
{
	const char *name, *parent = NULL;
	struct mof_class *class;

	r->at = mof_after_blanks(r, mof_after_class(r, r->at));
	name = mof_read_name(r);
	mof_skip_blanks_and_commas(r);
	mof_read_alias(r);
	if (*r->at == ':') {
		r->at++;
		mof_skip_blanks_and_commas(r);
		parent = mof_read_name(r);
		mof_skip_blanks_and_commas(r);
	}
	if (*r->at != '{')
		return NULL;
	r->at++;
	class = arena_alloc(r->arena, sizeof(*class));
	*class = (struct mof_class){.name = name, .parent = parent, .namespace = r->namespace};
	if (parent)
		class->super = g_tree_lookup(r->classes, parent);
	g_tree_replace(r->classes, (char *)name, class);
	r->depth++;
	read_body(r, class);
	r->depth--;
	return class;
}

static struct mof_deletion *deletion_new(const struct mof_reader *r, const char *path,
					 bool is_class)
{
	struct mof_deletion *deletion = arena_alloc(r->arena, sizeof(*deletion));

	*deletion = (struct mof_deletion){
		.path = path, .namespace = r->namespace, .is_class = is_class};
	return deletion;
}

/* The first argument; what follows makes no statement. */
static const char *read_argument(struct mof_reader *r)
{
	const struct mof_value *value;

	mof_skip_blanks(r);
	if (*r->at != '(')
		return NULL;
	r->at++;
	mof_skip_blanks(r);
	value = *r->at == '"' ? mof_read_value(r, false) : NULL;
	return value && *value->text ? value->text : NULL;
}

struct mof_deletion *mof_read_pragma(struct mof_reader *r)
{
	const char *name, *argument;

	r->at = mof_after_blanks(r, mof_after_pragma(r, r->at));
	name = mof_read_name(r);
	argument = name ? read_argument(r) : NULL;
	if (!argument)
		return NULL;
	if (g_ascii_strcasecmp(name, "namespace") == 0)
		r->namespace = argument;
	else if (g_ascii_strcasecmp(name, "deleteinstance") == 0)
		return deletion_new(r, argument, false);
	else if (g_ascii_strcasecmp(name, "deleteclass") == 0)
		return deletion_new(r, argument, true);
	return NULL;
}
