/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/evidence.h"

#include <string.h>

#include "evidence/event_copy.h"
#include "sigma/match.h"

struct shape {
	const char *provider;
	uint32_t event_id;
	enum evidence_kind kind;
	void (*read)(struct evidence *evidence); /* NULL: the event has no fields of use */
};

static const struct shape shapes[] = {
	{"Microsoft-Windows-WMI-Activity", 5857, EVIDENCE_PROVIDER_LOADED,
	 evidence_read_provider_loaded},
	{"Microsoft-Windows-WMI-Activity", 5858, EVIDENCE_FAILED_OPERATION,
	 evidence_read_operation},
	{"Microsoft-Windows-WMI-Activity", 5859, EVIDENCE_PROVIDER_QUERY, evidence_read_query},
	{"Microsoft-Windows-WMI-Activity", 5860, EVIDENCE_TEMPORARY_SUBSCRIPTION,
	 evidence_read_query},
	{"Microsoft-Windows-WMI-Activity", 11, EVIDENCE_CLASS_OPERATION, evidence_read_operation},
	{"Microsoft-Windows-Sysmon", 1, EVIDENCE_PROCESS, evidence_read_sysmon_process},
	{"Microsoft-Windows-Security-Auditing", 4688, EVIDENCE_PROCESS,
	 evidence_read_security_process},
	{"Microsoft-Windows-Security-Auditing", 4624, EVIDENCE_LOGON, evidence_read_logon},
	{"Microsoft-Windows-Security-Auditing", 4648, EVIDENCE_EXPLICIT_LOGON,
	 evidence_read_explicit_logon},
	{"Microsoft-Windows-PowerShell", 4104, EVIDENCE_SCRIPT, evidence_read_script},
	{"PowerShellCore", 4104, EVIDENCE_SCRIPT, evidence_read_script},
	{"PowerShell", 400, EVIDENCE_CLASSIC_SHELL, evidence_read_classic_shell},
	{"PowerShell", 800, EVIDENCE_CLASSIC_SHELL, evidence_read_classic_shell},
	{"Microsoft-Windows-Eventlog", 1102, EVIDENCE_LOG_CLEARED, evidence_read_log_cleared},
	{"Microsoft-Windows-Eventlog", 104, EVIDENCE_LOG_CLEARED, evidence_read_log_cleared},
	{"Microsoft-Windows-WMI", 5617, EVIDENCE_WMI_STARTED, NULL},
};

static const struct shape *find_shape(const struct event *event)
{
	if (!event->provider || !event->has_event_id)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		if (shapes[i].event_id == event->event_id &&
		    strcmp(shapes[i].provider, event->provider) == 0)
			return &shapes[i];
	}
	return NULL;
}

struct evidence *evidence_from_event(const struct event *event)
{
	const struct shape *shape = find_shape(event);
	struct evidence *evidence = g_new0(struct evidence, 1);

	evidence->memory = event_copy(&evidence->event, event);
	evidence->texts = g_ptr_array_new_with_free_func(g_free);
	evidence->matches = matches_new();
	evidence->count = 1;
	evidence->last = event->time;
	evidence->process_id = event->process_id;
	evidence->has_process_id = event->has_process_id;
	if (!shape)
		return evidence;
	evidence->kind = shape->kind;
	if (shape->read)
		shape->read(evidence);
	return evidence;
}

void evidence_free(struct evidence *evidence)
{
	if (!evidence)
		return;
	g_ptr_array_unref(evidence->matches);
	g_clear_pointer(&evidence->links, g_ptr_array_unref);
	g_clear_pointer(&evidence->times, g_array_unref);
	g_ptr_array_unref(evidence->texts);
	event_release(&evidence->event);
	g_free(evidence->content);
	g_free(evidence->memory);
	g_free(evidence);
}

const char *evidence_kind_name(enum evidence_kind kind)
{
	static const char *const names[] = {
		[EVIDENCE_OTHER] = "other",
		[EVIDENCE_PROVIDER_LOADED] = "provider_loaded",
		[EVIDENCE_FAILED_OPERATION] = "failed_operation",
		[EVIDENCE_PROVIDER_QUERY] = "provider_query",
		[EVIDENCE_TEMPORARY_SUBSCRIPTION] = "temporary_subscription",
		[EVIDENCE_CLASS_OPERATION] = "class_operation",
		[EVIDENCE_PROCESS] = "process",
		[EVIDENCE_LOGON] = "logon",
		[EVIDENCE_EXPLICIT_LOGON] = "explicit_logon",
		[EVIDENCE_SCRIPT] = "script",
		[EVIDENCE_CLASSIC_SHELL] = "classic_shell",
		[EVIDENCE_LOG_CLEARED] = "log_cleared",
		[EVIDENCE_WMI_STARTED] = "wmi_started",
	};

	return names[kind];
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
