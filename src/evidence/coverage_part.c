/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/coverage_part.h"

#include <string.h>

#include "base/order.h"
#include "event/filetime.h"
#include "evidence/coverage_lacks.h"

/* WMI logs 5861 for each live binding when it starts; in real logs that came up to two minutes
 * after 5617. */
#define REPLAY_TIME (10 * 60 * WH_SECOND)

static const char *const wanted_names[] = {
	[WANTED_WMI] = "Microsoft-Windows-WMI-Activity/Operational",
	[WANTED_SYSMON] = "Microsoft-Windows-Sysmon/Operational",
	[WANTED_SECURITY] = "Security",
	[WANTED_POWERSHELL] = "Microsoft-Windows-PowerShell/Operational",
	[WANTED_APPLICATION] = "Application",
	[WANTED_SYSTEM] = "System",
};
G_STATIC_ASSERT(G_N_ELEMENTS(wanted_names) == WANTED_LOGS);

const char *wanted_log_name(enum wanted_log log)
{
	return wanted_names[log];
}

const char *log_state_name(enum log_state state)
{
	static const char *const names[] = {
		[LOG_ABSENT] = "absent", [LOG_UNREAD] = "unread", [LOG_EMPTY] = "empty",
		[LOG_EVENTS] = "events", [LOG_READ] = "read",
	};

	return names[state];
}

const char *covered_name(enum covered covered)
{
	static const char *const names[] = {
		[COVERED_NOT] = "no", [COVERED_PARTLY] = "partly", [COVERED] = "yes"};

	return names[covered];
}

enum wanted_log wanted_log_find(const char *channel)
{
	enum wanted_log log = 0;

	while (log < WANTED_LOGS && (!channel || g_ascii_strcasecmp(channel, wanted_names[log])))
		log++;
	return log;
}

static void sums_init(struct host_coverage *sums)
{
	sums->clock_changes = g_array_new(FALSE, FALSE, sizeof(struct clock_change));
	sums->blind = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		sums->logs[i].cleared = g_array_new(FALSE, FALSE, sizeof(uint64_t));
}

static void sums_release(struct host_coverage *sums)
{
	g_array_unref(sums->clock_changes);
	g_ptr_array_unref(sums->blind);
	if (sums->lacks)
		g_ptr_array_unref(sums->lacks);
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		g_array_unref(sums->logs[i].cleared);
	g_free(sums->version);
	g_free(sums->zone);
}

struct coverage_part *coverage_part_new(const char *name, const struct event_ref *ref)
{
	struct coverage_part *part = g_new0(struct coverage_part, 1);

	part->name = g_strdup(name);
	part->ref = *ref;
	part->ref.path = part->path = g_strdup(ref->path);
	part->ref.entry = part->entry = g_strdup(ref->entry);
	part->ref.via = part->via = g_strdup(ref->via);
	sums_init(&part->sums);
	for (unsigned i = 0; i < WANTED_LOGS; i++) {
		part->spans[i] = g_array_new(FALSE, FALSE, sizeof(struct coverage_span));
		part->exported[i] = g_array_new(FALSE, FALSE, sizeof(struct coverage_span));
		part->reports[i] = g_array_new(FALSE, FALSE, sizeof(struct report_ref));
	}
	part->held = g_array_new(FALSE, FALSE, sizeof(struct export_held));
	part->marks = g_array_new(FALSE, FALSE, sizeof(struct log_mark));
	part->boots = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	part->wmi_starts = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	part->turns = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	part->folders = g_hash_table_new(NULL, NULL);
	return part;
}

void coverage_part_free(gpointer data)
{
	struct coverage_part *part = data;

	sums_release(&part->sums);
	for (unsigned i = 0; i < WANTED_LOGS; i++) {
		g_array_unref(part->spans[i]);
		g_array_unref(part->exported[i]);
		g_array_unref(part->reports[i]);
	}
	g_array_unref(part->held);
	g_array_unref(part->marks);
	g_array_unref(part->boots);
	g_array_unref(part->wmi_starts);
	g_array_unref(part->turns);
	g_hash_table_unref(part->folders);
	g_free(part->name);
	g_free(part->path);
	g_free(part->entry);
	g_free(part->via);
	g_free(part);
}

