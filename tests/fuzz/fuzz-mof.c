/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "event/event.h"
#include "tests/fuzz/fuzz.h"
#include "wmi/fact.h"
#include "wmi/mof.h"
#include "wmi/mof_text.h"

/* The text as WMI logs it and as a file or script holds it, and what a 5861 and a Sysmon 21 make of
 * the same bytes. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	static const char *const fields[] = {"Namespace",     "ESS",	  "CONSUMER",
					     "PossibleCause", "Consumer", "Filter"};
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *file = NULL;
	char *script;
	struct arena arena;
	struct event event;

	text_append_utf8(text, (const char *)data, size);
	arena_init(&arena);
	mof_parse(text->str, MOF_LOGGED, &arena);
	file = mof_text_from_bytes(data, size);
	mof_parse(file, MOF_WRITTEN, &arena);
	for (const char *at = text->str; (script = mof_next_here_string(&at));)
		g_free(script);
	arena_release(&arena);
	event_init(&event);
	event.ref.has_event_id = true;
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		event_add_field(&event, fields[i], text->str);
	event.provider = wmi_sources[0].provider;
	event.ref.event_id = 5861;
	wmi_fact_free(wmi_fact_from_event(&event));
	event.provider = wmi_sources[1].provider;
	event.ref.event_id = 21;
	wmi_fact_free(wmi_fact_from_event(&event));
	event_release(&event);
	return 0;
}
