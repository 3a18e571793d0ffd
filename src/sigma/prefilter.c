/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/prefilter.h"

#include <string.h>

#include "base/limits.h"
#include "sigma/pattern.h"

/*
 * How it is found out, from the leaves of a condition up: a test that the circumstances decide
 * already (by id, provider, channel or the fields that such events have) asks for nothing, or
 * can never be met. Any other test of a data field, or of any, asks for the texts of its patterns:
 * each value that one of these matches holds one of its texts. Of an "and" each side must be met,
 * so one of them is enough, and the one that lets less through by rate_text() is kept. Of an "or"
 * it is the texts of both, or nothing when a side asks for nothing. A "not" turns `wanted` around
 * on the way down, and so "and" into "or". What comes out may let through too much, and never too
 * little.
 */

static const struct prefilter nothing = {.kind = PREFILTER_NOTHING};
static const struct prefilter never = {.kind = PREFILTER_NEVER};

void prefilter_release(struct prefilter *demand)
{
	g_clear_pointer(&demand->texts, g_array_unref);
}

/*
 * What a text costs, by and large: how much it lets through (short ones, and what every log is full
 * of), and the search for it where it may stand anywhere. A comparison at an end of a value is
 * nearly free, and worth some characters more.
 */
static size_t rate_text(const struct field_text *asked)
{
	static const char *const common[] = {
		"c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe",
		"c:\\windows\\system32\\cmd.exe /c ",
		"c:\\windows\\system32\\svchost.exe -k ",
		"c:\\windows\\system32\\services.exe",
		"c:\\windows\\system32\\rundll32.exe",
		"c:\\windows\\syswow64\\",
		"c:\\windows\\explorer.exe",
		"c:\\windows\\temp\\",
		"c:\\program files (x86)\\",
		"c:\\program files\\",
		"c:\\programdata\\microsoft\\",
		"c:\\users\\public\\",
		"\\appdata\\local\\temp\\",
		"\\appdata\\roaming\\microsoft\\",
		"hklm\\software\\microsoft\\windows\\currentversion\\",
		"hklm\\software\\microsoft\\windows nt\\currentversion\\",
		"hklm\\system\\currentcontrolset\\services\\",
		"nt authority\\system",
		"microsoft corporation",
		"microsoft windows operating system",
		"https://www.",
		".dll",
		NULL,
	};
	static const unsigned short lengths[] = {900, 900, 900, 900, 600, 300, 150, 100, 60, 50};
	g_autofree char *lower = g_ascii_strdown(asked->text, -1);
	bool is_anchored = asked->anchor != TEXT_ANYWHERE;
	size_t length = strlen(lower) + (is_anchored ? 3 : 0);

	if (!text_stands_in_strings(lower))
		return 50000;
	for (const char *const *other = common; *other; other++)
		if (strstr(*other, lower))
			return is_anchored ? 3000 : 5000;
	return (length < G_N_ELEMENTS(lengths) ? lengths[length] : 40) + (is_anchored ? 0 : 100);
}

static guint32 get_rate(struct prefilter *demand)
{
	size_t sum = 0;

	if (demand->rate)
		return demand->rate;
	for (guint i = 0; i < demand->texts->len; i++)
		sum += rate_text(&g_array_index(demand->texts, struct field_text, i));
	demand->rate = (guint32)MIN(sum, G_MAXUINT32 / 2);
	return demand->rate;
}

/* Of both demands, one is enough: the better. Releases the other. */
static struct prefilter join_and(struct prefilter a, struct prefilter b)
{
	bool take_a;

	if (a.kind == PREFILTER_NEVER || b.kind == PREFILTER_NEVER)
		take_a = a.kind == PREFILTER_NEVER;
	else if (a.kind == PREFILTER_NOTHING || b.kind == PREFILTER_NOTHING)
		take_a = b.kind == PREFILTER_NOTHING;
	else
		take_a = get_rate(&a) <= get_rate(&b);
	prefilter_release(take_a ? &b : &a);
	return take_a ? a : b;
}

