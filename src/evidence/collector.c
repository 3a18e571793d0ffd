/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/collector.h"

#include "evidence/link.h"
#include "evidence/script_parts.h"

struct evidence_collector {
	struct rule_set *rules;
	const struct fault_sink *faults;
	struct script_parts *scripts;
	struct evidence_store *store;
};

/* An event that no rule matches (any more: a script is read again when it is whole) is kept when
 * it can give a process its name. */
static void keep(void *context, const struct event *event)
{
	struct evidence_collector *collector = context;
	struct evidence *evidence = evidence_from_event(event);
	bool matched =
		rule_set_judge_event(collector->rules, event, collector->faults, evidence->matches);

	if (matched || evidence->kind == EVIDENCE_PROCESS)
		evidence_store_add(collector->store, evidence);
	else
		evidence_free(evidence);
}

struct evidence_collector *evidence_collector_new(struct rule_set *rules,
						  const struct fault_sink *faults, uint64_t memory)
{
	struct evidence_collector *collector = g_new0(struct evidence_collector, 1);

	collector->rules = rules;
	collector->faults = faults;
	collector->scripts = script_parts_new(keep, collector);
	collector->store = evidence_store_new(memory);
	return collector;
}

void evidence_collector_free(struct evidence_collector *collector)
{
	if (!collector)
		return;
	script_parts_free(collector->scripts);
	evidence_store_free(collector->store);
	g_free(collector);
}

void evidence_collector_add(struct evidence_collector *collector, const struct event *event)
{
	if (!script_parts_add(collector->scripts, event))
		keep(collector, event);
}

static void report(const struct evidence_collector *collector, const char *what)
{
	struct fault fault = {.code = FAULT_LEFT_OUT, .what = what};

	fault_report(collector->faults, &fault);
}

void evidence_collector_link(struct evidence_collector *collector, const GPtrArray *subscriptions,
			     struct host_names *names)
{
	uint64_t dropped;

	script_parts_end(collector->scripts);
	dropped = evidence_store_count_dropped(collector->store);
	if (dropped) {
		g_autofree char *what = g_strdup_printf("related events of the lowest levels did "
							"not fit into memory: %" G_GUINT64_FORMAT,
							dropped);

		report(collector, what);
	}
	if (!link_evidence(collector->store, subscriptions, names))
		report(collector,
		       "a host has too many related events to link all to its subscriptions");
}

GPtrArray *evidence_collector_report(const struct evidence_collector *collector)
{
	return evidence_store_report(collector->store);
}
