/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "event/event_build.h"
#include "evtx/binxml_instance.h"
#include "evtx/decode.h"
#include "evtx/template_run.h"
#include "evtx/value.h"

#define NAME_SLOTS 1024

/* An element or attribute name, converted once per chunk. */
struct name {
	uint32_t generation;
	uint32_t offset;
	const char *text;
};

struct native_decoder {
	struct decoder decoder;
	const struct chunk *chunk;
	const GArray *records;
	uint32_t generation; /* of the chunk */
	struct arena names_arena;
	struct name names[NAME_SLOTS];
	struct arena values_arena; /* of the record being decoded */
	struct template_run *run; /* NULL: every record is read token by token */
	struct event_builder *builder;
	GString *value; /* one piece of text */
	GString *attribute; /* the open attribute's value */

	/* Of the record being decoded. */
	size_t budget; /* tokens and bytes of text that may still come */
	const char *problem;
	size_t problem_offset;
	bool has_element;
};

/* A fragment being read: its tokens, and the values its substitutions take. */
struct fragment {
	struct binxml_cursor cursor;
	const struct binxml_instance *instance; /* NULL outside templates */
	const struct binxml_value *values; /* instance->values of them */
	unsigned depth; /* of fragments inside each other */
	unsigned open; /* elements opened and not yet closed */
	unsigned absent; /* open elements down to one that is left out, 0 when none is */
	const char *attribute; /* name of the open attribute, or NULL */
	bool attribute_present; /* some piece of its value is not NULL */
};

static bool read_fragment(struct native_decoder *self, struct fragment *fragment);

static bool fail(struct native_decoder *self, size_t offset, const char *problem)
{
	if (!self->problem) {
		self->problem = problem;
		self->problem_offset = offset;
	}
	return false;
}

static bool spend(struct native_decoder *self, size_t offset, size_t amount)
{
	if (amount > self->budget)
		return fail(self, offset, "the record expands beyond all bounds");
	self->budget -= amount;
	return true;
}

static const char *get_name(struct native_decoder *self, uint32_t offset)
{
	struct name *slot = &self->names[offset / 4 % NAME_SLOTS];
	const uint8_t *text;
	uint16_t units;

	if (slot->generation == self->generation && slot->offset == offset)
		return slot->text;
	if (!binxml_get_name(self->chunk->data, self->chunk->size, offset, &text, &units))
		return NULL;
	g_string_truncate(self->value, 0);
	text_append_utf16le(self->value, text, units);
	*slot = (struct name){self->generation, offset,
			      arena_copy(&self->names_arena, self->value->str, self->value->len)};
	return slot->text;
}

/* Adds self->value to what is open: an attribute's value or the element's content. */
static bool add_text(struct native_decoder *self, struct fragment *fragment)
{
	if (!spend(self, fragment->cursor.offset, self->value->len))
		return false;
	if (fragment->attribute) {
		fragment->attribute_present = true;
		g_string_append_len(self->attribute, self->value->str, (gssize)self->value->len);
		return true;
	}
	return event_builder_text(self->builder, self->value->str, self->value->len);
}

static bool close_attribute(struct native_decoder *self, struct fragment *fragment)
{
	const char *name = fragment->attribute;

	fragment->attribute = NULL;
	/* An attribute whose value is NULL is left out of the XML. */
	if (!name || !fragment->attribute_present)
		return true;
	return event_builder_attribute(self->builder, name, self->attribute->str) ||
	       fail(self, fragment->cursor.offset, "too many fields");
}

static bool open_attribute(struct native_decoder *self, struct fragment *fragment,
			   const struct binxml_token *token)
{
	if (!close_attribute(self, fragment))
		return false;
	fragment->attribute = get_name(self, token->name_offset);
	fragment->attribute_present = false;
	g_string_truncate(self->attribute, 0);
	return fragment->attribute ||
	       fail(self, fragment->cursor.offset, "an attribute without a name");
}

