/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reduce.h"

#include "base/limits.h"
#include "event/filetime.h"
#include "wmi/fact.h"
#include "wmi/subscription_id.h"
#include "wmi/told.h"

const struct object_wants reduce_wants;

static bool take_event(void *context, const struct event *event)
{
	struct reduce *reduce = context;
	struct session *session = reduce->session;
	struct wmi_fact *fact;

	/* What a chimera says was never logged so. */
	if (event->ref.chimera)
		return true;
	fact = wmi_fact_from_event(event);
	host_names_add(reduce->names, event);
	coverage_add_event(reduce->coverage, event, fact != NULL);
	stored_objects_note_event(reduce->stored, event);
	/* That a record was hidden is a finding of its own. */
	if (!fact || event->ref.hidden)
		evidence_collector_add(reduce->collector, event);
	else
		rule_set_note_event(session->rules, event, &session->faults);
	if (fact)
		joiner_add(reduce->joiner, event, fact);
	wmi_fact_free(fact);
	return true;
}

static bool take_log(void *context, const struct log_facts *facts)
{
	struct reduce *reduce = context;

	if (log_facts_count_labels(facts) > WH_MAX_LOG_LABELS)
		host_names_add_shared(reduce->names, &facts->ref);
	for (guint i = 0; i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];

		/* How a host is spelled the earliest record says; times of exports are cut off. */
		host_names_add_log(reduce->names, holding->host, &facts->ref,
				   facts->kinds ? holding->to : holding->from, holding->to);
	}
	coverage_add_log(reduce->coverage, facts);
	return true;
}

static bool take_object(void *context, const struct wmi_object *object)
{
	struct reduce *reduce = context;

	stored_objects_add(object->found_in < FOUND_IN_MOF_FILE ? reduce->stored : reduce->told,
			   object);
	return true;
}

static void note_clock_step(struct session *session, const struct clock_step *step)
{
	uint64_t seconds = (step->before - step->after) / WH_SECOND;
	char before[WH_FILETIME_TEXT], after[WH_FILETIME_TEXT];
	g_autofree char *message = NULL;

	filetime_format(step->before, before);
	filetime_format(step->after, after);
	message = g_strdup_printf("%s: the clock was set back by %" G_GUINT64_FORMAT
				  " d %02u:%02u:%02u between record %" G_GUINT64_FORMAT
				  " (%s) and record %" G_GUINT64_FORMAT
				  " (%s) of %s%s%s: record ids order its events",
				  step->host ? step->host : "a host without a name",
				  seconds / 86400, (unsigned)(seconds / 3600 % 24),
				  (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60),
				  step->before_id, before, step->after_id, after, step->path,
				  step->entry ? ": " : "", step->entry ? step->entry : "");
	diagnostics_note(&session->diagnostics, message);
}

static void report_full_host(struct session *session, const struct full_host *full)
{
	g_autofree char *what = g_strdup_printf(
		"%s: %" G_GUINT64_FORMAT " events that report subscriptions are left out, as the "
		"host has more than its share of memory; --max-memory raises it",
		full->name ? full->name : "a host without a name", full->left_out);
	struct fault fault = {.code = FAULT_LIMIT, .what = what};

	fault_report(&session->faults, &fault);
}

static void report_left_out(struct session *session, const struct stored_objects *stored)
{
	uint64_t count = stored_objects_count_left_out(stored);
	g_autofree char *what = g_strdup_printf(
		"%" G_GUINT64_FORMAT " objects of repositories did not fit into memory", count);
	const struct fault fault = {.code = FAULT_LIMIT, .what = what};

	if (count)
		fault_report(&session->faults, &fault);
}

static void note_names(struct session *session, const GPtrArray *notes)
{
	for (guint i = 0; i < notes->len; i++)
		diagnostics_note(&session->diagnostics, notes->pdata[i]);
}

static bool name_is_asked(struct session *session, const char *name)
{
	g_autoptr(GError) error = NULL;
	struct fault fault = {.code = FAULT_GAVE_UP, .what = "--host gives up on a host's name"};

	if (name && g_regex_match_full(session->hosts, name, -1, 0, 0, NULL, &error))
		return true;
	if (error)
		fault_report(&session->faults, &fault);
	return false;
}

static bool step_is_asked(struct session *session, const struct clock_step *step)
{
	return !session->hosts || name_is_asked(session, step->host);
}

/* Any of its names may be the one that was asked for. */
static bool a_name_is_asked(struct session *session, const struct host_identity *host)
{
	const GPtrArray *names = host->names;

	if (name_is_asked(session, host->name))
		return true;
	for (guint i = 0; names && i < names->len - 1; i++)
		if (name_is_asked(session, names->pdata[i]))
			return true;
	return false;
}

/* Each is tried once, and a regex that gives up on it says so once. */
static bool host_is_asked(const struct reduce *reduce, const struct host_identity *host)
{
	gpointer asked;

	if (!reduce->session->hosts)
		return true;
	if (!g_hash_table_lookup_extended(reduce->asked, host, NULL, &asked)) {
		asked = GINT_TO_POINTER(a_name_is_asked(reduce->session, host));
		g_hash_table_insert(reduce->asked, (gpointer)host, asked);
	}
	return asked != NULL;
}

static bool event_is_asked(const struct reduce *reduce, const char *host,
			   const struct event_ref *ref)
{
	return !reduce->session->hosts ||
	       host_is_asked(reduce, host_names_find(reduce->names, host, ref));
}

