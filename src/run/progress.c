/* SPDX-License-Identifier: Apache-2.0 */
#include "run/progress.h"

#include <string.h>

/* A line that changes more often than this cannot be read. */
#define SHOW_EVERY (G_USEC_PER_SEC / 5)

/* What was read longer ago than this hardly counts: long enough to bridge a slow file. */
#define SECONDS_TO_REMEMBER 5.0

/* A guess from less than this would jump. */
#define SECONDS_TO_GUESS 1.0

#define MAX_SECONDS_LEFT (100 * 3600)

void progress_init(struct progress *progress, const char *noun, gint64 now)
{
	*progress = (struct progress){.noun = noun, .updated = now};
}

void progress_update(struct progress *progress, const struct progress_counts *counts, gint64 now)
{
	uint64_t before = progress->counts.bytes;
	double seconds = (double)(now - progress->updated) / G_USEC_PER_SEC;
	double keep = SECONDS_TO_REMEMBER / (SECONDS_TO_REMEMBER + seconds);

	/* The rate takes these bytes in with the next update, when some time has passed. */
	if (seconds <= 0) {
		progress->counts = *counts;
		progress->counts.bytes = before;
		return;
	}
	progress->recent_bytes *= keep;
	progress->recent_seconds *= keep;
	/* Less than before: a worker died, and its input is read again. */
	if (counts->bytes > before)
		progress->recent_bytes += (double)(counts->bytes - before);
	progress->recent_seconds += seconds;
	progress->counts = *counts;
	progress->updated = now;
}

/* Three digits at most, as people write them: 1.2 GB, 45 GB, 812 MB. */
static void append_size(GString *out, double size)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	size_t unit = 0;
	unsigned tenths;

	while (size >= 999.5 && unit + 1 < G_N_ELEMENTS(units)) {
		size /= 1000;
		unit++;
	}
	tenths = (unsigned)(size * 10 + 0.5);
	if (unit > 0 && tenths < 100)
		g_string_append_printf(out, "%u.%u %s", tenths / 10, tenths % 10, units[unit]);
	else
		g_string_append_printf(out, "%u %s", (unsigned)(size + 0.5), units[unit]);
}

static void append_count(GString *out, uint64_t count, const char *noun)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s%s", count, noun,
			       count == 1 ? "" : "s");
}

static void append_files(const struct progress *progress, GString *part)
{
	const struct progress_counts *counts = &progress->counts;

	if (counts->total_files)
		g_string_append_printf(part, "%" G_GUINT64_FORMAT "/", counts->files);
	append_count(part, counts->total_files ? counts->total_files : counts->files, "file");
}

/* Never 100 before the end, nor more of a file that has grown since. */
static unsigned get_percent(const struct progress_counts *counts)
{
	if (counts->bytes >= counts->total_bytes)
		return 100;
	return MIN(99, (unsigned)((double)counts->bytes / (double)counts->total_bytes * 100));
}

static void append_bytes(const struct progress *progress, GString *part)
{
	const struct progress_counts *counts = &progress->counts;

	if (counts->total_bytes) {
		g_string_append_printf(part, "%u %% of ", get_percent(counts));
		append_size(part, (double)counts->total_bytes);
	} else {
		append_size(part, (double)counts->bytes);
	}
}

static double get_rate(const struct progress *progress)
{
	return progress->recent_seconds > 0 ? progress->recent_bytes / progress->recent_seconds : 0;
}

static void append_rate(const struct progress *progress, GString *part)
{
	if (progress->recent_seconds <= 0)
		return;
	append_size(part, get_rate(progress));
	g_string_append(part, "/s");
}

static void append_found(const struct progress *progress, GString *part)
{
	append_count(part, progress->counts.found, progress->noun);
}

static void append_time_left(const struct progress *progress, GString *part)
{
	const struct progress_counts *counts = &progress->counts;
	double rate = get_rate(progress);
	double seconds;
	unsigned left;

	if (progress->recent_seconds < SECONDS_TO_GUESS || rate <= 0 ||
	    counts->bytes >= counts->total_bytes)
		return;
	seconds = (double)(counts->total_bytes - counts->bytes) / rate;
	if (seconds + 0.5 >= MAX_SECONDS_LEFT)
		return;
	left = (unsigned)(seconds + 0.5);
	if (left >= 3600)
		g_string_append_printf(part, "%u:%02u:%02u left", left / 3600, left / 60 % 60,
				       left % 60);
	else
		g_string_append_printf(part, "%u:%02u left", left / 60, left % 60);
}

void progress_format(const struct progress *progress, size_t width, GString *out)
{
	static void (*const appends[])(const struct progress *, GString *) = {
		append_files, append_bytes, append_rate, append_found, append_time_left};
	g_autoptr(GString) part = g_string_new(NULL);
	size_t used = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(appends); i++) {
		g_string_truncate(part, 0);
		appends[i](progress, part);
		if (part->len == 0)
			continue;
		if (used)
			g_string_prepend(part, ", ");
		if (part->len > width - used)
			break;
		g_string_append_len(out, part->str, (gssize)part->len);
		used += part->len;
	}
}

static void append_blanks(GString *out, size_t count)
{
	gsize before = out->len;

	g_string_set_size(out, before + count);
	memset(out->str + before, ' ', count);
}

void progress_show(struct progress *progress, size_t width, gint64 now, GString *out)
{
	gsize before;
	size_t room = width > 0 ? width - 1 : 0;
	size_t columns;

	if (progress->shown && now - progress->shown_at < SHOW_EVERY)
		return;
	g_string_append_c(out, '\r');
	before = out->len;
	/* The last column stays free: some terminals begin a new line after it. */
	progress_format(progress, room, out);
	columns = out->len - before;
	if (columns < MIN(progress->shown, room))
		append_blanks(out, MIN(progress->shown, room) - columns);
	progress->shown = columns;
	progress->shown_at = now;
}

void progress_hide(struct progress *progress, GString *out)
{
	if (!progress->shown)
		return;
	g_string_append_c(out, '\r');
	append_blanks(out, progress->shown);
	g_string_append_c(out, '\r');
	progress->shown = 0;
}
