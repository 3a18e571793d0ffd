/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/demands.h"

#include <string.h>

#include "base/text.h"
#include "evtx/field_text.h"
#include "evtx/literals.h"

enum demand_kind {
	DEMAND_WITHOUT_TEXTS = 1, /* that could be looked for */
	DEMAND_DISGUISED = 2, /* see struct field_text */
	DEMAND_OF_ANY_FIELD = 4,
};

struct demands {
	GPtrArray *list; /* struct prefilter, borrowed */
	struct literals *texts; /* by the demand's number; NULL until the first is looked for */
	uint8_t *kinds; /* of each demand: enum demand_kind */
	uint8_t *marks; /* of each demand: a text of it was seen */
	uint8_t all_kinds; /* of all together */
	uint8_t met; /* kinds that what was seen may meet though no text of theirs was found */
};

struct demands *demands_new(void)
{
	struct demands *demands = g_new0(struct demands, 1);

	demands->list = g_ptr_array_new();
	return demands;
}

void demands_free(struct demands *demands)
{
	g_ptr_array_unref(demands->list);
	literals_free(demands->texts);
	g_free(demands->kinds);
	g_free(demands->marks);
	g_free(demands);
}

void demands_add(struct demands *demands, const struct prefilter *demand)
{
	g_ptr_array_add(demands->list, (gpointer)demand);
	literals_free(demands->texts);
	demands->texts = NULL;
}

/* Some texts are too short, but for an end of a value. */
static uint8_t get_kinds(const struct prefilter *demand)
{
	uint8_t kinds = 0;

	if (demand->kind != PREFILTER_TEXTS)
		return demand->kind == PREFILTER_NOTHING ? DEMAND_WITHOUT_TEXTS : 0;
	for (guint i = 0; i < demand->texts->len; i++) {
		const struct field_text *text = &g_array_index(demand->texts, struct field_text, i);

		if (!literal_can_be_sought(text->text))
			kinds |= DEMAND_WITHOUT_TEXTS;
		if (text->disguised)
			kinds |= DEMAND_DISGUISED;
		if (!text->field)
			kinds |= DEMAND_OF_ANY_FIELD;
	}
	return kinds;
}

static void index_demand(struct demands *demands, guint number)
{
	const struct prefilter *demand = demands->list->pdata[number];

	demands->kinds[number] = get_kinds(demand);
	if (demand->kind != PREFILTER_TEXTS || demands->kinds[number] & DEMAND_WITHOUT_TEXTS)
		return;
	demands->all_kinds |= demands->kinds[number];
	for (guint i = 0; i < demand->texts->len; i++)
		literals_add(demands->texts,
			     g_array_index(demand->texts, struct field_text, i).text, number);
}

static void make_ready(struct demands *demands)
{
	g_free(demands->kinds);
	g_free(demands->marks);
	demands->all_kinds = 0;
	demands->texts = literals_new(1);
	demands->kinds = g_new(uint8_t, demands->list->len + 1);
	demands->marks = g_new(uint8_t, demands->list->len + 1);
	for (guint i = 0; i < demands->list->len; i++)
		index_demand(demands, i);
	literals_finish(demands->texts);
}

void demands_prepare(struct demands *demands)
{
	if (!demands->texts)
		make_ready(demands);
}

bool demands_begin(struct demands *demands)
{
	demands_prepare(demands);
	memset(demands->marks, 0, demands->list->len);
	demands->met = DEMAND_WITHOUT_TEXTS;
	return demands->all_kinds & DEMAND_OF_ANY_FIELD;
}

/* Does it hold U+017F or U+212A, which are s and k where regexes mind no case? */
static bool text_is_disguised(const char *text, size_t length)
{
	return memmem(text, length, "\u017F", 2) || memmem(text, length, "\u212A", 3);
}

void demands_see(struct demands *demands, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length == 0)
		return;
	literals_mark(demands->texts, text, length, demands->marks);
	if (demands->all_kinds & DEMAND_DISGUISED && !text_is_ascii(text, length) &&
	    text_is_disguised(text, length))
		demands->met |= DEMAND_DISGUISED;
}

bool demands_are_met(const struct demands *demands, guint number)
{
	return demands->marks[number] || demands->kinds[number] & demands->met;
}
