/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/judges.h"

#include "hunt/demands.h"
#include "hunt/field_answers.h"
#include "hunt/rule_gate.h"

/*
 * Many rules make the same tests: each distinct one has a number, and an answer for the
 * subscription at hand. That it fails is known before it is tried where it needs a text that none
 * of the subscription's fields holds: all such texts are looked for at once. What can be said
 * without running a regex is said next; then few rules are left to try. All that is done only for
 * fields whose values are new.
 */
struct judges {
	GPtrArray *added; /* struct rule, borrowed */
	guint ready; /* so many of them stand among the next */
	GPtrArray *rules[2]; /* rules, and filters */
	GArray *gates; /* guint: see rule_gate_append() */
	GArray *starts[2]; /* guint: where each rule's own begins there */
	GHashTable *numbers; /* a test as written (borrowed) → its number */
	GPtrArray *tests; /* struct field_test, borrowed: the first of each number from 1 on */
	GPtrArray *needs; /* struct prefilter: of each number from 1 on */
	struct demands *demands; /* of each of these */
	GByteArray *answers; /* by number */
	struct hash_secret secret;
	GHashTable *by_name; /* folded name → struct field_answers */
	GPtrArray *fields; /* struct field_answers, by slot less 1 */
	GPtrArray *names; /* struct field_name: of each of them */
	bool has_keywords; /* a test looks at all fields */
	GPtrArray *news; /* of these, those with values that are new */
	GArray *others; /* numbers (guint) of the tests that look at several fields */
};

static void free_need(gpointer need)
{
	prefilter_release(need);
	g_free(need);
}

struct judges *judges_new(void)
{
	struct judges *judges = g_new0(struct judges, 1);

	judges->added = g_ptr_array_new();
	for (int is_filter = 0; is_filter < 2; is_filter++) {
		judges->rules[is_filter] = g_ptr_array_new();
		judges->starts[is_filter] = g_array_new(FALSE, FALSE, sizeof(guint));
	}
	judges->gates = g_array_new(FALSE, FALSE, sizeof(guint));
	judges->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	judges->tests = g_ptr_array_new();
	judges->needs = g_ptr_array_new_with_free_func(free_need);
	judges->demands = demands_new();
	judges->answers = g_byte_array_new();
	hash_secret_init(&judges->secret);
	judges->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	judges->fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_answers_free);
	judges->names = g_ptr_array_new();
	judges->news = g_ptr_array_new();
	judges->others = g_array_new(FALSE, FALSE, sizeof(guint));
	return judges;
}

void judges_free(struct judges *judges)
{
	demands_free(judges->demands);
	g_hash_table_unref(judges->by_name);
	g_ptr_array_unref(judges->fields);
	g_ptr_array_unref(judges->names);
	g_ptr_array_unref(judges->news);
	g_array_unref(judges->others);
	g_ptr_array_unref(judges->tests);
	g_ptr_array_unref(judges->needs);
	g_hash_table_unref(judges->numbers);
	g_array_unref(judges->gates);
	for (int is_filter = 0; is_filter < 2; is_filter++) {
		g_array_unref(judges->starts[is_filter]);
		g_ptr_array_unref(judges->rules[is_filter]);
	}
	g_ptr_array_unref(judges->added);
	g_byte_array_unref(judges->answers);
	g_free(judges);
}

void judges_add(struct judges *judges, struct rule *rule)
{
	g_ptr_array_add(judges->added, rule);
}

static struct field_answers *get_field(struct judges *judges, const char *folded)
{
	struct field_answers *field = g_hash_table_lookup(judges->by_name, folded);

	if (!field) {
		field = field_answers_new(folded, judges->fields->len + 1);
		g_ptr_array_add(judges->fields, field);
		g_ptr_array_add(judges->names, (gpointer)field_answers_get_name(field));
		g_hash_table_insert(judges->by_name, (char *)folded, field);
	}
	return field;
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
	if (test->folded && test->kind != TEST_REFERENCE)
		field_answers_add(get_field(judges, test->folded), judges->needs->len);
	else
		g_array_append_val(judges->others, judges->needs->len);
	judges->has_keywords |= !test->folded;
	return judges->needs->len;
}

static void number_test(struct judges *judges, struct field_test *test)
{
	if (test->folded && test->kind != TEST_REFERENCE)
		test->name.slot = field_answers_get_name(get_field(judges, test->folded))->slot;
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
	g_ptr_array_add(judges->rules[rule->is_filter], rule);
	g_array_append_val(judges->starts[rule->is_filter], judges->gates->len);
	/* A filter vouches where its condition does not hold. */
	rule_gate_append(judges->gates, detection->condition, !rule->is_filter);
}

/* Not when they are added: a packed rule's detection is loaded only when it is asked for. */
static void make_ready(struct judges *judges)
{
	while (judges->ready < judges->added->len)
		prepare_rule(judges, judges->added->pdata[judges->ready++]);
	g_byte_array_set_size(judges->answers, judges->needs->len + 1);
}

static void see_field(struct judges *judges, struct field_list *subject,
		      const struct field_name *name)
{
	const struct field *field;
	guint index = 0;

	field_list_note_bytes(subject, name);
	while ((field = field_list_find(subject, name, &index)))
		demands_see(judges->demands, field->text);
}

static void find_news(struct judges *judges, struct field_list *subject)
{
	static const struct field_name any;

	g_ptr_array_set_size(judges->news, 0);
	for (guint i = 0; i < judges->fields->len; i++) {
		struct field_answers *field = judges->fields->pdata[i];

		if (field_answers_begin(field, &judges->secret, subject, judges->answers->data))
			continue;
		g_ptr_array_add(judges->news, field);
		see_field(judges, subject, field_answers_get_name(field));
	}
	if (judges->has_keywords)
		see_field(judges, subject, &any);
}

static void guess_answers(struct judges *judges, const struct field_list *subject,
			  const GArray *numbers)
{
	for (guint i = 0; i < numbers->len; i++) {
		guint number = g_array_index(numbers, guint, i);
		uint8_t answer = TEST_FAILS;

		if (demands_are_met(judges->demands, number - 1))
			answer = (uint8_t)field_test_guess(judges->tests->pdata[number - 1],
							   subject);
		judges->answers->data[number] = answer;
	}
}

uint8_t *judges_begin(struct judges *judges, struct field_list *subject)
{
	make_ready(judges);
	field_list_find_ranges(subject, (const struct field_name *const *)judges->names->pdata,
			       judges->names->len);
	demands_begin(judges->demands);
	find_news(judges, subject);
	for (guint i = 0; i < judges->news->len; i++)
		guess_answers(judges, subject, field_answers_get_numbers(judges->news->pdata[i]));
	guess_answers(judges, subject, judges->others);
	return judges->answers->data;
}

struct rule *judges_next(const struct judges *judges, bool is_filter, guint *index)
{
	const GPtrArray *rules = judges->rules[is_filter];
	const guint *starts = (const guint *)(void *)judges->starts[is_filter]->data;
	const guint *gates = (const guint *)(void *)judges->gates->data;

	while (*index < rules->len) {
		guint i = (*index)++;

		if (rule_gate_is_open(gates + starts[i], judges->answers->data))
			return rules->pdata[i];
	}
	return NULL;
}
