/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/plan.h"

#include "wmi/fact.h"

void wmi_plan_init(struct sieve_plan *plan)
{
	sieve_plan_init(plan);
	for (const struct wmi_source *source = wmi_sources; source->provider; source++) {
		size_t count = 0;

		while (count < G_N_ELEMENTS(source->event_ids) && source->event_ids[count])
			count++;
		sieve_plan_add(plan, source->provider, source->event_ids, count);
		sieve_plan_add_channel(plan, source->channel);
	}
}
