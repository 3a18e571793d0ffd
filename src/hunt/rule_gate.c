/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rule_gate.h"

#define MOST_IN_GROUP 64

/*
 * Of an "and" each side must hold, so the groups of all sides count. Of an "or" one side must: the
 * smallest groups of all sides together are one group, if each side has any. A "not" says nothing
 * but for the "and" and "or" under it, which change places.
 */

static GPtrArray *groups_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
}

static const GArray *find_smallest(const GPtrArray *groups)
{
	const GArray *smallest = NULL;

	for (guint i = 0; i < groups->len; i++) {
		const GArray *group = groups->pdata[i];

		if (!smallest || group->len < smallest->len)
			smallest = group;
	}
	return smallest;
}

/* Sides that are joined, one after another. */
struct joining {
	bool all; /* must hold, not one */
	GPtrArray *groups; /* of all so far */
	GArray *one; /* of each so far the smallest; NULL: one has none */
};

static void joining_init(struct joining *joining, bool all)
{
	joining->all = all;
	joining->groups = groups_new();
	joining->one = g_array_new(FALSE, FALSE, sizeof(guint));
}

/* Takes the groups. */
static void join_side(struct joining *joining, GPtrArray *groups)
{
	const GArray *smallest = find_smallest(groups);

	if (joining->all) {
		g_ptr_array_extend_and_steal(joining->groups, groups);
		return;
	}
	if (joining->one && smallest && joining->one->len + smallest->len <= MOST_IN_GROUP)
		g_array_append_vals(joining->one, smallest->data, smallest->len);
	else
		g_clear_pointer(&joining->one, g_array_unref);
	g_ptr_array_unref(groups);
}

static GPtrArray *joining_end(struct joining *joining)
{
	if (joining->all)
		g_clear_pointer(&joining->one, g_array_unref);
	if (joining->one)
		g_ptr_array_add(joining->groups, joining->one);
	return joining->groups;
}

static GPtrArray *list_of_test(const struct field_test *test, bool wanted)
{
	GPtrArray *groups = groups_new();
	GArray *group;

	if (!wanted || test->number == 0)
		return groups;
	group = g_array_new(FALSE, FALSE, sizeof(guint));
	g_array_append_val(group, test->number);
	g_ptr_array_add(groups, group);
	return groups;
}

static GPtrArray *list_of_alternative(const GPtrArray *tests, bool wanted)
{
	struct joining joining;

	joining_init(&joining, wanted);
	for (guint i = 0; i < tests->len; i++)
		join_side(&joining, list_of_test(tests->pdata[i], wanted));
	return joining_end(&joining);
}

static GPtrArray *list_of_selection(const struct selection *selection, bool wanted)
{
	const GPtrArray *alternatives = selection->alternatives;
	struct joining joining;

	if (alternatives->len == 1)
		return list_of_alternative(alternatives->pdata[0], wanted);
	joining_init(&joining, !wanted);
	for (guint i = 0; i < alternatives->len; i++)
		join_side(&joining, list_of_alternative(alternatives->pdata[i], wanted));
	return joining_end(&joining);
}

/* As deep as conditions nest. */
static GPtrArray *list_of_condition(const struct condition *condition, bool wanted)
{
	struct joining joining;

	if (condition->kind == CONDITION_SELECTION)
		return list_of_selection(condition->selection, wanted);
	if (condition->kind == CONDITION_NOT)
		return list_of_condition(condition->operands->pdata[0], !wanted);
	joining_init(&joining, (condition->kind == CONDITION_AND) == wanted);
	for (guint i = 0; i < condition->operands->len; i++)
		join_side(&joining, list_of_condition(condition->operands->pdata[i], wanted));
	return joining_end(&joining);
}

void rule_gate_append(GArray *gate, const struct condition *condition, bool wanted)
{
	g_autoptr(GPtrArray) groups = list_of_condition(condition, wanted);
	const guint end = 0;

	for (guint i = 0; i < groups->len; i++) {
		const GArray *group = groups->pdata[i];

		/* Of nothing: the condition never holds, and need not be found out about. */
		if (group->len == 0)
			continue;
		g_array_append_vals(gate, group->data, group->len);
		g_array_append_val(gate, end);
	}
	g_array_append_val(gate, end);
}

/* One that gave up is asked again, so that each rule can say so. */
bool rule_gate_is_open(const guint *gate, const uint8_t *answers)
{
	for (; *gate; gate++) {
		bool may_hold = false;

		for (; *gate; gate++)
			may_hold |= answers[*gate] != TEST_FAILS;
		if (!may_hold)
			return false;
	}
	return true;
}
