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
		{"timezone", 0, 0, G_OPTION_ARG_STRING, &options->zone_name,
		 "Times of ZONE where people read them: local, +02:00 or Europe/Berlin (default: "
		 "UTC)",
		 "ZONE"},
		{0},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

void table_options_release(struct table_options *options)
{
	g_free(options->color_name);
	g_free(options->zone_name);
	g_clear_pointer(&options->zone, g_time_zone_unref);
}

static bool fail(GError **error, const char *option, const char *name, const char *why)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s %s", option, name,
		    why);
	return false;
}

static bool check_color(const struct table_options *options, GError **error)
{
	static const char *const names[] = {"auto", "always", "never", NULL};

	if (!options->color_name || g_strv_contains(names, options->color_name))
		return true;
	return fail(error, "--color", options->color_name, "is none of auto, always, never");
}

/* Else GLib would read a file that is none of a zone. Rules as of TZ have dots. */
static bool is_zone_name(const char *name)
{
	return *name && *name != '/' && (!strchr(name, '.') || strchr(name, ','));
}

/* Loads the transitions of the zone: a sandbox lets no file be opened. */
static bool load_zone(struct table_options *options, GError **error)
{
	const char *name = options->zone_name;

	if (!name)
		return true;
	if (strcmp(name, "local") == 0)
		options->zone = g_time_zone_new_local();
	else if (is_zone_name(name))
		options->zone = g_time_zone_new_identifier(name);
	return options->zone ||
	       fail(error, "--timezone", name,
		    "is no zone that this system knows; give local, an offset such as +02:00, or a "
		    "name such as Europe/Berlin");
}

bool table_options_check(struct table_options *options, GError **error)
{
	return check_color(options, error) && load_zone(options, error);
}

bool table_options_check_zone(const struct table_options *options,
			      const struct report_format *format, bool in_a_file, GError **error)
{
	return !options->zone || format->has_zone || in_a_file ||
	       fail(error, "--timezone", format->name,
		    "has times in UTC; the formats table, hosts and timeline have others");
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
	out->zone = options->zone;
	out->width = table_terminal_width(output->fd);
	if (!out->width && always && isatty(STDERR_FILENO))
		out->width = table_terminal_width(STDERR_FILENO);
	out->colour = always || (!never && output->is_terminal && !(no_color && *no_color));
	return true;
}