void coverage_part_set_version(struct coverage_part *part, const char *version, uint32_t build,
			       uint64_t time)
{
	uint64_t before = part->version_time;

	if (part->sums.version && (time < before || (time == before && build <= part->sums.build)))
		return;
	g_free(part->sums.version);
	part->sums.version = g_strdup(version);
	part->sums.build = build;
	part->version_time = time;
}

void coverage_part_set_zone(struct coverage_part *part, const char *zone, int32_t bias,
			    uint64_t time)
{
	uint64_t before = part->zone_time;

	if (part->sums.zone && (time < before || (time == before && bias <= part->sums.bias)))
		return;
	g_free(part->sums.zone);
	part->sums.zone = g_strdup(zone);
	part->sums.bias = bias;
	part->zone_time = time;
}

void log_coverage_widen(struct log_coverage *log, uint64_t from, uint64_t to)
{
	if (from && (!log->from || from < log->from))
		log->from = from;
	log->to = MAX(log->to, to);
}

static void merge_array(GArray *array, const GArray *more)
{
	g_array_append_vals(array, more->data, more->len);
}

static void merge_log(struct log_coverage *log, const struct log_coverage *more)
{
	log->state = MAX(log->state, more->state);
	log_coverage_widen(log, more->from, more->to);
	log->is_dirty |= more->is_dirty;
	log->is_full |= more->is_full;
	log->is_partial |= more->is_partial;
	merge_array(log->cleared, more->cleared);
}

static void merge_sums(struct host_coverage *sums, const struct host_coverage *more)
{
	for (unsigned i = 0; i < WANTED_LOGS; i++)
		merge_log(&sums->logs[i], &more->logs[i]);
	merge_array(sums->clock_changes, more->clock_changes);
	sums->left_out += more->left_out;
	sums->since = MAX(sums->since, more->since);
	sums->until = sums->until && more->until ? MIN(sums->until, more->until)
						 : MAX(sums->until, more->until);
}

void coverage_part_merge(struct coverage_part *part, struct coverage_part *more)
{
	GHashTableIter iter;
	gpointer folder;

	merge_sums(&part->sums, &more->sums);
	if (more->sums.version)
		coverage_part_set_version(part, more->sums.version, more->sums.build,
					  more->version_time);
	if (more->sums.zone)
		coverage_part_set_zone(part, more->sums.zone, more->sums.bias, more->zone_time);
	for (unsigned i = 0; i < WANTED_LOGS; i++) {
		merge_array(part->spans[i], more->spans[i]);
		merge_array(part->exported[i], more->exported[i]);
		merge_array(part->reports[i], more->reports[i]);
	}
	merge_array(part->held, more->held);
	merge_array(part->marks, more->marks);
	merge_array(part->boots, more->boots);
	merge_array(part->wmi_starts, more->wmi_starts);
	merge_array(part->turns, more->turns);
	g_hash_table_iter_init(&iter, more->folders);
	while (g_hash_table_iter_next(&iter, &folder, NULL))
		g_hash_table_add(part->folders, folder);
}

static int compare_spans(gconstpointer a, gconstpointer b)
{
	const struct coverage_span *one = a, *other = b;
	int order = compare_numbers(one->first_id, other->first_id);

	/* The longest of those that begin with one record is first. */
	order = order ? order : compare_numbers(other->last_id, one->last_id);
	order = order ? order : compare_numbers(one->from, other->from);
	order = order ? order : compare_numbers(other->to, one->to);
	return order ? order : compare_numbers(other->records, one->records);
}

