/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table_options.h"

#include <string.h>
#include <unistd.h>

#include "report/table.h"

void table_options_add(struct table_options *options, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"color", 0, 0, G_OPTION_ARG_STRING, &options->color_name,
		 "Colours in tables: auto, always or never (default: auto, on a terminal)", "WHEN"},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

void table_options_release(struct table_options *options)
{
	g_free(options->color_name);
}

bool table_options_check(const struct table_options *options, GError **error)
{
	static const char *const names[] = {"auto", "always", "never", NULL};

	if (!options->color_name || g_strv_contains(names, options->color_name))
		return true;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--color: %s is none of auto, always, never", options->color_name);
	return false;
}

bool table_options_apply(const struct table_options *options, const struct report_format *format,
			 const struct output *output, struct report_options *out, GError **error)
{
	const char *no_color = g_getenv("NO_COLOR");
	bool always = g_strcmp0(options->color_name, "always") == 0;
	bool never = g_strcmp0(options->color_name, "never") == 0;

	if (always && !format->has_colours) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--color: the format %s has no colours; --format=table has",
			    format->name);
		return false;
	}
	out->width = table_terminal_width(output->fd);
	if (!out->width && always && isatty(STDERR_FILENO))
		out->width = table_terminal_width(STDERR_FILENO);
	out->colour = always || (!never && output->is_terminal && !(no_color && *no_color));
	return true;
}
