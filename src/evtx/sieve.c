/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/order.h"
#include "base/text.h"
#include "evtx/binxml_instance.h"
#include "evtx/field_walk.h"
#include "evtx/literals.h"
#include "evtx/template_cache.h"
#include "evtx/value.h"

/*
 * How a record is judged without decoding it: all templates of a chunk's records stand in that
 * chunk, so one in which no wanted name stands is passed over whole. In the others the record's
 * template tells where its event id and provider stand: in its own text, or in which value
 * (evtx/template_facts.h), which is learnt once per template. What the plan wants is sorted by
 * provider beforehand, into views: there an id is wanted, not wanted, or wanted where fields hold
 * certain texts (evtx/field_walk.h). Whatever is not sure passes.
 */

#define RECENT_NAME 128

/* What is wanted of one event id. */
struct id_want {
	uint32_t event_id;
	bool all; /* records, whatever they hold */
	bool has_channels; /* some source is of one channel */
	GPtrArray *sources; /* struct sieve_want: of this id or any, of this provider or any */
	struct field_wants wants; /* of them all, or of none yet */
};

/* What is wanted of one provider, with what is wanted of all. */
struct sieve_view {
	uint8_t *name; /* UTF-16LE, in lower case; NULL: of providers that have no view of their own
			*/
	size_t name_size;
	const struct sieve_provider *own; /* NULL as the name */
	bool is_sought; /* its name is one that chunks are searched for */
	GArray *wants; /* struct id_want, by id; NULL: it was not needed yet */
	struct id_want *other; /* of ids that have none, or NULL */
};

/* The last one of a kind: it is mostly the next, too. */
struct recent_name {
	size_t size;
	uint8_t bytes[RECENT_NAME]; /* UTF-16LE */
};

struct sieve {
	const struct sieve_plan *plan;
	const struct sieve_provider *any; /* what is wanted of each provider, or NULL */
	struct literals *names; /* NULL: each chunk passes */
	GArray *views; /* struct sieve_view; the last one is that of other providers */
	bool any_id; /* some provider's ids are all wanted */
	uint64_t ids[65536 / 64]; /* a bit for each that is wanted of some provider */
	const struct sieve_view *last_view; /* of a provider that was a value: of the next */
	struct recent_name last_provider;
	GHashTable *channels; /* in lower case → number from 1, of those that are told apart */
	int last_channel; /* number of the next */
	struct recent_name last_channel_name;
	GHashTable *field_wants; /* struct sieve_want → struct field_want: those that were needed */
	struct template_cache *templates;
};

static void add_sources(struct id_want *want, const struct sieve_provider *provider,
			uint32_t event_id)
{
	for (guint i = 0; provider && i < provider->wants->len; i++) {
		struct sieve_want *source = &g_array_index(provider->wants, struct sieve_want, i);

		if (source->event_id != event_id)
			continue;
		g_ptr_array_add(want->sources, source);
		want->has_channels |= source->channel != NULL;
		want->all |= !source->channel && !source->texts;
	}
}

static void clear_id_want(gpointer data)
{
	struct id_want *want = data;

	g_ptr_array_unref(want->sources);
	g_array_unref(want->wants.wants);
}

static void clear_view(gpointer data)
{
	struct sieve_view *view = data;

	g_free(view->name);
	g_clear_pointer(&view->wants, g_array_unref);
	if (view->other)
		clear_id_want(view->other);
	g_free(view->other);
}

static void add_id(struct sieve_view *view, uint32_t event_id, const struct sieve_provider *own,
		   const struct sieve_provider *any)
{
	struct id_want want = {
		.event_id = event_id,
		.sources = g_ptr_array_new(),
		.wants = {g_array_new(FALSE, FALSE, sizeof(struct channel_want))},
	};

	add_sources(&want, own, event_id);
	add_sources(&want, any, event_id);
	if (event_id != WH_ANY_EVENT_ID) {
		add_sources(&want, own, WH_ANY_EVENT_ID);
		add_sources(&want, any, WH_ANY_EVENT_ID);
	}
	if (want.sources->len == 0)
		clear_id_want(&want);
	else if (event_id == WH_ANY_EVENT_ID)
		view->other = g_memdup2(&want, sizeof(want));
	else
		g_array_append_val(view->wants, want);
}

/* Sums up which ids any provider wants. */
static void mark_ids(struct sieve *sieve, const struct sieve_provider *provider)
{
	for (guint i = 0; i < provider->wants->len; i++) {
		uint32_t id = g_array_index(provider->wants, struct sieve_want, i).event_id;

		sieve->any_id |= id == WH_ANY_EVENT_ID;
		if (id / 64 < G_N_ELEMENTS(sieve->ids))
			sieve->ids[id / 64] |= 1ull << id % 64;
	}
}

