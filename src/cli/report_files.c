/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report_files.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

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
	g_autofree char *names = report_format_names(", ");
	const struct report_format *format = name ? report_format_find(name) : NULL;
	const struct report_file file = {.format = format, .path = equals ? equals + 1 : NULL};

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

bool report_files_check_inputs(const struct report_files *files, char *const *inputs,
			       GError **error)
{
	for (guint i = 0; i < count(files); i++)
		if (!output_check_inputs(get(files, i)->path, inputs, error))
			return false;
	return true;
}

static bool share_errors(struct report_files *files, GError **error)
{
	void *memory = mmap(NULL, MAX(count(files), 1) * sizeof(int), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "no memory: %s",
			    g_strerror(errno));
		return false;
	}
	files->errors = memory;
	return true;
}

bool report_files_open(struct report_files *files, GError **error)
{
	bool ok = share_errors(files, error);

	for (guint i = 0; ok && i < count(files); i++) {
		struct report_file *file = get(files, i);

		ok = output_open(&file->output, file->path, error);
		if (ok)
			g_array_append_val(files->descriptors, file->output.fd);
	}
	for (guint i = 0; !ok && i < files->descriptors->len; i++)
		output_close(&get(files, i)->output, OUTPUT_NOTHING, NULL);
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
		report_init(&file->report, file->format, &options, &sink);
		first->next = &file->report;
		first = &file->report;
	}
}

void report_files_end(struct report_files *files)
{
	for (guint i = 0; i < count(files); i++)
		report_release(&get(files, i)->report);
}

void report_files_flush(struct report_files *files)
{
	for (guint i = 0; i < count(files); i++) {
		output_flush(&get(files, i)->output);
		files->errors[i] = get(files, i)->output.error;
	}
}

static bool close_one(struct report_file *file, enum output_end end,
		      struct diagnostics *diagnostics)
{
	g_autoptr(GError) error = NULL;
	bool replaces = file->output.replaces;
	g_autofree char *message = NULL;
	bool ok = output_close(&file->output, end, &error);

	if (!ok)
		diagnostics_error("%s", error->message);
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
		get(files, i)->output.error = files->errors[i];
		ok &= close_one(get(files, i), end, diagnostics);
	}
	return ok;
}

void report_files_release(struct report_files *files)
{
	if (files->errors)
		munmap(files->errors, MAX(count(files), 1) * sizeof(int));
	g_clear_pointer(&files->files, g_array_unref);
	g_clear_pointer(&files->descriptors, g_array_unref);
	g_strfreev(files->texts);
}
