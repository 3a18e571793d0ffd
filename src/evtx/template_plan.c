/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_plan.h"

#include <string.h>

#include "base/text.h"
#include "evtx/template_table.h"

/*
 * How a plan is made: the template goes through an event builder, as a record would, with
 * marks in place of its values. What the builder sets, marks and all, are the plan's steps: a
 * slot of the event, and the literals and values that its text is put together of. An element
 * that is left out when a value is NULL is a step that skips to its end. A value that is a
 * fragment is a step too: its own template has a plan for the place where it stands. All this is
 * the same for each record only where the builder does not look at what values hold. Where it
 * would (text beside children or above all fields, an element of a field that may be left out)
 * there is no plan. What a chunk's templates say others say, too, so plans are kept until they
 * take too much memory.
 */

#define PLAN_SLOTS 256
#define MOST_KEPT (1u << 20) /* bytes of plans with which a chunk begins */

/* A mark is the character U+F0000 + index, whose first byte no other plane below has. */
#define MARK_FIRST 0xF0000
#define MARK_BYTE 0xF3

struct template_plan {
	const struct template_step *steps; /* NULL: no plan */
	size_t count;
};

/* What stands at an offset of the chunk. */
struct plan_slot {
	uint32_t generation;
	uint32_t offset;
	struct event_place place;
	const struct template_plan *plan;
};

struct template_plans {
	const uint8_t *chunk;
	size_t size;
	uint32_t generation;
	struct template_table *kept; /* struct template_plan, in the arena */
	struct arena arena;
	struct event_builder *builder;
	GArray *steps; /* struct template_step: of the plan being made */
	GArray *open; /* struct planned_element, outermost first */
	bool in_tag; /* between an element's name and the end of its start tag */
	GString *text;
	struct plan_slot slots[PLAN_SLOTS];
};

#define NO_SKIP SIZE_MAX

struct planned_element {
	size_t skip; /* the step that may leave it out, or NO_SKIP */
	bool has_children;
	bool has_text;
};

struct template_plans *template_plans_new(void)
{
	struct template_plans *plans = g_new0(struct template_plans, 1);

	plans->kept = template_table_new(NULL);
	arena_init(&plans->arena);
	plans->builder = event_builder_new();
	plans->steps = g_array_new(FALSE, TRUE, sizeof(struct template_step));
	plans->open = g_array_new(FALSE, FALSE, sizeof(struct planned_element));
	plans->text = g_string_new(NULL);
	return plans;
}

void template_plans_free(struct template_plans *plans)
{
	template_table_free(plans->kept);
	arena_release(&plans->arena);
	event_builder_free(plans->builder);
	g_array_unref(plans->steps);
	g_array_unref(plans->open);
	g_string_free(plans->text, TRUE);
	g_free(plans);
}