/* Either of both may be met: what satisfies one of them. Releases what is not returned. */
static struct prefilter join_or(struct prefilter a, struct prefilter b)
{
	if (a.kind == PREFILTER_NEVER || b.kind == PREFILTER_NEVER)
		return a.kind == PREFILTER_NEVER ? b : a;
	if (a.kind == PREFILTER_NOTHING || b.kind == PREFILTER_NOTHING ||
	    a.texts->len + b.texts->len > WH_MAX_RULE_LITERALS) {
		prefilter_release(&a);
		prefilter_release(&b);
		return nothing;
	}
	g_array_append_vals(a.texts, b.texts->data, b.texts->len);
	a.rate = a.rate && b.rate ? a.rate + b.rate : 0;
	prefilter_release(&b);
	return a;
}

static struct prefilter join(bool all, struct prefilter a, struct prefilter b)
{
	return all ? join_and(a, b) : join_or(a, b);
}

/* What joining begins with. */
static struct prefilter neutral(bool all)
{
	return all ? nothing : never;
}

/* A hidden event has this text, which no field of it holds. */
static bool is_in_true(const struct field_text *text)
{
	g_autofree char *lower = g_ascii_strdown(text->text, -1);

	return strstr("true", lower) != NULL;
}

static struct prefilter prefilter_of_pattern(const struct pattern *pattern, const char *field)
{
	const GArray *texts = pattern_get_texts(pattern);
	struct prefilter demand = {.kind = PREFILTER_TEXTS};

	if (!texts)
		return nothing;
	demand.texts = g_array_new(FALSE, FALSE, sizeof(struct field_text));
	g_array_append_vals(demand.texts, texts->data, texts->len);
	for (guint i = 0; i < texts->len; i++) {
		struct field_text *text = &g_array_index(demand.texts, struct field_text, i);

		text->field = field;
		if (field || !is_in_true(text))
			continue;
		prefilter_release(&demand);
		return nothing;
	}
	return demand;
}

static struct prefilter prefilter_of_patterns(const struct field_test *test)
{
	struct prefilter demand = neutral(test->all);

	for (guint i = 0; i < test->patterns->len; i++)
		demand = join(test->all, demand,
			      prefilter_of_pattern(test->patterns->pdata[i], test->folded));
	return demand;
}

static bool names_whole_values(const struct field_test *test)
{
	for (guint i = 0; i < test->patterns->len; i++)
		if (!pattern_get_exact(test->patterns->pdata[i]))
			return false;
	return test->kind == TEST_PATTERN && !test->or_absent;
}

/* A value that is known: does the test hold of it? */
static bool holds_of(const struct field_test *test, const char *value)
{
	struct regex_runner *runner = regex_runner_new();
	struct field_list subject;
	struct matcher matcher = {.subject = &subject, .runner = runner};
	bool holds;

	field_list_init(&subject);
	field_list_add(&subject, test->folded, value);
	holds = field_test_holds(test, &matcher);
	field_list_release(&subject);
	regex_runner_free(runner);
	return holds;
}

/* The value that the circumstances give a field; false when they give none. */
static bool get_value(const struct circumstances *circumstances, const char *folded,
		      const char **out)
{
	if (strcmp(folded, "eventid") == 0)
		*out = circumstances->event_id;
	else if (strcmp(folded, "provider_name") == 0)
		*out = circumstances->provider;
	else if (strcmp(folded, "channel") == 0)
		*out = circumstances->channel;
	else
		return false;
	return true;
}

/* Does the test hold, whatever the event? False when that depends on the event. */
static bool is_decided(const struct field_test *test, const struct circumstances *circumstances,
		       bool *holds, const char **missing)
{
	const char *value;

	if (!test->folded || test->kind == TEST_REFERENCE)
		return false;
	if (get_value(circumstances, test->folded, &value)) {
		/* What is known of an event's texts is not their case. */
		if (test->cased || test->comparison == COMPARE_RE)
			return false;
		if (!value && (!names_whole_values(test) || strcmp(test->folded, "channel") == 0))
			return false;
		*holds = value ? holds_of(test, value) : test->negated;
		/* A cleared log is named in a field that is called Channel, too. */
		return *holds != test->negated || strcmp(test->folded, "channel") != 0;
	}
	if (!circumstances->fields || log_field_is_common(test->folded) ||
	    g_hash_table_contains((GHashTable *)circumstances->fields, test->folded))
		return false;
	*missing = test->folded;
	*holds = test->kind == TEST_PRESENT  ? false
		 : test->kind == TEST_ABSENT ? true
					     : test->or_absent != test->negated;
	return true;
}

