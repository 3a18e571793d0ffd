/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/demands.h"

#include <string.h>

#include "evtx/literals.h"

struct demands {
	GPtrArray *list; /* struct prefilter, borrowed */
	struct literals *texts; /* by the demand's number; NULL until the first is looked for */
	uint8_t *marks; /* of each demand: a text of it was seen */
	bool folds_widely; /* some of the texts do */
	bool disguised; /* what was seen may hold such a text */
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
	g_free(demands->marks);
	g_free(demands);
}

void demands_add(struct demands *demands, const struct prefilter *demand)
{
	g_ptr_array_add(demands->list, (gpointer)demand);
	literals_free(demands->texts);
	demands->texts = NULL;
}

static void index_demand(struct demands *demands, guint number)
{
	const struct prefilter *demand = demands->list->pdata[number];

	if (demand->kind != PREFILTER_LITERALS)
		return;
	demands->folds_widely |= demand->folds_widely;
	for (guint i = 0; i < demand->texts->len; i++)
		literals_add(demands->texts, demand->texts->pdata[i], number);
}

static void make_ready(struct demands *demands)
{
	demands->texts = literals_new(1);
	for (guint i = 0; i < demands->list->len; i++)
		index_demand(demands, i);
	literals_finish(demands->texts);
	g_free(demands->marks);
	demands->marks = g_new(uint8_t, demands->list->len + 1);
}

void demands_begin(struct demands *demands)
{
	if (!demands->texts)
		make_ready(demands);
	memset(demands->marks, 0, demands->list->len);
	demands->disguised = false;
}

/* Does it hold U+017F or U+212A, which are s and k where regexes mind no case? */
static bool text_is_disguised(const char *text, size_t length)
{
	return memmem(text, length, "\u017F", 2) || memmem(text, length, "\u212A", 3);
}

void demands_see(struct demands *demands, const char *text, size_t length)
{
	literals_mark(demands->texts, text, length, demands->marks);
	demands->disguised |= demands->folds_widely && text_is_disguised(text, length);
}

const uint8_t *demands_end(struct demands *demands)
{
	for (guint i = 0; i < demands->list->len; i++) {
		const struct prefilter *demand = demands->list->pdata[i];

		if (demand->kind == PREFILTER_NOTHING ||
		    (demand->kind == PREFILTER_LITERALS && demands->disguised &&
		     demand->folds_widely))
			demands->marks[i] = 1;
	}
	return demands->marks;
}
