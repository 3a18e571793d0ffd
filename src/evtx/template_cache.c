/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_cache.h"

#include <string.h>

#include "base/text.h"
#include "evtx/field_walk.h"
#include "evtx/template_plan.h"
#include "evtx/template_shape.h"

/*
 * What is known is kept by the GUID of the template, but that is only a hint: the shape decides
 * (evtx/template_shape.h). The fields are those of the plan by which records are decoded, so both
 * agree on what a record holds. A template without a shape is known as long as its chunk. A log may
 * have templates without end, made up to fill memory: there are bounds to what is kept.
 */

#define CHUNK_SLOTS 256
#define MOST_ALIKE 8 /* templates of one GUID and place that are kept */
#define MOST_BYTES (4u << 20) /* of all shapes */

struct cached_template {
	struct known_template known;
	struct template_shape *shape;
	struct event_place place;
	struct cached_template *next; /* of the same key */
};

/* What stands at an offset of the chunk. */
struct chunk_slot {
	uint32_t generation;
	uint32_t offset;
	struct event_place place;
	struct cached_template *template;
};

struct template_cache {
	const uint8_t *data;
	size_t size;
	uint32_t generation;
	GHashTable *by_key; /* uint64_t → struct cached_template, a chain */
	size_t bytes;
	GPtrArray *passing; /* struct cached_template: of this chunk only */
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
	struct cached_template *template = data;

	while (template) {
		struct cached_template *next = template->next;

		template_shape_free(template->shape);
		g_array_unref(template->known.fields);
		g_ptr_array_unref(template->known.walks);
		g_free(template);
		template = next;
	}
}

struct template_cache *template_cache_new(void)
{
	struct template_cache *cache = g_new0(struct template_cache, 1);

	cache->by_key = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_template);
	cache->passing = g_ptr_array_new_with_free_func(free_template);
	cache->plans = template_plans_new();
	return cache;
}

void template_cache_free(struct template_cache *cache)
{
	g_hash_table_unref(cache->by_key);
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
	if (cache->bytes <= MOST_BYTES)
		return;
	g_hash_table_remove_all(cache->by_key);
	cache->bytes = 0;
}

static bool is_text_of_event(enum event_slot slot)
{
	return slot == EVENT_FIELD || slot == EVENT_PROVIDER || slot == EVENT_CHANNEL ||
	       slot == EVENT_HOST || slot == EVENT_USER_SID;
}

static void add_field(struct known_template *known, const struct template_step *step)
{
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
		field.repeats = step->slot == EVENT_FIELD && !step->is_attribute;
		field.text = g_strdup(step->pieces[0].text);
		field.index = step->pieces[0].index;
	}
	g_array_append_val(known->fields, field);
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

/* The first channel that is not empty counts: not sure where there are several, or a fragment
 * before it could bring one. */
static void read_channel(struct known_template *known, const struct template_step *steps,
			 size_t count)
{
	const struct template_step *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (steps[i].type == TEMPLATE_FRAGMENT && !found)
			return;
		if (steps[i].type != TEMPLATE_SET || steps[i].slot != EVENT_CHANNEL)
			continue;
		if (found || steps[i].count != 1 || is_optional(known, steps, i))
			return;
		found = &steps[i];
	}
	if (!found)
		return;
	known->channel.place = found->pieces[0].text ? FACT_FIXED : FACT_SUBSTITUTED;
	known->channel.index = found->pieces[0].index;
	for (guint i = 0; found->pieces[0].text && i < known->fields->len; i++) {
		const struct template_field *field =
			&g_array_index(known->fields, struct template_field, i);

		if (field->is_channel)
			known->channel.text = field->text;
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
		add_field(known, &steps[i]);
		if (steps[i].type == TEMPLATE_FRAGMENT &&
		    is_ambiguous(steps, count, steps[i].index))
			known->is_planned = false;
	}
	if (known->is_planned)
		read_channel(known, steps, count);
}

static struct cached_template *make_template(struct template_cache *cache, uint32_t offset,
					     const struct event_place *place)
{
	struct cached_template *template = g_new0(struct cached_template, 1);
	struct known_template *known = &template->known;
	struct binxml_cursor cursor;

	template->place = *place;
	template->shape = template_shape_new(cache->data, cache->size, offset);
	known->fields = g_array_new(FALSE, FALSE, sizeof(struct template_field));
	g_array_set_clear_func(known->fields, clear_field);
	known->walks = g_ptr_array_new_with_free_func((GDestroyNotify)field_walk_free);
	if (place->depth == 0 && binxml_get_definition(cache->data, cache->size, offset, &cursor))
		template_facts_read(&known->facts, &cursor, cache->size);
	read_fields(cache, known, offset, place);
	return template;
}

static uint64_t make_key(const struct template_cache *cache, uint32_t offset,
			 const struct event_place *place)
{
	uint64_t guid[2] = {0, 0};

	if ((size_t)offset + BINXML_TEMPLATE_HEADER <= cache->size)
		memcpy(guid, cache->data + offset + 4, sizeof(guid));
	return guid[0] ^ guid[1] * 31 ^ (uint64_t)place->depth << 8 ^ place->section;
}

static struct cached_template *find_known(struct template_cache *cache, uint64_t key,
					  uint32_t offset, const struct event_place *place,
					  unsigned *alike)
{
	struct cached_template *template = g_hash_table_lookup(cache->by_key, &key);

	for (*alike = 0; template; template = template->next, ++*alike)
		if (template->place.depth == place->depth &&
		    template->place.section == place->section &&
		    template_shape_fits(template->shape, cache->data, cache->size, offset))
			return template;
	return NULL;
}

static void keep(struct template_cache *cache, uint64_t key, struct cached_template *template,
		 unsigned alike)
{
	struct cached_template *first = g_hash_table_lookup(cache->by_key, &key);

	if (!template->shape || alike >= MOST_ALIKE) {
		g_ptr_array_add(cache->passing, template);
		return;
	}
	cache->bytes += template_shape_size(template->shape);
	if (first) {
		template->next = first->next;
		first->next = template;
	} else {
		g_hash_table_insert(cache->by_key, g_memdup2(&key, sizeof(key)), template);
	}
}

struct known_template *template_cache_get(struct template_cache *cache, uint32_t offset,
					  const struct event_place *place, bool *is_new)
{
	struct chunk_slot *slot = &cache->slots[(offset / 4 + place->depth) % CHUNK_SLOTS];
	unsigned alike;
	uint64_t key;

	*is_new = false;
	if (slot->generation == cache->generation && slot->offset == offset &&
	    slot->place.depth == place->depth && slot->place.section == place->section)
		return &slot->template->known;
	key = make_key(cache, offset, place);
	*slot = (struct chunk_slot){cache->generation, offset, *place,
				    find_known(cache, key, offset, place, &alike)};
	if (!slot->template) {
		*is_new = true;
		slot->template = make_template(cache, offset, place);
		keep(cache, key, slot->template, alike);
	}
	return &slot->template->known;
}