static int compare_ids(const void *a, const void *b)
{
	const struct id_want *left = a, *right = b;

	return compare_numbers(left->event_id, right->event_id);
}

static void add_ids(struct sieve_view *view, const struct sieve_provider *own,
		    const struct sieve_provider *any)
{
	const struct sieve_provider *const both[] = {own, any};
	g_autoptr(GHashTable) added = g_hash_table_new(NULL, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(both); i++)
		for (guint j = 0; both[i] && j < both[i]->wants->len; j++) {
			uint32_t id = g_array_index(both[i]->wants, struct sieve_want, j).event_id;

			if (id != WH_ANY_EVENT_ID && g_hash_table_add(added, GUINT_TO_POINTER(id)))
				add_id(view, id, own, any);
		}
}

static void set_name(struct sieve_view *view, const char *name)
{
	view->name_size = 2 * strlen(name);
	view->name = g_malloc0(view->name_size);
	for (size_t i = 0; name[i]; i++)
		view->name[2 * i] = (uint8_t)g_ascii_tolower(name[i]);
}

static void add_view(struct sieve *sieve, const struct sieve_provider *own)
{
	struct sieve_view view = {.own = own};

	if (own) {
		set_name(&view, own->name);
		view.is_sought = sieve_plan_has_mark(sieve->plan, own->name);
	}
	g_array_append_val(sieve->views, view);
}

/* Lists what the view wants. A log is of few of the providers that rules ask for. */
static void make_view(struct sieve_view *view, const struct sieve_provider *any)
{
	view->wants = g_array_new(FALSE, FALSE, sizeof(struct id_want));
	g_array_set_clear_func(view->wants, clear_id_want);
	add_ids(view, view->own, any);
	add_id(view, WH_ANY_EVENT_ID, view->own, any);
	g_array_sort(view->wants, compare_ids);
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

static void number_channels(struct sieve *sieve, const struct sieve_provider *provider)
{
	for (guint i = 0; i < provider->wants->len; i++) {
		char *channel = g_array_index(provider->wants, struct sieve_want, i).channel;
		int number = (int)g_hash_table_size(sieve->channels) + 1;

		if (channel && !g_hash_table_contains(sieve->channels, channel))
			g_hash_table_insert(sieve->channels, channel, GINT_TO_POINTER(number));
	}
}

struct sieve *sieve_new(const struct sieve_plan *plan)
{
	struct sieve *sieve = g_new0(struct sieve, 1);

	sieve->plan = plan;
	sieve->any = find_any(plan);
	sieve->views = g_array_new(FALSE, FALSE, sizeof(struct sieve_view));
	g_array_set_clear_func(sieve->views, clear_view);
	sieve->field_wants =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)field_want_free);
	sieve->templates = template_cache_new();
	sieve->channels = g_hash_table_new(g_str_hash, g_str_equal);
	if (plan->everything)
		return sieve;
	for (guint i = 0; i < plan->providers->len; i++) {
		number_channels(sieve, plan->providers->pdata[i]);
		mark_ids(sieve, plan->providers->pdata[i]);
		if (plan->providers->pdata[i] != sieve->any)
			add_view(sieve, plan->providers->pdata[i]);
	}
	add_view(sieve, NULL);
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
	template_cache_free(sieve->templates);
	g_hash_table_unref(sieve->field_wants);
	g_hash_table_unref(sieve->channels);
	g_array_unref(sieve->views);
	literals_free(sieve->names);
	g_free(sieve);
}

void sieve_begin_chunk(struct sieve *sieve, const struct chunk *chunk)
{
	template_cache_begin(sieve->templates, chunk->data, chunk->size);
}

bool sieve_pass_chunk(struct sieve *sieve, const struct chunk *chunk)
{
	return !sieve->names || literals_find(sieve->names, chunk->data, chunk->size);
}

static bool name_equals(const struct sieve_view *view, const uint8_t *text, size_t size)
{
	if (view->name_size != size)
		return false;
	for (size_t i = 0; i < size; i += 2)
		if (text[i + 1] || ascii_to_lower(text[i]) != view->name[i])
			return false;
	return true;
}

static struct sieve_view *search_view(const struct sieve *sieve, const uint8_t *text, size_t size)
{
	guint last = sieve->views->len - 1;