void template_plans_begin(struct template_plans *plans, const uint8_t *chunk, size_t size)
{
	plans->chunk = chunk;
	plans->size = size;
	plans->generation++;
	if (arena_get_size(&plans->arena) <= MOST_KEPT && !template_table_is_full(plans->kept))
		return;
	template_table_clear(plans->kept);
	arena_clear(&plans->arena);
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

static void split_text(struct template_plans *plans, const char *text, struct template_step *step)
{
	struct template_piece *pieces;
	size_t length;

	step->count = count_pieces(text);
	pieces = arena_alloc(&plans->arena, step->count * sizeof(*pieces));
	for (size_t i = 0; i < step->count; i++) {
		pieces[i] = (struct template_piece){NULL, 0};
		if (take_mark(&text, &pieces[i].index))
			continue;
		length = literal_length(text);
		pieces[i].text = arena_copy(&plans->arena, text, length);
		text += length;
	}
	step->pieces = pieces;
}

/* A name with a mark in it is one that only the record tells. */
static bool add_set(void *context, enum event_slot slot, const char *name, const char *text,
		    bool is_attribute)
{
	struct template_plans *plans = context;
	struct template_step step = {
		.type = TEMPLATE_SET, .slot = slot, .is_attribute = is_attribute};

	if (name && find_mark(name))
		return false;
	if (name)
		step.name = arena_copy(&plans->arena, name, strlen(name));
	split_text(plans, text, &step);
	g_array_append_val(plans->steps, step);
	return true;
}

static const char *get_name(struct template_plans *plans, uint32_t offset)
{
	const uint8_t *text;
	uint16_t units;

	if (!binxml_get_name(plans->chunk, plans->size, offset, &text, &units))
		return NULL;
	g_string_truncate(plans->text, 0);
	text_append_utf16le(plans->text, text, units);
	return find_mark(plans->text->str) ? NULL : plans->text->str;
}

static struct planned_element *get_innermost(struct template_plans *plans)
{
	return plans->open->len
		       ? &g_array_index(plans->open, struct planned_element, plans->open->len - 1)
		       : NULL;
}

static bool open_element(struct template_plans *plans, const struct binxml_token *token)
{
	const char *name = get_name(plans, token->name_offset);
	struct template_step step = {.type = TEMPLATE_SKIP, .index = token->index};
	struct planned_element *parent = get_innermost(plans);
	struct planned_element element = {NO_SKIP, false, false};
	struct event_place place;

	if (!name || plans->in_tag || (parent && parent->has_text))
		return false;
	plans->in_tag = true;
	if (parent)
		parent->has_children = true;
	if (token->index != BINXML_NO_DEPENDENCY) {
		/* Whether a field has children would depend on the record. */
		if (!event_builder_get_place(plans->builder, &place))
			return false;
		element.skip = plans->steps->len;
		g_array_append_val(plans->steps, step);
	}
	g_array_append_val(plans->open, element);
	return event_builder_open(plans->builder, name);
}

static bool close_element(struct template_plans *plans)
{
	size_t skip;

	if (plans->open->len == 0 || !event_builder_close(plans->builder))
		return false;
	plans->in_tag = false;
	skip = get_innermost(plans)->skip;
	g_array_set_size(plans->open, plans->open->len - 1);
	if (skip != NO_SKIP)
		g_array_index(plans->steps, struct template_step, skip).target = plans->steps->len;
	return true;
}

/* The text of a literal or, as a mark, of a substitution; NULL when it can't be planned. */
static const char *get_text(struct template_plans *plans, const struct binxml_token *token)
{
	g_string_truncate(plans->text, 0);
	if (token->type == BINXML_VALUE) {
		text_append_utf16le(plans->text, plans->chunk + token->text_offset,
				    token->text_units);
		if (find_mark(plans->text->str))
			return NULL;
	} else if (token->type == BINXML_SUBSTITUTION ||
		   token->type == BINXML_OPTIONAL_SUBSTITUTION) {
		g_string_append_unichar(plans->text, MARK_FIRST + token->index);
	} else {
		return NULL;
	}
	return plans->text->str;
}

static bool add_content(struct template_plans *plans, const struct binxml_token *token)
{
	struct template_step step = {.type = TEMPLATE_FRAGMENT, .index = token->index};
	struct planned_element *element = get_innermost(plans);
	bool above_fields = event_builder_get_place(plans->builder, &step.place);
	const char *text;

	if (token->type != BINXML_VALUE && token->value_type == BINXML_TYPE_BINXML) {
		g_array_append_val(plans->steps, step);
		return above_fields && !plans->in_tag;
	}
	/* Text beside children, or above all fields, counts only where it is not blank,
	 * and that depends on the record. */
	if (!element || element->has_children || above_fields || plans->in_tag)
		return false;
	element->has_text = true;
	text = get_text(plans, token);
	return text && event_builder_text(plans->builder, text, strlen(text));
}

/* An attribute has one value in an ordinary template. */
static bool add_attribute(struct template_plans *plans, struct binxml_cursor *cursor,
			  const struct binxml_token *token)
{
	g_autofree char *name = g_strdup(get_name(plans, token->name_offset));
	struct binxml_token value;
	const char *text;

	if (!name || !plans->in_tag || !binxml_next(cursor, &value) || value.more)
		return false;
	text = get_text(plans, &value);
	return text && event_builder_attribute(plans->builder, name, text);
}

static bool add_token(struct template_plans *plans, struct binxml_cursor *cursor,
		      const struct binxml_token *token)
{
	switch (token->type) {
	case BINXML_OPEN_START:
		return open_element(plans, token);
	case BINXML_ATTRIBUTE:
		return add_attribute(plans, cursor, token);
	case BINXML_CLOSE_START:
		plans->in_tag = false;
		return true;
	case BINXML_FRAGMENT_HEADER:
		return true;
	case BINXML_CLOSE_EMPTY:
	case BINXML_END_ELEMENT:
		return close_element(plans);
	case BINXML_VALUE:
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
		return add_content(plans, token);
	default:
		return false;
	}
}

static bool make_steps(struct template_plans *plans, uint32_t offset,
		       const struct event_place *place)
{
	struct event_sink sink = {add_set, plans};
	/* A record without an element is none. */
	bool has_element = place->depth > 0;
	struct binxml_cursor cursor;
	struct binxml_token token;

	if (!binxml_get_definition(plans->chunk, plans->size, offset, &cursor))
		return false;
	g_array_set_size(plans->steps, 0);
	g_array_set_size(plans->open, 0);
	plans->in_tag = false;
	event_builder_begin_at(plans->builder, &sink, place);
	while (cursor.offset < cursor.end) {
		if (!binxml_next(&cursor, &token))
			return false;
		if (token.type == BINXML_END_OF_STREAM)
			break;
		if (!add_token(plans, &cursor, &token))
			return false;
		has_element |= token.type == BINXML_OPEN_START;
	}
	return has_element && plans->open->len == 0;
}

static struct template_plan *make_plan(struct template_plans *plans, uint32_t offset,
				       const struct event_place *place)
{
	struct template_plan *plan = arena_alloc(&plans->arena, sizeof(*plan));
	struct template_step *steps;
	size_t size;

	*plan = (struct template_plan){NULL, 0};
	if (!make_steps(plans, offset, place))
		return plan;
	size = plans->steps->len * sizeof(*steps);
	steps = arena_alloc(&plans->arena, size + 1);
	if (size)
		memcpy(steps, plans->steps->data, size);
	plan->steps = steps;
	plan->count = plans->steps->len;
	return plan;
}

static const struct template_plan *find_plan(struct template_plans *plans, uint32_t offset,
					     const struct event_place *place)
{
	const struct template_site site = {plans->chunk, plans->size, offset, *place};
	struct template_plan *plan = template_table_get(plans->kept, &site);

	if (!plan) {
		plan = make_plan(plans, offset, place);
		template_table_add(plans->kept, &site, plan);
	}
	return plan;
}

const struct template_plan *template_plans_get(struct template_plans *plans, uint32_t offset,
					       const struct event_place *place)
{
	struct plan_slot *slot = &plans->slots[(offset / 4 + place->depth) % PLAN_SLOTS];

	if (slot->generation != plans->generation || slot->offset != offset ||
	    slot->place.depth != place->depth || slot->place.section != place->section)
		*slot = (struct plan_slot){plans->generation, offset, *place,
					   find_plan(plans, offset, place)};
	return slot->plan->steps ? slot->plan : NULL;
}

const struct template_step *template_plan_steps(const struct template_plan *plan, size_t *count)
{
	*count = plan->count;
	return plan->steps;
}
