/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_cache.h"

#include "base/text.h"
#include "evtx/field_walk.h"
#include "evtx/template_plan.h"
#include "evtx/template_table.h"

/*
 * The fields are those of the plan by which records are decoded, so both agree on what a record
 * holds. A template that cannot be kept is known as long as its chunk.
 */

#define CHUNK_SLOTS 256

/* What stands at an offset of the chunk. */
struct chunk_slot {
	uint32_t generation;
	uint32_t offset;
	struct event_place place;
	struct known_template *template;
};

struct template_cache {
	const uint8_t *data;
	size_t size;
	uint32_t generation;
	struct template_table *known; /* struct known_template */
	GPtrArray *passing; /* the same, of this chunk only */
	struct template_plans *plans;
	bool plans_begun; /* for this chunk */
	struct chunk_slot slots[CHUNK_SLOTS];
};

static void clear_field(gpointer data)
{
	struct template_field *field = data;

	g_free(field->folded);
	g_free(field->text);
}

static void free_template(gpointer data)
{
	struct known_template *template = data;

	g_array_unref(template->fields);
	g_ptr_array_unref(template->walks);
	g_free(template);
}

struct template_cache *template_cache_new(void)
{
	struct template_cache *cache = g_new0(struct template_cache, 1);

	cache->known = template_table_new(free_template);
	cache->passing = g_ptr_array_new_with_free_func(free_template);
	cache->plans = template_plans_new();
	return cache;
}

void template_cache_free(struct template_cache *cache)
{
	template_table_free(cache->known);
	g_ptr_array_unref(cache->passing);
	template_plans_free(cache->plans);
	g_free(cache);
}

void template_cache_begin(struct template_cache *cache, const uint8_t *data, size_t size)
{
	cache->data = data;
	cache->size = size;
	cache->generation++;
	cache->plans_begun = false;
	g_ptr_array_set_size(cache->passing, 0);
	if (template_table_is_full(cache->known))
		template_table_clear(cache->known);
}

static bool is_text_of_event(enum event_slot slot)
{
	return slot == EVENT_FIELD || slot == EVENT_PROVIDER || slot == EVENT_CHANNEL ||
	       slot == EVENT_HOST || slot == EVENT_USER_SID;
}

/* A value of a fragment that is that of a field, too, is read in two ways. */
static bool is_ambiguous(const struct template_step *steps, size_t count, uint16_t index)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; steps[i].type == TEMPLATE_SET && j < steps[i].count; j++)
			if (!steps[i].pieces[j].text && steps[i].pieces[j].index == index)
				return true;
	return false;
}

/* Can the step be left out though the value is there? With Event and System it goes only where the
 * id does, and then the record passes anyway. */
static bool is_optional(const struct known_template *known, const struct template_step *steps,
			size_t at)
{
	const struct template_piece *piece = &steps[at].pieces[0];
	const struct template_fact *id = &known->facts.id;

	for (size_t i = 0; i < at; i++)
		if (steps[i].type == TEMPLATE_SKIP && steps[i].target > at &&
		    (piece->text || steps[i].index != piece->index) &&
		    (id->place == FACT_UNKNOWN || (steps[i].index != id->dependencies[0] &&
						   steps[i].index != id->dependencies[1])))
			return true;
	return false;
}

static void add_field(struct known_template *known, const struct template_step *steps, size_t at)
{
	const struct template_step *step = &steps[at];
	struct template_field field = {.is_mixed = step->count > 1};

	if (step->type == TEMPLATE_FRAGMENT) {
		field.is_fragment = true;
		field.index = step->index;
		field.place = step->place;
	} else if (step->type != TEMPLATE_SET || !is_text_of_event(step->slot) ||
		   step->count == 0) {
		return;
	} else {
		if (step->slot == EVENT_FIELD)
			field.folded = text_fold(*step->name ? step->name : "Data");
		field.is_channel = step->slot == EVENT_CHANNEL;
		field.is_host = step->slot == EVENT_HOST;
		field.repeats = step->slot == EVENT_FIELD && !step->is_attribute;
		field.text = g_strdup(step->pieces[0].text);
		field.is_command_line = g_strcmp0(field.folded, "commandline") == 0 && !field.text;
		field.index = step->pieces[0].index;
		field.is_optional = is_optional(known, steps, at);
	}
	if (known->first_line == known->fields->len && !field.is_command_line && !field.is_fragment)
		known->first_line++;
	g_array_append_val(known->fields, field);
}

