/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_process.h"

#include <string.h>

#include "base/order.h"
#include "base/text.h"

#define SLACK (2 * WH_SECOND) /* between the events that two logs have of one start */
#define ENDED_TIME (60 * WH_SECOND) /* after which WMI logs nothing more of a caller that ended */
#define SHELL_TIME (60 * WH_SECOND) /* that PowerShell takes to come up, at most */

/* Starts, or ends, of processes or of logon sessions: those of one id, in the order of time. */
static void note_start(GTree *starts, uint64_t id, struct evidence *evidence)
{
	GPtrArray *list = g_tree_lookup(starts, &id);

	if (!list) {
		list = g_ptr_array_new();
		g_tree_insert(starts, g_memdup2(&id, sizeof(id)), list);
	}
	g_ptr_array_add(list, evidence);
}

static int compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
	const uint64_t *one = a, *other = b;

	(void)unused;
	return compare_numbers(*one, *other);
}

static GTree *starts_new(void)
{
	return g_tree_new_full(compare_ids, NULL, g_free, (GDestroyNotify)g_ptr_array_unref);
}

/* Ids are used again: the latest that was not later than `time`, if Windows was not started anew
 * since. */
static struct evidence *find_start(const struct link_host *host, GTree *starts, uint64_t id,
				   uint64_t time)
{
	const GPtrArray *list = g_tree_lookup(starts, &id);
	struct evidence *start;
	guint count = 0;

	if (list)
		count = time < UINT64_MAX ? evidence_count_before(list, time + 1) : list->len;
	if (count == 0)
		return NULL;
	start = list->pdata[count - 1];
	return host_is_one_boot(host, start->event.ref.time, time) ? start : NULL;
}

/* The id of a client elsewhere is one of its own machine; an explicit logon is made here. */
static bool names_caller(const struct evidence *evidence)
{
	return (evidence->traits->flags & NAMES_CALLER) && evidence->has_process_id &&
	       (!evidence->from || evidence->kind == EVIDENCE_EXPLICIT_LOGON);
}

static GTree *note_processes(const struct link_host *host, enum evidence_kind kind)
{
	GTree *starts = starts_new();

	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		if (evidence->kind == kind && evidence->has_process_id)
			note_start(starts, evidence->process_id, evidence);
	}
	return starts;
}

/* That of a process which had not ended by `time` less `slack`: the one that bears its id after
 * that is another, whose start is not among the evidence. */
static struct evidence *find_process(const struct link_host *host, GTree *starts, GTree *ends,
				     uint64_t id, uint64_t time, uint64_t slack)
{
	struct evidence *start = find_start(host, starts, id, time);
	const GPtrArray *list = start ? g_tree_lookup(ends, &id) : NULL;
	uint64_t from = start ? start->event.ref.time : 0;
	guint next = list ? evidence_count_before(list, from + 1) : 0;

	if (list && next < list->len && time - from > slack &&
	    ((struct evidence *)list->pdata[next])->event.ref.time < time - slack)
		return NULL;
	return start;
}

void host_name_processes(struct link_host *host)
{
	g_autoptr(GTree) starts = note_processes(host, EVIDENCE_PROCESS);
	g_autoptr(GTree) ends = note_processes(host, EVIDENCE_PROCESS_ENDED);

	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];
		uint64_t time = evidence->event.ref.time;

		if (names_caller(evidence))
			evidence->process = find_process(host, starts, ends, evidence->process_id,
							 time, ENDED_TIME);
		else if (evidence->kind == EVIDENCE_PROCESS && evidence->has_parent_id && time)
			evidence->parent = find_process(host, starts, ends, evidence->parent_id,
							time - 1, SLACK);
		if (evidence->process && !evidence->image)
			evidence->image = evidence->process->image;
		if (evidence->parent && !evidence->parent_image)
			evidence->parent_image = evidence->parent->image;
	}
}

/* Where WMI runs consumers: wbemcons.dll in WmiPrvSE.exe, scripts in scrcons.exe. */
enum parent {
	PARENT_OTHER,
	PARENT_PROVIDER_HOST,
	PARENT_SCRIPT_HOST,
};

static enum parent find_parent(const struct evidence *evidence)
{
	g_autofree char *name = NULL;

	if (evidence->kind != EVIDENCE_PROCESS || !evidence->parent_image)
		return PARENT_OTHER;
	name = program_name(evidence->parent_image);
	if (strcmp(name, "scrcons") == 0)
		return PARENT_SCRIPT_HOST;
	return strcmp(name, "wmiprvse") == 0 ? PARENT_PROVIDER_HOST : PARENT_OTHER;
}