/* Does the element depend on a substitution that is NULL? */
static bool is_absent(const struct fragment *fragment, uint16_t index)
{
	return index != BINXML_NO_DEPENDENCY && fragment->instance &&
	       index < fragment->instance->values &&
	       fragment->values[index].type == BINXML_TYPE_NULL;
}

static bool open_element(struct native_decoder *self, struct fragment *fragment,
			 const struct binxml_token *token)
{
	const char *name = get_name(self, token->name_offset);

	self->has_element = true;
	if (!name)
		return fail(self, fragment->cursor.offset, "an element without a name");
	if (is_absent(fragment, token->index)) {
		fragment->absent = fragment->open + 1;
		fragment->open++;
		return true;
	}
	if (!event_builder_open(self->builder, name))
		return fail(self, fragment->cursor.offset, "too many fields, or elements too deep");
	fragment->open++;
	return true;
}

static bool close_element(struct native_decoder *self, struct fragment *fragment)
{
	if (!close_attribute(self, fragment))
		return false;
	if (fragment->open == 0)
		return fail(self, fragment->cursor.offset, "an end without an element");
	fragment->open--;
	return event_builder_close(self->builder) ||
	       fail(self, fragment->cursor.offset, "too many fields");
}

static bool add_value(struct native_decoder *self, struct fragment *fragment, const uint8_t *data,
		      size_t size, uint8_t type)
{
	g_string_truncate(self->value, 0);
	value_append(self->value, data, size, type);
	return add_text(self, fragment);
}

/* Windows repeats the element around a list, once for each of its values. */
static bool add_list(struct native_decoder *self, struct fragment *fragment,
		     const struct binxml_value *value)
{
	const uint8_t *data = self->chunk->data + value->offset;
	uint8_t type = value->type & ~BINXML_TYPE_ARRAY;
	size_t at = 0, text_size, size;
	bool first = true;

	while (at < value->size) {
		size = value_element_size(data + at, value->size - at, type, &text_size);
		if (size == 0)
			return add_value(self, fragment, data + at, value->size - at,
					 BINXML_TYPE_BINARY);
		if (!first && !fragment->attribute && !event_builder_repeat(self->builder))
			return fail(self, value->offset + at, "too many fields");
		if (!add_value(self, fragment, data + at, text_size, type))
			return false;
		at += size;
		first = false;
	}
	return true;
}

static bool add_fragment(struct native_decoder *self, const struct fragment *outer,
			 const struct binxml_value *value)
{
	struct fragment fragment = {
		.cursor = {.data = self->chunk->data,
			   .offset = value->offset,
			   .end = value->offset + value->size},
		.depth = outer->depth + 1,
	};

	return read_fragment(self, &fragment);
}

static bool add_substitution(struct native_decoder *self, struct fragment *fragment,
			     const struct binxml_token *token)
{
	const struct binxml_value *value;

	if (!fragment->instance || token->index >= fragment->instance->values)
		return true;
	value = &fragment->values[token->index];
	if (value->type == BINXML_TYPE_NULL)
		return true;
	if (value->type == BINXML_TYPE_BINXML)
		return fragment->attribute || add_fragment(self, fragment, value);
	if (value->type & BINXML_TYPE_ARRAY)
		return add_list(self, fragment, value);
	return add_value(self, fragment, self->chunk->data + value->offset, value->size,
			 value->type);
}

static bool add_literal(struct native_decoder *self, struct fragment *fragment,
			const struct binxml_token *token)
{
	g_string_truncate(self->value, 0);
	text_append_utf16le(self->value, self->chunk->data + token->text_offset, token->text_units);
	return add_text(self, fragment);
}

