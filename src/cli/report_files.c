/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report_files.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "report/case_database.h"
#include "report/table.h"

void report_files_add_option(struct report_files *files, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"report", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files->texts,
		 "Write to FILE, too, in that format (may be repeated)", "FORMAT=FILE"},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

static struct report_file *get(const struct report_files *files, guint index)
{
	return &g_array_index(files->files, struct report_file, index);
}

static guint count(const struct report_files *files)
{
	return files->files ? files->files->len : 0;
}

static bool is_written_twice(const struct report_files *files, const char *path,
			     const char *output_path)
{
	bool twice = g_strcmp0(path, output_path) == 0;

	for (guint i = 0; i < count(files); i++)
		twice |= strcmp(path, get(files, i)->path) == 0;
	return twice;
}

static bool parse_one(struct report_files *files, const char *text, enum report_content content,
		      const char *output_path)
{
	const char *equals = strchr(text, '=');
	g_autofree char *name = equals ? g_strndup(text, (gsize)(equals - text)) : NULL;
	g_autofree char *names = report_format_names(", ", true);
	const struct report_format *format = name ? report_format_find(name) : NULL;
	const struct report_file file = {
		.format = format, .path = equals ? equals + 1 : NULL, .earlier.fd = -1};

	if (!equals || !*file.path)
		diagnostics_error("--report: %s is no FORMAT=FILE", text);
	else if (!format)
		diagnostics_error("--report: %s is none of %s", name, names);
	else if (!report_format_takes(format, content))
		diagnostics_error("--report: %s is for the findings of hunt", name);
	else if (is_written_twice(files, file.path, output_path))
		diagnostics_error("--report: %s would be written twice", file.path);
	else
		return g_array_append_val(files->files, file), true;
	return false;
}

bool report_files_parse(struct report_files *files, enum report_content content,
			const char *output_path)
{
	files->files = g_array_new(FALSE, TRUE, sizeof(struct report_file));
	files->descriptors = g_array_new(FALSE, TRUE, sizeof(int));
	for (char **text = files->texts; text && *text; text++)
		if (!parse_one(files, *text, content, output_path))
			return false;
	return true;
}

bool report_files_have_full(const struct report_files *files)
{
	bool have = false;

	for (guint i = 0; i < count(files); i++)
		have |= get(files, i)->format->has_full;
	return have;
}

bool report_files_check_inputs(const struct report_files *files, char *const *inputs,
			       GError **error)
{
	for (guint i = 0; i < count(files); i++)
		if (!output_check_inputs(get(files, i)->path, inputs, error))
			return false;
	return true;
}

static bool share_ends(struct report_files *files, GError **error)
{
	void *memory = mmap(NULL, MAX(count(files), 1) * sizeof(struct report_end),
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "no memory: %s",
			    g_strerror(errno));
		return false;
	}
	files->ends = memory;
	return true;
}

static bool fail_to_add(const struct report_file *file, const char *why, GError **error)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot write %s: %s", file->path,
		    why);
	return false;
}

/* What is added to must stay as it was until another can take its place. */
static bool open_one(struct report_file *file, GError **error)
{
	if (!file->format->is_file)
		return output_open(&file->output, file->path, error);
	if (!case_database_load())
		return fail_to_add(file, "libsqlite3 cannot be loaded, or is too old", error);
	if (!case_file_open(&file->earlier, file->path, error))
		return false;
	if (output_open(&file->output, file->path, error) && file->output.target)
		return true;
	case_file_close(&file->earlier);
	if (*error)
		return false;
	output_close(&file->output, OUTPUT_NOTHING, NULL);
	return fail_to_add(file, "it is no file, or lies in a folder that takes no other", error);
}

static void add_earlier(struct report_files *files)
{
	for (guint i = 0; i < count(files); i++) {
		struct report_file *file = get(files, i);

		if (file->earlier.fd < 0)
			continue;
		file->earlier_at = files->descriptors->len;
		g_array_append_val(files->descriptors, file->earlier.fd);
	}
}

bool report_files_show_zones(const struct report_files *files)
{
	for (guint i = 0; i < count(files); i++)
		if (get(files, i)->format->has_zone)
			return true;
	return false;
}

bool report_format_fits(const struct report_format *format, const struct output *output,
			const char *option, GError **error)
{
	if (!format->is_raw || !output->is_terminal)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "%s: %s is not for a terminal; give a file", option, format->name);
	return false;
}