/* Something that ran while the candidate was there; `is_sure` when it can be no other's. */
static void link_started(struct candidate *candidate, struct evidence *evidence, bool is_sure,
			 const char *why)
{
	candidate_link(candidate, evidence, is_sure ? LINK_PAYLOAD : LINK_MAY_HAVE_STARTED, NULL,
		       g_strdup(why));
}

/* The candidates that run this command line. */
static GPtrArray *find_commands(struct link_host *host, const char *line, uint64_t time)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (candidate->command && candidate->is_bound &&
		    candidate_is_live(candidate, time) &&
		    command_pattern_matches(candidate->command, line))
			g_ptr_array_add(found, candidate);
	}
	return found;
}

static void link_command(struct link_host *host, struct evidence *evidence)
{
	g_autofree char *line = command_line_normalise(evidence->text);
	g_autoptr(GPtrArray) found = find_commands(host, line, evidence->event.ref.time);

	for (guint i = 0; i < found->len; i++)
		link_started(found->pdata[i], evidence, found->len == 1,
			     "a child of WmiPrvSE.exe with the command line that the consumer "
			     "runs");
}

/* Was that process linked already, by an event that has its command line? */
static bool is_known_process(const struct candidate *candidate, const struct evidence *evidence)
{
	uint64_t time = evidence->event.ref.time;

	for (guint i = 0; i < candidate->links->len; i++) {
		const struct evidence_link *link = candidate->links->pdata[i];
		uint64_t other = link->evidence->event.ref.time;

		if (link->reason == LINK_PAYLOAD && evidence->has_process_id &&
		    link->evidence->has_process_id &&
		    link->evidence->process_id == evidence->process_id &&
		    (other > time ? other - time : time - other) <= SLACK)
			return true;
	}
	return false;
}

/* A program that many start: which of them did, its name does not say. */
static void link_program(struct link_host *host, struct evidence *evidence)
{
	g_autofree char *program = evidence->image ? program_name(evidence->image) : NULL;

	for (guint i = 0; program && i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (!candidate->command || !candidate->is_bound ||
		    !candidate_is_live(candidate, evidence->event.ref.time) ||
		    strcmp(program, command_pattern_get_program(candidate->command)) != 0)
			continue;
		if (is_known_process(candidate, evidence))
			link_started(candidate, evidence, true,
				     "the process that another event has the consumer's command "
				     "line of");
		else
			link_started(candidate, evidence, false,
				     "a child of WmiPrvSE.exe of the program that the consumer "
				     "runs; its command line was not logged");
	}
}

/* True when `name` stands in the text, not inside a longer word. */
static bool has_word(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strstr(text, name); length > 0 && at; at = strstr(at + 1, name)) {
		if ((at == text || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[length]))
			return true;
	}
	return false;
}

static struct candidate *find_only_script(struct link_host *host, uint64_t time)
{
	struct candidate *only = NULL;

	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (!candidate->script || !candidate->is_bound ||
		    !candidate_is_live(candidate, time))
			continue;
		if (only)
			return NULL;
		only = candidate;
	}
	return only;
}

static void link_script_child(struct link_host *host, struct evidence *evidence)
{
	g_autofree char *program = evidence->image ? program_name(evidence->image) : NULL;
	uint64_t time = evidence->event.ref.time;
	struct candidate *only = find_only_script(host, time);

	for (guint i = 0; program && i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (candidate->script && candidate->is_bound &&
		    candidate_is_live(candidate, time) && has_word(candidate->script, program))
			link_started(candidate, evidence, true,
				     "a child of scrcons.exe of a program that the consumer's "
				     "script names");
	}
	if (only)
		link_started(only, evidence, false,
			     "a child of scrcons.exe, and this was the only script consumer "
			     "known");
}

void host_link_payloads(struct link_host *host)
{
	/* Those with command lines first: they say which process the others are of. */
	for (int with_line = 1; with_line >= 0; with_line--) {
		for (guint i = 0; i < host->evidence->len; i++) {
			struct evidence *evidence = host->evidence->pdata[i];
			enum parent parent = find_parent(evidence);

			if ((evidence->text != NULL) != with_line)
				continue;
			if (parent == PARENT_SCRIPT_HOST)
				link_script_child(host, evidence);
			else if (parent == PARENT_PROVIDER_HOST && with_line)
				link_command(host, evidence);
			else if (parent == PARENT_PROVIDER_HOST)
				link_program(host, evidence);
		}
	}
}