static bool add_reference(struct native_decoder *self, struct fragment *fragment,
			  const struct binxml_token *token)
{
	static const char *const entities[][2] = {
		{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
	const char *name;

	g_string_truncate(self->value, 0);
	if (token->type == BINXML_CHARACTER_REFERENCE) {
		text_append_code_point(self->value, token->index);
		return add_text(self, fragment);
	}
	name = get_name(self, token->name_offset);
	if (!name)
		return fail(self, fragment->cursor.offset, "an entity without a name");
	g_string_truncate(self->value, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(entities); i++)
		if (strcmp(name, entities[i][0]) == 0)
			g_string_append(self->value, entities[i][1]);
	/* Windows defines no others; one that is written anyway stays readable. */
	if (self->value->len == 0)
		g_string_append_printf(self->value, "&%s;", name);
	return add_text(self, fragment);
}

/*
 * A value that reaches beyond its fragment is cut there, and those after it are empty: the
 * fields before it can still be read. Returns the fragment's end.
 */
static size_t cut_value(struct native_decoder *self, const struct binxml_instance *instance,
			size_t at, struct binxml_value *value)
{
	fail(self, at, "a value reaches beyond its fragment");
	value->offset = MIN(at, instance->end);
	value->size = (uint16_t)(instance->end - value->offset);
	return instance->end;
}

static struct binxml_value *read_values(struct native_decoder *self,
					const struct binxml_instance *instance, size_t *end)
{
	struct binxml_value *values =
		arena_alloc(&self->values_arena, instance->values * sizeof(*values));
	size_t at = instance->data;

	for (uint32_t i = 0; i < instance->values; i++) {
		if (!binxml_get_value(self->chunk->data, instance, i, &at, &values[i]))
			at = cut_value(self, instance, at, &values[i]);
	}
	*end = at;
	return values;
}

/*
 * An instance whose values cannot be read still tells its template, and that the provider, the
 * channel and the host.
 */
static bool add_fixed_parts(struct native_decoder *self, const struct fragment *outer, size_t at)
{
	const uint8_t *data = self->chunk->data;
	struct binxml_instance instance = {0};
	struct fragment fragment = {.depth = outer->depth + 1, .instance = &instance};
	bool is_known = bytes_get_u32(data, outer->cursor.end, at + 6, &instance.template_offset) &&
			binxml_get_definition(data, self->chunk->size, instance.template_offset,
					      &fragment.cursor);

	fail(self, at, "a template instance is damaged");
	if (is_known)
		read_fragment(self, &fragment);
	return false;
}

static bool add_template(struct native_decoder *self, struct fragment *outer)
{
	const uint8_t *data = self->chunk->data;
	size_t at = outer->cursor.offset - 1;
	struct binxml_instance instance;
	struct fragment fragment = {.depth = outer->depth + 1, .instance = &instance};

	if (!binxml_get_instance(data, outer->cursor.end, at, &instance))
		return add_fixed_parts(self, outer, at);
	/* A definition may hold instances, and be used again and again. */
	if (!spend(self, at, instance.values * sizeof(*fragment.values)))
		return false;
	fragment.values = read_values(self, &instance, &outer->cursor.offset);
	if (!binxml_get_definition(data, self->chunk->size, instance.template_offset,
				   &fragment.cursor))
		return fail(self, instance.template_offset, "a template definition is damaged");
	return read_fragment(self, &fragment);
}

static bool take_token(struct native_decoder *self, struct fragment *fragment,
		       const struct binxml_token *token)
{
	switch (token->type) {
	case BINXML_OPEN_START:
		return open_element(self, fragment, token);
	case BINXML_ATTRIBUTE:
		return open_attribute(self, fragment, token);
	case BINXML_CLOSE_START:
		return close_attribute(self, fragment);
	case BINXML_CLOSE_EMPTY:
	case BINXML_END_ELEMENT:
		return close_element(self, fragment);
	case BINXML_VALUE:
	case BINXML_CDATA:
		return add_literal(self, fragment, token);
	case BINXML_CHARACTER_REFERENCE:
	case BINXML_ENTITY_REFERENCE:
		return add_reference(self, fragment, token);
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
		return add_substitution(self, fragment, token);
	case BINXML_TEMPLATE_INSTANCE:
		return add_template(self, fragment);
	default:
		return true; /* processing instructions, fragment headers */
	}
}

/* Inside an element that is left out, only the nesting counts. */
static void skip_token(struct fragment *fragment, const struct binxml_token *token)
{
	if (token->type == BINXML_OPEN_START)
		fragment->open++;
	else if (token->type == BINXML_CLOSE_EMPTY || token->type == BINXML_END_ELEMENT)
		fragment->open--;
	if (fragment->open < fragment->absent)
		fragment->absent = 0;
}

static bool read_fragment(struct native_decoder *self, struct fragment *fragment)
{
	struct binxml_cursor *cursor = &fragment->cursor;
	struct binxml_token token;

	if (fragment->depth > WH_MAX_BINXML_DEPTH)
		return fail(self, cursor->offset, "fragments inside each other too deep");
	while (cursor->offset < cursor->end) {
		if (!spend(self, cursor->offset, 1))
			return false;
		if (!binxml_next(cursor, &token))
			return fail(self, cursor->offset, "a damaged BinXML token");
		if (token.type == BINXML_END_OF_STREAM)
			break;
		if (fragment->absent)
			skip_token(fragment, &token);
		else if (!take_token(self, fragment, &token))
			return false;
	}
	return fragment->open == 0 || fail(self, cursor->offset, "an element without an end");
}

static void begin(struct decoder *decoder, const struct chunk *chunk, const GArray *records)
{
	struct native_decoder *self = (struct native_decoder *)decoder;

	self->chunk = chunk;
	self->records = records;
	self->generation++;
	arena_clear(&self->names_arena);
	if (self->run)
		template_run_begin(self->run, chunk->data, chunk->size);
}

static bool decode(struct decoder *decoder, guint index, struct event *event, char **reason)
{
	struct native_decoder *self = (struct native_decoder *)decoder;
	const struct record *record = &g_array_index(self->records, struct record, index);
	struct fragment fragment = {
		.cursor = {.data = self->chunk->data,
			   .offset = (size_t)record->offset + WH_RECORD_HEADER,
			   .end = (size_t)record->offset + record->size - 4},
	};

	if (self->run) {
		if (template_run_decode(self->run, fragment.cursor.offset, fragment.cursor.end,
					event))
			return true;
		event_clear(event);
	}
	self->budget = WH_MAX_RECORD_TEXT;
	self->problem = NULL;
	self->has_element = false;
	arena_clear(&self->values_arena);
	event_builder_begin(self->builder, event);
	if (read_fragment(self, &fragment) && !self->problem) {
		if (self->has_element)
			return true;
		fail(self, fragment.cursor.offset, "no element");
	}
	*reason = g_strdup_printf("%s (at %zu in the chunk)", self->problem, self->problem_offset);
	return false;
}

static void free_decoder(struct decoder *decoder)
{
	struct native_decoder *self = (struct native_decoder *)decoder;

	if (self->run)
		template_run_free(self->run);
	event_builder_free(self->builder);
	arena_release(&self->names_arena);
	arena_release(&self->values_arena);
	g_string_free(self->value, TRUE);
	g_string_free(self->attribute, TRUE);
	g_free(self);
}

struct decoder *decoder_native_new(bool use_plans)
{
	struct native_decoder *self = g_new0(struct native_decoder, 1);

	self->decoder = (struct decoder){"native", begin, decode, free_decoder};
	self->run = use_plans ? template_run_new() : NULL;
	self->builder = event_builder_new();
	self->value = g_string_new(NULL);
	self->attribute = g_string_new(NULL);
	arena_init(&self->names_arena);
	arena_init(&self->values_arena);
	return &self->decoder;
}
