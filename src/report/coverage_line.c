/* SPDX-License-Identifier: Apache-2.0 */
#include "report/coverage_line.h"

#include "base/json.h"
#include "event/filetime.h"

static void append_cleared(const GArray *cleared, GString *out)
{
	if (cleared->len == 0)
		return;
	json_open_array(out, "cleared");
	for (guint i = 0; i < cleared->len; i++)
		time_append_json(NULL, g_array_index(cleared, uint64_t, i), out);
	json_close_array(out);
}

/* How much it holds is known. */
static bool is_counted(const struct log_coverage *log)
{
	return log->state == LOG_READ || log->is_exported;
}

static void append_log(enum wanted_log wanted, const struct log_coverage *log, GString *out)
{
	json_open_object(out, NULL);
	json_add_string(out, "channel", wanted_log_name(wanted));
	json_add_string(out, "state", log_state_name(log->state));
	time_append_json("from", log->from, out);
	time_append_json("to", log->to, out);
	json_add_flag(out, "exported", log->is_exported);
	if (is_counted(log))
		json_add_uint(out, "records", log->records);
	json_add_count(out, "first_id", log->first_id);
	json_add_count(out, "missing", log->missing);
	if (wanted == WANTED_WMI || wanted == WANTED_SYSMON)
		json_add_uint(out, "reports", log->reports);
	if (wanted == WANTED_SECURITY && is_counted(log)) {
		json_add_uint(out, "process_starts", log->process_starts);
		json_add_uint(out, "command_lines", log->command_lines);
	}
	if (wanted == WANTED_POWERSHELL && is_counted(log))
		json_add_uint(out, "scripts", log->scripts);
	json_add_flag(out, "dirty", log->is_dirty);
	json_add_flag(out, "full", log->is_full);
	json_add_flag(out, "partial", log->is_partial);
	append_cleared(log->cleared, out);
	json_add_count(out, "faults", log->read_errors);
	json_close_object(out);
}

static void append_windows(const struct host_coverage *host, GString *out)
{
	if (host->version) {
		json_open_object(out, "windows");
		json_add_string(out, "version", host->version);
		json_add_uint(out, "build", host->build);
		json_close_object(out);
	}
	if (host->zone) {
		g_autofree char *bias = g_strdup_printf("%d", host->bias);

		json_open_object(out, "zone");
		json_add_string(out, "name", host->zone);
		json_add_literal(out, "bias", bias);
		json_close_object(out);
	}
}

static void append_starts(const struct host_coverage *host, GString *out)
{
	json_add_uint(out, "starts", host->starts);
	json_open_object(out, "wmi_starts");
	json_add_uint(out, "with_5861", host->replayed);
	json_add_uint(out, "without_5861", host->silent);
	json_add_uint(out, "unknown", host->unknown);
	json_close_object(out);
}

static void append_clock_changes(const GArray *changes, GString *out)
{
	if (changes->len == 0)
		return;
	json_open_array(out, "clock_changes");
	for (guint i = 0; i < changes->len; i++) {
		const struct clock_change *change = &g_array_index(changes, struct clock_change, i);

		json_open_object(out, NULL);
		time_append_json("before", change->before, out);
		time_append_json("after", change->after, out);
		json_close_object(out);
	}
	json_close_array(out);
}

static void append_texts(const char *key, const GPtrArray *texts, GString *out)
{
	json_open_array(out, key);
	for (guint i = 0; i < texts->len; i++)
		json_add_string(out, NULL, texts->pdata[i]);
	json_close_array(out);
}

void coverage_identify(const struct host_coverage *host, struct line_id *out)
{
	line_id_set(out, line_name_new("coverage", host_identity_full_name(host->identity)));
}

void coverage_line_append(const struct host_coverage *host, GString *out)
{
	struct line_id id;

	coverage_identify(host, &id);
	line_open(out, "coverage", &id);
	json_add_string(out, "host", host->identity->name);
	host_identity_append_names(host->identity, out);
	json_add_string(out, "covered", covered_name(host->covered));
	json_add_uint(out, "findings", host->findings);
	append_windows(host, out);
	json_open_array(out, "logs");
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		append_log(i, &host->logs[i], out);
	json_close_array(out);
	json_add_uint(out, "other_logs", host->other_logs);
	json_add_count(out, "exports", host->exports);
	append_starts(host, out);
	append_clock_changes(host->clock_changes, out);
	time_append_json("since", host->since, out);
	time_append_json("until", host->until, out);
	json_add_uint(out, "faults", host->read_errors);
	json_add_count(out, "left_out", host->left_out);
	append_texts("blind", host->blind, out);
	json_close_object(out);
	g_string_append_c(out, '\n');
}
