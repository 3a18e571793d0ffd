/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/order.h"
#include "base/text.h"
#include "evtx/literals.h"
#include "evtx/template_facts.h"

/*
 * How a record is judged without decoding it: all templates of a chunk's records stand in that
 * chunk, so one in which no wanted name stands is passed over whole. In the others the record's
 * template tells where its event id and provider stand: in its own text, or in which value
 * (evtx/template_facts.h), which is learnt once per chunk and template. What the plan wants is
 * sorted by provider beforehand, into views: there an id is wanted, not wanted, or wanted with
 * one of some texts. Those are sought in all bytes of the record. They could stand elsewhere only
 * where a field's text is put together of several values, has a part in the template, or is no
 * UTF-16; values_hold_texts() finds that out, last, as few records come so far. Whatever is not
 * sure passes.
 */

/* What is wanted of one event id. */
struct id_want {
	uint32_t event_id;
	struct literals *literals; /* NULL: all records */
	bool disguised;
};

/* What is wanted of one provider, with what is wanted of all. */
struct view {
	uint8_t *name; /* UTF-16LE, in lower case; NULL: of providers that have no view of their own
			*/
	size_t name_size;
	GArray *wants; /* struct id_want, by id */
	struct id_want *other; /* of ids that have none, or NULL */
};

/* What a template's data part is like, found out when it is asked for. */
enum data_part {
	DATA_NOT_SEEN,
	DATA_SUBSTITUTED, /* all its texts stand in the records */
	DATA_OPAQUE,
};

struct template
{
	uint32_t generation; /* of the chunk it was learnt in */
	uint32_t offset; /* of the template definition */
	bool under_event;
	enum data_part data_part;
	struct template_facts facts;
	const struct view *view; /* of a fixed provider */
	struct substitution_places places;
};

#define TEMPLATE_SLOTS 256

struct sieve {
	const struct sieve_plan *plan;
	struct literals *names; /* NULL: each chunk passes */
	GArray *views; /* struct view; the last one is that of other providers */
	bool any_id; /* some provider's ids are all wanted */
	uint64_t ids[65536 / 64]; /* a bit for each that is wanted of some provider */
	uint32_t generation;
	struct template templates[TEMPLATE_SLOTS];
};

static struct literals *make_literals(GHashTable *texts)
{
	struct literals *literals = literals_new(2);
	GHashTableIter iter;
	gpointer text;

	g_hash_table_iter_init(&iter, texts);
	while (g_hash_table_iter_next(&iter, &text, NULL))
		literals_add(literals, text, 0);
	literals_finish(literals);
	return literals;
}

/* Literals of one id, and of all ids, of one provider and of any: what satisfies one of them. */
static struct id_want merge_wants(uint32_t event_id, const struct sieve_want *const *wants,
				  size_t count)
{
	g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
	struct id_want merged = {.event_id = event_id};
	GHashTableIter iter;
	gpointer text;

	for (size_t i = 0; i < count; i++) {
		if (!wants[i])
			continue;
		if (!wants[i]->literals)
			return (struct id_want){.event_id = event_id};
		merged.disguised |= wants[i]->disguised;
		g_hash_table_iter_init(&iter, wants[i]->literals);
		while (g_hash_table_iter_next(&iter, &text, NULL))
			g_hash_table_add(texts, text);
	}
	merged.literals = make_literals(texts);
	return merged;
}

static const struct sieve_want *find_want(const struct sieve_provider *provider, uint32_t event_id)
{
	for (guint i = 0; provider && i < provider->wants->len; i++) {
		const struct sieve_want *want =
			&g_array_index(provider->wants, struct sieve_want, i);

		if (want->event_id == event_id)
			return want;
	}
	return NULL;
}

static void clear_id_want(gpointer data)
{
	literals_free(((struct id_want *)data)->literals);
}

static void clear_view(gpointer data)
{
	struct view *view = data;

	g_free(view->name);
	g_array_unref(view->wants);
	if (view->other)
		clear_id_want(view->other);
	g_free(view->other);
}

static void add_id(struct view *view, uint32_t event_id, const struct sieve_provider *own,
		   const struct sieve_provider *any)
{
	const struct sieve_want *wants[] = {
		find_want(own, event_id),
		find_want(any, event_id),
		find_want(own, WH_ANY_EVENT_ID),
		find_want(any, WH_ANY_EVENT_ID),
	};
	struct id_want want;

	if (!wants[0] && !wants[1] && !wants[2] && !wants[3])
		return;
	want = merge_wants(event_id, wants, G_N_ELEMENTS(wants));
	if (event_id == WH_ANY_EVENT_ID)
		view->other = g_memdup2(&want, sizeof(want));
	else
		g_array_append_val(view->wants, want);
}

