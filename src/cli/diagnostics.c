/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/line_id.h"
#include "base/text.h"
#include "config.h"
#include "hunt/rules_about.h"
#include "report/table.h"

void diagnostics_init(struct diagnostics *diagnostics)
{
	*diagnostics = (struct diagnostics){.started = g_get_monotonic_time()};
	progress_init(&diagnostics->progress, "event", diagnostics->started);
}

static void append_fault_json(const struct fault *fault, bool hint, GString *out)
{
	const struct fault_kind *kind = fault_kind_get(fault->code);

	struct line_id id;

	fault_identify(fault, &id);
	line_open(out, "fault", &id);
	json_add_present(out, "path", fault->path);
	json_add_present(out, "entry", fault->entry);
	json_add_present(out, "via", fault->via);
	if (fault->has_offset)
		json_add_uint(out, "offset", fault->offset);
	json_add_string(out, "code", kind->name);
	json_add_string(out, "reason", fault->what);
	if (fault->count > 1)
		json_add_uint(out, "count", fault->count);
	if (hint)
		json_add_string(out, "try", "--recover");
	if (fault->need)
		json_add_uint(out, "need", fault->need);
	if (fault->need || fault->have)
		json_add_uint(out, "have", fault->have);
	json_close_object(out);
}

static void append_fault_text(const struct fault *fault, bool hint, GString *out)
{
	g_string_append(out, "wmihunt: ");
	if (fault->path)
		text_append_terminal(out, fault->path);
	if (fault->entry) {
		g_string_append(out, " > ");
		text_append_terminal(out, fault->entry);
	}
	if (fault->has_offset)
		g_string_append_printf(out, ": offset %" G_GUINT64_FORMAT, fault->offset);
	g_string_append(out, fault->path ? ": " : "");
	text_append_terminal(out, fault->what);
	if (fault->need)
		g_string_append_printf(
			out, " (needs %" G_GUINT64_FORMAT ", has %" G_GUINT64_FORMAT " bytes)",
			fault->need, fault->have);
	else if (fault->have)
		g_string_append_printf(out, " (%" G_GUINT64_FORMAT " bytes)", fault->have);
	if (fault->via) {
		g_string_append(out, ", says ");
		text_append_terminal(out, fault->via);
	}
	if (fault->count > 1)
		g_string_append_printf(out, " (the first of %" G_GUINT64_FORMAT ")", fault->count);
	if (hint)
		g_string_append(out, "; --recover may find more");
}

static void print_line(GString *line)
{
	g_string_append_c(line, '\n');
	fwrite(line->str, 1, line->len, stderr);
	g_string_free(line, TRUE);
}

/* A line for whoever reads the output further, or for standard error. */
static void print_record(const struct diagnostics *diagnostics, GString *line)
{
	if (!diagnostics->write) {
		print_line(line);
		return;
	}
	g_string_append_c(line, '\n');
	diagnostics->write(diagnostics->context, line->str, line->len);
	g_string_free(line, TRUE);
}

bool diagnostics_is_terminal(void)
{
	return isatty(STDERR_FILENO);
}

void diagnostics_hide_progress(struct diagnostics *diagnostics)
{
	GString *line = g_string_new(NULL);

	progress_hide(&diagnostics->progress, line);
	fwrite(line->str, 1, line->len, stderr);
	g_string_free(line, TRUE);
}

static void add_fault(void *context, const struct fault *fault)
{
	struct diagnostics *diagnostics = context;
	bool hint = !diagnostics->recovers && fault_kind_get(fault->code)->recover_helps;
	GString *line;

	if (diagnostics->link) {
		reducer_link_fault(diagnostics->link, fault);
		return;
	}
	line = g_string_new(NULL);
	diagnostics->faults++;
	diagnostics_hide_progress(diagnostics);
	if (diagnostics->json || diagnostics->write)
		append_fault_json(fault, hint, line);
	else
		append_fault_text(fault, hint, line);
	print_record(diagnostics, line);
}

void diagnostics_note(struct diagnostics *diagnostics, const char *message)
{
	GString *line;

	if (diagnostics->link) {
		reducer_link_note(diagnostics->link, message);
		return;
	}
	line = g_string_new(NULL);
	diagnostics_hide_progress(diagnostics);
	if (diagnostics->json) {
		json_open_object(line, NULL);
		json_add_string(line, "kind", "note");
		json_add_string(line, "message", message);
		json_close_object(line);
	} else {
		g_string_append(line, "wmihunt: ");
		text_append_terminal(line, message);
	}
	print_line(line);
}

void diagnostics_progress(struct diagnostics *diagnostics, const struct progress_counts *counts,
			  bool asked)
{
	gint64 now = g_get_monotonic_time();
	GString *line = NULL;

	progress_update(&diagnostics->progress, counts, now);
	if (!asked && (diagnostics->quiet || !diagnostics_is_terminal()))
		return;
	line = g_string_new(NULL);
	if (asked) {
		progress_format(&diagnostics->progress, G_MAXUINT16, line);
		diagnostics_note(diagnostics, line->str);
	} else {
		progress_show(&diagnostics->progress, table_terminal_width(STDERR_FILENO) - 1, now,
			      line);
		fwrite(line->str, 1, line->len, stderr);
	}
	g_string_free(line, TRUE);
}

struct fault_sink diagnostics_fault_sink(struct diagnostics *diagnostics)
{
	return (struct fault_sink){add_fault, diagnostics};
}

