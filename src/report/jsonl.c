/* SPDX-License-Identifier: Apache-2.0 */
#include "report/jsonl.h"

#include "map/line_key.h"
#include "map/log_line.h"
#include "report/correlation_line.h"
#include "report/coverage_line.h"
#include "report/evidence_line.h"
#include "report/flat_line.h"
#include "report/match_line.h"
#include "report/stack_line.h"
#include "report/subscription_line.h"
#include "wmi/event_line.h"

/* The line that was appended at `begin`, as it is wanted. */
static void finish(struct report *report, gsize begin)
{
	if (report->options.flat)
		flat_line_make(report->text, begin);
}

void finding_line_append(const struct finding *finding, bool explain, GString *out)
{
	switch (finding->kind) {
	case FINDING_SUBSCRIPTION:
		subscription_line_append(finding, explain, out);
		break;
	case FINDING_EVIDENCE:
		evidence_line_append(finding, explain, out);
		break;
	case FINDING_CORRELATION:
		correlation_line_append(finding, explain, out);
		break;
	}
}

void jsonl_add_finding(struct report *report, const struct finding *finding)
{
	gsize begin = report->text->len;

	finding_line_append(finding, report->options.explain, report->text);
	finish(report, begin);
}

void jsonl_add_coverage(struct report *report, const struct host_coverage *host)
{
	gsize begin = report->text->len;

	coverage_line_append(host, report->text);
	finish(report, begin);
}

void jsonl_add_stack(struct report *report, const struct stack_entry *entry)
{
	gsize begin = report->text->len;

	stack_line_append(entry, report->text);
	finish(report, begin);
}

void jsonl_add_event(struct report *report, const struct event *event, const struct wmi_fact *fact)
{
	gsize begin = report->text->len;

	if (report->options.keyed)
		line_key_append(event->host, report->text);
	event_line_append(event, fact, report->text);
	finish(report, begin);
}

void jsonl_add_match(struct report *report, const struct event *event, const GPtrArray *saved)
{
	gsize begin = report->text->len;

	match_line_append(event, saved, report->text);
	finish(report, begin);
}

void jsonl_add_log(struct report *report, const struct log_facts *facts)
{
	gsize begin = report->text->len;

	if (report->options.keyed)
		line_key_append_log(facts, report->text);
	else
		log_line_append(facts, false, report->text);
	finish(report, begin);
}
