/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/evidence.h"

#include <string.h>

#include "evidence/event_copy.h"
#include "evidence/evidence_read.h"
#include "sigma/match.h"

#define WMI "Microsoft-Windows-WMI-Activity"
#define SECURITY "Microsoft-Windows-Security-Auditing"
#define EVENTLOG "Microsoft-Windows-Eventlog"

/* Evidence is only ever of a kind that has a row here. */
static const struct evidence_traits kinds[] = {
	[EVIDENCE_OTHER] = {"other", "event", {60, 60}, 0, {{0}}},
	[EVIDENCE_PROVIDER_LOADED] = {"provider_loaded",
				      "loaded",
				      {0, 0},
				      IN_WMI_LOG,
				      {{WMI, 5857, evidence_read_provider_loaded}}},
	[EVIDENCE_FAILED_OPERATION] = {"failed_operation",
				       "failed",
				       {60, 60},
				       NAMES_IN_OPERATION | NAMES_CALLER | IN_WMI_LOG,
				       {{WMI, 5858, evidence_read_operation}}},
	[EVIDENCE_PROVIDER_QUERY] = {"provider_query",
				     "activated",
				     {0, 0},
				     HAS_FILTER_QUERY | IN_WMI_LOG,
				     {{WMI, 5859, evidence_read_query}}},
	[EVIDENCE_TEMPORARY_SUBSCRIPTION] = {"temporary_subscription",
					     "subscribed",
					     {0, 0},
					     HAS_FILTER_QUERY | NAMES_CALLER | IN_WMI_LOG,
					     {{WMI, 5860, evidence_read_query}}},
	[EVIDENCE_CLASS_OPERATION] = {"class_operation",
				      "called",
				      {60, 60},
				      NAMES_IN_OPERATION | NAMES_CALLER,
				      {{WMI, 11, evidence_read_operation}}},
	/* That a process ran at the same time says nothing of it, nor that a script did. */
	[EVIDENCE_PROCESS] = {"process",
			      "process",
			      {0, 0},
			      NAMES_IN_TEXT,
			      {{"Microsoft-Windows-Sysmon", 1, evidence_read_sysmon_process},
			       {SECURITY, 4688, evidence_read_security_process}}},
	[EVIDENCE_PROCESS_ENDED] = {"process_ended",
				    "ended",
				    {0, 0},
				    STANDS_ALONE,
				    {{"Microsoft-Windows-Sysmon", 5, evidence_read_sysmon_end},
				     {SECURITY, 4689, evidence_read_security_end}}},
	[EVIDENCE_LOGON] = {"logon", "logon", {60, 60}, 0, {{SECURITY, 4624, evidence_read_logon}}},
	[EVIDENCE_EXPLICIT_LOGON] = {"explicit_logon",
				     "logon",
				     {60, 60},
				     NAMES_CALLER,
				     {{SECURITY, 4648, evidence_read_explicit_logon}}},
	[EVIDENCE_SCRIPT] = {"script",
			     "script",
			     {0, 0},
			     NAMES_IN_TEXT | NAMES_CALLER | STANDS_ALONE,
			     {{"Microsoft-Windows-PowerShell", 4104, evidence_read_script},
			      {"PowerShellCore", 4104, evidence_read_script}}},
	[EVIDENCE_CLASSIC_SHELL] = {"classic_shell",
				    "script",
				    {0, 0},
				    NAMES_IN_FIELDS,
				    {{"PowerShell", 400, evidence_read_classic_shell},
				     {"PowerShell", 800, evidence_read_classic_shell}}},
	/* Traces are often wiped last of all. */
	[EVIDENCE_LOG_CLEARED] = {"log_cleared",
				  "cleared",
				  {0, WH_MAX_NEAR_AFTER},
				  0,
				  {{EVENTLOG, 1102, evidence_read_log_cleared},
				   {EVENTLOG, 104, evidence_read_log_cleared}}},
	[EVIDENCE_WMI_STARTED] = {"wmi_started",
				  "not_replayed",
				  {0, 0},
				  STANDS_ALONE,
				  {{"Microsoft-Windows-WMI", 5617, NULL}}},
	[EVIDENCE_MACHINE_STARTED] = {"machine_started",
				      "started_up",
				      {0, 0},
				      STANDS_ALONE,
				      {{"Microsoft-Windows-Kernel-General", 12, NULL},
				       {"EventLog", 6005, NULL},
				       {"EventLog", 6008, NULL}}},
	[EVIDENCE_MACHINE_STOPPED] = {"machine_stopped",
				      "shut_down",
				      {0, 0},
				      STANDS_ALONE,
				      {{"EventLog", 6006, NULL},
				       {"User32", 1074, NULL},
				       {"Microsoft-Windows-Kernel-General", 13, NULL}}},
	[EVIDENCE_RENAMED] = {"renamed",
			      "renamed",
			      {0, 0},
			      STANDS_ALONE,
			      {{"EventLog", 6011, evidence_read_renamed}}},
};
G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == EVIDENCE_KINDS);

