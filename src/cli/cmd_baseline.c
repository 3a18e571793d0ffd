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
	struct stack *stack;
	guint of_hosts;
	GString *text;
	uint64_t filters;
	uint64_t left_out; /* they cannot be told from others */
	uint64_t doubtful; /* a rule of level high or critical matches them */
};

static void add_subscription(struct baseline_run *run, struct session *session,
			     const struct subscription *subscription)
{
	g_autofree char *key = subscription_fingerprint_exact(subscription);
	struct finding finding;

	if (baseline_judge(session->baseline, subscription, &session->faults, &finding)) {
		finding_release(&finding);
		return;
	}
	if (!key) {
		run->left_out++;
		return;
	}
	rule_set_judge(session->rules, subscription, &session->faults, &finding);
	stack_add(run->stack, key, &finding);
	finding_release(&finding);
}

/* By content: which hosts have it, and since when, changes from day to day. */
static gint by_key(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct stack_entry *const *)a)->key,
		      (*(const struct stack_entry *const *)b)->key);
}

static void append_filters(struct baseline_run *run)
{
	g_autoptr(GPtrArray) entries = stack_list(run->stack, run->of_hosts);

	g_ptr_array_sort(entries, by_key);
	g_string_append(run->text, heading);
	for (guint i = 0; i < entries->len; i++) {
		const struct stack_entry *entry = entries->pdata[i];

		baseline_append_filter(run->text, entry);
		run->doubtful += entry->rule_title && entry->level >= LEVEL_HIGH;
	}
	run->filters = entries->len;
}

static void note_count(struct diagnostics *diagnostics, uint64_t count, const char *what)
{
	g_autofree char *message = NULL;

	if (count == 0)
		return;
	message = g_strdup_printf("%s: %" G_GUINT64_FORMAT, what, count);
	diagnostics_note(diagnostics, message);
}

/* A file that hunt would refuse is worse than none. */
static void print_text(struct baseline_run *run, struct session *session)
{
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

static void note_counts(const struct baseline_run *run, struct diagnostics *diagnostics)
{
	note_count(diagnostics, run->left_out,
		   "subscriptions left out, since not all of their content is known");
	note_count(diagnostics, run->doubtful,
		   "filters that vouch for what a rule of level high or critical matches, as "
		   "their descriptions say");
}

static bool write_baseline(struct session *session, void *context)
{
	struct baseline_run *run = context;
	struct reduce reduce;

	run->text = g_string_new(NULL);
	reduce_init(&reduce, session);
	run->stack = stack_new();
	run->of_hosts = reduce_count_hosts(&reduce);
	for (guint i = 0; i < reduce.subscriptions->len; i++)
		add_subscription(run, session, reduce.subscriptions->pdata[i]);
	append_filters(run);
	print_text(run, session);
	note_counts(run, &session->diagnostics);
	session_count(session, "subscriptions", reduce.subscriptions->len);
	session_count(session, "filters", run->filters);
	session_count(session, "left_out", run->left_out);
	stack_free(run->stack);
	reduce_release(&reduce);
	g_string_free(run->text, TRUE);
	return run->filters > 0;
}

int cmd_baseline(int argc, char **argv)
{
	struct baseline_run run = {0};
	const struct session_command command = {
		.usage = "PATH… - known-good filters for wmihunt hunt --baseline",
		.summary = "Reads logs that are trusted as wmihunt hunt does, and writes a Sigma "
			   "filter for each\ndistinct subscription in them.",
		.one_format = true,
		.takes_baseline = true,
		.objects = &reduce_wants,
		.run = write_baseline,
		.context = &run,
	};

	return session_run(&command, argc, argv);
}
