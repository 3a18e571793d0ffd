/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "cli/cmd.h"
#include "cli/reduce.h"
#include "hunt/stack.h"
#include "report/saved_line.h"
#include "wmi/fingerprint.h"

struct stack_run {
	/* Options. */
	int max_hosts;
	gboolean saved;

	struct session *session;
	struct stack *stack;
	uint64_t subscriptions;
	/* Of saved lines. */
	struct saved_lines *lines;
	GHashTable *hosts; /* folded names; of those without one, where their objects stand */
	GHashTable *earliest; /* struct stack_entry → GString, the line of its earliest */
};

static struct stack_entry *add_finding(struct stack_run *run, const struct finding *finding)
{
	g_autofree char *key =
		subscription_fingerprint_alike(finding->subscription, finding->consumer_sha256);

	run->subscriptions++;
	return stack_add(run->stack, key, finding);
}

static void stack_subscriptions(struct stack_run *run, const struct reduce *reduce)
{
	for (guint i = 0; i < reduce->subscriptions->len; i++) {
		struct finding finding;

		reduce_judge(reduce, reduce->subscriptions->pdata[i], &finding);
		add_finding(run, &finding);
		finding_release(&finding);
	}
}

/* What a group borrows of its earliest is gone with the line; so that is read again. */
static void find_earliest(struct stack_run *run, struct stack_entry *entry)
{
	const GString *text = g_hash_table_lookup(run->earliest, entry);
	const char *reason;

	entry->earliest =
		&saved_lines_read(run->lines, text->str, text->len, &reason)->subscription;
}

static bool print_entries(struct stack_run *run, guint of_hosts)
{
	g_autoptr(GPtrArray) entries = stack_list(run->stack, of_hosts);
	guint shown = 0;
	bool go_on = true;

	while (go_on && shown < entries->len) {
		struct stack_entry *entry = entries->pdata[shown];

		/* They stand in the order of their hosts. */
		if (g_hash_table_size(entry->hosts) > (guint)run->max_hosts)
			break;
		shown++;
		if (run->lines)
			find_earliest(run, entry);
		go_on = report_add_stack(&run->session->report, entry);
	}
	session_count(run->session, "subscriptions", run->subscriptions);
	session_count(run->session, "distinct", entries->len);
	session_count(run->session, "shown", shown);
	return shown > 0;
}

static bool print_stack(struct session *session, void *context)
{
	struct stack_run *run = context;
	struct reduce reduce;
	bool found;

	run->session = session;
	reduce_init(&reduce, session);
	run->stack = stack_new();
	stack_subscriptions(run, &reduce);
	found = print_entries(run, reduce_count_hosts(&reduce));
	stack_free(run->stack);
	reduce_release(&reduce);
	return found;
}

static void free_line(gpointer data)
{
	g_string_free(data, TRUE);
}

static void count_host(struct stack_run *run, const char *host)
{
	if (host)
		g_hash_table_add(run->hosts, text_fold(host));
}

/* A repository of which nobody can say whose it is is a host of its own. */
static void count_nameless(struct stack_run *run, const struct subscription *subscription)
{
	const struct stored_place *place =
		subscription->stored ? subscription->stored->places[0] : NULL;

	if (place)
		g_hash_table_add(run->hosts,
				 g_strdup_printf("\n%s\n%s", place->object.path,
						 place->object.entry ? place->object.entry : ""));
}

static void add_line(struct stack_run *run, const struct saved_line *line, const char *text,
		     size_t length)
{
	struct stack_entry *entry;

	if (line->kind == SAVED_COVERAGE)
		count_host(run, line->coverage.identity->name);
	if (line->kind != SAVED_FINDING || line->finding.kind != FINDING_SUBSCRIPTION)
		return;
	count_host(run, line->subscription.host);
	if (!line->subscription.host)
		count_nameless(run, &line->subscription);
	entry = add_finding(run, &line->finding);
	if (entry)
		g_hash_table_replace(run->earliest, entry, g_string_new_len(text, (gssize)length));
}

static bool take_line(void *context, const char *path, const char *text, size_t length,
		      const char **reason, bool *go_on)
{
	struct stack_run *run = context;
	const struct saved_line *line;

	(void)go_on;
	if (!line_inputs_read_saved(run->lines, path, text, length, &run->session->faults, &line,
				    reason))
		return false;
	if (line)
		add_line(run, line, text, length);
	return true;
}

static bool print_saved(struct session *session, void *context)
{
	struct stack_run *run = context;
	const struct line_taker taker = {take_line, run};
	bool found;

	run->session = session;
	run->stack = stack_new();
	run->lines = saved_lines_new(session->rules);
	run->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->earliest = g_hash_table_new_full(NULL, NULL, NULL, free_line);
	session_read_lines(session, &taker);
	found = print_entries(run, g_hash_table_size(run->hosts));
	g_hash_table_unref(run->earliest);
	g_hash_table_unref(run->hosts);
	saved_lines_free(run->lines);
	stack_free(run->stack);
	return found;
}

static bool check_options(struct session *session, void *context)
{
	const struct stack_run *run = context;

	session->report_options.content = REPORT_STACK;
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
		{"saved", 0, 0, G_OPTION_ARG_NONE, &run.saved,
		 "Of lines that hunt --all has saved, of one run or of several", NULL},
		{0},
	};
	/* It reads other inputs, so that other options make sense. */
	bool saved = g_strv_contains((const char *const *)argv, "--saved");
	const struct session_command command = {
		.usage = "PATH… - subscriptions of many hosts, the rare ones first",
		.summary = "Reads event logs (or lines of wmihunt events) of many hosts, and "
			   "prints each distinct\nsubscription once, with how many hosts have it.",
		.entries = entries,
		.takes_baseline = !saved,
		.reads_lines = saved,
		.objects = saved ? NULL : &reduce_wants,
		.check = check_options,
		.run = saved ? print_saved : print_stack,
		.context = &run,
	};

	return session_run(&command, argc, argv);
}
