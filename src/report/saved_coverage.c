/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "report/saved_line.h"
#include "report/saved_tables.h"

static GArray *new_array(struct saved_reader *reader, size_t size)
{
	GArray *array = g_array_new(FALSE, TRUE, (guint)size);

	g_ptr_array_add(reader->arrays, array);
	return array;
}

static void read_times(struct saved_reader *reader, const char *name, void *place)
{
	GArray *times = *(GArray **)place = new_array(reader, sizeof(uint64_t));
	uint64_t time;

	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	json_open(&reader->json);
	while (json_next_element(&reader->json))
		if (saved_read_time(reader, name, &time))
			g_array_append_val(times, time);
}

#define AT(place) offsetof(struct clock_change, place)
static const struct saved_member change_members[] = {
	{.name = "before", .kind = SAVED_TIME, .at = AT(before)},
	{.name = "after", .kind = SAVED_TIME, .at = AT(after)},
	{0},
};
#undef AT

static void read_clock_changes(struct saved_reader *reader, const char *name, void *place)
{
	GArray *changes = *(GArray **)place = new_array(reader, sizeof(struct clock_change));

	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		struct clock_change change = {0};

		saved_read_object(reader, name, change_members, &change);
		g_array_append_val(changes, change);
	}
}

static void read_bias(struct saved_reader *reader, const char *name, void *place)
{
	const char *text;
	gint64 bias;

	if (!saved_reader_expect(reader, name, JSON_KIND_NUMBER, "is no number") ||
	    !json_read_number(&reader->json, &text))
		return;
	if (g_ascii_string_to_signed(text, 10, INT32_MIN, INT32_MAX, &bias, NULL))
		*(int32_t *)place = (int32_t)bias;
	else
		saved_reader_fail(reader, name, "is no whole number of 32 bits");
}

static const char *covered_word(unsigned index)
{
	return index <= COVERED ? covered_name(index) : NULL;
}

static const char *log_state_word(unsigned index)
{
	return index <= LOG_READ ? log_state_name(index) : NULL;
}

static const char *wanted_word(unsigned index)
{
	return index < WANTED_LOGS ? wanted_log_name(index) : NULL;
}

/* A log, and which it is. */
struct saved_log {
	enum wanted_log wanted;
	struct log_coverage log;
};

#define AT(place) offsetof(struct saved_log, place)
static const struct saved_member log_members[] = {
	{.name = "channel",
	 .kind = SAVED_WORD,
	 .at = AT(wanted),
	 .needed = true,
	 .word = wanted_word},
	{.name = "state",
	 .kind = SAVED_WORD,
	 .at = AT(log.state),
	 .needed = true,
	 .word = log_state_word},
	{.name = "from", .kind = SAVED_TIME, .at = AT(log.from)},
	{.name = "to", .kind = SAVED_TIME, .at = AT(log.to)},
	{.name = "exported", .kind = SAVED_FLAG, .at = AT(log.is_exported)},
	{.name = "records", .kind = SAVED_UINT64, .at = AT(log.records)},
	{.name = "first_id", .kind = SAVED_UINT64, .at = AT(log.first_id)},
	{.name = "missing", .kind = SAVED_UINT64, .at = AT(log.missing)},
	{.name = "reports", .kind = SAVED_UINT64, .at = AT(log.reports)},
	{.name = "process_starts", .kind = SAVED_UINT64, .at = AT(log.process_starts)},
	{.name = "command_lines", .kind = SAVED_UINT64, .at = AT(log.command_lines)},
	{.name = "scripts", .kind = SAVED_UINT64, .at = AT(log.scripts)},
	{.name = "dirty", .kind = SAVED_FLAG, .at = AT(log.is_dirty)},
	{.name = "full", .kind = SAVED_FLAG, .at = AT(log.is_full)},
	{.name = "partial", .kind = SAVED_FLAG, .at = AT(log.is_partial)},
	{.name = "cleared", .kind = SAVED_CALL, .at = AT(log.cleared), .call = read_times},
	{.name = "faults", .kind = SAVED_UINT64, .at = AT(log.read_errors)},
	{0},
};
#undef AT

