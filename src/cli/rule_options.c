/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rule_options.h"

#include <string.h>

#include "base/text.h"

/* Lines that name what was left out, of each kind. */
#define MOST_LINES 16

void rule_options_add(struct rule_options *options, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"rules", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->paths,
		 "Add a rule file or a folder of them (may be repeated)", "PATH"},
		{"no-default-rules", 0, 0, G_OPTION_ARG_NONE, &options->no_default_rules,
		 "Leave out the packs inside the program", NULL},
		{"strict-rules", 0, 0, G_OPTION_ARG_NONE, &options->strict,
		 "Stop when a rule cannot be used, instead of leaving it out", NULL},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

/* What stops the run is an error, also where nothing is wrong with the rule. */
static void add_errors(const struct rule_set *rules, guint first, GPtrArray *messages)
{
	const GPtrArray *all = rule_set_get_left_out(rules);

	for (guint i = first; i < all->len; i++) {
		const struct left_out *left_out = all->pdata[i];
		struct lint lint = {.file = left_out->file, .messages = messages};

		if (!left_out->is_broken)
			lint_error(&lint, &left_out->place, "%s", left_out->reason);
	}
}

static void note_no_rule(const char *path, GPtrArray *notes)
{
	g_autofree char *shown = text_from_bytes(path, strlen(path));

	g_ptr_array_add(notes, g_strdup_printf("--rules: there is no rule in %s", shown));
}

/* False for a file of which nothing is of use, and for what cannot be read. */
static bool add_path(struct rule_set *rules, const char *path, GPtrArray *notes,
		     GPtrArray *messages)
{
	const GPtrArray *left_out = rule_set_get_left_out(rules);
	guint first = left_out->len;
	size_t used = rule_set_count_used(rules);
	const struct left_out *last;

	if (rule_set_add_path(rules, path, messages) && rule_set_count_used(rules) == used &&
	    left_out->len == first)
		note_no_rule(path, notes);
	if (rule_set_count_used(rules) > used || left_out->len == first)
		return true;
	last = left_out->pdata[left_out->len - 1];
	if (strcmp(last->file, path) != 0)
		return true;
	add_errors(rules, first, messages);
	return false;
}

bool rule_options_load(const struct rule_options *options, struct rule_set *rules, GPtrArray *notes,
		       GPtrArray *messages)
{
	bool ok;

	rule_set_want_errors_only(rules);
	ok = options->no_default_rules || rule_set_add_builtin(rules, messages);
	for (char **path = options->paths; path && *path; path++)
		ok &= add_path(rules, *path, notes, messages);
	rule_set_link(rules, messages);
	if (!ok || rule_set_get_left_out(rules)->len == 0 ||
	    (!options->strict && rule_set_count_used(rules) > 0))
		return ok;
	add_errors(rules, 0, messages);
	return false;
}

static void say_broken(const struct left_out *left_out, const struct fault_sink *faults)
{
	g_autofree char *what = left_out->place.line
					? g_strdup_printf("rule left out: line %u, column %u: %s",
							  left_out->place.line,
							  left_out->place.column, left_out->reason)
					: g_strdup_printf("rules left out: %s", left_out->reason);
	const struct fault fault = {
		.code = FAULT_RULE_LEFT_OUT, .what = what, .path = left_out->file};

	fault_report(faults, &fault);
}

static void say_all_broken(const GPtrArray *all, const struct fault_sink *faults)
{
	g_autofree char *what = NULL;
	guint count = 0;

	for (guint i = 0; i < all->len; i++) {
		const struct left_out *left_out = all->pdata[i];

		if (left_out->is_broken && ++count <= MOST_LINES)
			say_broken(left_out, faults);
	}
	if (count <= MOST_LINES)
		return;
	what = g_strdup_printf("%u more rules left out: wmihunt lint names them all",
			       count - MOST_LINES);
	fault_report(faults, &(struct fault){.code = FAULT_RULE_LEFT_OUT, .what = what});
}

/* Rules that are of no use for one reason. */
struct cause {
	const struct left_out *first;
	unsigned count;
};

static GArray *group_by_cause(const GPtrArray *all)
{
	GArray *causes = g_array_new(FALSE, FALSE, sizeof(struct cause));
	g_autoptr(GHashTable) indices = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < all->len; i++) {
		const struct left_out *left_out = all->pdata[i];
		const struct cause cause = {left_out, 1};
		gpointer index;

		if (left_out->is_broken)
			continue;
		if (g_hash_table_lookup_extended(indices, left_out->reason, NULL, &index)) {
			g_array_index(causes, struct cause, GPOINTER_TO_UINT(index)).count++;
			continue;
		}
		g_hash_table_insert(indices, left_out->reason, GUINT_TO_POINTER(causes->len));
		g_array_append_val(causes, cause);
	}
	return causes;
}

static void say_cause(const struct cause *cause, struct diagnostics *diagnostics)
{
	g_autofree char *message =
		cause->count == 1
			? g_strdup_printf("%s: rule left out: %s", cause->first->file,
					  cause->first->reason)
			: g_strdup_printf("%u rules left out: %s (the first is %s)", cause->count,
					  cause->first->reason, cause->first->file);

	diagnostics_note(diagnostics, message);
}

static void say_causes(const GPtrArray *all, struct diagnostics *diagnostics)
{
	g_autoptr(GArray) causes = group_by_cause(all);
	g_autofree char *message = NULL;
	unsigned more = 0;

	for (guint i = 0; i < causes->len; i++) {
		const struct cause *cause = &g_array_index(causes, struct cause, i);

		if (i < MOST_LINES)
			say_cause(cause, diagnostics);
		else
			more += cause->count;
	}
	if (more == 0)
		return;
	message = g_strdup_printf("%u more rules left out, for other causes of this kind: wmihunt "
				  "lint names them all",
				  more);
	diagnostics_note(diagnostics, message);
}

void rule_options_say_left_out(const struct rule_set *rules, struct diagnostics *diagnostics)
{
	const GPtrArray *all = rule_set_get_left_out(rules);
	struct fault_sink faults = diagnostics_fault_sink(diagnostics);

	diagnostics->rules_left_out = all->len;
	say_all_broken(all, &faults);
	say_causes(all, diagnostics);
}

void rule_options_release(struct rule_options *options)
{
	g_strfreev(options->paths);
}
