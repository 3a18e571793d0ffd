/* SPDX-License-Identifier: Apache-2.0 */
#include "export/manifest.h"

#include <glib.h>
#include <string.h>

#define WMI "Microsoft-Windows-WMI-Activity"
#define SYSMON "Microsoft-Windows-Sysmon"
#define SECURITY "Microsoft-Windows-Security-Auditing"

static const struct manifest_event events[] = {
	{WMI, 5857, "Operation_StartedOperational",
	 "ProviderName Code HostProcess ProcessID ProviderPath", ""},
	{WMI, 5858, "Operation_ClientFailure",
	 "Id ClientMachine User ClientProcessId Component Operation ResultCode PossibleCause", ""},
	{WMI, 5859, "Operation_EssStarted",
	 "NamespaceName Query User Processid Provider queryid PossibleCause", ""},
	{WMI, 5860, "Operation_TemporaryEssStarted",
	 "NamespaceName Query User Processid ClientMachine PossibleCause", ""},
	{WMI, 5861, "Operation_ESStoConsumerBinding", "Namespace ESS CONSUMER PossibleCause", ""},
	{SYSMON, 1, NULL,
	 "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company "
	 "OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId TerminalSessionId "
	 "IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine "
	 "ParentUser",
	 "ParentUser OriginalFileName RuleName"},
	{SYSMON, 19, NULL, "RuleName EventType UtcTime Operation User EventNamespace Name Query",
	 "RuleName"},
	{SYSMON, 20, NULL, "RuleName EventType UtcTime Operation User Name Type Destination",
	 "RuleName"},
	{SYSMON, 21, NULL, "RuleName EventType UtcTime Operation User Consumer Filter", "RuleName"},
	{SECURITY, 4624, NULL,
	 "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid "
	 "TargetUserName TargetDomainName TargetLogonId LogonType LogonProcessName "
	 "AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName "
	 "KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode "
	 "TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId "
	 "ElevatedToken",
	 ""},
	{SECURITY, 4688, NULL,
	 "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId NewProcessId "
	 "NewProcessName TokenElevationType ProcessId CommandLine TargetUserSid TargetUserName "
	 "TargetDomainName TargetLogonId ParentProcessName MandatoryLabel",
	 ""},
};

const struct manifest_event *manifest_find(const char *provider, uint32_t event_id)
{
	for (size_t i = 0; provider && i < G_N_ELEMENTS(events); i++)
		if (events[i].event_id == event_id && strcmp(events[i].provider, provider) == 0)
			return &events[i];
	return NULL;
}

static size_t split(const char *text, struct arena *arena, const char *names[WH_MANIFEST_FIELDS])
{
	size_t count = 0;

	while (*text && count < WH_MANIFEST_FIELDS) {
		size_t length = strcspn(text, " ");

		names[count++] = arena_copy(arena, text, length);
		text += length + (text[length] == ' ');
	}
	return count;
}

static size_t drop(const char *names[], size_t count, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) != 0)
			names[kept++] = names[i];
	return kept;
}

size_t manifest_list(const struct manifest_event *event, size_t count, struct arena *arena,
		     const char *names[WH_MANIFEST_FIELDS])
{
	const char *late[WH_MANIFEST_FIELDS];
	size_t lates = split(event->late, arena, late), known = split(event->fields, arena, names);

	for (size_t i = 0; i < lates && known > count; i++)
		known = drop(names, known, late[i]);
	return MIN(known, count);
}

bool manifest_is_hex(const char *provider, const char *field)
{
	static const char *const fields[] = {"NewProcessId", "ProcessId",  "CallerProcessId",
					     "HandleId",     "AccessMask", "Status",
					     "SubStatus"};
	size_t length = strlen(field);

	if (length >= 7 && strcmp(field + length - 7, "LogonId") == 0)
		return true;
	for (size_t i = 0; provider && strcmp(provider, SECURITY) == 0 && i < G_N_ELEMENTS(fields);
	     i++)
		if (strcmp(fields[i], field) == 0)
			return true;
	return false;
}
