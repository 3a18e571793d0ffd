/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reduce.h"

#include "event/event_json.h"
#include "wmi/fact.h"

static bool take_line(void *context, const char *line, size_t length)
{
	struct reduce *reduce = context;
	struct session *session = reduce->session;
	g_autofree char *reason = NULL;
	struct wmi_fact *fact;

	if (!event_from_json(&reduce->event, line, length, &reason)) {
		struct fault fault = {.code = FAULT_LINE_DAMAGED, .what = reason};

		fault_report(&session->faults, &fault);
		return true;
	}
	fact = wmi_fact_from_event(&reduce->event);
	if (!fact) {
		evidence_collector_add(reduce->collector, &reduce->event);
		return true;
	}
	rule_set_note_event(session->rules, &reduce->event, &session->faults);
	joiner_add(reduce->joiner, &reduce->event, fact);
	wmi_fact_free(fact);
	return true;
}

void reduce_init(struct reduce *reduce, struct session *session)
{
	struct event_query query = {.rules = session->rules};

	*reduce = (struct reduce){
		.session = session,
		.joiner = joiner_new(),
		.collector = evidence_collector_new(session->rules, &session->faults),
	};
	event_init(&reduce->event);
	session_read(session, &query, take_line, reduce);
	reduce->subscriptions = joiner_take(reduce->joiner);
	evidence_collector_link(reduce->collector, reduce->subscriptions);
}

void reduce_release(struct reduce *reduce)
{
	g_ptr_array_unref(reduce->subscriptions);
	evidence_collector_free(reduce->collector);
	joiner_free(reduce->joiner);
	event_release(&reduce->event);
}

void reduce_judge(const struct reduce *reduce, const struct subscription *subscription,
		  struct finding *out)
{
	struct session *session = reduce->session;

	if (!baseline_judge(session->baseline, subscription, &session->faults, out))
		rule_set_judge(session->rules, subscription, &session->faults, out);
}

static struct finding finding_of_evidence(const struct evidence *evidence)
{
	return (struct finding){
		.kind = FINDING_EVIDENCE,
		.evidence = evidence,
		.matches = g_ptr_array_ref(evidence->matches),
	};
}

static struct finding finding_of_correlation(const struct correlation_finding *correlation)
{
	return (struct finding){
		.kind = FINDING_CORRELATION,
		.correlation = correlation,
		.matches = g_ptr_array_ref(correlation->matches),
	};
}

void reduce_judge_all(const struct reduce *reduce,
		      bool (*take)(void *context, const struct finding *finding), void *context)
{
	const GPtrArray *subscriptions = reduce->subscriptions;
	const struct fault_sink *faults = &reduce->session->faults;
	g_autoptr(GPtrArray) evidence = evidence_collector_report(reduce->collector);
	g_autoptr(GPtrArray) held = rule_set_take_correlations(reduce->session->rules, faults);
	guint before_held = subscriptions->len + evidence->len;
	bool go_on = true;

	for (guint i = 0; go_on && i < before_held + held->len; i++) {
		struct finding finding;

		if (i < subscriptions->len)
			reduce_judge(reduce, subscriptions->pdata[i], &finding);
		else if (i < before_held)
			finding = finding_of_evidence(evidence->pdata[i - subscriptions->len]);
		else
			finding = finding_of_correlation(held->pdata[i - before_held]);
		go_on = take(context, &finding);
		finding_release(&finding);
	}
}
