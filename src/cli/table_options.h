/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_TABLE_OPTIONS_H
#define WH_CLI_TABLE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "cli/output.h"
#include "report/report.h"

/* The options --color and --timezone, and how what is for people fits where it is read. Begins as
 * zeros. */
struct table_options {
	char *color_name;
	char *zone_name;
	GTimeZone *zone; /* NULL: UTC */
};

void table_options_add(struct table_options *options, GOptionContext *context);
void table_options_release(struct table_options *options);

/* False, with *error set, where an option says nothing that is known. Loads the zone, of which no
 * file is read later. */
bool table_options_check(struct table_options *options, GError **error);

/* Is one of the formats of the zone, if one was asked for? Else *error is set. */
bool table_options_check_zone(const struct table_options *options,
			      const struct report_format *format, bool in_a_file, GError **error);

/*
 * Sets zone, width and colours for a report of that format to the output, which is open: colours,
 * unless asked for, are for terminals and where NO_COLOR is not set. Those that are asked for are
 * read on the terminal that standard error is, if any, so that has the width then. False, with
 * *error set, when the format has none of the colours that are asked for.
 */
bool table_options_apply(const struct table_options *options, const struct report_format *format,
			 const struct output *output, struct report_options *out, GError **error);

#endif
