/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ecs_document.h"

#include "base/json.h"
#include "event/event_ref.h"
#include "report/coverage_line.h"
#include "report/ecs.h"
#include "report/match_json.h"

#define ECS_VERSION "9.4.0"
#define UNIX_EPOCH UINT64_C(116444736000000000) /* as FILETIME */
#define END_OF_9999 UINT64_C(2650467743999999999)

size_t ecs_open_object(GString *out, const char *key)
{
	size_t start = out->len;

	json_open_object(out, key);
	return start;
}

void ecs_close_object(GString *out, size_t start)
{
	if (out->str[out->len - 1] == '{')
		g_string_truncate(out, start);
	else
		json_close_object(out);
}

void ecs_add_list(GString *out, const char *key, const char *only)
{
	if (!only)
		return;
	json_open_array(out, key);
	json_add_string(out, NULL, only);
	json_close_array(out);
}

void ecs_add_time(GString *out, const char *key, uint64_t filetime)
{
	time_append_json(key, MIN(filetime, END_OF_9999), out);
}

void ecs_add_timestamp(GString *out, uint64_t filetime)
{
	ecs_add_time(out, "@timestamp", filetime ? filetime : UNIX_EPOCH);
	json_open_object(out, "ecs");
	json_add_string(out, "version", ECS_VERSION);
	json_close_object(out);
}

void ecs_add_event_head(GString *out, const char *kind, const struct ecs_sort *sort)
{
	json_open_object(out, "event");
	json_add_string(out, "module", "wmihunt");
	json_add_string(out, "kind", kind);
	ecs_add_list(out, "category", sort->category);
	ecs_add_list(out, "type", sort->type);
}

void ecs_add_host(GString *out, const char *name, const struct host_coverage *coverage)
{
	if (!name || !*name)
		return;
	json_open_object(out, "host");
	json_add_string(out, "name", name);
	json_add_string(out, "hostname", name);
	json_open_object(out, "os");
	json_add_string(out, "type", "windows");
	if (coverage)
		json_add_present(out, "version", coverage->version);
	json_close_object(out);
	json_close_object(out);
}

static uint64_t find_last_record(const struct host_coverage *host)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < WANTED_LOGS; i++)
		last = MAX(last, host->logs[i].to);
	return last;
}

static void add_logs(GString *out, const struct host_coverage *host)
{
	json_open_array(out, "logs");
	for (unsigned i = 0; i < WANTED_LOGS; i++) {
		const struct log_coverage *log = &host->logs[i];

		json_open_object(out, NULL);
		json_add_string(out, "channel", wanted_log_name(i));
		json_add_string(out, "state", log_state_name(log->state));
		ecs_add_time(out, "from", log->from);
		ecs_add_time(out, "to", log->to);
		json_close_object(out);
	}
	json_close_array(out);
}

void ecs_add_coverage(struct report *report, const struct host_coverage *host)
{
	const struct ecs_sort sort = {"host", "info"};
	g_autofree char *message =
		g_strdup_printf("its logs show subscriptions: %s", covered_name(host->covered));
	uint64_t last = find_last_record(host);
	struct line_id id;
	GString *out = report->text;

	json_open_object(out, NULL);
	ecs_add_event_head(out, "state", &sort);
	coverage_identify(host, &id);
	json_add_string(out, "id", id.text);
	json_add_string(out, "action", "coverage");
	json_close_object(out);
	ecs_add_timestamp(out, last);
	json_add_string(out, "message", message);
	ecs_add_host(out, host->identity->name, host);
	json_open_object(out, "wmihunt");
	json_add_string(out, "kind", "coverage");
	json_add_flag(out, "time_unknown", last == 0);
	json_add_string(out, "covered", covered_name(host->covered));
	json_add_uint(out, "findings", host->findings);
	json_add_uint(out, "faults", host->read_errors);
	texts_append_json("blind", host->blind, out);
	add_logs(out, host);
	json_close_object(out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
