/* SPDX-License-Identifier: Apache-2.0 */
#include "report/coverage_text.h"

#define MOST_LINES 20 /* on hosts, unless all is asked for */

static void add_line(struct coverage_text *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add_line(struct coverage_text *text, const char *format, ...)
{
	GString *line = g_string_new(NULL);
	va_list arguments;

	va_start(arguments, format);
	g_string_append_vprintf(line, format, arguments);
	va_end(arguments);
	g_ptr_array_add(text->lines, line);
}

static void add_sentences(struct coverage_text *text, const struct host_coverage *host)
{
	static const char *const says[] = {
		[COVERED_NOT] = "cannot show subscriptions",
		[COVERED_PARTLY] = "can show some subscriptions only",
		[COVERED] = "shows its subscriptions",
	};

	add_line(text, "%s %s:", host->identity->name, says[host->covered]);
	for (guint i = 0; i < host->blind->len; i++)
		add_line(text, "  %s.", (const char *)host->blind->pdata[i]);
}

void coverage_text_add(struct coverage_text *text, const struct host_coverage *host, bool all)
{
	if (!text->lines)
		text->lines = g_ptr_array_new();
	if (host->findings)
		text->with_findings++;
	else
		text->without[host->covered]++;
	if (all)
		add_sentences(text, host);
	else if (host->covered == COVERED)
		return;
	else if (text->lines->len == MOST_LINES)
		text->unlisted++;
	else
		add_line(text, "%s %s: %s.", host->identity->name,
			 host->covered == COVERED_NOT ? "cannot show subscriptions"
						      : "can show some subscriptions only",
			 (const char *)host->blind->pdata[0]);
}

static void append_count(GString *out, unsigned count, const char *what)
{
	if (count)
		g_string_append_printf(out, "%s%u %s", out->len ? ", " : "", count, what);
}

void coverage_text_end(struct coverage_text *text, GPtrArray *lines)
{
	GString *sum = g_string_new(NULL);
	GString *more;

	append_count(sum, text->with_findings, "with findings");
	append_count(sum, text->without[COVERED], "without findings and covered");
	append_count(sum, text->without[COVERED_PARTLY], "without findings and covered in part");
	append_count(sum, text->without[COVERED_NOT], "that cannot show subscriptions");
	if (sum->len == 0) {
		g_string_free(sum, TRUE);
		return;
	}
	g_string_prepend(sum, "Hosts: ");
	g_ptr_array_add(lines, sum);
	g_ptr_array_extend_and_steal(lines, g_steal_pointer(&text->lines));
	if (!text->unlisted)
		return;
	more = g_string_new(NULL);
	g_string_append_printf(more, "and %u more that are not covered, or in part.",
			       text->unlisted);
	g_ptr_array_add(lines, more);
}
