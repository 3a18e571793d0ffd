/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/collector.h"

#include "evidence/evidence_read.h"
#include "evidence/link.h"
#include "evidence/process_parents.h"
#include "evidence/script_parts.h"
#include "hunt/unnamed_parent.h"

struct evidence_collector {
	struct rule_set *rules;
	const struct fault_sink *faults;
	struct script_parts *scripts;
	struct process_parents *parents;
	struct evidence_store *store;
};

/* An event that no rule matches (any more: a script is read again when it is whole) is kept when
 * it can give a process its name. Takes the evidence, which is of `event` as it was logged. */
static void keep_judged(struct evidence_collector *collector, const struct event *event,
			struct evidence *evidence)
{
	bool matched =
		rule_set_judge_event(collector->rules, event, collector->faults, evidence->matches);

	if (matched || evidence->kind == EVIDENCE_PROCESS)
		evidence_store_add(collector->store, evidence);
	else
		evidence_free(evidence);
}

static void keep(void *context, const struct event *event)
{
	keep_judged(context, event, evidence_from_event(event));
}

/* Rules see the parent's name as if it had been logged; readers see what was. */
static void keep_named(void *context, const struct event *event, const char *parent_image)
{
	struct evidence *evidence = evidence_from_event(event);
	const struct event_field parent = {WH_PARENT_FIELD, parent_image};
	struct event named = *event;

	/* One that is not sure is none for links, either. */
	evidence->has_parent_id = parent_image != NULL;
	named.fields = g_array_copy(event->fields);
	if (parent_image) {
		g_array_append_val(named.fields, parent);
		evidence->parent_image = evidence_keep(evidence, g_strdup(parent_image));
	}
	keep_judged(context, &named, evidence);
	g_array_unref(named.fields);
}

struct evidence_collector *evidence_collector_new(struct rule_set *rules,
						  const struct fault_sink *faults, uint64_t memory)
{
	struct evidence_collector *collector = g_new0(struct evidence_collector, 1);

	collector->rules = rules;
	collector->faults = faults;
	collector->scripts = script_parts_new(keep, collector);
	collector->parents = process_parents_new(memory / 4, keep_named, collector);
	collector->store = evidence_store_new(memory - memory / 4);
	return collector;
}

void evidence_collector_free(struct evidence_collector *collector)
{
	if (!collector)
		return;
	script_parts_free(collector->scripts);
	process_parents_free(collector->parents);
	evidence_store_free(collector->store);
	g_free(collector);
}

void evidence_collector_add(struct evidence_collector *collector, const struct event *event)
{
	if (!script_parts_add(collector->scripts, event) &&
	    !process_parents_add(collector->parents, event))
		keep(collector, event);
}

static void report(const struct evidence_collector *collector, const char *what)
{
	struct fault fault = {.code = FAULT_LEFT_OUT, .what = what};

	fault_report(collector->faults, &fault);
}

static void report_count(const struct evidence_collector *collector, const char *what,
			 uint64_t count)
{
	g_autofree char *text = g_strdup_printf("%s: %" G_GUINT64_FORMAT, what, count);

	if (count)
		report(collector, text);
}

void evidence_collector_link(struct evidence_collector *collector, const GPtrArray *subscriptions,
			     struct host_names *names)
{
	script_parts_end(collector->scripts);
	process_parents_end(collector->parents);
	report_count(collector,
		     "starts of processes did not fit into memory that their parents be named",
		     process_parents_count_dropped(collector->parents));
	report_count(collector, "related events of the lowest levels did not fit into memory",
		     evidence_store_count_dropped(collector->store));
	if (!link_evidence(collector->store, subscriptions, names))
		report(collector,
		       "a host has too many related events to link all to its subscriptions");
}

GPtrArray *evidence_collector_report(const struct evidence_collector *collector)
{
	return evidence_store_report(collector->store);
}
