/* SPDX-License-Identifier: Apache-2.0 */
#include "export/message.h"

#include <string.h>

#include "export/manifest.h"

/*
 * How it works. WMI-Activity renders its fields into one sentence: what stands between them is
 * looked for from the left up to the field that an attacker may fill with anything, and from the
 * right after that. Sysmon renders a line for each field, in the manifest's order: a line is a new
 * field only when its name comes after that of the last one, so that a command line with line feeds
 * in it makes no fields. Security renders sections with indented lines.
 */

#define MAX_PARTS 8

/* In the order of the manifest's fields: what stands before each. */
struct sentence {
	uint32_t event_id;
	const char *before[MAX_PARTS];
	unsigned from_left; /* the first so many are looked for from the left */
};

static const struct sentence sentences[] = {
	{5857,
	 {"", " provider started with result code ",
	  ". HostProcess = ", "; ProcessID = ", "; ProviderPath = "},
	 5},
	{5858,
	 {"Id = ", "; ClientMachine = ", "; User = ", "; ClientProcessId = ", "; Component = ",
	  "; Operation = ", "; ResultCode = ", "; PossibleCause = "},
	 6},
	{5859,
	 {"Namespace = ", "; NotificationQuery = ", "; OwnerName = ", "; HostProcessID = ",
	  ";  Provider= ", ", queryID = ", "; PossibleCause = "},
	 2},
	{5860,
	 {"Namespace = ", "; NotificationQuery = ", "; UserName = ", "; ClientProcessID = ",
	  ", ClientMachine = ", "; PossibleCause = "},
	 2},
	{5861,
	 {"Namespace = ", "; Eventfilter = ", " (refer to its activate eventid:5859); Consumer = ",
	  "; PossibleCause = "},
	 4},
};

static const char *find_last(const char *from, const char *to, const char *text)
{
	return g_strrstr_len(from, to - from, text);
}

/* Where what stands before each part begins; false when the text is of another form. */
static bool find_parts(const struct sentence *sentence, const char *text,
		       const char *found[MAX_PARTS + 1])
{
	unsigned count = 0;
	const char *at = text, *end = text + strlen(text);

	while (count < MAX_PARTS && sentence->before[count])
		count++;
	found[count] = end;
	for (unsigned i = 0; i < sentence->from_left; i++) {
		found[i] = i == 0 ? at : strstr(at, sentence->before[i]);
		if (!found[i] || !g_str_has_prefix(found[i], sentence->before[i]))
			return false;
		at = found[i] + strlen(sentence->before[i]);
	}
	for (unsigned i = count; i-- > sentence->from_left;) {
		found[i] = find_last(at, end, sentence->before[i]);
		if (!found[i])
			return false;
		end = found[i];
	}
	return true;
}

static void read_sentence(struct draft *draft, const struct manifest_event *manifest)
{
	const struct sentence *sentence = sentences;
	const char *found[MAX_PARTS + 1], *names[WH_MANIFEST_FIELDS];
	size_t count;

	while (sentence->event_id != manifest->event_id)
		sentence++;
	if (!find_parts(sentence, draft->message, found))
		return;
	count = manifest_list(manifest, WH_MANIFEST_FIELDS, draft->arena, names);
	draft_set_text(draft, EVENT_DATA_TYPE, manifest->element);
	for (size_t i = 0; i < count; i++) {
		const char *from = found[i] + strlen(sentence->before[i]);

		draft_add_field(draft, names[i],
				arena_copy(draft->arena, from, (size_t)(found[i + 1] - from)));
	}
}

/* The length of the line, and where the next one begins. */
static const char *end_line(const char *line, size_t *length)
{
	*length = strcspn(line, "\n");
	line += *length;
	if (*length > 0 && line[-1] == '\r')
		(*length)--;
	return *line ? line + 1 : line;
}

/* The length of a name that begins a line with a colon after it, or 0. */
static size_t name_length(const char *line)
{
	size_t length = 0;

	while (g_ascii_isalnum(line[length]) || line[length] == '_')
		length++;
	if (!g_ascii_isalpha(line[0]) || line[length] != ':' ||
	    (line[length + 1] && !strchr(" \r\n", line[length + 1])))
		return 0;
	return length;
}

/* The names that may still come: any, when `count` is 0. */
struct expected_names {
	const char *names[WH_MANIFEST_FIELDS];
	size_t count;
	size_t next;
};

/* The name that the line begins with; NULL when it goes on with the value before. */
static const char *take_name(struct draft *draft, struct expected_names *expected, const char *line)
{
	size_t length = name_length(line);

	if (length == 0)
		return NULL;
	if (expected->count == 0)
		return arena_copy(draft->arena, line, length);
	for (size_t i = expected->next; i < expected->count; i++) {
		if (strlen(expected->names[i]) == length &&
		    memcmp(expected->names[i], line, length) == 0) {
			expected->next = i + 1;
			return expected->names[i];
		}
	}
	return NULL;
}

static void add_value(struct draft *draft, const char *name, const char *from, const char *to)
{
	if (!name)
		return;
	while (to > from && (to[-1] == '\n' || to[-1] == '\r'))
		to--;
	draft_add_field(draft, name, arena_copy(draft->arena, from, (size_t)(to - from)));
}

/* Lines after the title. */
static void read_lines(struct draft *draft, const struct manifest_event *manifest)
{
	struct expected_names expected = {.count = 0};
	const char *name = NULL, *from = NULL, *line;
	size_t length;

	if (manifest)
		expected.count =
			manifest_list(manifest, WH_MANIFEST_FIELDS, draft->arena, expected.names);
	for (line = end_line(draft->message, &length); *line; line = end_line(line, &length)) {
		const char *next = take_name(draft, &expected, line);

		if (!next)
			continue;
		add_value(draft, name, from, line);
		name = next;
		from = line + strlen(name) + 1;
		from += *from == ' ';
	}
	add_value(draft, name, from, line);
}

