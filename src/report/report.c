/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <string.h>

#include "report/case_report.h"
#include "report/csv.h"
#include "report/ecs.h"
#include "report/hosts.h"
#include "report/html.h"
#include "report/jsonl.h"
#include "report/navigator.h"
#include "report/scripts.h"
#include "report/supertimeline.h"
#include "report/table.h"
#include "report/timeline_formats.h"

/* Those for --report alone come last. */
static const struct report_format report_formats[] = {
	{
		.name = "jsonl",
		.is_lines = true,
		.finding = jsonl_add_finding,
		.related = jsonl_add_finding,
		.coverage = jsonl_add_coverage,
		.stack = jsonl_add_stack,
		.event = jsonl_add_event,
		.match = jsonl_add_match,
		.log = jsonl_add_log,
	},
	{
		.name = "table",
		.for_people = true,
		.has_zone = true,
		.has_colours = true,
		.has_full = true,
		.begin = table_begin,
		.finding = table_add_finding,
		.coverage = table_add_coverage,
		.stack = table_add_stack,
		.event = table_add_event,
		.end = table_end,
	},
	{
		.name = "hosts",
		.for_people = true,
		.has_zone = true,
		.has_colours = true,
		.begin = hosts_begin,
		.finding = hosts_add_finding,
		.coverage = hosts_add_coverage,
		.end = hosts_end,
	},
	{
		.name = "html",
		.for_people = true,
		.begin = html_begin,
		.finding = html_add_finding,
		.related = html_add_finding,
		.coverage = html_add_coverage,
		.stack = html_add_stack,
		.event = html_add_event,
		.end = html_end,
	},
	{
		.name = "csv",
		.begin = csv_begin,
		.finding = csv_add_finding,
		.related = csv_add_finding,
		.stack = csv_add_stack,
		.event = csv_add_event,
	},
	{
		.name = "timeline",
		.for_people = true,
		.has_zone = true,
		.has_colours = true,
		.begin = supertimeline_begin,
		.finding = supertimeline_add_finding,
		.end = timeline_end,
	},
	{
		.name = "timesketch",
		.begin = supertimeline_begin,
		.finding = supertimeline_add_finding,
		.end = timesketch_end,
	},
	{
		.name = "bodyfile",
		.begin = supertimeline_begin,
		.finding = supertimeline_add_finding,
		.end = bodyfile_end,
	},
	{
		.name = "navigator",
		.begin = navigator_begin,
		.finding = navigator_add_finding,
		.end = navigator_end,
	},
	{
		.name = "ecs",
		.finding = ecs_add_finding,
		.related = ecs_add_finding,
		.coverage = ecs_add_coverage,
	},
	{
		.name = "scripts",
		.is_raw = true,
		.begin = scripts_begin,
		.finding = scripts_add_finding,
		.related = scripts_add_finding,
		.end = scripts_end,
	},
	{
		.name = "sqlite",
		.is_file = true,
		.begin = case_report_begin,
		.finding = case_report_add_finding,
		.related = case_report_add_finding,
		.coverage = case_report_add_coverage,
		.event = case_report_add_event,
		.fault = case_report_add_fault,
		.end = case_report_end,
	},
};

const struct report_format *report_format_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(report_formats); i++)
		if (strcmp(report_formats[i].name, name) == 0)
			return &report_formats[i];
	return NULL;
}

bool report_format_takes(const struct report_format *format, enum report_content content)
{
	switch (content) {
	case REPORT_FINDINGS:
		return format->finding != NULL;
	case REPORT_STACK:
		return format->stack != NULL;
	case REPORT_EVENTS:
		return format->event != NULL;
	}
	return false;
}

const struct report_format *report_format_default(bool is_terminal)
{
	const struct report_format *format = report_formats;

	while (format->for_people != is_terminal)
		format++;
	return format;
}

char *report_format_names(const char *last, bool files)
{
	GString *names = g_string_new(report_formats[0].name);
	size_t count = G_N_ELEMENTS(report_formats);

	while (!files && report_formats[count - 1].is_file)
		count--;
	for (size_t i = 1; i < count; i++) {
		g_string_append(names, i + 1 < count ? ", " : last);
		g_string_append(names, report_formats[i].name);
	}
	return g_string_free(names, FALSE);
}

void report_init(struct report *report, const struct report_format *format,
		 const struct report_options *options, const struct report_sink *sink)
{
	*report = (struct report){
		.format = format,
		.options = *options,
		.sink = *sink,
		.text = g_string_new(NULL),
	};
	if (format->begin)
		format->begin(report);
}

static bool write_text(struct report *report)
{
	bool go_on = report->text->len == 0 ||
		     report->sink.write(report->sink.context, report->text->str, report->text->len);

	g_string_truncate(report->text, 0);
	return go_on;
}

bool report_add_finding(struct report *report, const struct finding *finding)
{
	bool go_on = false;

	for (; report; report = report->next) {
		report->format->finding(report, finding);
		go_on |= write_text(report);
	}
	return go_on;
}

bool report_add_related(struct report *report, const struct finding *finding)
{
	bool go_on = false;

	for (; report; report = report->next) {
		if (report->format->related)
			report->format->related(report, finding);
		go_on |= write_text(report);
	}
	return go_on;
}

bool report_add_coverage(struct report *report, const struct host_coverage *host)
{
	bool go_on = false;

	for (; report; report = report->next) {
		if (report->format->coverage)
			report->format->coverage(report, host);
		go_on |= write_text(report);
	}
	return go_on;
}

bool report_add_stack(struct report *report, const struct stack_entry *entry)
{
	bool go_on = false;

	for (; report; report = report->next) {
		report->format->stack(report, entry);
		go_on |= write_text(report);
	}
	return go_on;
}

bool report_add_event(struct report *report, const struct event *event)
{
	struct wmi_fact *fact = wmi_fact_from_event(event);
	bool go_on = false;

	for (; report; report = report->next) {
		report->format->event(report, event, fact);
		go_on |= write_text(report);
	}
	wmi_fact_free(fact);
	return go_on;
}

bool report_add_match(struct report *report, const struct event *event, const GPtrArray *saved)
{
	bool go_on = false;

	for (; report; report = report->next) {
		if (report->format->match)
			report->format->match(report, event, saved);
		go_on |= write_text(report);
	}
	return go_on;
}

bool report_add_log(struct report *report, const struct log_facts *facts)
{
	bool go_on = false;

	for (; report; report = report->next) {
		if (report->format->log)
			report->format->log(report, facts);
		go_on |= write_text(report);
	}
	return go_on;
}

void report_add_fault(struct report *report, const struct fault *fault)
{
	if (!report->format || !report->format->fault)
		return;
	report->format->fault(report, fault);
	write_text(report);
}

void report_release(struct report *report)
{
	if (!report->format)
		return;
	if (report->format->end)
		report->format->end(report);
	write_text(report);
	g_string_free(report->text, TRUE);
	report->format = NULL;
}