bool report_files_open(struct report_files *files, GError **error)
{
	bool ok = share_ends(files, error);

	for (guint i = 0; ok && i < count(files); i++) {
		struct report_file *file = get(files, i);

		ok = open_one(file, error);
		if (ok)
			g_array_append_val(files->descriptors, file->output.fd);
		ok = ok && report_format_fits(file->format, &file->output, "--report", error);
	}
	for (guint i = 0; !ok && i < files->descriptors->len; i++) {
		output_close(&get(files, i)->output, OUTPUT_NOTHING, NULL);
		case_file_close(&get(files, i)->earlier);
	}
	if (ok)
		add_earlier(files);
	return ok;
}

static bool write_output(void *context, const char *text, size_t length)
{
	return output_write(context, text, length);
}

void report_files_begin(struct report_files *files, struct report *first, int fd,
			struct output_progress *progress)
{
	struct report_options options = first->options;

	for (guint i = 0; i < count(files); i++) {
		struct report_file *file = get(files, i);
		const struct report_sink sink = {write_output, &file->output};

		file->output.fd = fd + (int)i;
		file->output.progress = progress;
		options.width = table_terminal_width(file->output.fd);
		options.colour = false;
		options.earlier = file->earlier_at ? fd + (int)file->earlier_at : 0;
		report_init(&file->report, file->format, &options, &sink);
		first->next = &file->report;
		first = &file->report;
	}
}

bool report_files_take_faults(const struct report_files *files)
{
	for (guint i = 0; i < count(files); i++)
		if (get(files, i)->format->fault)
			return true;
	return false;
}

void report_files_add_fault(struct report_files *files, const struct fault *fault)
{
	for (guint i = 0; i < count(files); i++)
		report_add_fault(&get(files, i)->report, fault);
}

void report_files_end(struct report_files *files)
{
	for (guint i = 0; i < count(files); i++) {
		struct report_file *file = get(files, i);

		report_release(&file->report);
		files->ends[i].is_whole = !file->report.problem;
		if (file->report.problem)
			g_strlcpy(files->ends[i].problem, file->report.problem,
				  sizeof(files->ends[i].problem));
		g_clear_pointer(&file->report.problem, g_free);
	}
}

void report_files_flush(struct report_files *files)
{
	for (guint i = 0; i < count(files); i++) {
		output_flush(&get(files, i)->output);
		files->ends[i].error = get(files, i)->output.error;
	}
}

/* Why what was written cannot take the place of what is there; NULL: it can. */
static char *find_problem(const struct report_file *file, struct report_end *told,
			  enum output_end end)
{
	told->problem[sizeof(told->problem) - 1] = '\0';
	if (*told->problem)
		return g_utf8_make_valid(told->problem, -1);
	if (file->format->is_file && end == OUTPUT_WHOLE &&
	    !case_file_is_unchanged(&file->earlier, file->path))
		return g_strdup("another program wrote it in the meantime");
	return NULL;
}

static bool close_one(struct report_file *file, struct report_end *told, enum output_end end,
		      struct diagnostics *diagnostics)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *problem = find_problem(file, told, end);
	bool replaces = file->output.replaces;
	g_autofree char *message = NULL;
	bool ok;

	if (problem || (file->format->is_file && (told->error || !told->is_whole)))
		end = OUTPUT_NOTHING;
	ok = output_close(&file->output, end, &error);
	if (!ok)
		diagnostics_error("%s", error->message);
	if (problem)
		diagnostics_error("cannot write %s: %s", file->path, problem);
	case_file_close(&file->earlier);
	if (end == OUTPUT_NOTHING)
		return ok && !problem;
	if (!replaces || (end != OUTPUT_PARTIAL && ok))
		return ok;
	message = g_strdup_printf("%s stays as it was, what was found is in %s.partial", file->path,
				  file->path);
	diagnostics_note(diagnostics, message);
	return ok;
}

bool report_files_close(struct report_files *files, enum output_end end,
			struct diagnostics *diagnostics)
{
	bool ok = true;

	for (guint i = 0; i < count(files); i++) {
		get(files, i)->output.error = files->ends[i].error;
		ok &= close_one(get(files, i), &files->ends[i], end, diagnostics);
	}
	return ok;
}

void report_files_release(struct report_files *files)
{
	if (files->ends)
		munmap(files->ends, MAX(count(files), 1) * sizeof(struct report_end));
	g_clear_pointer(&files->files, g_array_unref);
	g_clear_pointer(&files->descriptors, g_array_unref);
	g_strfreev(files->texts);
}
