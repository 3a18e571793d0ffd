/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "hunt/stack.h"
#include "cli/reduce.h"
#include "report/stack_line.h"
#include "report/table.h"
#include "wmi/fingerprint.h"

struct stack_run {
	struct hunting hunting;
	int max_hosts; /* option */

	struct stack *stack;
	struct table *table;
	GString *line;
	uint64_t subscriptions;
	uint64_t distinct;
	uint64_t shown;
};

static void add_subscription(struct stack_run *run, const struct subscription *subscription)
{
	g_autofree char *key = subscription_fingerprint_alike(subscription);
	struct verdict verdict;

	hunting_judge(&run->hunting, subscription, &verdict);
	stack_add(run->stack, key, subscription, &verdict);
	verdict_release(&verdict);
}

static bool print_entry(struct stack_run *run, const struct stack_entry *entry)
{
	run->shown++;
	if (run->table) {
		table_add_stack(run->table, entry);
		return true;
	}
	g_string_truncate(run->line, 0);
	stack_line_append(entry, run->line);
	return output_write(&run->hunting.session.output, run->line->str, run->line->len);
}

static void print_entries(struct stack_run *run)
{
	g_autoptr(GPtrArray) entries = stack_list(run->stack);
	bool go_on = true;

	run->distinct = entries->len;
	for (guint i = 0; go_on && i < entries->len; i++) {
		const struct stack_entry *entry = entries->pdata[i];

		/* They stand in the order of their hosts. */
		if (g_hash_table_size(entry->hosts) > (guint)run->max_hosts)
			break;
		go_on = print_entry(run, entry);
	}
}

static void stack_paths(struct stack_run *run)
{
	struct session *session = &run->hunting.session;
	struct table_options options = session_table_options(session);
	g_autoptr(GPtrArray) subscriptions = hunting_collect(&run->hunting);

	if (session->as_table)
		run->table = table_new_stack(&options);
	run->stack = stack_new();
	run->subscriptions = subscriptions->len;
	for (guint i = 0; i < subscriptions->len; i++)
		add_subscription(run, subscriptions->pdata[i]);
	print_entries(run);
	if (run->table)
		session_print_table(session, run->table);
	diagnostics_summary(&session->diagnostics, &run->hunting.tally,
			    (struct summary_count[]){{"subscriptions", run->subscriptions},
						     {"distinct", run->distinct},
						     {"shown", run->shown},
						     {NULL, 0}});
	stack_free(run->stack);
}

static bool check_options(const struct stack_run *run)
{
	if (run->max_hosts > 0)
		return true;
	diagnostics_error("--max-hosts: %d is no number of hosts", run->max_hosts);
	return false;
}

int cmd_stack(int argc, char **argv)
{
	struct stack_run run = {.max_hosts = G_MAXINT};
	const GOptionEntry entries[] = {
		{"max-hosts", 'm', 0, G_OPTION_ARG_INT, &run.max_hosts,
		 "Only subscriptions that at most N hosts have", "N"},
		{0},
	};
	const struct session_command command = {
		.usage = "PATH… - subscriptions of many hosts, the rare ones first",
		.summary = "Reads event logs (or lines of wmihunt events) of many hosts, and "
			   "prints each distinct\nsubscription once, with how many hosts have it.",
		.entries = entries,
	};
	int status;

	if (!hunting_begin(&run.hunting, argc, argv, &command, &status))
		return status;
	run.line = g_string_new(NULL);
	if (check_options(&run) && hunting_open(&run.hunting)) {
		stack_paths(&run);
		status = hunting_end(&run.hunting, run.shown > 0);
	} else {
		hunting_release(&run.hunting);
	}
	g_string_free(run.line, TRUE);
	return status;
}
