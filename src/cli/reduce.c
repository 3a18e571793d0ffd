/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reduce.h"

#include "event/event_json.h"
#include "event/filetime.h"
#include "cli/rule_messages.h"
#include "wmi/fact.h"

/* The command's entries and those of the rules; the texts are borrowed. */
static GArray *join_entries(struct hunting *hunting, const GOptionEntry *entries)
{
	const GOptionEntry baseline[] = {
		{"baseline", 'b', 0, G_OPTION_ARG_FILENAME_ARRAY, &hunting->baseline_paths,
		 "Take for known-good what a file of wmihunt baseline holds (may be repeated)",
		 "FILE"},
	};
	GArray *joined = g_array_new(TRUE, FALSE, sizeof(GOptionEntry));

	for (; entries && entries->long_name; entries++)
		g_array_append_val(joined, *entries);
	rule_options_add_entries(&hunting->choice, joined);
	g_array_append_vals(joined, baseline, G_N_ELEMENTS(baseline));
	return joined;
}

static void release_options(struct hunting *hunting)
{
	rule_options_release(&hunting->choice);
	g_strfreev(hunting->baseline_paths);
}

bool hunting_begin(struct hunting *hunting, int argc, char **argv,
		   const struct session_command *command, int *status)
{
	struct session_command joined = *command;
	GArray *entries = join_entries(hunting, command->entries);
	bool ok;

	joined.entries = (const GOptionEntry *)(void *)entries->data;
	ok = session_begin(&hunting->session, argc, argv, &joined, status);
	g_array_unref(entries);
	if (!ok) {
		release_options(hunting);
		return false;
	}
	hunting->rules = rule_set_new();
	hunting->baseline = baseline_new();
	hunting->joiner = joiner_new();
	hunting->collector = evidence_collector_new(hunting->rules, &hunting->session.faults);
	event_init(&hunting->event);
	return true;
}

static bool load_rules(struct hunting *hunting)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	bool ok = rule_options_load(&hunting->choice, hunting->rules, messages);

	for (char **path = hunting->baseline_paths; path && *path; path++)
		ok &= baseline_add_path(hunting->baseline, *path, messages);
	rule_messages_print(messages, true, stderr);
	g_ptr_array_unref(messages);
	return ok;
}

bool hunting_open(struct hunting *hunting)
{
	return load_rules(hunting) && session_open(&hunting->session);
}

static bool take_line(void *context, const char *line, size_t length)
{
	struct hunting *hunting = context;
	const struct fault_sink *faults = &hunting->session.faults;
	g_autofree char *reason = NULL;
	struct wmi_fact *fact;

	if (!event_from_json(&hunting->event, line, length, &reason)) {
		struct fault fault = {.what = reason};

		fault_report(faults, &fault);
		return true;
	}
	fact = wmi_fact_from_event(&hunting->event);
	if (hunting->event.source.chimera) {
		/* What it says was never logged so. */
		wmi_fact_free(fact);
		return true;
	}
	if (!fact || hunting->event.source.hidden)
		evidence_collector_add(hunting->collector, &hunting->event);
	if (!fact)
		return true;
	/* That a record was hidden is a finding of its own. */
	if (!hunting->event.source.hidden)
		rule_set_note_event(hunting->rules, &hunting->event, faults);
	joiner_add(hunting->joiner, &hunting->event, fact);
	wmi_fact_free(fact);
	return true;
}

static void note_clock_step(struct hunting *hunting, const struct clock_step *step)
{
	uint64_t seconds = (step->before - step->after) / 10000000;
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
	diagnostics_note(&hunting->session.diagnostics, message);
}

GPtrArray *hunting_collect(struct hunting *hunting)
{
	const GPtrArray *steps;
	GPtrArray *subscriptions;

	hunting->session.job.settings.rules = hunting->rules;
	hunting->tally = session_collect(&hunting->session, false, take_line, hunting);
	subscriptions = joiner_take(hunting->joiner);
	steps = joiner_get_clock_steps(hunting->joiner);
	for (guint i = 0; i < steps->len; i++)
		note_clock_step(hunting, steps->pdata[i]);
	evidence_collector_link(hunting->collector, subscriptions);
	return subscriptions;
}

GPtrArray *hunting_get_evidence(const struct hunting *hunting)
{
	return evidence_collector_report(hunting->collector);
}

GPtrArray *hunting_take_correlations(struct hunting *hunting)
{
	return rule_set_take_correlations(hunting->rules, &hunting->session.faults);
}

void hunting_judge(struct hunting *hunting, const struct subscription *subscription,
		   struct verdict *out)
{
	const struct fault_sink *faults = &hunting->session.faults;

	if (!baseline_judge(hunting->baseline, subscription, faults, out))
		rule_set_judge(hunting->rules, subscription, faults, out);
}

/* What was kept borrows from the rules. */
static void release_own(struct hunting *hunting)
{
	evidence_collector_free(hunting->collector);
	rule_set_free(hunting->rules);
	baseline_free(hunting->baseline);
	joiner_free(hunting->joiner);
	event_release(&hunting->event);
	release_options(hunting);
}

void hunting_release(struct hunting *hunting)
{
	session_release(&hunting->session);
	release_own(hunting);
}

int hunting_end(struct hunting *hunting, bool matched)
{
	int status = session_end(&hunting->session, matched);

	release_own(hunting);
	return status;
}
