/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_plan.h"

#include <string.h>

#include "base/text.h"

/*
 * How a plan is made: the template goes through an event builder, as a record would, with
 * marks in place of its values. What the builder sets, marks and all, are the plan's steps.
 */

#define PLAN_SLOTS 256

/* A mark is the character U+F0000 + index, whose first byte no other plane below has. */
#define MARK_FIRST 0xF0000
#define MARK_BYTE 0xF3

struct plan {
	uint32_t generation;
	uint32_t offset;
	struct event_place place;
	const struct plan_step *steps; /* NULL: no plan */
	size_t count;
};

struct plan_cache {
	const uint8_t *chunk;
	size_t size;
	uint32_t generation;
	struct arena arena;
	struct event_builder *builder;
	GArray *steps; /* struct plan_step: of the plan being made */
	GArray *open; /* struct open_element, outermost first */
	bool in_tag; /* between an element's name and the end of its start tag */
	GString *text;
	struct plan plans[PLAN_SLOTS];
};

#define NO_SKIP SIZE_MAX

struct open_element {
	size_t skip; /* the step that may leave it out, or NO_SKIP */
	bool has_children;
	bool has_text;
};

struct plan_cache *plan_cache_new(void)
{
	struct plan_cache *cache = g_new0(struct plan_cache, 1);

	arena_init(&cache->arena);
	cache->builder = event_builder_new();
	cache->steps = g_array_new(FALSE, TRUE, sizeof(struct plan_step));
	cache->open = g_array_new(FALSE, FALSE, sizeof(struct open_element));
	cache->text = g_string_new(NULL);
	return cache;
}

void plan_cache_free(struct plan_cache *cache)
{
	arena_release(&cache->arena);
	event_builder_free(cache->builder);
	g_array_unref(cache->steps);
	g_array_unref(cache->open);
	g_string_free(cache->text, TRUE);
	g_free(cache);
}

void plan_cache_begin(struct plan_cache *cache, const uint8_t *chunk, size_t size)
{
	cache->chunk = chunk;
	cache->size = size;
	cache->generation++;
	arena_clear(&cache->arena);
}

/* Text that could be taken for a mark has no plan. */
static const char *find_mark(const char *text)
{
	return strchr(text, MARK_BYTE);
}

static size_t literal_length(const char *text)
{
	const char *mark = find_mark(text);

	return mark ? (size_t)(mark - text) : strlen(text);
}

static bool take_mark(const char **text, uint16_t *index)
{
	if ((unsigned char)**text != MARK_BYTE)
		return false;
	*index = (uint16_t)(g_utf8_get_char(*text) - MARK_FIRST);
	*text = g_utf8_next_char(*text);
	return true;
}

static size_t count_pieces(const char *text)
{
	size_t count = 0;
	uint16_t index;

	while (*text) {
		if (!take_mark(&text, &index))
			text += literal_length(text);
		count++;
	}
	return count;
}

static void split_text(struct plan_cache *cache, const char *text, struct plan_step *step)
{
	struct plan_piece *pieces;
	size_t length;

	step->count = count_pieces(text);
	pieces = arena_alloc(&cache->arena, step->count * sizeof(*pieces));
	for (size_t i = 0; i < step->count; i++) {
		pieces[i] = (struct plan_piece){NULL, 0};
		if (take_mark(&text, &pieces[i].index))
			continue;
		length = literal_length(text);
		pieces[i].text = arena_copy(&cache->arena, text, length);
		text += length;
	}
	step->pieces = pieces;
}

/* A name with a mark in it is one that only the record tells. */
static bool add_set(void *context, enum event_slot slot, const char *name, const char *text,
		    bool is_attribute)
{
	struct plan_cache *cache = context;
	struct plan_step step = {.type = PLAN_SET, .slot = slot, .is_attribute = is_attribute};

	if (name && find_mark(name))
		return false;
	if (name)
		step.name = arena_copy(&cache->arena, name, strlen(name));
	split_text(cache, text, &step);
	g_array_append_val(cache->steps, step);
	return true;
}

static const char *get_name(struct plan_cache *cache, uint32_t offset)
{
	const uint8_t *text;
	uint16_t units;

	if (!binxml_get_name(cache->chunk, cache->size, offset, &text, &units))
		return NULL;
	g_string_truncate(cache->text, 0);
	text_append_utf16le(cache->text, text, units);
	return find_mark(cache->text->str) ? NULL : cache->text->str;
}

static struct open_element *get_innermost(struct plan_cache *cache)
{
	return cache->open->len
		       ? &g_array_index(cache->open, struct open_element, cache->open->len - 1)
		       : NULL;
}

static bool open_element(struct plan_cache *cache, const struct binxml_token *token)
{
	const char *name = get_name(cache, token->name_offset);
	struct plan_step step = {.type = PLAN_SKIP, .index = token->index};
	struct open_element *parent = get_innermost(cache);
	struct open_element element = {NO_SKIP, false, false};
	struct event_place place;

	if (!name || cache->in_tag || (parent && parent->has_text))
		return false;
	cache->in_tag = true;
	if (parent)
		parent->has_children = true;
	if (token->index != BINXML_NO_DEPENDENCY) {
		/* Whether a field has children would depend on the record. */
		if (!event_builder_get_place(cache->builder, &place))
			return false;
		element.skip = cache->steps->len;
		g_array_append_val(cache->steps, step);
	}
	g_array_append_val(cache->open, element);
	return event_builder_open(cache->builder, name);
}

