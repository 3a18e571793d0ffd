/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/field_walk.h"

#include <string.h>

#include "base/order.h"
#include "evtx/binxml_instance.h"

/*
 * How a record is held against what rules ask for: its template says which value is the text of
 * which field, so a walk over the record's values compares just those that a rule names. What is to
 * be compared with what is found out once for a template and an id, and kept with the template as
 * its walk. Texts that the template holds itself are compared then, too.
 */

#define MOST_WALKS 16 /* of a template: ids and providers can be values */

struct field_want {
	GHashTable *by_field; /* folded name → struct field_search */
	struct field_search *of_any; /* NULL: no text is asked for in any field */
	GPtrArray *absent; /* folded names: an event that lacks one of them is wanted */
	bool passes; /* without any text */
};

/* A value that is looked at. */
struct field_check {
	uint16_t index;
	bool repeats; /* see struct template_field */
	bool is_missed; /* without a value the record passes */
	const struct field_search *search; /* NULL: a fragment of its own, or one that is missed */
	struct event_place place; /* of the fragment */
};

struct field_walk {
	const struct field_wants *wants;
	uint16_t event_id;
	int channel;
	bool passes; /* each record does */
	GArray *checks; /* struct field_check, by index, fragments first */
};

static void free_search(gpointer search)
{
	field_search_free(search);
}

static struct field_search *get_search(struct field_want *want, const char *field)
{
	struct field_search *search =
		field ? g_hash_table_lookup(want->by_field, field) : want->of_any;

	if (search)
		return search;
	search = field_search_new();
	if (field)
		g_hash_table_insert(want->by_field, g_strdup(field), search);
	else
		want->of_any = search;
	return search;
}

struct field_want *field_want_new(GHashTable *texts)
{
	struct field_want *want = g_new0(struct field_want, 1);
	GHashTableIter iter;
	gpointer data;

	want->by_field = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_search);
	want->absent = g_ptr_array_new_with_free_func(g_free);
	want->passes = !texts;
	if (!texts)
		return want;
	g_hash_table_iter_init(&iter, texts);
	while (g_hash_table_iter_next(&iter, &data, NULL)) {
		const struct field_text *text = data;

		if (text->anchor == TEXT_NO_FIELD)
			g_ptr_array_add(want->absent, g_strdup(text->field));
		else
			field_search_add(get_search(want, text->field), text);
	}
	g_hash_table_iter_init(&iter, want->by_field);
	while (g_hash_table_iter_next(&iter, NULL, &data))
		field_search_finish(data);
	if (want->of_any)
		field_search_finish(want->of_any);
	return want;
}

void field_want_free(struct field_want *want)
{
	if (!want)
		return;
	g_hash_table_unref(want->by_field);
	field_search_free(want->of_any);
	g_ptr_array_unref(want->absent);
	g_free(want);
}

void field_walk_free(struct field_walk *walk)
{
	g_array_unref(walk->checks);
	g_free(walk);
}

static void add_check(struct field_walk *walk, const struct template_field *field,
		      const struct field_search *search)
{
	const struct field_check check = {field->index, field->repeats, false, search,
					  field->place};

	if (!search && !field->is_fragment)
		return;
	if (search && field->text)
		walk->passes |= field->is_mixed || field_search_meets_text(search, field->text);
	else if (field->is_mixed)
		walk->passes = true;
	else
		g_array_append_val(walk->checks, check);
}

/* Want `index`, or NULL when it is of another channel. */
static const struct field_want *get_want(const struct field_walk *walk, guint index)
{
	const struct channel_want *want =
		&g_array_index(walk->wants->wants, struct channel_want, index);

	return want->channel == WH_ANY_CHANNEL || walk->channel == WH_ANY_CHANNEL ||
			       want->channel == walk->channel
		       ? want->want
		       : NULL;
}

static void add_field(struct field_walk *walk, const struct template_field *field)
{
	if (field->is_fragment) {
		add_check(walk, field, NULL);
		return;
	}
	for (guint i = 0; i < walk->wants->wants->len; i++) {
		const struct field_want *want = get_want(walk, i);

		if (!want)
			continue;
		if (field->folded)
			add_check(walk, field, g_hash_table_lookup(want->by_field, field->folded));
		add_check(walk, field, want->of_any);
	}
}

/* Wants that need no text; and the id is a text of the event, too. */
static void add_event_id(struct field_walk *walk)
{
	char text[8];

	g_snprintf(text, sizeof(text), "%u", walk->event_id);
	for (guint i = 0; i < walk->wants->wants->len; i++) {
		const struct field_want *want = get_want(walk, i);

		if (want)
			walk->passes |=
				want->passes ||
				(want->of_any && field_search_meets_text(want->of_any, text));
	}
}

/* The template without that field lets all its records pass. In a fragment of its own may stand
 * what it does not have; one that has only that, and is left out, is no event of use. */
static void add_absent_field(struct field_walk *walk, const GArray *fields, const char *name)
{
	struct field_check check = {.is_missed = true};
	bool is_known = false, is_elsewhere = false, has_others = false;

	for (guint i = 0; i < fields->len; i++) {
		const struct template_field *field =
			&g_array_index(fields, struct template_field, i);

		is_elsewhere |= field->is_fragment;
		has_others |= field->folded != NULL;
		if (is_known || !field->folded || field->is_optional ||
		    strcmp(field->folded, name) != 0)
			continue;
		is_known = true;
		check.index = field->index;
		if (!field->text && !field->is_mixed)
			g_array_append_val(walk->checks, check);
	}
	walk->passes |= !is_known && (has_others || !is_elsewhere);
}

