/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_json.h"
#include "event/event_xml.h"
#include "tests/fuzz/fuzz.h"

/* Event XML, well-formed or not. What is read must make a line that reads back the same. */

static void check_round_trip(const struct event *event)
{
	GString *line = g_string_new(NULL);
	GString *again = g_string_new(NULL);
	struct event copy;
	char *reason = NULL;

	event_append_json(event, NULL, line);
	event_init(&copy);
	if (event_from_json(&copy, line->str, line->len - 1, &reason))
		event_append_json(&copy, NULL, again);
	else
		g_error("%s: %s", reason, line->str);
	g_assert_cmpstr(line->str, ==, again->str);
	event_release(&copy);
	g_string_free(line, TRUE);
	g_string_free(again, TRUE);
}

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct event_xml_reader *reader = event_xml_reader_new();
	struct event event;
	char *reason = NULL;

	event_init(&event);
	if (!event_xml_read(reader, &event, (const char *)data, size, &reason))
		g_free(reason);
	check_round_trip(&event);
	event_release(&event);
	event_xml_reader_free(reader);
	return 0;
}
