/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rules.h"

#include <string.h>

#include "hunt/event_matches.h"
#include "hunt/rule.h"

struct rule_set {
	GPtrArray *rules; /* struct rule */
	GPtrArray *filters; /* struct rule */
	GHashTable *by_id; /* id in lower case → struct rule, of both */
	struct regex_runner *runner;
	struct event_matches *noted;
	bool has_event_rules;
};

struct rule_set *rule_set_new(void)
{
	struct rule_set *rules = g_new0(struct rule_set, 1);

	rules->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	rules->filters = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	rules->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	rules->runner = regex_runner_new();
	rules->noted = event_matches_new();
	return rules;
}

void rule_set_free(struct rule_set *rules)
{
	if (!rules)
		return;
	event_matches_free(rules->noted);
	regex_runner_free(rules->runner);
	g_hash_table_unref(rules->by_id);
	g_ptr_array_unref(rules->filters);
	g_ptr_array_unref(rules->rules);
	g_free(rules);
}

size_t rule_set_count_rules(const struct rule_set *rules)
{
	return rules->rules->len;
}

size_t rule_set_count_filters(const struct rule_set *rules)
{
	return rules->filters->len;
}

static bool claim_id(struct rule_set *rules, struct rule *rule, struct lint *lint)
{
	g_autofree char *lower = rule->id ? g_ascii_strdown(rule->id, -1) : NULL;
	const struct rule *other;

	if (!lower)
		return true;
	other = g_hash_table_lookup(rules->by_id, lower);
	if (other) {
		lint_error(lint, &rule->place, "the id %s is taken by %s:%u:%u", rule->id,
			   other->file, other->place.line, other->place.column);
		return false;
	}
	g_hash_table_insert(rules->by_id, g_steal_pointer(&lower), rule);
	return true;
}

static void take_rule(struct rule_set *rules, struct rule *rule, struct lint *lint)
{
	if (!claim_id(rules, rule, lint)) {
		rule_free(rule);
		return;
	}
	g_ptr_array_add(rule->is_filter ? rules->filters : rules->rules, rule);
	if (!rule->is_filter && rule->source != SOURCE_SUBSCRIPTION)
		rules->has_event_rules = true;
}

bool rule_set_add_text(struct rule_set *rules, const char *file, const char *text, size_t length,
		       GPtrArray *messages)
{
	struct lint lint = {.file = file, .messages = messages};
	static const struct place top = {1, 1};
	g_autoptr(GPtrArray) documents = NULL;
	guint first = messages->len;

	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		lint_error(&lint, &top, "not valid UTF-8 text");
		return false;
	}
	documents = yaml_parse(text, length, &lint);
	if (documents->len == 0 && lint.errors == 0)
		lint_warn(&lint, &top, "there is no rule in it");
	for (guint i = 0; i < documents->len; i++) {
		struct rule *rule = rule_load(g_ptr_array_index(documents, i), &lint);

		if (rule)
			take_rule(rules, rule, &lint);
	}
	lint_sort(messages, first);
	return lint.errors == 0;
}

static bool target_exists(const struct rule_set *rules, const struct rule_target *target,
			  enum log_source source)
{
	for (guint i = 0; i < rules->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(rules->rules, i);

		if (rule->source == source && rule_target_is(target, rule))
			return true;
	}
	return false;
}

void rule_set_check_targets(const struct rule_set *rules, size_t first_filter, GPtrArray *messages)
{
	for (guint i = (guint)first_filter; i < rules->filters->len; i++) {
		const struct rule *filter = g_ptr_array_index(rules->filters, i);
		struct lint lint = {.file = filter->file, .messages = messages};

		for (guint j = 0; filter->targets && j < filter->targets->len; j++) {
			const struct rule_target *target = g_ptr_array_index(filter->targets, j);

			if (!target_exists(rules, target, filter->source))
				lint_warn(&lint, &target->place,
					  "no rule '%s' of the same log source is loaded",
					  target->name);
		}
	}
}

static bool rule_holds(const struct rule *rule, struct matcher *matcher,
		       const struct fault_sink *faults)
{
	bool holds;

	matcher->gave_up = false;
	holds = condition_holds(rule->detection.condition, matcher);
	if (matcher->gave_up && faults) {
		g_autofree char *what =
			g_strdup_printf("a regex of the rule '%s' gave up", rule->title);
		struct fault fault = {.what = what, .path = rule->file};

		fault_report(faults, &fault);
	}
	return holds;
}

/* The first filter for all rules of a source that takes the subject away, or NULL. */
static const struct rule *find_voucher(const struct rule_set *rules, enum log_source source,
				       struct matcher *matcher, const struct fault_sink *faults)
{
	for (guint i = 0; i < rules->filters->len; i++) {
		const struct rule *filter = g_ptr_array_index(rules->filters, i);

		if (filter->source == source && !filter->targets &&
		    !rule_holds(filter, matcher, faults))
			return filter;
	}
	return NULL;
}