static struct prefilter prefilter_of_test(const struct field_test *test,
					  const struct circumstances *circumstances, bool wanted)
{
	struct prefilter impossible = never;
	bool holds;

	if (is_decided(test, circumstances, &holds, &impossible.missing))
		return holds == wanted ? nothing : impossible;
	if (test->kind != TEST_PATTERN || test->or_absent || wanted == test->negated ||
	    (test->folded && log_field_is_common(test->folded)))
		return nothing;
	return prefilter_of_patterns(test);
}

static struct prefilter prefilter_of_alternative(const GPtrArray *tests,
						 const struct circumstances *circumstances,
						 bool wanted)
{
	struct prefilter demand = neutral(wanted);

	for (guint i = 0; i < tests->len; i++)
		demand = join(wanted, demand,
			      prefilter_of_test(tests->pdata[i], circumstances, wanted));
	return demand;
}

static struct prefilter prefilter_of_selection(const struct selection *selection,
					       const struct circumstances *circumstances,
					       bool wanted)
{
	struct prefilter demand = neutral(!wanted);

	for (guint i = 0; i < selection->alternatives->len; i++)
		demand = join(!wanted, demand,
			      prefilter_of_alternative(selection->alternatives->pdata[i],
						       circumstances, wanted));
	return demand;
}

/* What makes the condition hold or, where that is `wanted`, not. As deep as conditions nest. */
static struct prefilter prefilter_of_condition(const struct condition *condition,
					       const struct circumstances *circumstances,
					       bool wanted)
{
	bool all = (condition->kind == CONDITION_AND) == wanted;
	struct prefilter demand;

	if (condition->kind == CONDITION_SELECTION)
		return prefilter_of_selection(condition->selection, circumstances, wanted);
	if (condition->kind == CONDITION_NOT)
		return prefilter_of_condition(condition->operands->pdata[0], circumstances,
					      !wanted);
	demand = neutral(all);
	for (guint i = 0; i < condition->operands->len; i++)
		demand = join(all, demand,
			      prefilter_of_condition(condition->operands->pdata[i], circumstances,
						     wanted));
	return demand;
}

void prefilter_init(struct prefilter *demand, const struct condition *condition,
		    const struct circumstances *circumstances)
{
	*demand = prefilter_of_condition(condition, circumstances, true);
}

void prefilter_init_alternative(struct prefilter *demand, const GPtrArray *tests,
				const struct circumstances *circumstances)
{
	*demand = prefilter_of_alternative(tests, circumstances, true);
}

static void add_exact_values(const struct field_test *test, const char *folded, GHashTable *values)
{
	if (test->kind != TEST_PATTERN || test->cased || g_strcmp0(test->folded, folded) != 0)
		return;
	for (guint i = 0; i < test->patterns->len; i++) {
		const char *exact = pattern_get_exact(test->patterns->pdata[i]);

		if (exact)
			g_hash_table_add(values, (gpointer)exact);
	}
}

static void add_values_of_selection(const struct selection *selection, const char *folded,
				    GHashTable *values)
{
	for (guint i = 0; i < selection->alternatives->len; i++) {
		const GPtrArray *tests = selection->alternatives->pdata[i];

		for (guint j = 0; j < tests->len; j++)
			add_exact_values(tests->pdata[j], folded, values);
	}
}

void condition_add_exact_values(const struct condition *condition, const char *folded,
				GHashTable *values)
{
	if (condition->kind == CONDITION_SELECTION)
		add_values_of_selection(condition->selection, folded, values);
	for (guint i = 0; condition->operands && i < condition->operands->len; i++)
		condition_add_exact_values(condition->operands->pdata[i], folded, values);
}
