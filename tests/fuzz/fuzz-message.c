/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>

#include "base/text.h"
#include "export/message.h"
#include "tests/fuzz/fuzz.h"

/* Rendered texts: the first byte says of which event. */
static const struct {
	const char *provider;
	const char *event_id;
} events[] = {
	{"Microsoft-Windows-WMI-Activity", "5857"},
	{"Microsoft-Windows-WMI-Activity", "5858"},
	{"Microsoft-Windows-WMI-Activity", "5859"},
	{"Microsoft-Windows-WMI-Activity", "5860"},
	{"Microsoft-Windows-WMI-Activity", "5861"},
	{"Microsoft-Windows-Sysmon", "1"},
	{"Microsoft-Windows-Sysmon", "20"},
	{"Microsoft-Windows-Security-Auditing", "4688"},
	{"Microsoft-Windows-Security-Auditing", "4624"},
	{"Another", "1"},
};

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct event event;
	struct arena arena;
	struct draft draft = {.event = &event, .arena = &arena};
	g_autofree char *text = NULL;

	if (size == 0)
		return 0;
	event_init(&event);
	arena_init(&arena);
	draft_set_text(&draft, EVENT_PROVIDER, events[*data % G_N_ELEMENTS(events)].provider);
	draft_set_number(&draft, EVENT_ID, events[*data % G_N_ELEMENTS(events)].event_id);
	text = text_from_bytes((const char *)data + 1, size - 1);
	draft.message = text;
	draft_finish(&draft);
	event_release(&event);
	arena_release(&arena);
	return 0;
}