/* The same records again; of what has no numbers that is all that can be said. */
static bool is_copy(const struct coverage_span *span, const struct coverage_span *before)
{
	return before && !span->last_id && compare_spans(span, before) == 0;
}

/* Other logs may have the same numbers, but not at the same time. */
static bool may_share(const struct coverage_span *span, const struct coverage_span *before)
{
	return span->from <= before->to && span->to >= before->from;
}

/* Adds up what spans hold, each record once: logs are often there several times, as of several
 * days.
 */
static void sum_spans(struct log_coverage *log, GArray *spans)
{
	uint64_t last = 0, shared;
	bool is_mixed = false;

	g_array_sort(spans, compare_spans);
	for (guint i = 0; i < spans->len; i++) {
		const struct coverage_span *span = &g_array_index(spans, struct coverage_span, i);
		const struct coverage_span *before = i ? span - 1 : NULL;

		log_coverage_widen(log, span->from, span->to);
		if (is_copy(span, before))
			continue;
		shared = before && span->last_id && span->first_id <= last
				 ? last - span->first_id + 1
				 : 0;
		if (shared && !may_share(span, before)) {
			is_mixed = true;
			shared = 0;
		}
		is_mixed |= span->is_mixed;
		last = MAX(last, span->last_id);
		if (shared >= span->records)
			continue;
		log->records += span->records - shared;
		log->process_starts += span->process_starts;
		log->command_lines += span->command_lines;
		log->scripts += span->scripts;
	}
	if (spans->len == 0 || is_mixed)
		return;
	log->first_id = g_array_index(spans, struct coverage_span, 0).first_id;
	last = last - log->first_id + 1;
	log->missing = last > log->records ? last - log->records : 0;
}

static int compare_marks(gconstpointer a, gconstpointer b)
{
	const struct log_mark *one = a, *other = b;
	int order = compare_numbers(one->log, other->log);

	return order ? order : compare_numbers(one->wanted, other->wanted);
}

static void sum_marks(struct host_coverage *sums, GArray *marks)
{
	g_array_sort(marks, compare_marks);
	for (guint i = 0; i < marks->len; i++) {
		const struct log_mark *mark = &g_array_index(marks, struct log_mark, i);
		const struct log_mark *before = i ? mark - 1 : NULL;

		if (before && compare_marks(before, mark) == 0)
			continue;
		if (!before || before->log != mark->log) {
			sums->read_errors += mark->read_errors;
			sums->exports += mark->is_export;
		}
		if (mark->wanted == WANTED_LOGS)
			sums->other_logs += !mark->is_export;
		else
			sums->logs[mark->wanted].read_errors += mark->read_errors;
	}
}

static int compare_reports(gconstpointer a, gconstpointer b)
{
	const struct report_ref *one = a, *other = b;
	int order = compare_numbers(one->time, other->time);

	return order ? order : compare_numbers(one->record_id, other->record_id);
}

/* Sorts, and drops what is there twice: copies of a log may all be read. */
static void make_set(GArray *array, GCompareFunc compare)
{
	guint size = g_array_get_element_size(array), kept = 0;

	g_array_sort(array, compare);
	for (guint i = 0; i < array->len; i++) {
		const char *element = array->data + (size_t)i * size;

		if (kept && compare(array->data + (size_t)(kept - 1) * size, element) == 0)
			continue;
		memmove(array->data + (size_t)kept * size, element, size);
		kept++;
	}
	g_array_set_size(array, kept);
}

static uint64_t get_time(const void *times, size_t i)
{
	return ((const uint64_t *)times)[i];
}

/* Does one of sorted times lie in [from, to]? */
static bool has_time(const GArray *times, uint64_t from, uint64_t to)
{
	size_t before = lower_bound(times->data, times->len, get_time, from);

	return before < times->len && g_array_index(times, uint64_t, before) <= to;
}

static uint64_t get_report_time(const void *reports, size_t i)
{
	return ((const struct report_ref *)reports)[i].time;
}