/* A line of a section of Security's messages. */
struct labelled {
	uint32_t event_id;
	const char *section; /* part of its title */
	const char *label;
	const char *field;
};

static const struct labelled labels[] = {
	{4688, "Target Subject", "Security ID", "TargetUserSid"},
	{4688, "Target Subject", "Account Name", "TargetUserName"},
	{4688, "Target Subject", "Account Domain", "TargetDomainName"},
	{4688, "Target Subject", "Logon ID", "TargetLogonId"},
	{4688, "Subject", "Security ID", "SubjectUserSid"},
	{4688, "Subject", "Account Name", "SubjectUserName"},
	{4688, "Subject", "Account Domain", "SubjectDomainName"},
	{4688, "Subject", "Logon ID", "SubjectLogonId"},
	{4688, "Process Information", "New Process ID", "NewProcessId"},
	{4688, "Process Information", "New Process Name", "NewProcessName"},
	{4688, "Process Information", "Token Elevation Type", "TokenElevationType"},
	{4688, "Process Information", "Mandatory Label", "MandatoryLabel"},
	{4688, "Process Information", "Creator Process ID", "ProcessId"},
	{4688, "Process Information", "Creator Process Name", "ParentProcessName"},
	{4688, "Process Information", "Process Command Line", "CommandLine"},
	{4624, "Subject", "Security ID", "SubjectUserSid"},
	{4624, "Subject", "Account Name", "SubjectUserName"},
	{4624, "Subject", "Account Domain", "SubjectDomainName"},
	{4624, "Subject", "Logon ID", "SubjectLogonId"},
	{4624, "", "Logon Type", "LogonType"},
	{4624, "New Logon", "Security ID", "TargetUserSid"},
	{4624, "New Logon", "Account Name", "TargetUserName"},
	{4624, "New Logon", "Account Domain", "TargetDomainName"},
	{4624, "New Logon", "Logon ID", "TargetLogonId"},
	{4624, "New Logon", "Logon GUID", "LogonGuid"},
	{4624, "Process Information", "Process ID", "ProcessId"},
	{4624, "Process Information", "Process Name", "ProcessName"},
	{4624, "Network Information", "Workstation Name", "WorkstationName"},
	{4624, "Network Information", "Source Network Address", "IpAddress"},
	{4624, "Network Information", "Source Port", "IpPort"},
	{4624, "Detailed Authentication", "Logon Process", "LogonProcessName"},
	{4624, "Detailed Authentication", "Authentication Package", "AuthenticationPackageName"},
};

static const struct labelled *find_label(uint32_t event_id, const char *section, const char *line,
					 size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		size_t label = strlen(labels[i].label);

		if (labels[i].event_id == event_id && length > label && line[label] == ':' &&
		    memcmp(labels[i].label, line, label) == 0 && strstr(section, labels[i].section))
			return &labels[i];
	}
	return NULL;
}

/* Hexadecimal digits are rendered as capitals, and logged as small letters. */
static const char *as_logged(struct draft *draft, const char *value, size_t length)
{
	char *copy = arena_copy(draft->arena, value, length);
	bool is_hex = g_str_has_prefix(copy, "0x");

	for (char *at = copy; is_hex && *at; at++)
		*at = g_ascii_tolower(*at);
	return copy;
}

static void read_sections(struct draft *draft)
{
	uint32_t event_id = draft->event->ref.event_id;
	const char *section = "", *line = draft->message;

	while (*line) {
		size_t length, blanks = strspn(line, "\t ");
		const char *next = end_line(line, &length), *value;
		const struct labelled *label =
			find_label(event_id, section, line + blanks, length - MIN(blanks, length));

		if (label && !event_get_field(draft->event, label->field)) {
			value = line + blanks + strlen(label->label) + 1;
			value += strspn(value, "\t ");
			length = value < line + length ? (size_t)(line + length - value) : 0;
			draft_add_field(draft, label->field, as_logged(draft, value, length));
		} else if (blanks == 0 && length > 1 && line[length - 1] == ':') {
			section = arena_copy(draft->arena, line, length - 1);
		}
		line = next;
	}
}

/* Of the fields that stand before any that an attacker fills. */
static void restore_field(struct draft *draft, const char *name)
{
	g_autofree char *begin = g_strdup_printf("\n%s: ", name);
	const char *limit = strstr(draft->message, "\nUtcTime: "), *found;
	size_t length;

	found = limit ? g_strstr_len(draft->message, limit - draft->message, begin) : NULL;
	if (!found || event_get_field(draft->event, name))
		return;
	found += strlen(begin);
	end_line(found, &length);
	draft_add_field(draft, name, arena_copy(draft->arena, found, length));
}

void message_complete(struct draft *draft)
{
	const struct event *event = draft->event;
	const struct manifest_event *manifest =
		event->ref.has_event_id ? manifest_find(event->provider, event->ref.event_id)
					: NULL;
	bool is_sysmon = g_strcmp0(event->provider, "Microsoft-Windows-Sysmon") == 0;

	if (event->fields->len > 0) {
		if (is_sysmon) {
			restore_field(draft, "EventType");
			restore_field(draft, "RuleName");
		}
		return;
	}
	if (manifest && manifest->element) {
		read_sentence(draft, manifest);
		return;
	}
	if (manifest && !is_sysmon)
		read_sections(draft);
	if (event->fields->len == 0)
		read_lines(draft, manifest);
}
