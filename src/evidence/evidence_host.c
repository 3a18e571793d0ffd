/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "evidence/evidence_read.h"

/* DOMAIN\name of two fields; the name alone where there is no domain. */
static const char *read_account(struct evidence *evidence, const char *domain_field,
				const char *name_field)
{
	const char *domain = evidence_field(evidence, domain_field);
	const char *name = evidence_field(evidence, name_field);

	if (!name || !domain)
		return name;
	return evidence_keep(evidence, g_strconcat(domain, "\\", name, NULL));
}

static void read_logon_id(struct evidence *evidence, const char *field)
{
	evidence_number(evidence, field, UINT64_MAX, &evidence->logon_id);
}

static const char *read_address(struct evidence *evidence)
{
	const char *address = evidence_field(evidence, "IpAddress");

	evidence->is_local =
		address && (strcmp(address, "127.0.0.1") == 0 || strcmp(address, "::1") == 0);
	if (evidence->is_local)
		return NULL;
	return address ? address : evidence_field(evidence, "WorkstationName");
}

void evidence_read_sysmon_process(struct evidence *evidence)
{
	evidence->user = evidence_field(evidence, "User");
	evidence->image = evidence_field(evidence, "Image");
	evidence->parent_image = evidence_field(evidence, "ParentImage");
	evidence->text = evidence_field(evidence, "CommandLine");
	evidence_read_process_id(evidence, "ProcessId", &evidence->process_id,
				 &evidence->has_process_id);
	evidence_read_process_id(evidence, "ParentProcessId", &evidence->parent_id,
				 &evidence->has_parent_id);
	read_logon_id(evidence, "LogonId");
}

/* Since Windows 10 a 4688 names the account that the process runs as, where that is not the
 * one that started it: so it is for each program that WMI starts for somebody else. */
void evidence_read_security_process(struct evidence *evidence)
{
	evidence->image = evidence_field(evidence, "NewProcessName");
	evidence->parent_image = evidence_field(evidence, "ParentProcessName");
	evidence->text = evidence_field(evidence, "CommandLine");
	evidence_read_process_id(evidence, "NewProcessId", &evidence->process_id,
				 &evidence->has_process_id);
	evidence_read_process_id(evidence, "ProcessId", &evidence->parent_id,
				 &evidence->has_parent_id);
	evidence->user = read_account(evidence, "TargetDomainName", "TargetUserName");
	if (!evidence->user)
		evidence->user = read_account(evidence, "SubjectDomainName", "SubjectUserName");
	read_logon_id(evidence, "TargetLogonId");
	if (evidence->logon_id == 0)
		read_logon_id(evidence, "SubjectLogonId");
}

static void read_end(struct evidence *evidence, const char *image_field)
{
	evidence->image = evidence_field(evidence, image_field);
	evidence_read_process_id(evidence, "ProcessId", &evidence->process_id,
				 &evidence->has_process_id);
}

void evidence_read_sysmon_end(struct evidence *evidence)
{
	evidence->user = evidence_field(evidence, "User");
	read_end(evidence, "Image");
}

void evidence_read_security_end(struct evidence *evidence)
{
	evidence->user = read_account(evidence, "SubjectDomainName", "SubjectUserName");
	read_logon_id(evidence, "SubjectLogonId");
	read_end(evidence, "ProcessName");
}

void evidence_read_logon(struct evidence *evidence)
{
	uint64_t type;

	evidence->user = read_account(evidence, "TargetDomainName", "TargetUserName");
	evidence->from = read_address(evidence);
	evidence->image = evidence_field(evidence, "ProcessName");
	evidence_read_process_id(evidence, "ProcessId", &evidence->process_id,
				 &evidence->has_process_id);
	read_logon_id(evidence, "TargetLogonId");
	if (evidence_number(evidence, "LogonType", UINT32_MAX, &type))
		evidence->logon_type = (uint32_t)type;
}

/* Stands in the log of the machine that the other account is used on, to reach a server. */
void evidence_read_explicit_logon(struct evidence *evidence)
{
	const char *account = read_account(evidence, "TargetDomainName", "TargetUserName");
	const char *server = evidence_field(evidence, "TargetServerName");

	evidence->user = read_account(evidence, "SubjectDomainName", "SubjectUserName");
	evidence->from = read_address(evidence);
	evidence->image = evidence_field(evidence, "ProcessName");
	evidence->text =
		evidence_keep(evidence, g_strdup_printf("as %s on %s", account ? account : "?",
							server ? server : "?"));
	evidence_read_process_id(evidence, "ProcessId", &evidence->process_id,
				 &evidence->has_process_id);
	read_logon_id(evidence, "SubjectLogonId");
}

void evidence_read_script(struct evidence *evidence)
{
	evidence->user = evidence->event.user_sid;
	evidence->text = evidence_field(evidence, "ScriptBlockText");
}

/* The value after "\tNAME=" or "NAME=" at a line's begin, up to the line's end. */
static char *find_setting(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, "\n\t ");
		if (strncmp(line, name, length) == 0 && line[length] == '=')
			return g_strndup(line + length + 1, strcspn(line + length + 1, "\r\n"));
	}
	return NULL;
}

/* The settings stand as lines of one unnamed field, the second of 800 and the third of 400. */
void evidence_read_classic_shell(struct evidence *evidence)
{
	const GArray *fields = evidence->event.fields;

	for (guint i = 0; i < fields->len; i++) {
		const char *value = g_array_index(fields, struct event_field, i).value;
		const char *command = NULL;

		if (!strstr(value, "HostApplication="))
			continue;
		command = evidence_keep(evidence, find_setting(value, "CommandLine"));
		evidence->image = evidence_keep(evidence, find_setting(value, "HostApplication"));
		evidence->user = evidence_keep(evidence, find_setting(value, "UserId"));
		evidence->text = command ? command : evidence->image;
		return;
	}
}

/* The names stand in two fields without names. */
void evidence_read_renamed(struct evidence *evidence)
{
	const GArray *fields = evidence->event.fields;

	if (fields->len < 2)
		return;
	evidence->text = evidence_keep(
		evidence,
		g_strdup_printf("%s → %s", g_array_index(fields, struct event_field, 0).value,
				g_array_index(fields, struct event_field, 1).value));
}

void evidence_read_log_cleared(struct evidence *evidence)
{
	evidence->user = read_account(evidence, "SubjectDomainName", "SubjectUserName");
	evidence->text = evidence_field(evidence, "Channel");
	read_logon_id(evidence, "SubjectLogonId");
}
