/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reduce.h"

#include "event/event_json.h"
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
	if (!ok)
		rule_messages_print_errors(messages);
	g_ptr_array_unref(messages);
	return ok;
}

static bool check_output(const struct hunting *hunting)
{
	const char *path = hunting->session.output_path;
	g_autoptr(GError) error = NULL;

	if (output_check_inputs(path, hunting->choice.paths, &error) &&
	    output_check_inputs(path, hunting->baseline_paths, &error))
		return true;
	diagnostics_error("%s", error->message);
	return false;
}

bool hunting_open(struct hunting *hunting)
{
	if (!check_output(hunting) || !load_rules(hunting) || !session_open(&hunting->session))
		return false;
	rule_options_say_left_out(hunting->rules, &hunting->session.diagnostics);
	return true;
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
	if (!fact) {
		evidence_collector_add(hunting->collector, &hunting->event);
		return true;
	}
	rule_set_note_event(hunting->rules, &hunting->event, faults);
	joiner_add(hunting->joiner, &hunting->event, fact);
	wmi_fact_free(fact);
	return true;
}

GPtrArray *hunting_collect(struct hunting *hunting)
{
	GPtrArray *subscriptions;

	hunting->session.job.settings.rules = hunting->rules;
	hunting->tally = session_collect(&hunting->session, false, take_line, hunting);
	subscriptions = joiner_take(hunting->joiner);
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
