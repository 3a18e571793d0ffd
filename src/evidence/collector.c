/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/collector.h"

#include "evidence/link.h"
#include "evidence/script_parts.h"

struct surroundings {
	struct rule_set *rules;
	const struct fault_sink *faults;
	struct script_parts *scripts;
	struct evidence_store *store;
};

static void free_matches(gpointer matches)
{
	g_ptr_array_unref(matches);
}

/* An event that no rule matches (any more: a script is read again when it is whole) is kept when
 * it can give a process its name. */
static void keep(void *context, const struct event *event)
{
	struct surroundings *surroundings = context;
	struct evidence *evidence = evidence_from_event(event);
	GPtrArray *matches = rule_matches_new();
	int level = -1;

	if (rule_set_judge_event(surroundings->rules, event, surroundings->faults, matches))
		level = (int)((const struct match *)matches->pdata[0])->level;
	evidence_take_matches(evidence, level, matches, free_matches);
	if (level >= 0 || evidence->kind == EVIDENCE_PROCESS)
		evidence_store_add(surroundings->store, evidence);
	else
		evidence_free(evidence);
}

struct surroundings *surroundings_new(struct rule_set *rules, const struct fault_sink *faults)
{
	struct surroundings *surroundings = g_new0(struct surroundings, 1);

	surroundings->rules = rules;
	surroundings->faults = faults;
	surroundings->scripts = script_parts_new(keep, surroundings);
	surroundings->store = evidence_store_new();
	return surroundings;
}

void surroundings_free(struct surroundings *surroundings)
{
	if (!surroundings)
		return;
	script_parts_free(surroundings->scripts);
	evidence_store_free(surroundings->store);
	g_free(surroundings);
}

void surroundings_add(struct surroundings *surroundings, const struct event *event)
{
	if (!script_parts_add(surroundings->scripts, event))
		keep(surroundings, event);
}

static void report(const struct surroundings *surroundings, const char *what)
{
	struct fault fault = {.what = what};

	fault_report(surroundings->faults, &fault);
}

void surroundings_link(struct surroundings *surroundings, const GPtrArray *subscriptions)
{
	uint64_t dropped;

	script_parts_end(surroundings->scripts);
	dropped = evidence_store_count_dropped(surroundings->store);
	if (dropped) {
		g_autofree char *what = g_strdup_printf(
			"evidence of the lowest levels did not fit into memory: %" G_GUINT64_FORMAT
			" events",
			dropped);

		report(surroundings, what);
	}
	if (!evidence_link(surroundings->store, subscriptions))
		report(surroundings,
		       "a host has too much evidence to link all of it to its subscriptions");
}

GPtrArray *surroundings_report(const struct surroundings *surroundings)
{
	return evidence_store_report(surroundings->store);
}