static bool correlation_is_asked(const struct reduce *reduce,
				 const struct correlation_finding *held)
{
	for (guint i = 0; i < held->events->len; i++) {
		const struct correlated_event *event = held->events->pdata[i];

		if (event_is_asked(reduce, event->host, &event->ref))
			return true;
	}
	return false;
}

/* Takes those of other hosts out. */
static void keep_asked(struct reduce *reduce)
{
	GPtrArray *all = reduce->subscriptions;
	GPtrArray *asked;

	if (!reduce->session->hosts)
		return;
	asked = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);
	for (guint i = 0; i < all->len; i++) {
		struct subscription *one = all->pdata[i];

		if (host_is_asked(reduce, one->identity))
			g_ptr_array_add(asked, g_steal_pointer(&all->pdata[i]));
	}
	g_ptr_array_unref(all);
	reduce->subscriptions = asked;
}

static GPtrArray *take_hosts(struct reduce *reduce)
{
	GPtrArray *hosts = coverage_take(reduce->coverage, reduce->names, reduce->session->rules);

	for (guint i = hosts->len; i-- > 0;) {
		const struct host_coverage *host = hosts->pdata[i];

		if (!host_is_asked(reduce, host->identity))
			g_ptr_array_remove_index(hosts, i);
	}
	return hosts;
}

void reduce_init(struct reduce *reduce, struct session *session)
{
	uint64_t memory = session->read_options.memory;
	const struct reducer_takers takers = {.take = take_event,
					      .take_object = take_object,
					      .take_log = take_log,
					      .context = reduce};
	const GPtrArray *steps, *full;

	*reduce = (struct reduce){
		.session = session,
		.names = host_names_new(),
		.asked = g_hash_table_new(NULL, NULL),
		.joiner = joiner_new(memory / 2),
		.stored = stored_objects_new(),
		.told = stored_objects_new(),
		.collector = evidence_collector_new(session->rules, &session->faults, memory / 2),
		.coverage = coverage_new(memory / 8),
	};
	session_read(session, &takers);
	host_names_settle(reduce->names);
	note_names(session, host_names_get_notes(reduce->names));
	reduce->subscriptions = joiner_take(reduce->joiner, reduce->names);
	stored_objects_join(reduce->stored, reduce->names, reduce->subscriptions);
	told_objects_join(reduce->told, reduce->stored, reduce->names, reduce->subscriptions);
	report_left_out(session, reduce->stored);
	report_left_out(session, reduce->told);
	steps = joiner_get_clock_steps(reduce->joiner);
	for (guint i = 0; i < steps->len; i++)
		if (step_is_asked(session, steps->pdata[i]))
			note_clock_step(session, steps->pdata[i]);
	full = joiner_get_full_hosts(reduce->joiner);
	for (guint i = 0; i < full->len; i++)
		report_full_host(session, full->pdata[i]);
	subscriptions_identify(reduce->subscriptions);
	keep_asked(reduce);
	evidence_collector_link(reduce->collector, reduce->subscriptions, reduce->names);
	reduce->hosts = take_hosts(reduce);
}

void reduce_release(struct reduce *reduce)
{
	g_ptr_array_unref(reduce->hosts);
	coverage_free(reduce->coverage);
	g_ptr_array_unref(reduce->subscriptions);
	evidence_collector_free(reduce->collector);
	joiner_free(reduce->joiner);
	g_hash_table_unref(reduce->asked);
	stored_objects_free(reduce->stored);
	stored_objects_free(reduce->told);
	host_names_free(reduce->names);
}

guint reduce_count_hosts(const struct reduce *reduce)
{
	const GPtrArray *hosts = host_names_list(reduce->names);
	guint count = 0;

	for (guint i = 0; i < hosts->len; i++)
		count += host_is_asked(reduce, hosts->pdata[i]);
	return count + stored_objects_count_hosts(reduce->stored) +
	       stored_objects_count_hosts(reduce->told);
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

static void identify_correlations(const struct reduce *reduce, const GPtrArray *held)
{
	g_autoptr(GHashTable) seen = line_id_seen_new();

	for (guint i = 0; i < held->len; i++) {
		struct correlation_finding *one = held->pdata[i];
		const struct correlated_event *first = one->events->pdata[0];
		const struct host_identity *host =
			one->host && !one->correlation->is_across
				? host_names_find(reduce->names, first->host, &first->ref)
				: NULL;

		correlation_identify(one, host ? host_identity_full_name(host) : NULL);
		line_id_count(&one->id, seen);
	}
}

static bool is_asked(const struct reduce *reduce, const struct finding *finding)
{
	const struct event *event;

	if (finding->kind == FINDING_CORRELATION)
		return correlation_is_asked(reduce, finding->correlation);
	if (finding->kind == FINDING_SUBSCRIPTION)
		return true;
	event = &finding->evidence->event;
	return event_is_asked(reduce, event->host, &event->ref);
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

	identify_correlations(reduce, held);
	for (guint i = 0; go_on && i < before_held + held->len; i++) {
		struct finding finding;

		if (i < subscriptions->len)
			reduce_judge(reduce, subscriptions->pdata[i], &finding);
		else if (i < before_held)
			finding = finding_of_evidence(evidence->pdata[i - subscriptions->len]);
		else
			finding = finding_of_correlation(held->pdata[i - before_held]);
		go_on = !is_asked(reduce, &finding) || take(context, &finding);
		finding_release(&finding);
	}
}
