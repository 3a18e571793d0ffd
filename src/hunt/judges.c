/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/judges.h"

#include "hunt/demands.h"

/* What a subscription needs that the rule matches, or the filter vouches for, it. */
struct judge {
	struct rule *rule; /* borrowed */
	struct prefilter demand;
};

struct judges {
	GPtrArray *list; /* struct judge */
	struct demands *demands; /* of the first of them; of each when one is looked for */
	guint ready; /* so many have their demand */
	const uint8_t *marks; /* of each, for the subscription at hand */
};

static void judge_free(gpointer data)
{
	struct judge *judge = data;

	prefilter_release(&judge->demand);
	g_free(judge);
}

struct judges *judges_new(void)
{
	struct judges *judges = g_new0(struct judges, 1);

	judges->list = g_ptr_array_new_with_free_func(judge_free);
	judges->demands = demands_new();
	return judges;
}

void judges_free(struct judges *judges)
{
	demands_free(judges->demands);
	g_ptr_array_unref(judges->list);
	g_free(judges);
}

void judges_add(struct judges *judges, struct rule *rule)
{
	struct judge *judge = g_new0(struct judge, 1);

	judge->rule = rule;
	g_ptr_array_add(judges->list, judge);
}

/* A filter vouches where its condition does not hold: most say "not" of one selection. */
static void add_demand(struct judges *judges, struct judge *judge)
{
	static const struct circumstances unknown;
	const struct condition *condition = rule_get_detection(judge->rule)->condition;

	if (!judge->rule->is_filter)
		prefilter_init(&judge->demand, condition, &unknown);
	else if (condition->kind == CONDITION_NOT)
		prefilter_init(&judge->demand, condition->operands->pdata[0], &unknown);
	else
		judge->demand.kind = PREFILTER_NOTHING;
	demands_add(judges->demands, &judge->demand);
}

void judges_mark(struct judges *judges, const struct field_list *subject)
{
	/* Not when they are added: a packed rule's detection is loaded only when it is asked for.
	 */
	for (; judges->ready < judges->list->len; judges->ready++)
		add_demand(judges, judges->list->pdata[judges->ready]);
	demands_begin(judges->demands);
	for (guint i = 0; i < subject->fields->len; i++)
		demands_see(judges->demands, g_array_index(subject->fields, struct field, i).text);
	judges->marks = demands_end(judges->demands);
}

struct rule *judges_next(const struct judges *judges, bool is_filter, guint *index)
{
	while (*index < judges->list->len) {
		guint i = (*index)++;
		struct rule *rule = ((const struct judge *)judges->list->pdata[i])->rule;

		if (judges->marks[i] && rule->is_filter == is_filter)
			return rule;
	}
	return NULL;
}
