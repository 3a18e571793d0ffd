/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "event/event_json.h"
#include "tests/fuzz/fuzz.h"
#include "wmi/join.h"
#include "wmi/fact.h"

/* An event line, through the whole reduce half but the rules. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct event event;
	char *reason = NULL;

	event_init(&event);
	if (event_from_json(&event, (const char *)data, size, &reason)) {
		struct host_names *names = host_names_new();
		struct joiner *joiner = joiner_new(WH_FINDINGS_MEMORY);
		struct wmi_fact *fact = wmi_fact_from_event(&event);

		host_names_add(names, &event);
		host_names_settle(names);
		if (fact)
			joiner_add(joiner, &event, fact);
		wmi_fact_free(fact);
		g_ptr_array_unref(joiner_take(joiner, names));
		joiner_free(joiner);
		host_names_free(names);
	}
	g_free(reason);
	event_release(&event);
	return 0;
}
