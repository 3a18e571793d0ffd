/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/read_options.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define NOT_GIVEN G_MININT
#define MAX_JOBS 256
#define MAX_TIMEOUT (7 * 24 * 3600)

/* Drops all other entries. */
static void keep_those_of_lines(GOptionEntry *entries)
{
	static const char *const names[] = {"files-from", "null", "sandbox", G_OPTION_REMAINING,
					    NULL};
	GOptionEntry *kept = entries;

	for (; entries->long_name; entries++)
		if (g_strv_contains(names, entries->long_name))
			*kept++ = *entries;
	*kept = *entries;
}

void read_options_add(struct read_options *options, GOptionContext *context, bool lines_only)
{
	GOptionEntry entries[] = {
		{"files-from", 0, 0, G_OPTION_ARG_FILENAME, &options->files_from,
		 "Read also the paths that FILE lists, a line each (-: standard input)", "FILE"},
		{"null", '0', 0, G_OPTION_ARG_NONE, &options->null_separated,
		 "In that list a NUL ends each path, not a line feed", NULL},
		{"name", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->names,
		 "Say NAME where a PATH would be named (once for each PATH, in order)", "NAME"},
		{"jobs", 0, 0, G_OPTION_ARG_INT, &options->jobs,
		 "Read in N processes (default: one for each core)", "N"},
		{"password", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->passwords,
		 "Try TEXT on encrypted archives (may be repeated)", "TEXT"},
		{"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
		 "Try each line of FILE on them", "FILE"},
		{"keep-duplicates", 0, 0, G_OPTION_ARG_NONE, &options->keep_duplicates,
		 "Count an event again when it comes again", NULL},
		{"recover", 0, 0, G_OPTION_ARG_NONE, &options->recover,
		 "Also records from slack, and from chunks in any file (raw images)", NULL},
		{"trust-lines", 0, 0, G_OPTION_ARG_NONE, &options->trust_lines,
		 "Read event lines also in folders and archives", NULL},
		{"quick", 0, 0, G_OPTION_ARG_NONE, &options->quick,
		 "Leave logs whose first chunk is of an unwanted channel (may miss)", NULL},
		{"timeout", 0, 0, G_OPTION_ARG_INT, &options->timeout,
		 "Give an input up after SECONDS", "SECONDS"},
		{"sandbox", 0, 0, G_OPTION_ARG_STRING, &options->sandbox_name,
		 "try, require or off (default: try)", "HOW"},
		{"max-ratio", 0, 0, G_OPTION_ARG_STRING, &options->max_ratio,
		 "Most that an archive's entry may grow by (default: 250)", "N"},
		{"max-entry-size", 0, 0, G_OPTION_ARG_STRING, &options->max_entry_size,
		 "Most bytes of an entry (default: 64G)", "SIZE"},
		{"max-total-size", 0, 0, G_OPTION_ARG_STRING, &options->max_total_size,
		 "Most bytes of all entries of an archive (default: 1T)", "SIZE"},
		{"max-entries", 0, 0, G_OPTION_ARG_STRING, &options->max_entries,
		 "Most entries of an archive (default: 1000000)", "N"},
		{"max-depth", 0, 0, G_OPTION_ARG_STRING, &options->max_depth,
		 "Most archives inside each other (default: 8)", "N"},
		{"max-name-length", 0, 0, G_OPTION_ARG_STRING, &options->max_name_length,
		 "Longest name of an entry (default: 4096)", "N"},
		{"max-memory", 0, 0, G_OPTION_ARG_STRING, &options->max_memory,
		 "Most bytes that findings are made of (default: 2G)", "SIZE"},
		{"decoder", 0, 0, G_OPTION_ARG_STRING, &options->decoder_name,
		 "auto, native or libevtx (default: auto)", "NAME"},
		{"no-sieve", 0, 0, G_OPTION_ARG_NONE, &options->no_sieve,
		 "Decode every record (slow; gives the same output)", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->paths, NULL,
		 NULL},
		{0},
	};

	options->jobs = options->timeout = NOT_GIVEN;
	if (lines_only)
		keep_those_of_lines(entries);
	g_option_context_add_main_entries(context, entries, NULL);
}

