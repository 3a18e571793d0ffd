/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/judges.h"

#include "hunt/demands.h"
#include "hunt/rule_gate.h"

/*
 * Many rules make the same tests: each distinct one has a number, and an answer for the
 * subscription at hand. That it fails is known before it is tried where it needs a text that none
 * of the subscription's fields holds: all such texts are looked for at once. What can be said
 * without running a regex is said next; then few rules are left to try.
 */
struct judges {
	GPtrArray *rules; /* struct rule, borrowed */
	GArray *gates; /* guint: see rule_gate_append() */
	GArray *starts; /* guint: where each rule's own begins there */
	GHashTable *numbers; /* a test as written (borrowed) → its number */
	GPtrArray *tests; /* struct field_test, borrowed: the first of each number from 1 on */
	GPtrArray *needs; /* struct prefilter: of each number from 1 on */
	struct demands *demands; /* of each of these */
	GByteArray *answers; /* by number */
};

static void free_need(gpointer need)
{
	prefilter_release(need);
	g_free(need);
}

struct judges *judges_new(void)
{
	struct judges *judges = g_new0(struct judges, 1);

	judges->rules = g_ptr_array_new();
	judges->gates = g_array_new(FALSE, FALSE, sizeof(guint));
	judges->starts = g_array_new(FALSE, FALSE, sizeof(guint));
	judges->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	judges->tests = g_ptr_array_new();
	judges->needs = g_ptr_array_new_with_free_func(free_need);
	judges->demands = demands_new();
	judges->answers = g_byte_array_new();
	return judges;
}

void judges_free(struct judges *judges)
{
	demands_free(judges->demands);
	g_ptr_array_unref(judges->tests);
	g_ptr_array_unref(judges->needs);
	g_hash_table_unref(judges->numbers);
	g_array_unref(judges->gates);
	g_array_unref(judges->starts);
	g_ptr_array_unref(judges->rules);
	g_byte_array_unref(judges->answers);
	g_free(judges);
}

void judges_add(struct judges *judges, struct rule *rule)
{
	g_ptr_array_add(judges->rules, rule);
}

static guint add_number(struct judges *judges, struct field_test *test)
{
	static const struct circumstances unknown;
	struct prefilter *need = g_new0(struct prefilter, 1);
	g_autoptr(GPtrArray) alone = g_ptr_array_new();

	g_ptr_array_add(alone, test);
	prefilter_init_alternative(need, alone, &unknown);
	g_ptr_array_add(judges->tests, test);
	g_ptr_array_add(judges->needs, need);
	demands_add(judges->demands, need);
	return judges->needs->len;
}

static void number_test(struct judges *judges, struct field_test *test)
{
	if (test->written)
		test->number =
			GPOINTER_TO_UINT(g_hash_table_lookup(judges->numbers, test->written));
	if (test->number > 0)
		return;
	test->number = add_number(judges, test);
	if (test->written)
		g_hash_table_insert(judges->numbers, test->written, GUINT_TO_POINTER(test->number));
}

static void number_selection(struct judges *judges, const struct selection *selection)
{
	for (guint i = 0; i < selection->alternatives->len; i++) {
		const GPtrArray *tests = selection->alternatives->pdata[i];

		for (guint j = 0; j < tests->len; j++)
			number_test(judges, tests->pdata[j]);
	}
}

static void prepare_rule(struct judges *judges, struct rule *rule)
{
	const struct detection *detection = rule_get_detection(rule);

	for (guint i = 0; i < detection->selections->len; i++)
		number_selection(judges, detection->selections->pdata[i]);
	g_array_append_val(judges->starts, judges->gates->len);
	/* A filter vouches where its condition does not hold. */
	rule_gate_append(judges->gates, detection->condition, !rule->is_filter);
}

/* Not when they are added: a packed rule's detection is loaded only when it is asked for. */
static void make_ready(struct judges *judges)
{
	while (judges->starts->len < judges->rules->len)
		prepare_rule(judges, judges->rules->pdata[judges->starts->len]);
	g_byte_array_set_size(judges->answers, judges->needs->len + 1);
}

uint8_t *judges_begin(struct judges *judges, const struct field_list *subject)
{
	uint8_t *answers;
	const uint8_t *marks;

	make_ready(judges);
	demands_begin(judges->demands);
	for (guint i = 0; i < subject->fields->len; i++)
		demands_see(judges->demands, g_array_index(subject->fields, struct field, i).text);
	marks = demands_end(judges->demands);
	answers = judges->answers->data;
	for (guint i = 0; i < judges->needs->len; i++)
		answers[i + 1] =
			marks[i] ? (uint8_t)field_test_guess(judges->tests->pdata[i], subject)
				 : TEST_FAILS;
	return answers;
}

struct rule *judges_next(const struct judges *judges, bool is_filter, guint *index)
{
	while (*index < judges->rules->len) {
		guint i = (*index)++;
		struct rule *rule = judges->rules->pdata[i];
		guint start = g_array_index(judges->starts, guint, i);

		if (rule->is_filter == is_filter &&
		    rule_gate_is_open(&g_array_index(judges->gates, guint, start),
				      judges->answers->data))
			return rule;
	}
	return NULL;
}
