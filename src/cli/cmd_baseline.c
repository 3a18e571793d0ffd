/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "cli/cmd.h"
#include "hunt/baseline_text.h"
#include "hunt/stack.h"
#include "cli/reduce.h"
#include "wmi/fingerprint.h"

static const char heading[] =
	"# Known-good WMI event subscriptions, for wmihunt hunt --baseline. Read them first:\n"
	"# whatever stands here is vouched for wherever it is found again.\n";

struct baseline_run {
	struct hunting hunting;
	struct stack *stack;
	GString *text;
	uint64_t subscriptions;
	uint64_t filters;
	uint64_t left_out; /* they cannot be told from others */
	uint64_t doubtful; /* a rule of level high or critical matches them */
};

static void add_subscription(struct baseline_run *run, const struct subscription *subscription)
{
	g_autofree char *key = subscription_fingerprint_exact(subscription);
	struct hunting *hunting = &run->hunting;
	const struct fault_sink *faults = &hunting->session.faults;
	struct verdict verdict;

	if (baseline_judge(hunting->baseline, subscription, faults, &verdict)) {
		verdict_release(&verdict);
		return;
	}
	if (!key) {
		run->left_out++;
		return;
	}
	rule_set_judge(hunting->rules, subscription, faults, &verdict);
	stack_add(run->stack, key, subscription, &verdict);
	verdict_release(&verdict);
}

/* By content: which hosts have it, and since when, changes from day to day. */
static gint by_key(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct stack_entry *const *)a)->key,
		      (*(const struct stack_entry *const *)b)->key);
}

static void append_filters(struct baseline_run *run)
{
	g_autoptr(GPtrArray) entries = stack_list(run->stack);

	g_ptr_array_sort(entries, by_key);
	g_string_append(run->text, heading);
	for (guint i = 0; i < entries->len; i++) {
		const struct stack_entry *entry = entries->pdata[i];

		baseline_append_filter(run->text, entry);
		run->doubtful += entry->rule_title && entry->level >= LEVEL_HIGH;
	}
	run->filters = entries->len;
}

static void tell_count(struct diagnostics *diagnostics, uint64_t count, const char *what)
{
	g_autofree char *message = NULL;

	if (count == 0)
		return;
	message = g_strdup_printf("%s: %" G_GUINT64_FORMAT, what, count);
	diagnostics_note(diagnostics, message);
}

/* A file that hunt would refuse is worse than none. */
static void print_text(struct baseline_run *run)
{
	struct session *session = &run->hunting.session;

	if (run->text->len > WH_MAX_RULE_FILE) {
		diagnostics_error(
			"the baseline would be larger than a rule file may be: make one for "
			"each of several groups of hosts");
		session->failed = true;
		run->filters = 0;
	} else if (run->filters > 0) {
		output_write(&session->output, run->text->str, run->text->len);
	}
}

static void tell(struct baseline_run *run)
{
	struct diagnostics *diagnostics = &run->hunting.session.diagnostics;

	tell_count(diagnostics, run->left_out,
		   "subscriptions left out, since not all of their content is known");
	tell_count(diagnostics, run->doubtful,
		   "filters that vouch for what a rule of level high or critical matches, as "
		   "their descriptions say");
	diagnostics_summary(diagnostics, &run->hunting.tally,
			    (struct summary_count[]){{"subscriptions", run->subscriptions},
						     {"filters", run->filters},
						     {"left_out", run->left_out},
						     {NULL, 0}});
}

static void write_baseline(struct baseline_run *run)
{
	g_autoptr(GPtrArray) subscriptions = hunting_collect(&run->hunting);

	run->subscriptions = subscriptions->len;
	run->stack = stack_new();
	for (guint i = 0; i < subscriptions->len; i++)
		add_subscription(run, subscriptions->pdata[i]);
	append_filters(run);
	stack_free(run->stack);
	print_text(run);
	tell(run);
}

int cmd_baseline(int argc, char **argv)
{
	struct baseline_run run = {0};
	const struct session_command command = {
		.usage = "PATH… - known-good filters for wmihunt hunt --baseline",
		.summary = "Reads logs that are trusted as wmihunt hunt does, and writes a Sigma "
			   "filter for each\ndistinct subscription that they tell of.",
		.one_format = true,
	};
	int status;

	if (!hunting_begin(&run.hunting, argc, argv, &command, &status))
		return status;
	if (!hunting_open(&run.hunting)) {
		hunting_release(&run.hunting);
		return status;
	}
	run.text = g_string_new(NULL);
	write_baseline(&run);
	status = hunting_end(&run.hunting, run.filters > 0);
	g_string_free(run.text, TRUE);
	return status;
}