/* Sums up which ids any view wants. */
static void mark_ids(struct sieve *sieve, const struct view *view)
{
	sieve->any_id |= view->other != NULL;
	for (guint i = 0; i < view->wants->len; i++) {
		uint32_t id = g_array_index(view->wants, struct id_want, i).event_id;

		if (id / 64 < G_N_ELEMENTS(sieve->ids))
			sieve->ids[id / 64] |= 1ull << id % 64;
	}
}

static int compare_ids(const void *a, const void *b)
{
	const struct id_want *left = a, *right = b;

	return compare_numbers(left->event_id, right->event_id);
}

static void add_ids(struct view *view, const struct sieve_provider *from,
		    const struct sieve_provider *own, const struct sieve_provider *any)
{
	for (guint i = 0; from && i < from->wants->len; i++) {
		uint32_t event_id = g_array_index(from->wants, struct sieve_want, i).event_id;

		if (event_id != WH_ANY_EVENT_ID && (from == own || !find_want(own, event_id)))
			add_id(view, event_id, own, any);
	}
}

static void set_name(struct view *view, const char *name)
{
	view->name_size = 2 * strlen(name);
	view->name = g_malloc0(view->name_size);
	for (size_t i = 0; name[i]; i++)
		view->name[2 * i] = (uint8_t)g_ascii_tolower(name[i]);
}

static void add_view(struct sieve *sieve, const struct sieve_provider *own,
		     const struct sieve_provider *any)
{
	struct view view = {.wants = g_array_new(FALSE, FALSE, sizeof(struct id_want))};

	g_array_set_clear_func(view.wants, clear_id_want);
	if (own)
		set_name(&view, own->name);
	add_ids(&view, own, own, any);
	add_ids(&view, any, own, any);
	add_id(&view, WH_ANY_EVENT_ID, own, any);
	g_array_sort(view.wants, compare_ids);
	mark_ids(sieve, &view);
	g_array_append_val(sieve->views, view);
}

static const struct sieve_provider *find_any(const struct sieve_plan *plan)
{
	for (guint i = 0; i < plan->providers->len; i++) {
		const struct sieve_provider *provider = plan->providers->pdata[i];

		if (!provider->name)
			return provider;
	}
	return NULL;
}

struct sieve *sieve_new(const struct sieve_plan *plan)
{
	const struct sieve_provider *any = find_any(plan);
	struct sieve *sieve = g_new0(struct sieve, 1);

	sieve->plan = plan;
	sieve->views = g_array_new(FALSE, FALSE, sizeof(struct view));
	g_array_set_clear_func(sieve->views, clear_view);
	if (plan->everything)
		return sieve;
	for (guint i = 0; i < plan->providers->len; i++)
		if (plan->providers->pdata[i] != any)
			add_view(sieve, plan->providers->pdata[i], any);
	add_view(sieve, NULL, any);
	if (plan->any_chunk)
		return sieve;
	sieve->names = literals_new(2);
	for (guint i = 0; i < plan->marks->len; i++)
		literals_add(sieve->names, plan->marks->pdata[i], 0);
	literals_finish(sieve->names);
	return sieve;
}

void sieve_free(struct sieve *sieve)
{
	g_array_unref(sieve->views);
	literals_free(sieve->names);
	g_free(sieve);
}

bool sieve_pass_chunk(struct sieve *sieve, const struct chunk *chunk)
{
	sieve->generation++;
	return !sieve->names || literals_find(sieve->names, chunk->data, chunk->size);
}

static bool name_equals(const struct view *view, const uint8_t *text, size_t size)
{
	if (view->name_size != size)
		return false;
	for (size_t i = 0; i < size; i += 2)
		if (text[i + 1] || letter_to_lower(text[i]) != view->name[i])
			return false;
	return true;
}

/* `size` bytes of UTF-16LE. */
static const struct view *find_view(const struct sieve *sieve, const uint8_t *text, size_t size)
{
	guint last = sieve->views->len - 1;

	for (guint i = 0; i < last; i++) {
		const struct view *view = &g_array_index(sieve->views, struct view, i);

		if (name_equals(view, text, size))
			return view;
	}
	return &g_array_index(sieve->views, struct view, last);
}

static void set_view(const struct sieve *sieve, const struct chunk *chunk,
		     const struct template_facts *facts, const struct view **view)
{
	if (facts->provider.place == FACT_FIXED)
		*view = find_view(sieve, chunk->data + facts->fixed_provider,
				  2 * (size_t)facts->fixed_provider_units);
}