/* What reads the event, and in *kind of which kind it is; NULL for an event of no kind. */
static const struct evidence_event *find_event(const struct event *event, enum evidence_kind *kind)
{
	if (!event->provider || !event->ref.has_event_id)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const struct evidence_event *known = kinds[i].events;

		for (size_t j = 0; j < G_N_ELEMENTS(kinds[i].events) && known[j].provider; j++) {
			if (known[j].event_id == event->ref.event_id &&
			    strcmp(known[j].provider, event->provider) == 0) {
				*kind = (enum evidence_kind)i;
				return &known[j];
			}
		}
	}
	return NULL;
}

struct evidence *evidence_from_event(const struct event *event)
{
	struct evidence *evidence = g_new0(struct evidence, 1);
	const struct evidence_event *known = find_event(event, &evidence->kind);

	evidence->memory = event_copy(&evidence->event, event);
	evidence->texts = g_ptr_array_new_with_free_func(g_free);
	evidence->matches = matches_new();
	evidence->count = 1;
	evidence->last = event->ref.time;
	evidence->process_id = event->process_id;
	/* Classic providers log 0. */
	evidence->has_process_id = event->has_process_id && event->process_id != 0;
	evidence->traits = &kinds[evidence->kind];
	if (known && known->read)
		known->read(evidence);
	return evidence;
}

void evidence_free(struct evidence *evidence)
{
	if (!evidence)
		return;
	g_ptr_array_unref(evidence->matches);
	g_clear_pointer(&evidence->links, g_ptr_array_unref);
	g_clear_pointer(&evidence->repeats, g_array_unref);
	g_ptr_array_unref(evidence->texts);
	event_release(&evidence->event);
	g_free(evidence->content);
	g_free(evidence->memory);
	g_free(evidence);
}

static void add_to_span(struct evidence_span *span, const struct evidence_repeat *repeat,
			uint64_t from, uint64_t to)
{
	if (repeat->ref.time < from || repeat->ref.time > to ||
	    (span->count > 0 && repeat->ref.time == span->last))
		return;
	if (span->count++ == 0)
		span->first = *repeat;
	span->last = repeat->ref.time;
}

bool evidence_get_span(const struct evidence *evidence, uint64_t from, uint64_t to,
		       struct evidence_span *out)
{
	const struct evidence_repeat alone = {evidence->event.ref, evidence->process_id,
					      evidence->has_process_id};
	const GArray *repeats = evidence->repeats;
	struct evidence_span span = {.count = 0};

	if (!repeats)
		add_to_span(&span, &alone, from, to);
	for (guint i = 0; repeats && i < repeats->len; i++)
		add_to_span(&span, &g_array_index(repeats, struct evidence_repeat, i), from, to);
	if (span.count == 0)
		return false;
	if (from <= evidence->event.ref.time && to >= evidence->last) {
		span.count = evidence->count;
		span.last = evidence->last;
	}
	*out = span;
	return true;
}

const char *evidence_keep(struct evidence *evidence, char *text)
{
	if (text)
		g_ptr_array_add(evidence->texts, text);
	return text && *text ? text : NULL;
}

const char *evidence_field(const struct evidence *evidence, const char *name)
{
	const char *value = event_get_field(&evidence->event, name);

	return value && *value && strcmp(value, "-") != 0 ? value : NULL;
}

bool evidence_number(const struct evidence *evidence, const char *name, uint64_t maximum,
		     uint64_t *out)
{
	const char *text = evidence_field(evidence, name);
	bool is_hex = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	guint64 number;

	if (!text || !g_ascii_string_to_unsigned(is_hex ? text + 2 : text, is_hex ? 16 : 10, 0,
						 maximum, &number, NULL))
		return false;
	*out = number;
	return true;
}

void evidence_read_process_id(const struct evidence *evidence, const char *name, uint32_t *out,
			      bool *has)
{
	uint64_t number;

	/* Windows writes 0 for no process: logons over the network have none. */
	*has = evidence_number(evidence, name, UINT32_MAX, &number) && number != 0;
	if (*has)
		*out = (uint32_t)number;
}
