/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/rule_set.h"

#include <string.h>

#include "hunt/rule_claims.h"
#include "hunt/unnamed_parent.h"

struct rule_set *rule_set_new(void)
{
	struct rule_set *rules = g_new0(struct rule_set, 1);

	rules->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	rules->filters = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	rules->claims = rule_claims_new();
	rules->paths = g_ptr_array_new_with_free_func(g_free);
	rules->digests = g_string_new(NULL);
	rules->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)left_out_free);
	rules->correlations = correlations_new();
	rules->sources = log_sources_new();
	rules->subscriptions = log_sources_get(rules->sources, "wmi_subscription", NULL);
	rules->runner = regex_runner_new();
	field_list_init(&rules->subject);
	rules->judges = judges_new();
	rules->events = event_rules_new();
	rules->noted = event_matches_new();
	rules->matched = g_ptr_array_new();
	return rules;
}

void rule_set_want_errors_only(struct rule_set *rules)
{
	rules->errors_only = true;
}

bool rule_set_wants_errors_only(const struct rule_set *rules)
{
	return rules->errors_only;
}

void rule_set_free(struct rule_set *rules)
{
	if (!rules)
		return;
	event_matches_free(rules->noted);
	g_ptr_array_unref(rules->matched);
	correlations_free(rules->correlations);
	event_rules_free(rules->events);
	regex_runner_free(rules->runner);
	field_list_release(&rules->subject);
	g_hash_table_unref(rules->claims);
	judges_free(rules->judges);
	g_ptr_array_unref(rules->left_out);
	g_ptr_array_unref(rules->paths);
	g_string_free(rules->digests, TRUE);
	g_ptr_array_unref(rules->filters);
	g_ptr_array_unref(rules->rules);
	log_sources_free(rules->sources);
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

size_t rule_set_count_correlations(const struct rule_set *rules)
{
	return correlations_count(rules->correlations);
}

static bool is_voucher(const struct rule *filter, const struct log_source *source)
{
	return filter->source == source && !filter->targets;
}

size_t rule_set_count_vouchers(const struct rule_set *rules)
{
	size_t count = 0;

	for (guint i = 0; i < rules->filters->len; i++)
		count += is_voucher(rules->filters->pdata[i], rules->subscriptions);
	return count;
}

const GPtrArray *rule_set_get_left_out(const struct rule_set *rules)
{
	return rules->left_out;
}

size_t rule_set_count_used(const struct rule_set *rules)
{
	return rules->used;
}

void rule_set_leave_out(struct rule_set *rules, struct left_out *left_out)
{
	g_ptr_array_add(rules->left_out, left_out);
}

static bool rule_holds(struct rule *rule, struct matcher *matcher, const struct fault_sink *faults)
{
	bool holds;

	matcher->gave_up = false;
	holds = condition_holds(rule_get_detection(rule)->condition, matcher);
	if (matcher->gave_up && faults && !rule->gave_up) {
		g_autofree char *what =
			g_strdup_printf("a regex of the rule '%s' gave up", rule->title);
		struct fault fault = {.code = FAULT_GAVE_UP, .what = what, .path = rule->file};

		fault_report(faults, &fault);
		rule->gave_up = true;
	}
	return holds;
}

/* The first filter for all rules of a source that takes the subject away, or NULL. */
static const struct rule *find_voucher(const struct rule_set *rules,
				       const struct log_source *source, struct matcher *matcher,
				       const struct fault_sink *faults)
{
	for (guint i = 0; i < rules->filters->len; i++) {
		struct rule *filter = g_ptr_array_index(rules->filters, i);

		if (is_voucher(filter, source) && !rule_holds(filter, matcher, faults))
			return filter;
	}
	return NULL;
}

static bool is_filtered(const struct rule_set *rules, const struct rule *rule,
			struct matcher *matcher, const struct fault_sink *faults)
{
	for (guint i = 0; i < rules->filters->len; i++) {
		struct rule *filter = g_ptr_array_index(rules->filters, i);

		if (filter->targets && rule_filters(filter, rule) &&
		    !rule_holds(filter, matcher, faults))
			return true;
	}
	return false;
}

static struct match *match_new(const struct rule *rule)
{
	struct match *match = g_new0(struct match, 1);

	match->rule = rule;
	match->rule_id = rule->id;
	match->title = rule->title;
	match->level = rule->level;
	match->tags = rule->tags;
	match->references = rule->references;
	match->triage = rule->triage;
	match->fields = match_fields_new();
	return match;
}

static void add_match(struct rule *rule, struct matcher *matcher, GPtrArray *matches)
{
	struct match *match = match_new(rule);

	condition_collect(rule_get_detection(rule)->condition, matcher, match->fields);
	g_ptr_array_add(matches, match);
}

static void add_matches(const struct rule_set *rules, struct matcher *matcher,
			const struct fault_sink *faults, GPtrArray *matches)
{
	struct rule *rule;
	guint index = 0;

	while ((rule = judges_next(rules->judges, false, &index)))
		if (rule_holds(rule, matcher, faults) && !is_filtered(rules, rule, matcher, faults))
			add_match(rule, matcher, matches);
}

static struct match *find_match(const GPtrArray *matches, const struct rule *rule)
{
	for (guint i = 0; i < matches->len; i++) {
		struct match *match = g_ptr_array_index(matches, i);

		if (match->rule == rule)
			return match;
	}
	return NULL;
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

/* An event that rules are tried on. */
struct event_matching {
	const struct rule_set *rules;
	const struct event *event;
	const struct fault_sink *faults;
	GPtrArray *matches; /* or NULL */
	bool correlate;
	bool matched;
};

static bool try_rule(void *context, struct rule *rule, const struct field_list *subject)
{
	struct event_matching *matching = context;
	struct matcher matcher = {.subject = subject, .runner = matching->rules->runner};
	bool holds;

	/* An event may come from two of a source's feeds. */
	if (matching->matches && g_ptr_array_find(matching->rules->matched, rule, NULL))
		return true;
	holds = rule_holds(rule, &matcher, matching->faults);
	/* Who only asks gets another to say which rules gave up. */
	if (!holds && (matching->matches || !matcher.gave_up))
		return true;
	if (find_voucher(matching->rules, rule->source, &matcher, matching->faults) ||
	    is_filtered(matching->rules, rule, &matcher, matching->faults))
		return true;
	matching->matched = true;
	if (matching->correlate)
		correlations_add_match(matching->rules->correlations, matching->event, rule,
				       subject);
	if (!matching->matches)
		return false;
	g_ptr_array_add(matching->rules->matched, rule);
	if (!matching->correlate || !correlations_silence(matching->rules->correlations, rule))
		add_match(rule, &matcher, matching->matches);
	return true;
}

static bool match_event(struct event_matching *matching)
{
	const struct event_trial trial = {try_rule, matching};

	g_ptr_array_set_size(matching->rules->matched, 0);
	event_rules_try(matching->rules->events, matching->event, &trial);
	if (matching->matches)
		g_ptr_array_sort(matching->matches, compare_matches);
	return matching->matched;
}

bool rule_set_match_event(struct rule_set *rules, const struct event *event,
			  const struct fault_sink *faults, GPtrArray *matches)
{
	struct event_matching matching = {rules, event, faults, matches, false, false};

	return match_event(&matching);
}

bool rule_set_judge_event(struct rule_set *rules, const struct event *event,
			  const struct fault_sink *faults, GPtrArray *matches)
{
	struct event_matching matching = {rules, event, faults, matches, true, false};
	const GPtrArray *saved;

	correlations_next_event(rules->correlations);
	match_event(&matching);
	saved = correlations_get_saved(rules->correlations);
	if (saved->len > 0)
		rules->sink.take(rules->sink.context, event, saved);
	return matches->len > 0;
}

void rule_set_set_scope(struct rule_set *rules, enum correlation_scope scope,
			const struct match_sink *sink)
{
	correlations_set_scope(rules->correlations, scope);
	if (sink)
		rules->sink = *sink;
}

void rule_set_next_saved(struct rule_set *rules)
{
	correlations_next_event(rules->correlations);
}

bool rule_set_add_saved(struct rule_set *rules, const struct event *event, const char *id,
			const char *title, const struct field_list *fields)
{
	const struct rule *rule = correlations_find_rule(rules->correlations, id, title);

	if (rule)
		correlations_add_match(rules->correlations, event, rule, fields);
	return rule != NULL;
}

GPtrArray *rule_set_take_correlations(struct rule_set *rules, const struct fault_sink *faults)
{
	return correlations_report(rules->correlations, faults);
}

void rule_set_note_event(struct rule_set *rules, const struct event *event,
			 const struct fault_sink *faults)
{
	GPtrArray *matches = matches_new();

	if (rule_set_judge_event(rules, event, faults, matches))
		event_matches_take(rules->noted, event, matches, faults);
	else
		g_ptr_array_unref(matches);
}

bool rule_set_needs_event(const struct rule_set *rules, const struct event *event)
{
	return event_rules_name_parents(rules->events) &&
	       (event_has_unnamed_parent(event) || event_is_boot(event));
}

void rule_set_fill_plan(const struct rule_set *rules, struct sieve_plan *plan)
{
	event_rules_fill_plan(rules->events, plan);
}

static void prepare_rules(const struct rule_set *rules, const GPtrArray *of)
{
	for (guint i = 0; i < of->len; i++) {
		const struct rule *rule = g_ptr_array_index(of, i);

		if (rule->source != rules->subscriptions && !rule->packed)
			detection_prepare(&rule->detection);
	}
}

void rule_set_prepare(const struct rule_set *rules)
{
	prepare_rules(rules, rules->rules);
	prepare_rules(rules, rules->filters);
	event_rules_prepare(rules->events);
}

void rule_set_prepare_all(struct rule_set *rules)
{
	const GPtrArray *const lists[] = {rules->rules, rules->filters};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		for (guint j = 0; j < lists[i]->len; j++)
			detection_prepare(rule_get_detection(lists[i]->pdata[j]));
}

/* One rule is one match, whatever number of events it matched. */
static void merge_match(GPtrArray *matches, const struct match *of_event)
{
	struct match *match = find_match(matches, of_event->rule);

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

static const char *find_text(const struct field_list *subject, const char *folded)
{
	guint index = 0;
	const struct field *field = field_list_next(subject, folded, &index);

	return field ? field->text : NULL;
}

void rule_set_judge(struct rule_set *rules, const struct subscription *subscription,
		    const struct fault_sink *faults, struct finding *out)
{
	struct matcher matcher = {.subject = &rules->subject, .runner = rules->runner};
	struct rule *voucher;
	guint index = 0;

	*out = (struct finding){
		.kind = FINDING_SUBSCRIPTION,
		.subscription = subscription,
		.matches = matches_new(),
	};
	field_list_clear(&rules->subject);
	field_list_add_subscription(&rules->subject, subscription);
	out->has_fingerprints = true;
	out->filter_sha256 = find_text(&rules->subject, "filter.sha256");
	out->consumer_sha256 = find_text(&rules->subject, "consumer.sha256");
	matcher.answers = judges_begin(rules->judges, &rules->subject);
	do
		voucher = judges_next(rules->judges, true, &index);
	while (voucher && rule_holds(voucher, &matcher, faults));
	if (voucher) {
		out->known_good_title = voucher->title;
		out->known_good_id = voucher->id ? voucher->id : voucher->title;
	} else {
		add_matches(rules, &matcher, faults, out->matches);
		add_noted(rules, subscription, out->matches);
		g_ptr_array_sort(out->matches, compare_matches);
	}
}