static void learn_template(const struct sieve *sieve, const struct chunk *chunk,
			   struct template *template)
{
	struct binxml_cursor cursor;

	if (template->under_event ||
	    !binxml_get_definition(chunk->data, chunk->size, template->offset, &cursor))
		return;
	template_facts_read(&template->facts, &cursor, chunk->size);
	set_view(sieve, chunk, &template->facts, &template->view);
}

static struct template *get_template(struct sieve *sieve, const struct chunk *chunk,
				     uint32_t offset, bool under_event)
{
	struct template *slot = &sieve->templates[(offset / 4 + 7u * under_event) % TEMPLATE_SLOTS];

	if (slot->generation != sieve->generation || slot->offset != offset ||
	    slot->under_event != under_event) {
		*slot = (struct template){.generation = sieve->generation,
					  .offset = offset,
					  .under_event = under_event};
		learn_template(sieve, chunk, slot);
	}
	return slot;
}

/* A record that is a template instance, and where it leads. */
struct sifting {
	struct sieve *sieve;
	const struct chunk *chunk;
	struct binxml_instance instance;
	struct template *template;
};

static const uint8_t *get_descriptor(const struct sifting *at, uint32_t index)
{
	return at->chunk->data + at->instance.descriptors + 4 * (size_t)index;
}

/* Value `index` of the instance; false when there is none, or it reaches beyond. */
static bool get_value(const struct sifting *at, uint32_t index, struct binxml_value *out)
{
	size_t offset = at->instance.data;

	if (index >= at->instance.values)
		return false;
	for (uint32_t i = 0; i < index; i++) {
		const uint8_t *size = get_descriptor(at, i);

		offset += size[0] | (size_t)size[1] << 8;
	}
	return binxml_get_value(at->chunk->data, &at->instance, index, &offset, out);
}

/* Is the element left out that should tell the fact? */
static bool is_absent(const struct sifting *at, const struct template_fact *fact)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fact->dependencies); i++) {
		uint32_t index = fact->dependencies[i];

		if (index < at->instance.values && get_descriptor(at, index)[2] == BINXML_TYPE_NULL)
			return true;
	}
	return false;
}

static bool get_id(const struct sifting *at, uint16_t *out)
{
	const struct template_facts *facts = &at->template->facts;
	struct binxml_value value;

	if (facts->id.place == FACT_UNKNOWN || is_absent(at, &facts->id))
		return false;
	if (facts->id.place == FACT_FIXED) {
		*out = facts->fixed_id;
		return true;
	}
	if (!get_value(at, facts->id.index, &value) || value.type != BINXML_TYPE_UINT16 ||
	    value.size != 2)
		return false;
	return bytes_get_u16(at->chunk->data, at->chunk->size, value.offset, out);
}

/* The view of the record's provider; NULL when that is not sure. */
static const struct view *get_view(const struct sifting *at)
{
	const struct template_fact *fact = &at->template->facts.provider;
	struct binxml_value value;
	size_t size;

	if (fact->place == FACT_UNKNOWN || is_absent(at, fact))
		return NULL;
	if (fact->place == FACT_FIXED)
		return at->template->view;
	if (!get_value(at, fact->index, &value) || value.type != BINXML_TYPE_STRING)
		return NULL;
	size = value.size & ~1u;
	while (size && !at->chunk->data[value.offset + size - 2] &&
	       !at->chunk->data[value.offset + size - 1])
		size -= 2;
	return size ? find_view(at->sieve, at->chunk->data + value.offset, size) : NULL;
}

static const struct id_want *find_id(const struct view *view, uint16_t id)
{
	const struct id_want key = {.event_id = id};
	const struct id_want *want = view->wants->len
					     ? bsearch(&key, view->wants->data, view->wants->len,
						       sizeof(struct id_want), compare_ids)
					     : NULL;

	return want ? want : view->other;
}

static bool is_wanted_of_any(const struct sieve *sieve, uint16_t id)
{
	return sieve->any_id || sieve->ids[id / 64] >> id % 64 & 1;
}

static bool data_is_substituted(const struct chunk *chunk, struct template *template)
{
	if (template->data_part == DATA_NOT_SEEN)
		template->data_part =
			template_data_is_substituted(chunk->data, chunk->size, template->offset,
						     template->under_event, &template->places)
				? DATA_SUBSTITUTED
				: DATA_OPAQUE;
	return template->data_part == DATA_SUBSTITUTED;
}

