/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"
#include "cli/reduce.h"
#include "hunt/stack.h"
#include "wmi/fingerprint.h"

static struct stack *stack_subscriptions(const struct reduce *reduce)
{
	struct stack *stack = stack_new(reduce_count_hosts(reduce));

	for (guint i = 0; i < reduce->subscriptions->len; i++) {
		const struct subscription *subscription = reduce->subscriptions->pdata[i];
		g_autofree char *key = subscription_fingerprint_alike(subscription);
		struct finding finding;

		reduce_judge(reduce, subscription, &finding);
		stack_add(stack, key, &finding);
		finding_release(&finding);
	}
	return stack;
}

/* Returns how many there were. */
static guint print_entries(struct report *report, const GPtrArray *entries, guint max_hosts)
{
	guint shown = 0;
	bool go_on = true;

	while (go_on && shown < entries->len) {
		const struct stack_entry *entry = entries->pdata[shown];

		/* They stand in the order of their hosts. */
		if (g_hash_table_size(entry->hosts) > max_hosts)
			break;
		shown++;
		go_on = report_add_stack(report, entry);
	}
	return shown;
}

static bool print_stack(struct session *session, void *context)
{
	const int *max_hosts = context;
	g_autoptr(GPtrArray) entries = NULL;
	struct reduce reduce;
	struct stack *stack;
	guint shown;

	reduce_init(&reduce, session);
	stack = stack_subscriptions(&reduce);
	entries = stack_list(stack);
	shown = print_entries(&session->report, entries, (guint)*max_hosts);
	session_count(session, "subscriptions", reduce.subscriptions->len);
	session_count(session, "distinct", entries->len);
	session_count(session, "shown", shown);
	stack_free(stack);
	reduce_release(&reduce);
	return shown > 0;
}

static bool check_options(struct session *session, void *context)
{
	const int *max_hosts = context;

	session->report_options.content = REPORT_STACK;
	if (*max_hosts > 0)
		return true;
	diagnostics_error("--max-hosts: %d is no number of hosts", *max_hosts);
	return false;
}

int cmd_stack(int argc, char **argv)
{
	int max_hosts = G_MAXINT;
	const GOptionEntry entries[] = {
		{"max-hosts", 'm', 0, G_OPTION_ARG_INT, &max_hosts,
		 "Only subscriptions that at most N hosts have", "N"},
		{0},
	};
	const struct session_command command = {
		.usage = "PATH… - subscriptions of many hosts, the rare ones first",
		.summary = "Reads event logs (or lines of wmihunt events) of many hosts, and "
			   "prints each distinct\nsubscription once, with how many hosts have it.",
		.entries = entries,
		.takes_baseline = true,
		.objects = &reduce_wants,
		.check = check_options,
		.run = print_stack,
		.context = &max_hosts,
	};

	return session_run(&command, argc, argv);
}