void diagnostics_error(const char *format, ...)
{
	GString *line = g_string_new("wmihunt: ");
	g_autofree char *message = NULL;
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	text = text_from_bytes(message, strlen(message));
	text_append_terminal(line, text);
	print_line(line);
}

static double seconds_since(gint64 started)
{
	return (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
}

static double megabytes_per_second(uint64_t bytes, double seconds)
{
	return seconds > 0 ? (double)bytes / 1e6 / seconds : 0;
}

static void add_decimal(GString *out, const char *key, const char *format, double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	json_add_literal(out, key, g_ascii_formatd(digits, sizeof(digits), format, value));
}

static void append_summary_json(const struct diagnostics *diagnostics,
				const struct summary_count *counts, uint64_t bytes, double seconds,
				GString *out)
{
	json_open_object(out, NULL);
	json_add_string(out, "kind", "summary");
	json_add_uint(out, "schema", WH_SCHEMA);
	json_add_flag(out, "partial", diagnostics->partial);
	for (; counts->name; counts++)
		json_add_uint(out, counts->name, counts->count);
	if (diagnostics->rules) {
		json_add_string(out, "version", PACKAGE_VERSION);
		rule_set_append_json(diagnostics->rules, out);
	}
	add_decimal(out, "seconds", "%.3f", seconds);
	add_decimal(out, "mb_per_second", "%.1f", megabytes_per_second(bytes, seconds));
	json_close_object(out);
}

/* What people read for a count whose name in JSON is the program's word; the caller frees it. */
static char *summary_words(const char *name)
{
	if (strcmp(name, "evidence_shown") == 0)
		return g_strdup("related events");
	if (strcmp(name, "events_shown") == 0)
		return g_strdup("events");
	if (strcmp(name, "objects_shown") == 0)
		return g_strdup("objects");
	if (strcmp(name, "known_good_found") == 0)
		return g_strdup("known good");
	if (strcmp(name, "hosts_not_covered") == 0)
		return g_strdup("hosts that cannot show subscriptions");
	return g_strdelimit(g_strdup(name), "_", ' ');
}

static void append_rules_text(const struct rule_set *rules, GString *out)
{
	g_autofree char *digest = rule_set_digest(rules);

	g_string_append_printf(out, "; wmihunt " PACKAGE_VERSION ", rules %.12s", digest);
}

/* What could not be read stands first: it bears on all the rest. */
static void append_summary_text(const struct diagnostics *diagnostics,
				const struct summary_count *counts, uint64_t bytes, double seconds,
				GString *out)
{
	const char *before = "; ";

	g_string_append_printf(out, "%s%" G_GUINT64_FORMAT " read error%s",
			       diagnostics->partial ? "partial; " : "", diagnostics->faults,
			       diagnostics->faults == 1 ? "" : "s");
	for (; counts->name; counts++) {
		g_autofree char *name = summary_words(counts->name);

		if (strcmp(counts->name, "faults") == 0)
			continue;
		g_string_append_printf(out, "%s%s %" G_GUINT64_FORMAT, before, name, counts->count);
		before = ", ";
	}
	if (diagnostics->rules)
		append_rules_text(diagnostics->rules, out);
	g_string_append_printf(out, "; %.3f s, %.1f MB/s", seconds,
			       megabytes_per_second(bytes, seconds));
}

void diagnostics_summary(struct diagnostics *diagnostics, const struct tally *tally,
			 const struct summary_count *counts)
{
	const struct summary_count read[] = {
		{"files", tally->files},
		{"skipped_files", tally->skipped},
		{"bytes", tally->bytes},
		{"chunks", tally->scan.chunks},
		{"records_seen", tally->scan.records},
		{"records_decoded", tally->scan.decoded_native + tally->scan.decoded_libevtx},
		{"by_native", tally->scan.decoded_native},
		{"by_libevtx", tally->scan.decoded_libevtx},
		{"records_undecoded", tally->scan.undecoded},
		{"event_lines", tally->lines},
		{"duplicates", tally->duplicates},
	};
	const struct summary_count seldom[] = {
		{"binary_mof_files", tally->binary_mofs},
		{"recovered", tally->scan.recovered},
		{"unrecovered", tally->scan.unrecovered},
		{"hidden", tally->scan.hidden},
		{"chimeras", tally->scan.chimeras},
		{"skipped_by_channel", tally->scan.skipped_by_channel},
		{"rules_left_out", diagnostics->rules_left_out},
	};
	double seconds = seconds_since(diagnostics->started);
	GArray *all = g_array_new(TRUE, TRUE, sizeof(struct summary_count));
	struct summary_count faults = {"faults", diagnostics->faults};
	GString *line = g_string_new(NULL);

	if (!diagnostics->quiet || diagnostics->write) {
		diagnostics_hide_progress(diagnostics);
		g_array_append_vals(all, read, G_N_ELEMENTS(read));
		for (size_t i = 0; i < G_N_ELEMENTS(seldom); i++) {
			if (seldom[i].count)
				g_array_append_val(all, seldom[i]);
		}
		for (; counts->name; counts++)
			g_array_append_val(all, *counts);
		g_array_append_val(all, faults);
		if (diagnostics->json || diagnostics->write)
			append_summary_json(diagnostics, (void *)all->data, tally->bytes, seconds,
					    line);
		else
			append_summary_text(diagnostics, (void *)all->data, tally->bytes, seconds,
					    line);
		print_record(diagnostics, g_steal_pointer(&line));
	}
	if (line)
		g_string_free(line, TRUE);
	g_array_unref(all);
}