static bool is_filtered(const struct rule_set *rules, const struct rule *rule,
			struct matcher *matcher, const struct fault_sink *faults)
{
	for (guint i = 0; i < rules->filters->len; i++) {
		const struct rule *filter = g_ptr_array_index(rules->filters, i);

		if (filter->targets && rule_filters(filter, rule) &&
		    !rule_holds(filter, matcher, faults))
			return true;
	}
	return false;
}

static struct match *match_new(const struct rule *rule)
{
	struct match *match = g_new0(struct match, 1);

	match->rule_id = rule->id;
	match->title = rule->title;
	match->level = rule->level;
	match->tags = rule->tags;
	match->fields = match_fields_new();
	return match;
}

static GPtrArray *matches_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)match_free);
}

static void add_matches(const struct rule_set *rules, enum log_source source,
			struct matcher *matcher, const struct fault_sink *faults,
			GPtrArray *matches)
{
	for (guint i = 0; i < rules->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(rules->rules, i);
		struct match *match;

		if (rule->source != source || !rule_holds(rule, matcher, faults) ||
		    is_filtered(rules, rule, matcher, faults))
			continue;
		match = match_new(rule);
		condition_collect(rule->detection.condition, matcher, match->fields);
		g_ptr_array_add(matches, match);
	}
}

void rule_set_note_event(struct rule_set *rules, const struct event *event,
			 const struct fault_sink *faults)
{
	enum log_source source;
	struct subject subject;
	struct matcher matcher = {.subject = &subject, .runner = rules->runner};
	GPtrArray *matches;

	if (!rules->has_event_rules || !log_source_of_event(event, &source))
		return;
	matches = matches_new();
	subject_init(&subject);
	subject_add_event(&subject, event);
	if (!find_voucher(rules, source, &matcher, faults))
		add_matches(rules, source, &matcher, faults, matches);
	subject_release(&subject);
	if (matches->len > 0)
		event_matches_take(rules->noted, event, matches);
	else
		g_ptr_array_unref(matches);
}

static struct match *find_match(const GPtrArray *matches, const struct match *like)
{
	for (guint i = 0; i < matches->len; i++) {
		struct match *match = g_ptr_array_index(matches, i);

		/* Titles belong to their rules, so this compares rules. */
		if (match->title == like->title)
			return match;
	}
	return NULL;
}

/* One rule is one match, whatever number of events it matched. */
static void merge_match(GPtrArray *matches, const struct match *of_event)
{
	struct match *match = find_match(matches, of_event);

	if (!match) {
		match = g_new0(struct match, 1);
		*match = *of_event;
		match->fields = match_fields_new();
		g_ptr_array_add(matches, match);
	}
	for (guint i = 0; i < of_event->fields->len; i++) {
		const struct match_field *field = g_ptr_array_index(of_event->fields, i);

		match_fields_add(match->fields, field->field, field->text, strlen(field->text));
	}
}

static void add_noted(const struct rule_set *rules, const struct subscription *subscription,
		      GPtrArray *matches)
{
	for (guint i = 0; subscription->events && i < subscription->events->len; i++) {
		const GPtrArray *noted =
			event_matches_get(rules->noted, g_ptr_array_index(subscription->events, i));

		for (guint j = 0; noted && j < noted->len; j++)
			merge_match(matches, g_ptr_array_index(noted, j));
	}
}

static gint compare_matches(gconstpointer a, gconstpointer b)
{
	const struct match *left = *(const struct match *const *)a;
	const struct match *right = *(const struct match *const *)b;
	int order;

	if (left->level != right->level)
		return left->level > right->level ? -1 : 1;
	order = g_strcmp0(left->rule_id, right->rule_id);
	return order != 0 ? order : strcmp(left->title, right->title);
}

void rule_set_judge(struct rule_set *rules, const struct subscription *subscription,
		    const struct fault_sink *faults, struct verdict *out)
{
	struct subject subject;
	struct matcher matcher = {.subject = &subject, .runner = rules->runner};
	const struct rule *voucher;

	*out = (struct verdict){.matches = matches_new()};
	subject_init(&subject);
	subject_add_subscription(&subject, subscription);
	voucher = find_voucher(rules, SOURCE_SUBSCRIPTION, &matcher, faults);
	if (voucher) {
		out->known_good_title = voucher->title;
		out->known_good_id = voucher->id ? voucher->id : voucher->title;
	} else {
		add_matches(rules, SOURCE_SUBSCRIPTION, &matcher, faults, out->matches);
		add_noted(rules, subscription, out->matches);
		g_ptr_array_sort(out->matches, compare_matches);
	}
	subject_release(&subject);
}

void verdict_release(struct verdict *verdict)
{
	g_clear_pointer(&verdict->matches, g_ptr_array_unref);
}