	for (guint i = 0; i < last; i++) {
		struct sieve_view *view = &g_array_index(sieve->views, struct sieve_view, i);

		if (name_equals(view, text, size))
			return view;
	}
	return &g_array_index(sieve->views, struct sieve_view, last);
}

/* `size` bytes of UTF-16LE. */
static const struct sieve_view *find_view(const struct sieve *sieve, const uint8_t *text,
					  size_t size)
{
	struct sieve_view *view = search_view(sieve, text, size);

	if (!view->wants)
		make_view(view, sieve->any);
	return view;
}

/* Is it that name? If not, it is now. */
static bool recall_name(struct recent_name *recent, const uint8_t *text, size_t size)
{
	if (size == recent->size && size <= RECENT_NAME && memcmp(text, recent->bytes, size) == 0)
		return true;
	recent->size = size;
	memcpy(recent->bytes, text, MIN(size, RECENT_NAME));
	return false;
}

static const struct sieve_view *recall_view(struct sieve *sieve, const uint8_t *text, size_t size)
{
	if (!recall_name(&sieve->last_provider, text, size))
		sieve->last_view = find_view(sieve, text, size);
	return sieve->last_view;
}

/* The number of a channel, in lower case; 0 of one that no want asks for. */
static int get_number(const struct sieve *sieve, const char *channel)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(sieve->channels, channel));
}

static int recall_channel(struct sieve *sieve, const uint8_t *text, size_t size)
{
	g_autoptr(GString) name = NULL;

	if (!recall_name(&sieve->last_channel_name, text, size)) {
		name = g_string_new(NULL);
		text_append_utf16le(name, text, size / 2);
		g_string_ascii_down(name);
		sieve->last_channel = get_number(sieve, name->str);
	}
	return sieve->last_channel;
}

static void set_view(const struct sieve *sieve, const struct chunk *chunk,
		     const struct template_facts *facts, const struct sieve_view **view)
{
	if (facts->provider.place == FACT_FIXED)
		*view = find_view(sieve, chunk->data + facts->fixed_provider,
				  2 * (size_t)facts->fixed_provider_units);
}

static struct known_template *get_template(struct sieve *sieve, const struct chunk *chunk,
					   uint32_t offset)
{
	static const struct event_place outside = {0, 0};
	bool is_new;
	struct known_template *template =
		template_cache_get(sieve->templates, offset, &outside, &is_new);

	if (is_new)
		set_view(sieve, chunk, &template->facts, &template->view);
	return template;
}

const struct known_template *sieve_get_template(struct sieve *sieve, const struct chunk *chunk,
						uint32_t offset)
{
	return get_template(sieve, chunk, offset);
}

const struct known_template *sieve_get_fragment(struct sieve *sieve, uint32_t offset,
						const struct event_place *place)
{
	bool is_new;

	return template_cache_get(sieve->templates, offset, place, &is_new);
}

/* A record that is a template instance, and where it leads. */
struct sifting {
	struct sieve *sieve;
	const struct chunk *chunk;
	struct binxml_instance instance;
	struct known_template *template;
};

static const uint8_t *get_descriptor(const struct sifting *at, uint32_t index)
{
	return at->chunk->data + at->instance.descriptors + 4 * (size_t)index;
}