static void link_caller(struct candidate *candidate, const struct evidence *evidence, uint64_t time)
{
	struct evidence *process = (struct evidence *)evidence->process;
	uint64_t span = time - process->event.ref.time;
	g_autofree char *text = filetime_span_text(span);
	g_autofree char *later = g_strconcat(text, " later", NULL);

	candidate_link(candidate, process, LINK_PROCESS, NULL,
		       g_strdup_printf("process %u, which the linked event %u names%s%s",
				       process->process_id, evidence->event.ref.event_id,
				       span < WH_SECOND ? " in the same second" : " ",
				       span < WH_SECOND ? "" : later));
}

static void link_parent(struct candidate *candidate, const struct evidence *process)
{
	struct evidence *parent = (struct evidence *)process->parent;

	candidate_link(candidate, parent, LINK_PROCESS, NULL,
		       g_strdup_printf("process %u, the parent of process %u that names it",
				       parent->process_id, process->process_id));
}

/* LocalSystem, NetworkService and LocalService have one session each, for all and for good. */
static bool is_service_session(uint64_t logon_id)
{
	return logon_id == 0 || (logon_id >= 0x3e3 && logon_id <= 0x3e7);
}

static void link_session(const struct link_host *host, struct candidate *candidate,
			 const struct evidence *process, GTree *sessions)
{
	struct evidence *logon;

	if (process->kind != EVIDENCE_PROCESS || is_service_session(process->logon_id))
		return;
	logon = find_start(host, sessions, process->logon_id, process->event.ref.time);
	if (logon)
		candidate_link(candidate, logon, LINK_SESSION, NULL,
			       g_strdup_printf("logon session 0x%" G_GINT64_MODIFIER
					       "x of the linked process %u",
					       process->logon_id, process->process_id));
}

static GTree *note_sessions(const struct link_host *host)
{
	GTree *sessions = starts_new();

	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		if (evidence->kind == EVIDENCE_LOGON && evidence->logon_id)
			note_start(sessions, evidence->logon_id, evidence);
	}
	return sessions;
}

/* Sysmon and Security both log the start of a process. */
static void link_same_process(struct link_host *host, struct candidate *candidate,
			      const struct evidence *process, GTree *processes)
{
	uint64_t time = process->event.ref.time, id = process->process_id;
	const GPtrArray *list = NULL;

	if (process->kind == EVIDENCE_PROCESS && process->has_process_id)
		list = g_tree_lookup(processes, &id);
	for (guint i = list ? evidence_count_before(list, time - MIN(time, SLACK)) : 0;
	     list && i < list->len && host_spend(host); i++) {
		struct evidence *other = list->pdata[i];

		if (other->event.ref.time > time + SLACK)
			break;
		if (other != process)
			candidate_link(candidate, other, LINK_PROCESS, NULL,
				       g_strdup_printf("the linked process %u, as another event "
						       "has it",
						       process->process_id));
	}
}

static bool is_shell_of(const struct evidence *shell, const char *line)
{
	g_autofree char *started = NULL;

	if (shell->kind != EVIDENCE_CLASSIC_SHELL || !shell->image)
		return false;
	started = command_line_normalise(shell->image);
	return strcmp(started, line) == 0;
}

/* 400 and 800 name no process, but say how theirs was started. */
static void link_shells(struct link_host *host, struct candidate *candidate,
			const struct evidence *process)
{
	uint64_t time = process->event.ref.time;
	uint64_t until = time + SHELL_TIME;
	g_autofree char *line = process->text ? command_line_normalise(process->text) : NULL;

	if (!line || process->kind != EVIDENCE_PROCESS || until < time)
		return;
	for (guint i = evidence_count_before(host->evidence, time);
	     i < host->evidence->len && host_spend(host); i++) {
		struct evidence *shell = host->evidence->pdata[i];

		if (shell->event.ref.time > until)
			break;
		if (is_shell_of(shell, line))
			candidate_link(candidate, shell, LINK_PROCESS, NULL,
				       g_strdup_printf("started with the command line of the "
						       "linked process %u",
						       process->process_id));
	}
}

void host_link_callers(struct link_host *host)
{
	g_autoptr(GTree) sessions = note_sessions(host);
	g_autoptr(GTree) processes = note_processes(host, EVIDENCE_PROCESS);

	for (guint i = 0; i < host->candidates->len; i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		/* The list grows while it is walked: by processes, and by their sessions. */
		for (guint j = 0; j < candidate->links->len && host_spend(host); j++) {
			const struct evidence_link *link = candidate->links->pdata[j];

			if (link->evidence->process && link->reason <= LINK_PAYLOAD)
				link_caller(candidate, link->evidence,
					    link->evidence->event.ref.time);
			if (link->evidence->parent && link->reason == LINK_NAMES)
				link_parent(candidate, link->evidence);
			link_same_process(host, candidate, link->evidence, processes);
			link_session(host, candidate, link->evidence, sessions);
			link_shells(host, candidate, link->evidence);
		}
	}
}