/* True when the text of all fields that are strings stands in the record as UTF-16. */
static bool values_hold_texts(struct sieve *sieve, const struct chunk *chunk,
			      const struct binxml_instance *instance, struct template *template);

static bool fragment_holds_texts(struct sieve *sieve, const struct chunk *chunk,
				 const struct binxml_value *value)
{
	size_t offset = value->offset, end = value->offset + value->size;
	struct binxml_instance instance;

	if (binxml_is_fragment(chunk->data, end, offset))
		offset += BINXML_FRAGMENT_HEADER_SIZE;
	return binxml_get_instance(chunk->data, end, offset, &instance) &&
	       values_hold_texts(sieve, chunk, &instance,
				 get_template(sieve, chunk, instance.template_offset, true));
}

static bool value_holds_texts(struct sieve *sieve, const struct chunk *chunk,
			      const struct substitution_places *places, uint32_t index,
			      const struct binxml_value *value)
{
	uint64_t bit = index < 64 ? 1ull << index : 0;

	switch (value->type & ~BINXML_TYPE_ARRAY) {
	case BINXML_TYPE_ANSI_STRING:
		return false;
	case BINXML_TYPE_BINXML:
		return value->type == BINXML_TYPE_BINXML && places->under_event & bit &&
		       !(places->elsewhere & bit) && fragment_holds_texts(sieve, chunk, value);
	default:
		return true;
	}
}

static bool values_hold_texts(struct sieve *sieve, const struct chunk *chunk,
			      const struct binxml_instance *instance, struct template *template)
{
	struct substitution_places places = {0};
	size_t at = instance->data;
	struct binxml_value value;

	if (!data_is_substituted(chunk, template))
		return false;
	/* A copy, as the next template may take this one's place. A fragment inside a fragment is
	 * not looked through. */
	if (!template->under_event)
		places = template->places;
	for (uint32_t i = 0; i < instance->values; i++)
		if (!binxml_get_value(chunk->data, instance, i, &at, &value) ||
		    !value_holds_texts(sieve, chunk, &places, i, &value))
			return false;
	/* Another instance may follow the first. */
	return at >= instance->end || chunk->data[at] == BINXML_END_OF_STREAM;
}

static bool pass_literals(const struct sifting *at, const struct id_want *want,
			  const struct record *record)
{
	const uint8_t *data = at->chunk->data + record->offset;

	return !want->literals || literals_find(want->literals, data, record->size) ||
	       (want->disguised && literals_may_be_disguised(data, record->size)) ||
	       !values_hold_texts(at->sieve, at->chunk, &at->instance, at->template);
}

static bool pass_instance(const struct sifting *at, const struct record *record)
{
	const struct id_want *want;
	const struct view *view;
	uint16_t id;

	if (!get_id(at, &id))
		return true;
	if (!is_wanted_of_any(at->sieve, id))
		return false;
	view = get_view(at);
	if (!view)
		return true;
	want = find_id(view, id);
	return want && pass_literals(at, want, record);
}

/* A fragment without a template, as forwarded events have: its EventID is text. */
static bool pass_plain(const struct sieve *sieve, const struct chunk *chunk, size_t offset,
		       size_t end)
{
	struct binxml_cursor cursor = {.data = chunk->data, .offset = offset, .end = end};
	const struct view *view = NULL;
	struct template_facts facts;

	template_facts_read(&facts, &cursor, chunk->size);
	if (facts.id.place != FACT_FIXED)
		return true;
	set_view(sieve, chunk, &facts, &view);
	return view ? find_id(view, facts.fixed_id) != NULL
		    : is_wanted_of_any(sieve, facts.fixed_id);
}

bool sieve_pass_record(struct sieve *sieve, const struct chunk *chunk, const struct record *record)
{
	struct sifting at = {.sieve = sieve, .chunk = chunk};
	size_t offset = (size_t)record->offset + WH_RECORD_HEADER;
	size_t end = (size_t)record->offset + record->size - 4;

	if (sieve->plan->everything)
		return true;
	if (!binxml_is_fragment(chunk->data, end, offset))
		return true;
	offset += BINXML_FRAGMENT_HEADER_SIZE;
	if (offset < end && (chunk->data[offset] & ~BINXML_MORE) == BINXML_OPEN_START)
		return pass_plain(sieve, chunk, offset, end);
	if (!binxml_get_instance(chunk->data, end, offset, &at.instance))
		return true;
	at.template = get_template(sieve, chunk, at.instance.template_offset, false);
	return pass_instance(&at, record);
}