/* Value `index` of the instance; false when there is none, or it reaches beyond. */
static bool get_value(const struct sifting *at, uint32_t index, struct binxml_value *out)
{
	size_t offset = at->instance.data;
	bool has_fragment = false;

	if (index >= at->instance.values)
		return false;
	offset += binxml_sum_sizes(get_descriptor(at, 0), index, &has_fragment);
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

/* The text of a string; false where there is none. */
static bool get_text(const struct sifting *at, uint32_t index, const uint8_t **text, size_t *size)
{
	struct binxml_value value;

	if (!get_value(at, index, &value) || value.type != BINXML_TYPE_STRING)
		return false;
	*text = at->chunk->data + value.offset;
	*size = 2 * value_string_units(*text, value.size);
	return *size > 0;
}

static int get_channel(const struct sifting *at)
{
	const struct channel_place *channel = &at->template->channel;
	g_autofree char *lower = NULL;
	const uint8_t *text;
	size_t size;

	if (channel->place == FACT_SUBSTITUTED && get_text(at, channel->index, &text, &size))
		return recall_channel(at->sieve, text, size);
	if (channel->place != FACT_FIXED || !*channel->text)
		return WH_ANY_CHANNEL;
	lower = g_ascii_strdown(channel->text, -1);
	return get_number(at->sieve, lower);
}

/* The view of the record's provider; NULL when that is not sure. */
static const struct sieve_view *get_view(const struct sifting *at)
{
	const struct template_fact *fact = &at->template->facts.provider;
	const uint8_t *text;
	size_t size;

	if (fact->place == FACT_UNKNOWN || is_absent(at, fact))
		return NULL;
	if (fact->place == FACT_FIXED)
		return at->template->view;
	return get_text(at, fact->index, &text, &size) ? recall_view(at->sieve, text, size) : NULL;
}

static struct id_want *find_id(const struct sieve_view *view, uint16_t id)
{
	const struct id_want key = {.event_id = id};
	struct id_want *want = view->wants->len ? bsearch(&key, view->wants->data, view->wants->len,
							  sizeof(struct id_want), compare_ids)
						: NULL;

	return want ? want : view->other;
}

static bool is_wanted_of_any(const struct sieve *sieve, uint16_t id)
{
	return sieve->any_id || sieve->ids[id / 64] >> id % 64 & 1;
}

static const struct field_want *get_field_want(struct sieve *sieve, const struct sieve_want *source)
{
	struct field_want *want = g_hash_table_lookup(sieve->field_wants, source);

	if (!want) {
		want = field_want_new(source->texts);
		g_hash_table_insert(sieve->field_wants, (gpointer)source, want);
	}
	return want;
}

/* Its texts, made ready to be looked for. Most ids of a plan never come. */
static const struct field_wants *get_field_wants(struct sieve *sieve, struct id_want *want)
{
	while (want->wants.wants->len < want->sources->len) {
		const struct sieve_want *source =
			g_ptr_array_index(want->sources, want->wants.wants->len);
		const struct channel_want made = {
			get_field_want(sieve, source),
			source->channel ? get_number(sieve, source->channel) : WH_ANY_CHANNEL};

		g_array_append_val(want->wants.wants, made);
	}
	return &want->wants;
}

static bool pass_wanted(const struct sifting *at, struct id_want *want, uint16_t id)
{
	const struct walked_instance instance = {
		.cache = at->sieve->templates,
		.data = at->chunk->data,
		.instance = &at->instance,
		.template = at->template,
		.event_id = id,
		.channel = want->has_channels ? get_channel(at) : WH_ANY_CHANNEL,
	};

	return field_wants_pass(get_field_wants(at->sieve, want), &instance);
}

static bool pass_instance(const struct sifting *at)
{
	const struct sieve_view *view;
	struct id_want *want;
	uint16_t id;

	if (!get_id(at, &id))
		return true;
	if (!is_wanted_of_any(at->sieve, id))
		return false;
	view = get_view(at);
	if (!view)
		return true;
	want = find_id(view, id);
	return want && (want->all || pass_wanted(at, want, id));
}

/* A fragment without a template, as forwarded events have: its EventID is text. */
static bool pass_plain(const struct sieve *sieve, const struct chunk *chunk, size_t offset,
		       size_t end)
{
	struct binxml_cursor cursor = {.data = chunk->data, .offset = offset, .end = end};
	const struct sieve_view *view = NULL;
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
	at.template = get_template(sieve, chunk, at.instance.template_offset);
	return pass_instance(&at);
}

/* Records of a provider that is sought have its name in the chunk; without those, and where no
 * record can pass, what the search would find is another mention of a name. */
bool sieve_pass_told_chunk(struct sieve *sieve, const struct chunk *chunk,
			   const struct told_record *records, size_t count)
{
	bool may_hold = count == 0;

	for (size_t i = 0; sieve->names && i < count; i++) {
		struct sifting at = {.sieve = sieve, .chunk = chunk};
		const struct sieve_view *view;

		may_hold |= !records[i].is_instance;
		if (!records[i].is_instance)
			continue;
		at.instance = records[i].instance;
		at.template = get_template(sieve, chunk, at.instance.template_offset);
		view = get_view(&at);
		if (view && view->is_sought)
			return true;
		may_hold = may_hold || pass_instance(&at);
	}
	return !sieve->names || (may_hold && sieve_pass_chunk(sieve, chunk));
}

bool sieve_pass_told(struct sieve *sieve, const struct chunk *chunk, const struct told_record *told)
{
	struct sifting at = {.sieve = sieve, .chunk = chunk};

	if (!told->is_instance || sieve->plan->everything)
		return sieve_pass_record(sieve, chunk, &told->record);
	at.instance = told->instance;
	at.template = get_template(sieve, chunk, at.instance.template_offset);
	return pass_instance(&at);
}
