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
	text->not_covered += host->covered == COVERED_NOT;
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

static void append_hosts(GString *out, unsigned count, const char *one, const char *several)
{
	if (count)
		g_string_append_printf(out, "; %u %s", count, count == 1 ? one : several);
}

void coverage_text_append_sum(const struct coverage_text *text, GString *out)
{
	unsigned hosts = text->with_findings;

	for (unsigned i = 0; i < G_N_ELEMENTS(text->without); i++)
		hosts += text->without[i];
	if (hosts == 0)
		return;
	g_string_append(out, " on ");
	if (text->with_findings)
		g_string_append_printf(out, "%u of ", text->with_findings);
	g_string_append_printf(out, "%u host%s", hosts, hosts == 1 ? "" : "s");
	append_hosts(out, text->without[COVERED], "host without findings is covered",
		     "hosts without findings are covered");
	append_hosts(out, text->without[COVERED_PARTLY], "host without findings is covered in part",
		     "hosts without findings are covered in part");
	append_hosts(out, text->not_covered, "host cannot show subscriptions",
		     "hosts cannot show subscriptions");
}

void coverage_text_end(struct coverage_text *text, GPtrArray *lines)
{
	GString *more;

	if (!text->lines)
		return;
	g_ptr_array_extend_and_steal(lines, g_steal_pointer(&text->lines));
	if (!text->unlisted)
		return;
	more = g_string_new(NULL);
	g_string_append_printf(more, "and %u more that are not covered, or in part.",
			       text->unlisted);
	g_ptr_array_add(lines, more);
}
