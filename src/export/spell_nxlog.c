/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/xml_text.h"
#include "export/spelling.h"

/*
 * NXLog's im_msvistalog and what Logstash adds. Fields of EventData stand beside NXLog's own, as
 * the XML has them: with entities. UserData is in the rendered text only.
 */

static bool fits(const struct json_node *object)
{
	const char *module = json_tree_text(object, "SourceModuleType");

	return json_tree_get(object, "EventTime") && json_tree_get(object, "EventID") &&
	       ((module && g_str_has_prefix(module, "im_")) ||
		(json_tree_get(object, "Hostname") && json_tree_get(object, "SourceName")));
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (**names == *name && strcmp(name, *names) == 0)
			return true;
	return false;
}

/* NXLog's own, Logstash's after them. ProcessID is one where no other names the process. */
static bool is_own(const struct json_node *member, bool has_execution)
{
	static const char *const own[] = {"EventTime",
					  "Hostname",
					  "Keywords",
					  "SeverityValue",
					  "Severity",
					  "EventID",
					  "SourceName",
					  "ProviderGuid",
					  "Version",
					  "Task",
					  "OpcodeValue",
					  "RecordNumber",
					  "ExecutionProcessID",
					  "ExecutionThreadID",
					  "ThreadID",
					  "Channel",
					  "Domain",
					  "AccountName",
					  "UserID",
					  "AccountType",
					  "Message",
					  "Opcode",
					  "Category",
					  "EventReceivedTime",
					  "SourceModuleName",
					  "SourceModuleType",
					  "ActivityID",
					  "RelatedActivityID",
					  "EventTypeOrignal",
					  "@timestamp",
					  "@version",
					  "host",
					  "port",
					  "tags",
					  "type",
					  NULL};
	static const char *const types[] = {"INFO",	     "WARNING", "ERROR",
					    "CRITICAL",	     "DEBUG",	"AUDIT_SUCCESS",
					    "AUDIT_FAILURE", "VERBOSE", NULL};

	if (strcmp(member->name, "ProcessID") == 0)
		return !has_execution;
	if (strcmp(member->name, "EventType") == 0)
		return !member->text || is_one_of(member->text, types);
	return is_one_of(member->name, own);
}

enum { EVENT_TIME_TEXT, RECEIVED_TEXT, STAMPED_TEXT, SYSMON_TEXT };

/* EventTime is local. Sysmon says when in UTC; else the clocks of NXLog and of who took the line
 * from it at the same moment show the zone. */
static bool read_time(const char *const *texts, struct export_time *out)
{
	struct export_time time = {0}, other, utc;
	bool has_time = texts[EVENT_TIME_TEXT] && export_time_read(texts[EVENT_TIME_TEXT], &time);

	if (texts[SYSMON_TEXT] && export_time_read(texts[SYSMON_TEXT], &utc)) {
		export_time_set_utc(&time, &utc);
	} else if (!has_time) {
		return false;
	} else if (!time.has_zone && texts[RECEIVED_TEXT] && texts[STAMPED_TEXT] &&
		   export_time_read(texts[RECEIVED_TEXT], &other) &&
		   export_time_read(texts[STAMPED_TEXT], &utc)) {
		time.has_zone = export_time_shift(time.ticks, other.ticks, utc.ticks, &utc.ticks);
		time.local = time.has_zone ? time.ticks : 0;
		time.ticks = time.has_zone ? utc.ticks : time.ticks;
	}
	*out = time;
	return true;
}

static void set_time(struct draft *draft, const struct json_node *object)
{
	const char *const texts[WH_LOOK_TIMES] = {
		[EVENT_TIME_TEXT] = json_tree_text(object, "EventTime"),
		[RECEIVED_TEXT] = json_tree_text(object, "EventReceivedTime"),
		[STAMPED_TEXT] = json_tree_text(object, "@timestamp"),
		[SYSMON_TEXT] = json_tree_text(object, "UtcTime"),
	};
	struct export_time time;

	if (read_time(texts, &time))
		draft_set_export_time(draft, &time);
}

static void read_object(struct draft *draft, const struct json_node *object)
{
	const char *process = json_tree_text(object, "ExecutionProcessID");

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "SourceName"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventID"));
	draft_set_number(draft, EVENT_RECORD_ID, json_tree_text(object, "RecordNumber"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "Channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Hostname"));
	draft_set_text(draft, EVENT_USER_SID, json_tree_text(object, "UserID"));
	draft_set_number(draft, EVENT_PROCESS_ID,
			 process ? process : json_tree_text(object, "ProcessID"));
	set_time(draft, object);
	draft->message = json_tree_text(object, "Message");
	for (const struct json_node *member = object->first; member; member = member->next)
		if (!is_own(member, process != NULL))
			draft_add_field(draft, member->name,
					xml_text_unescape(member->text, draft->arena));
}

static const struct text_names text_names = {
	.host = "\"Hostname\"",
	.channel = "\"Channel\"",
	.record_id = "\"RecordNumber\"",
	.times = {"\"EventTime\"", "\"EventReceivedTime\"", "\"@timestamp\"", "\"UtcTime\""},
	.read_time = read_time};

const struct spelling spelling_nxlog = {EVENT_FORMAT_NXLOG, "\"EventID\"", fits, read_object,
					&text_names};

/* A PowerShell export: what Security-Datasets has from 2020 on. No record id. */
static bool otrf_fits(const struct json_node *object)
{
	return json_tree_text(object, "TimeCreated") && json_tree_get(object, "Hostname") &&
	       json_tree_get(object, "EventID") && json_tree_get(object, "Channel");
}

static void otrf_read(struct draft *draft, const struct json_node *object)
{
	static const char *const own[] = {
		"TimeCreated", "Hostname",     "EventID",      "Channel",    "Task",
		"Message",     "Level",	       "Keywords",     "Opcode",     "Version",
		"SourceName",  "ProviderName", "ProviderGuid", "@timestamp", "@version",
		"host",	       "port",	       "tags",	       "type",	     NULL};

	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "SourceName"));
	draft_set_text(draft, EVENT_PROVIDER, json_tree_text(object, "ProviderName"));
	draft_set_number(draft, EVENT_ID, json_tree_text(object, "EventID"));
	draft_set_text(draft, EVENT_CHANNEL, json_tree_text(object, "Channel"));
	draft_set_text(draft, EVENT_HOST, json_tree_text(object, "Hostname"));
	draft_set_time(draft, json_tree_text(object, "TimeCreated"));
	draft->message = json_tree_text(object, "Message");
	for (const struct json_node *member = object->first; member; member = member->next)
		if (!is_one_of(member->name, own))
			draft_add_field(draft, member->name, member->text);
}

static const struct text_names otrf_names = {.host = "\"Hostname\"",
					     .channel = "\"Channel\"",
					     .record_id = NULL,
					     .times = {"\"TimeCreated\""}};

const struct spelling spelling_otrf = {EVENT_FORMAT_OTRF, "\"EventID\"", otrf_fits, otrf_read,
				       &otrf_names};
