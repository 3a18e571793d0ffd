/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_process.h"

#include <string.h>

#include "base/order.h"
#include "base/text.h"
#include "event/event_times.h"

#define SLACK (2 * WH_SECOND) /* between the events that two logs have of one start */
#define ENDED_TIME (60 * WH_SECOND) /* after which WMI logs nothing more of a caller that ended */
#define SHELL_TIME (60 * WH_SECOND) /* that PowerShell takes to come up, at most */
#define MOST_TIED 64 /* starts of one id around one moment that are looked at */

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

static const struct event_ref *ref_of(const GPtrArray *list, guint i)
{
	return &((const struct evidence *)list->pdata[i])->event.ref;
}

/* Sysmon and Security both log the start of a process. */
static bool says_the_same(const struct evidence *one, const struct evidence *other)
{
	g_autofree char *program = one->image ? program_name(one->image) : NULL;
	g_autofree char *name = other->image ? program_name(other->image) : NULL;

	return one->kind != EVIDENCE_PROCESS || g_strcmp0(program, name) == 0;
}

/* Ids are used again: the latest that was not later than the event, if Windows was not started anew
 * since. Where times leave open whether that was the later one, and the one before it says
 * otherwise, it could be either: none. */
static struct evidence *find_start(const struct link_host *host, GTree *starts, uint64_t id,
				   const struct evidence *evidence)
{
	const GPtrArray *list = g_tree_lookup(starts, &id);
	const struct event_ref *event = &evidence->event.ref;
	uint64_t until = event_latest(event);
	struct evidence *start = NULL;
	guint i = 0;

	if (list)
		i = until < UINT64_MAX ? evidence_count_before(list, until + 1) : list->len;
	for (unsigned tied = 0; i > 0 && tied < MOST_TIED; tied++) {
		struct evidence *one = list->pdata[--i];
		enum event_order order = event_order(&one->event.ref, event);

		if (one == evidence || order == EVENT_AFTER)
			continue;
		if (!host_is_one_boot(host, event_latest(&one->event.ref), until))
			break;
		if (start && !says_the_same(start, one))
			return NULL;
		start = start ? start : one;
		if (order == EVENT_BEFORE)
			break;
	}
	return start;
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

/* The first end that was after the start, or, where times leave that open, may have been; or NULL.
 */
static const struct event_ref *find_end(const GPtrArray *ends, const struct event_ref *start)
{
	uint64_t from = start->time - MIN(start->time, WH_SECOND);
	guint i = ends ? evidence_count_before(ends, from) : 0;

	for (unsigned tied = 0; ends && i < ends->len && tied < MOST_TIED; i++, tied++)
		if (event_order(ref_of(ends, i), start) != EVENT_BEFORE)
			return ref_of(ends, i);
	return NULL;
}

/* That of a process which had not ended by the event less `slack`: the one that bears its id after
 * that is another, whose start is not among the evidence. */
static struct evidence *find_process(const struct link_host *host, GTree *starts, GTree *ends,
				     uint64_t id, const struct evidence *evidence, uint64_t slack)
{
	struct evidence *start = find_start(host, starts, id, evidence);
	const struct event_ref *event = &evidence->event.ref;
	const struct event_ref *end =
		start ? find_end(g_tree_lookup(ends, &id), &start->event.ref) : NULL;

	if (end && event_order(end, event) == EVENT_BEFORE && event_distance(end, event) > slack)
		return NULL;
	return start;
}

void host_name_processes(struct link_host *host)
{
	g_autoptr(GTree) starts = note_processes(host, EVIDENCE_PROCESS);
	g_autoptr(GTree) ends = note_processes(host, EVIDENCE_PROCESS_ENDED);

	for (guint i = 0; i < host->evidence->len; i++) {
		struct evidence *evidence = host->evidence->pdata[i];

		if (names_caller(evidence))
			evidence->process = find_process(host, starts, ends, evidence->process_id,
							 evidence, ENDED_TIME);
		else if (evidence->kind == EVIDENCE_PROCESS && evidence->has_parent_id &&
			 evidence->event.ref.time)
			evidence->parent = find_process(host, starts, ends, evidence->parent_id,
							evidence, SLACK);
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
static GPtrArray *find_commands(struct link_host *host, const char *line,
				const struct event_ref *event)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (candidate->command && candidate->is_bound &&
		    candidate_is_live(candidate, event) &&
		    command_pattern_matches(candidate->command, line))
			g_ptr_array_add(found, candidate);
	}
	return found;
}

static void link_command(struct link_host *host, struct evidence *evidence)
{
	g_autofree char *line = command_line_normalise(evidence->text);
	g_autoptr(GPtrArray) found = find_commands(host, line, &evidence->event.ref);

	for (guint i = 0; i < found->len; i++)
		link_started(found->pdata[i], evidence, found->len == 1,
			     "a child of WmiPrvSE.exe with the command line that the consumer "
			     "runs");
}

/* Was that process linked already, by an event that has its command line? */
static bool is_known_process(const struct candidate *candidate, const struct evidence *evidence)
{
	for (guint i = 0; i < candidate->links->len; i++) {
		const struct evidence_link *link = candidate->links->pdata[i];
		const struct event_ref *other = &link->evidence->event.ref;

		if (link->reason == LINK_PAYLOAD && evidence->has_process_id &&
		    link->evidence->has_process_id &&
		    link->evidence->process_id == evidence->process_id &&
		    event_distance(other, &evidence->event.ref) <= SLACK)
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
		    !candidate_is_live(candidate, &evidence->event.ref) ||
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

static struct candidate *find_only_script(struct link_host *host, const struct event_ref *event)
{
	struct candidate *only = NULL;

	for (guint i = 0; i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (!candidate->script || !candidate->is_bound ||
		    !candidate_is_live(candidate, event))
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
	const struct event_ref *event = &evidence->event.ref;
	struct candidate *only = find_only_script(host, event);

	for (guint i = 0; program && i < host->candidates->len && host_spend(host); i++) {
		struct candidate *candidate = host->candidates->pdata[i];

		if (candidate->script && candidate->is_bound &&
		    candidate_is_live(candidate, event) && has_word(candidate->script, program))
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

static void link_caller(struct candidate *candidate, const struct evidence *evidence)
{
	struct evidence *process = (struct evidence *)evidence->process;
	const struct event_ref *event = &evidence->event.ref, *start = &process->event.ref;
	uint64_t span = event_distance(start, event) ? event->time - start->time : 0;
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
	logon = find_start(host, sessions, process->logon_id, process);
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
	const struct event_ref *event = &process->event.ref;
	uint64_t from = event->time - MIN(event->time, SLACK + WH_SECOND), id = process->process_id;
	const GPtrArray *list = NULL;

	if (process->kind == EVIDENCE_PROCESS && process->has_process_id)
		list = g_tree_lookup(processes, &id);
	for (guint i = list ? evidence_count_before(list, from) : 0;
	     list && i < list->len && host_spend(host); i++) {
		struct evidence *other = list->pdata[i];

		if (other->event.ref.time > event_latest(event) + SLACK)
			break;
		if (other != process && event_distance(&other->event.ref, event) <= SLACK)
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
	const struct event_ref *event = &process->event.ref;
	uint64_t from = event->time - MIN(event->time, WH_SECOND);
	uint64_t until = event_latest(event) + SHELL_TIME;
	g_autofree char *line = process->text ? command_line_normalise(process->text) : NULL;

	if (!line || process->kind != EVIDENCE_PROCESS || until < event->time)
		return;
	for (guint i = evidence_count_before(host->evidence, from);
	     i < host->evidence->len && host_spend(host); i++) {
		struct evidence *shell = host->evidence->pdata[i];

		if (shell->event.ref.time > until)
			break;
		if (event_order(&shell->event.ref, event) != EVENT_BEFORE &&
		    is_shell_of(shell, line))
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
				link_caller(candidate, link->evidence);
			if (link->evidence->parent && link->reason == LINK_NAMES)
				link_parent(candidate, link->evidence);
			link_same_process(host, candidate, link->evidence, processes);
			link_session(host, candidate, link->evidence, sessions);
			link_shells(host, candidate, link->evidence);
		}
	}
}