static bool fail(GError **error, const char *option, const char *text, const char *why)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s %s", option, text,
		    why);
	return false;
}

/* A number, of bytes with K, M, G or T after it as well. Leaves *out alone without text. */
static bool parse_limit(const char *option, const char *text, bool is_size, uint64_t *out,
			GError **error)
{
	static const char units[] = "KMGT";
	const char *unit;
	char *end;
	guint64 value;
	int shift = 0;

	if (!text)
		return true;
	errno = 0;
	value = g_ascii_strtoull(text, &end, 10);
	unit = *end ? strchr(units, g_ascii_toupper(*end)) : NULL;
	if (is_size && unit && *unit) {
		shift = 10 * (int)(unit - units + 1);
		end++;
	}
	if (!g_ascii_isdigit(*text) || *end || errno || value == 0 || value > UINT64_MAX >> shift)
		return fail(error, option, text,
			    is_size ? "is no size; give a number, with K, M, G or T for its unit"
				    : "is no number above 0");
	*out = value << shift;
	return true;
}

static bool parse_small_limit(const char *option, const char *text, uint32_t *out, GError **error)
{
	uint64_t value = *out;

	if (!parse_limit(option, text, false, &value, error))
		return false;
	*out = (uint32_t)MIN(value, UINT32_MAX);
	return true;
}

static bool apply_limits(struct read_options *options, struct unpack_limits *limits, GError **error)
{
	*limits = unpack_limits_default();
	options->memory = WH_FINDINGS_MEMORY;
	return parse_limit("--max-memory", options->max_memory, true, &options->memory, error) &&
	       parse_limit("--max-ratio", options->max_ratio, false, &limits->ratio, error) &&
	       parse_limit("--max-entry-size", options->max_entry_size, true, &limits->entry_size,
			   error) &&
	       parse_limit("--max-total-size", options->max_total_size, true, &limits->total_size,
			   error) &&
	       parse_limit("--max-entries", options->max_entries, false, &limits->entries, error) &&
	       parse_small_limit("--max-depth", options->max_depth, &limits->depth, error) &&
	       parse_small_limit("--max-name-length", options->max_name_length,
				 &limits->name_length, error);
}

static bool read_list(const char *option, const char *path, char **text, gsize *length,
		      GError **error)
{
	g_autoptr(GError) reason = NULL;
	const char *from = strcmp(path, "-") == 0 ? "/dev/stdin" : path;

	return g_file_get_contents(from, text, length, &reason) ||
	       fail(error, option, path, reason->message);
}

/* A file from which nothing came: a mistake more often than not. */
static void note_empty(GPtrArray *notes, const char *option, const char *path, const char *what)
{
	g_autofree char *shown = text_from_bytes(path, strlen(path));

	g_ptr_array_add(notes, g_strdup_printf("%s: there is no %s in %s", option, what, shown));
}

/* The parts of a text that `end` ends; a line's carriage return goes with it. */
static void add_parts(GPtrArray *list, const char *text, gsize length, char end)
{
	const char *stop = text + length;

	while (text < stop) {
		const char *next = memchr(text, end, (size_t)(stop - text));
		gsize size = (gsize)((next ? next : stop) - text);
		gsize shown = end == '\n' && size && text[size - 1] == '\r' ? size - 1 : size;

		if (shown)
			g_ptr_array_add(list, g_strndup(text, shown));
		text += size + 1;
	}
}

static bool apply_paths(struct read_options *options, GPtrArray *notes, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	guint named;

	for (char **path = options->paths; path && *path; path++)
		g_ptr_array_add(options->all_paths, g_strdup(*path));
	named = options->all_paths->len;
	if (options->files_from) {
		if (!read_list("--files-from", options->files_from, &text, &length, error))
			return false;
		add_parts(options->all_paths, text, length, options->null_separated ? '\0' : '\n');
		if (options->all_paths->len == named)
			note_empty(notes, "--files-from", options->files_from, "path");
	} else if (options->null_separated) {
		return fail(error, "-0", "it", "says how --files-from FILE is written");
	} else if (options->all_paths->len == 0) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "no PATH given: name a log, an archive, a folder, or - for standard "
			    "input");
		return false;
	}
	g_ptr_array_add(options->all_paths, NULL);
	return true;
}