/* And of the sorted reports? */
static bool has_report(const GArray *reports, uint64_t from, uint64_t to)
{
	size_t before = lower_bound(reports->data, reports->len, get_report_time, from);

	return before < reports->len &&
	       g_array_index(reports, struct report_ref, before).time <= to;
}

/* Was WMI's log written from before to after that time? */
static bool is_logged(const struct coverage_part *part, uint64_t from, uint64_t to)
{
	const struct log_coverage *log = &part->sums.logs[WANTED_WMI];

	return log->state == LOG_READ && log->from <= from && log->to >= to &&
	       (!part->sums.until || part->sums.until > to);
}

static void judge_start(struct coverage_part *part, uint64_t start)
{
	uint64_t until = start + REPLAY_TIME;

	if (has_report(part->reports[WANTED_WMI], start, until)) {
		part->sums.replayed++;
	} else if (until < start || !is_logged(part, start, until) ||
		   has_time(part->turns, start + 1, until) ||
		   has_time(part->wmi_starts, start + 1, until)) {
		part->sums.unknown++;
	} else if (part->sums.silent++ == 0) {
		part->sums.first_silent = start;
	}
}

static int compare_changes(gconstpointer a, gconstpointer b)
{
	const struct clock_change *one = a, *other = b;
	int order = compare_numbers(one->after, other->after);

	return order ? order : compare_numbers(one->before, other->before);
}

/* Drops, of a sorted set, reports at a time that is not known whose records are there with it. */
static void drop_local_copies(GArray *reports)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
	guint local = 0, kept = 0;

	while (local < reports->len && !g_array_index(reports, struct report_ref, local).time)
		local++;
	for (guint i = local; i < reports->len; i++)
		g_hash_table_add(known, &g_array_index(reports, struct report_ref, i).record_id);
	for (guint i = 0; i < local; i++) {
		struct report_ref report = g_array_index(reports, struct report_ref, i);

		if (!report.record_id || !g_hash_table_contains(known, &report.record_id))
			g_array_index(reports, struct report_ref, kept++) = report;
	}
	g_array_remove_range(reports, kept, local - kept);
}

static bool has_log(const GArray *spans)
{
	for (guint i = 0; i < spans->len; i++)
		if (!g_array_index(spans, struct coverage_span, i).is_export)
			return true;
	return false;
}

/* What exports hold of a log of which no more is there: how many of its records there were between
 * them is not known. */
static void sum_exported(struct log_coverage *log, GArray *exported)
{
	sum_spans(log, exported);
	log->first_id = log->missing = 0;
}

/* Where the log itself was read, events from elsewhere do not say from when to when it was written.
 */
static void sum_log(struct coverage_part *part, enum wanted_log wanted)
{
	struct log_coverage *log = &part->sums.logs[wanted];
	GArray *spans = part->spans[wanted], *reports = part->reports[wanted];

	log->is_exported = spans->len ? !has_log(spans) : part->exported[wanted]->len > 0;
	if (spans->len || part->exported[wanted]->len)
		log->from = log->to = 0;
	if (spans->len)
		sum_spans(log, spans);
	else
		sum_exported(log, part->exported[wanted]);
	make_set(reports, compare_reports);
	drop_local_copies(reports);
	log->reports = reports->len;
	make_set(log->cleared, compare_uint64);
}

void coverage_part_sum(struct coverage_part *part)
{
	struct host_coverage *sums = &part->sums;

	for (unsigned i = 0; i < WANTED_LOGS; i++)
		sum_log(part, i);
	sum_marks(sums, part->marks);
	make_set(part->boots, compare_uint64);
	sums->starts = part->boots->len;
	make_set(part->wmi_starts, compare_uint64);
	make_set(part->turns, compare_uint64);
	for (guint i = 0; i < part->wmi_starts->len; i++)
		judge_start(part, g_array_index(part->wmi_starts, uint64_t, i));
	/* Kernel-General and Security both log a step. */
	make_set(sums->clock_changes, compare_changes);
}