/* The first channel, or host, that is not empty counts: not sure where there are several, or a
 * fragment before it could bring one. */
static void read_place(struct known_template *known, const struct template_step *steps,
		       size_t count, enum event_slot slot, struct channel_place *out)
{
	const struct template_step *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (steps[i].type == TEMPLATE_FRAGMENT && !found)
			return;
		if (steps[i].type != TEMPLATE_SET || steps[i].slot != slot)
			continue;
		if (found || steps[i].count != 1 || is_optional(known, steps, i))
			return;
		found = &steps[i];
	}
	if (!found)
		return;
	out->place = found->pieces[0].text ? FACT_FIXED : FACT_SUBSTITUTED;
	out->index = found->pieces[0].index;
	for (guint i = 0; found->pieces[0].text && i < known->fields->len; i++) {
		const struct template_field *field =
			&g_array_index(known->fields, struct template_field, i);

		if (slot == EVENT_HOST ? field->is_host : field->is_channel)
			out->text = field->text;
	}
}

static void read_fields(struct template_cache *cache, struct known_template *known, uint32_t offset,
			const struct event_place *place)
{
	const struct template_plan *plan;
	const struct template_step *steps;
	size_t count;

	if (!cache->plans_begun)
		template_plans_begin(cache->plans, cache->data, cache->size);
	cache->plans_begun = true;
	plan = template_plans_get(cache->plans, offset, place);
	if (!plan)
		return;
	known->is_planned = true;
	steps = template_plan_steps(plan, &count);
	for (size_t i = 0; i < count; i++) {
		add_field(known, steps, i);
		if (steps[i].type == TEMPLATE_FRAGMENT &&
		    is_ambiguous(steps, count, steps[i].index))
			known->is_planned = false;
	}
	if (!known->is_planned)
		return;
	read_place(known, steps, count, EVENT_CHANNEL, &known->channel);
	read_place(known, steps, count, EVENT_HOST, &known->host);
}

static struct known_template *make_template(struct template_cache *cache, uint32_t offset,
					    const struct event_place *place)
{
	struct known_template *known = g_new0(struct known_template, 1);
	struct binxml_cursor cursor;

	known->fields = g_array_new(FALSE, FALSE, sizeof(struct template_field));
	g_array_set_clear_func(known->fields, clear_field);
	known->walks = g_ptr_array_new_with_free_func((GDestroyNotify)field_walk_free);
	if (place->depth == 0 && binxml_get_definition(cache->data, cache->size, offset, &cursor))
		template_facts_read(&known->facts, &cursor, cache->size);
	read_fields(cache, known, offset, place);
	return known;
}

static struct known_template *find_template(struct template_cache *cache, uint32_t offset,
					    const struct event_place *place, bool *is_new)
{
	const struct template_site site = {cache->data, cache->size, offset, *place};
	struct known_template *template = template_table_get(cache->known, &site);

	if (template)
		return template;
	*is_new = true;
	template = make_template(cache, offset, place);
	if (!template_table_add(cache->known, &site, template))
		g_ptr_array_add(cache->passing, template);
	return template;
}

struct known_template *template_cache_get(struct template_cache *cache, uint32_t offset,
					  const struct event_place *place, bool *is_new)
{
	struct chunk_slot *slot = &cache->slots[(offset / 4 + place->depth) % CHUNK_SLOTS];

	*is_new = false;
	if (slot->generation != cache->generation || slot->offset != offset ||
	    slot->place.depth != place->depth || slot->place.section != place->section)
		*slot = (struct chunk_slot){cache->generation, offset, *place,
					    find_template(cache, offset, place, is_new)};
	return slot->template;
}