/* Without a name for each, nobody could tell whose they are. */
static bool apply_names_of_paths(const struct read_options *options, struct map_job *job,
				 GError **error)
{
	g_autofree char *many = NULL;

	if (!options->names)
		return true;
	for (char **name = options->names; *name; name++)
		if (!**name)
			return fail(error, "--name", "\"\"", "is no name");
	job->names = options->names;
	if (g_strv_length(options->names) == options->all_paths->len - 1)
		return true;
	many = g_strdup_printf("%u", g_strv_length(options->names));
	return fail(error, "--name", many, "times is not once for each PATH");
}

static bool apply_passwords(struct read_options *options, GPtrArray *notes, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	guint given;

	for (char **password = options->passwords; password && *password; password++)
		g_ptr_array_add(options->all_passwords, g_strdup(*password));
	given = options->all_passwords->len;
	if (options->password_file) {
		if (!read_list("--password-file", options->password_file, &text, &length, error))
			return false;
		add_parts(options->all_passwords, text, length, '\n');
		if (options->all_passwords->len == given)
			note_empty(notes, "--password-file", options->password_file, "password");
	}
	g_ptr_array_add(options->all_passwords, NULL);
	return true;
}

static bool apply_names(const struct read_options *options, struct map_job *job, GError **error)
{
	if (options->decoder_name &&
	    !decoder_choice_parse(options->decoder_name, &job->settings.decoder))
		return fail(error, "--decoder", options->decoder_name,
			    "is none of auto, native, libevtx");
	if (job->settings.decoder == DECODER_LIBEVTX && !decoder_has_libevtx())
		return fail(error, "--decoder", options->decoder_name, "is not in this build");
	if (options->sandbox_name && !sandbox_choice_parse(options->sandbox_name, &job->sandbox))
		return fail(error, "--sandbox", options->sandbox_name,
			    "is none of try, require, off");
	return true;
}

static bool apply_number(const char *option, gint value, gint most, unsigned *out, GError **error)
{
	g_autofree char *text = g_strdup_printf("%d", value);
	g_autofree char *why = NULL;

	if (value == NOT_GIVEN)
		return true;
	*out = (unsigned)value;
	if (value > 0 && value <= most)
		return true;
	why = g_strdup_printf("is not from 1 to %d", most);
	return fail(error, option, text, why);
}

bool read_options_apply(struct read_options *options, struct map_job *job, GPtrArray *notes,
			GError **error)
{
	struct map_settings *settings = &job->settings;

	options->all_paths = g_ptr_array_new_with_free_func(g_free);
	options->all_passwords = g_ptr_array_new_with_free_func(g_free);
	job->jobs = g_get_num_processors();
	if (!apply_paths(options, notes, error) || !apply_names_of_paths(options, job, error) ||
	    !apply_passwords(options, notes, error) || !apply_names(options, job, error) ||
	    !apply_limits(options, &settings->limits, error) ||
	    !apply_number("--jobs", options->jobs, MAX_JOBS, &job->jobs, error) ||
	    !apply_number("--timeout", options->timeout, MAX_TIMEOUT, &job->timeout, error))
		return false;
	job->paths = (char *const *)options->all_paths->pdata;
	settings->passwords = (const char *const *)options->all_passwords->pdata;
	settings->use_sieve = !options->no_sieve;
	settings->recover = options->recover;
	settings->quick = options->quick;
	settings->trust_lines = options->trust_lines;
	return true;
}

void read_options_release(struct read_options *options)
{
	g_strfreev(options->paths);
	g_strfreev(options->names);
	g_free(options->files_from);
	g_free(options->decoder_name);
	g_free(options->sandbox_name);
	g_strfreev(options->passwords);
	g_free(options->password_file);
	g_free(options->max_ratio);
	g_free(options->max_entry_size);
	g_free(options->max_total_size);
	g_free(options->max_entries);
	g_free(options->max_depth);
	g_free(options->max_memory);
	g_free(options->max_name_length);
	if (options->all_paths)
		g_ptr_array_unref(options->all_paths);
	if (options->all_passwords)
		g_ptr_array_unref(options->all_passwords);
}