static void add_absent_fields(struct field_walk *walk, const GArray *fields)
{
	for (guint i = 0; i < walk->wants->wants->len; i++) {
		const struct field_want *want = get_want(walk, i);

		for (guint j = 0; want && j < want->absent->len; j++)
			add_absent_field(walk, fields, want->absent->pdata[j]);
	}
}

static int compare_checks(const void *a, const void *b)
{
	const struct field_check *one = a, *other = b;

	if (one->index != other->index)
		return compare_numbers(one->index, other->index);
	return compare_numbers(one->search != NULL, other->search != NULL);
}

static struct field_walk *make_walk(const struct field_wants *wants,
				    const struct walked_instance *at)
{
	const struct known_template *template = at->template;
	struct field_walk *walk = g_new0(struct field_walk, 1);

	walk->wants = wants;
	walk->event_id = at->event_id;
	walk->channel = at->channel;
	walk->passes = !template->is_planned;
	walk->checks = g_array_new(FALSE, FALSE, sizeof(struct field_check));
	for (guint i = 0; i < template->fields->len; i++)
		add_field(walk, &g_array_index(template->fields, struct template_field, i));
	add_event_id(walk);
	add_absent_fields(walk, template->fields);
	g_array_sort(walk->checks, compare_checks);
	return walk;
}

static bool is_walk(const struct field_walk *walk, const struct field_wants *wants,
		    const struct walked_instance *at)
{
	return walk->wants == wants && walk->event_id == at->event_id &&
	       walk->channel == at->channel;
}

static const struct field_walk *find_walk(const struct field_wants *wants,
					  const struct walked_instance *at)
{
	GPtrArray *walks = at->template->walks;
	struct field_walk *walk;

	for (guint i = 0; i < walks->len; i++)
		if (is_walk(g_ptr_array_index(walks, i), wants, at))
			return g_ptr_array_index(walks, i);
	if (walks->len >= MOST_WALKS)
		g_ptr_array_set_size(walks, 0);
	walk = make_walk(wants, at);
	g_ptr_array_add(walks, walk);
	return walk;
}

static const struct field_walk *get_walk(const struct field_wants *wants,
					 const struct walked_instance *at)
{
	struct known_template *template = at->template;

	if (!template->last_walk || !is_walk(template->last_walk, wants, at))
		template->last_walk = find_walk(wants, at);
	return template->last_walk;
}

static bool instance_passes(const struct field_wants *wants, const struct walked_instance *at,
			    bool is_nested);

static bool fragment_passes(const struct field_wants *wants, const struct walked_instance *outer,
			    const struct event_place *place, size_t offset, size_t size)
{
	struct walked_instance at = *outer;
	struct binxml_instance instance;
	size_t end = offset + size;
	bool is_new;

	if (binxml_is_fragment(at.data, end, offset))
		offset += BINXML_FRAGMENT_HEADER_SIZE;
	/* Outside of Event the fragment is the event itself, of another provider and id. */
	if (place->depth == 0 || !binxml_get_instance(at.data, end, offset, &instance))
		return true;
	at.instance = &instance;
	at.template = template_cache_get(at.cache, instance.template_offset, place, &is_new);
	return instance_passes(wants, &at, true);
}

static bool value_passes(const struct field_wants *wants, const struct walked_instance *at,
			 const struct field_check *check, const struct binxml_value *value,
			 bool is_nested)
{
	if (check->is_missed)
		return value->type == BINXML_TYPE_NULL;
	if (!check->search && value->type == BINXML_TYPE_BINXML)
		return is_nested ||
		       fragment_passes(wants, at, &check->place, value->offset, value->size);
	if (!check->search)
		return value->type != BINXML_TYPE_NULL;
	if (!check->repeats && value->type & BINXML_TYPE_ARRAY)
		return true;
	return field_search_meets_value(check->search, at->data + value->offset, value->size,
					value->type);
}

static bool instance_passes(const struct field_wants *wants, const struct walked_instance *at,
			    bool is_nested)
{
	const struct binxml_instance *instance = at->instance;
	const struct field_walk *walk = get_walk(wants, at);
	const struct field_check *check = (const struct field_check *)walk->checks->data;
	const struct field_check *last = walk->checks->len ? check + walk->checks->len : check;
	size_t offset = instance->data;
	struct binxml_value value;
	bool has_fragment = false;

	if (walk->passes)
		return true;
	for (uint32_t i = 0; i < instance->values; i++) {
		uint32_t next =
			check < last ? MIN(check->index, instance->values) : instance->values;

		offset += binxml_sum_sizes(at->data + instance->descriptors + 4 * (size_t)i,
					   next - i, &has_fragment);
		/* In a fragment elsewhere are fields that the template does not know of. */
		if (has_fragment)
			return true;
		i = next;
		if (i == instance->values)
			break;
		if (!binxml_get_value(at->data, instance, i, &offset, &value))
			return true;
		if (value.type == BINXML_TYPE_BINXML && (check->search || check->is_missed))
			return true;
		for (; check < last && check->index == i; check++)
			if (value_passes(wants, at, check, &value, is_nested))
				return true;
	}
	if (offset > instance->end)
		return true;
	/* Another instance may follow the first. */
	return offset < instance->end && at->data[offset] != BINXML_END_OF_STREAM;
}

bool field_wants_pass(const struct field_wants *wants, const struct walked_instance *at)
{
	return instance_passes(wants, at, false);
}