static void read_logs(struct saved_reader *reader, const char *name, void *place)
{
	struct log_coverage *logs = place;

	if (!saved_reader_expect(reader, name, JSON_KIND_ARRAY, "is no list"))
		return;
	json_open(&reader->json);
	while (json_next_element(&reader->json)) {
		struct saved_log one = {0};

		saved_read_object(reader, name, log_members, &one);
		logs[one.wanted] = one.log;
	}
}

#define AT(place) offsetof(struct host_coverage, place)
static const struct saved_member windows_members[] = {
	{.name = "version", .kind = SAVED_TEXT, .at = AT(version)},
	{.name = "build", .kind = SAVED_UINT32, .at = AT(build)},
	{0},
};

static const struct saved_member zone_members[] = {
	{.name = "name", .kind = SAVED_TEXT, .at = AT(zone)},
	{.name = "bias", .kind = SAVED_CALL, .at = AT(bias), .call = read_bias},
	{0},
};

static const struct saved_member start_members[] = {
	{.name = "with_5861", .kind = SAVED_UINT64, .at = AT(replayed)},
	{.name = "without_5861", .kind = SAVED_UINT64, .at = AT(silent)},
	{.name = "unknown", .kind = SAVED_UINT64, .at = AT(unknown)},
	{0},
};
#undef AT

#define AT(place) offsetof(struct saved_line, place)

const struct saved_member saved_coverage_members[] = {
	{.name = "kind", .kind = SAVED_IGNORED},
	{.name = "host", .kind = SAVED_TEXT, .at = AT(identity.name), .needed = true},
	{.name = "host_names", .kind = SAVED_TEXTS, .at = AT(identity.names)},
	{.name = "covered",
	 .kind = SAVED_WORD,
	 .at = AT(coverage.covered),
	 .needed = true,
	 .word = covered_word},
	{.name = "findings", .kind = SAVED_UINT64, .at = AT(coverage.findings)},
	{.name = "windows", .kind = SAVED_PART, .at = AT(coverage), .members = windows_members},
	{.name = "zone", .kind = SAVED_PART, .at = AT(coverage), .members = zone_members},
	{.name = "logs",
	 .kind = SAVED_CALL,
	 .at = AT(coverage.logs),
	 .needed = true,
	 .call = read_logs},
	{.name = "other_logs", .kind = SAVED_UINT64, .at = AT(coverage.other_logs)},
	{.name = "exports", .kind = SAVED_UINT64, .at = AT(coverage.exports)},
	{.name = "starts", .kind = SAVED_UINT64, .at = AT(coverage.starts)},
	{.name = "wmi_starts", .kind = SAVED_PART, .at = AT(coverage), .members = start_members},
	{.name = "clock_changes",
	 .kind = SAVED_CALL,
	 .at = AT(coverage.clock_changes),
	 .call = read_clock_changes},
	{.name = "since", .kind = SAVED_TIME, .at = AT(coverage.since)},
	{.name = "until", .kind = SAVED_TIME, .at = AT(coverage.until)},
	{.name = "faults", .kind = SAVED_UINT64, .at = AT(coverage.read_errors)},
	{.name = "left_out", .kind = SAVED_UINT64, .at = AT(coverage.left_out)},
	{.name = "blind", .kind = SAVED_TEXTS, .at = AT(coverage.blind), .needed = true},
	{0},
};
#undef AT

/* A host that is not covered has a reason. */
void saved_coverage_end(struct saved_reader *reader, struct saved_line *line)
{
	struct host_coverage *host = &line->coverage;

	if (host->blind && host->blind->len == 0 && host->covered != COVERED)
		saved_reader_fail(reader, "blind", "is empty");
	host->identity = &line->identity;
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		if (!host->logs[i].cleared)
			host->logs[i].cleared = new_array(reader, sizeof(uint64_t));
	if (!host->clock_changes)
		host->clock_changes = new_array(reader, sizeof(struct clock_change));
}