static bool close_element(struct plan_cache *cache)
{
	size_t skip;

	if (cache->open->len == 0 || !event_builder_close(cache->builder))
		return false;
	cache->in_tag = false;
	skip = get_innermost(cache)->skip;
	g_array_set_size(cache->open, cache->open->len - 1);
	if (skip != NO_SKIP)
		g_array_index(cache->steps, struct plan_step, skip).target = cache->steps->len;
	return true;
}

/* The text of a literal or, as a mark, of a substitution; NULL when it can't be planned. */
static const char *get_text(struct plan_cache *cache, const struct binxml_token *token)
{
	g_string_truncate(cache->text, 0);
	if (token->type == BINXML_VALUE) {
		text_append_utf16le(cache->text, cache->chunk + token->text_offset,
				    token->text_units);
		if (find_mark(cache->text->str))
			return NULL;
	} else if (token->type == BINXML_SUBSTITUTION ||
		   token->type == BINXML_OPTIONAL_SUBSTITUTION) {
		g_string_append_unichar(cache->text, MARK_FIRST + token->index);
	} else {
		return NULL;
	}
	return cache->text->str;
}

static bool add_content(struct plan_cache *cache, const struct binxml_token *token)
{
	struct plan_step step = {.type = PLAN_FRAGMENT, .index = token->index};
	struct open_element *element = get_innermost(cache);
	bool above_fields = event_builder_get_place(cache->builder, &step.place);
	const char *text;

	if (token->type != BINXML_VALUE && token->value_type == BINXML_TYPE_BINXML) {
		g_array_append_val(cache->steps, step);
		return above_fields && !cache->in_tag;
	}
	/* Text beside children, or above all fields, counts only where it is not blank,
	 * and that depends on the record. */
	if (!element || element->has_children || above_fields || cache->in_tag)
		return false;
	element->has_text = true;
	text = get_text(cache, token);
	return text && event_builder_text(cache->builder, text);
}

/* An attribute has one value in an ordinary template. */
static bool add_attribute(struct plan_cache *cache, struct binxml_cursor *cursor,
			  const struct binxml_token *token)
{
	g_autofree char *name = g_strdup(get_name(cache, token->name_offset));
	struct binxml_token value;
	const char *text;

	if (!name || !cache->in_tag || !binxml_next(cursor, &value) || value.more)
		return false;
	text = get_text(cache, &value);
	return text && event_builder_attribute(cache->builder, name, text);
}

static bool add_token(struct plan_cache *cache, struct binxml_cursor *cursor,
		      const struct binxml_token *token)
{
	switch (token->type) {
	case BINXML_OPEN_START:
		return open_element(cache, token);
	case BINXML_ATTRIBUTE:
		return add_attribute(cache, cursor, token);
	case BINXML_CLOSE_START:
		cache->in_tag = false;
		return true;
	case BINXML_FRAGMENT_HEADER:
		return true;
	case BINXML_CLOSE_EMPTY:
	case BINXML_END_ELEMENT:
		return close_element(cache);
	case BINXML_VALUE:
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
		return add_content(cache, token);
	default:
		return false;
	}
}

static bool make_steps(struct plan_cache *cache, uint32_t offset, const struct event_place *place)
{
	struct event_sink sink = {add_set, cache};
	struct binxml_cursor cursor;
	struct binxml_token token;

	if (!binxml_get_definition(cache->chunk, cache->size, offset, &cursor))
		return false;
	g_array_set_size(cache->steps, 0);
	g_array_set_size(cache->open, 0);
	cache->in_tag = false;
	event_builder_begin_at(cache->builder, &sink, place);
	while (cursor.offset < cursor.end) {
		if (!binxml_next(&cursor, &token))
			return false;
		if (token.type == BINXML_END_OF_STREAM)
			break;
		if (!add_token(cache, &cursor, &token))
			return false;
	}
	return cache->open->len == 0;
}

static void make_plan(struct plan_cache *cache, struct plan *plan)
{
	size_t size;
	struct plan_step *steps;

	plan->steps = NULL;
	plan->count = 0;
	if (!make_steps(cache, plan->offset, &plan->place))
		return;
	size = cache->steps->len * sizeof(*steps);
	steps = arena_alloc(&cache->arena, size + 1);
	if (size)
		memcpy(steps, cache->steps->data, size);
	plan->steps = steps;
	plan->count = cache->steps->len;
}

const struct plan *plan_cache_get(struct plan_cache *cache, uint32_t offset,
				  const struct event_place *place)
{
	struct plan *plan = &cache->plans[(offset / 4 + place->depth) % PLAN_SLOTS];

	if (plan->generation != cache->generation || plan->offset != offset ||
	    plan->place.depth != place->depth || plan->place.section != place->section) {
		*plan = (struct plan){cache->generation, offset, *place, NULL, 0};
		make_plan(cache, plan);
	}
	return plan->steps ? plan : NULL;
}

const struct plan_step *plan_steps(const struct plan *plan, size_t *count)
{
	*count = plan->count;
	return plan->steps;
}
