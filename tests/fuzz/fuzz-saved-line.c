/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "report/report.h"
#include "report/saved_line.h"
#include "tests/fuzz/fuzz.h"

static const char *const formats[] = {
	"jsonl",    "table",	 "html", "csv",	    "timeline", "timesketch",
	"bodyfile", "navigator", "ecs",	 "scripts", "hosts",	"sqlite",
};

static bool swallow(void *context, const char *text, size_t length)
{
	(void)context, (void)text, (void)length;
	return true;
}

static void add(struct report *report, const struct saved_line *line)
{
	if (line->kind == SAVED_COVERAGE)
		report_add_coverage(report, &line->coverage);
	else if (line->finding.is_related)
		report_add_related(report, &line->finding);
	else
		report_add_finding(report, &line->finding);
}

/* Saved lines, in all formats: what is read of one may be printed. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	const struct report_options options = {.width = 100, .explain = true};
	const struct report_sink sink = {swallow, NULL};
	struct report reports[G_N_ELEMENTS(formats)];
	struct rule_set *rules = rule_set_new();
	struct saved_lines *lines = saved_lines_new(rules);
	const char *text = (const char *)data, *end = text + size, *reason;

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		report_init(&reports[i], report_format_find(formats[i]), &options, &sink);
		reports[i].next = i > 0 ? &reports[i - 1] : NULL;
	}
	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((feed ? feed : end) - text);
		const struct saved_line *line = saved_lines_read(lines, text, length, &reason);

		if (line)
			add(&reports[G_N_ELEMENTS(formats) - 1], line);
		text += length + 1;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		report_release(&reports[i]);
		g_free(reports[i].problem);
	}
	saved_lines_free(lines);
	rule_set_free(rules);
	return 0;
}
