/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/cost.h"

#include <string.h>

#include "wmi/mof.h"

uint64_t cost_of_text(const char *text)
{
	return text ? strlen(text) + TEXT_COST : 0;
}

static uint64_t cost_of_properties(const struct mof_property *property);

static uint64_t cost_of_values(const struct mof_value *value)
{
	uint64_t cost = 0;

	for (; value; value = value->next) {
		cost += sizeof(*value) + cost_of_text(value->text) +
			cost_of_values(value->elements);
		if (value->instance)
			cost += sizeof(*value->instance) +
				cost_of_text(value->instance->class_name) +
				cost_of_properties(value->instance->properties);
	}
	return cost;
}

static uint64_t cost_of_properties(const struct mof_property *property)
{
	uint64_t cost = 0;

	for (; property; property = property->next)
		cost += sizeof(*property) + cost_of_text(property->name) +
			cost_of_values(property->value);
	return cost;
}

uint64_t cost_of_part(const struct wmi_fact *fact)
{
	const struct wmi_filter *filter = fact->filter;
	const struct wmi_consumer *consumer = fact->consumer;
	uint64_t cost = PART_COST + cost_of_text(fact->namespace);

	if (filter)
		cost += sizeof(*filter) + cost_of_text(filter->name) +
			cost_of_text(filter->event_namespace) + cost_of_text(filter->query) +
			cost_of_text(filter->query_language) + cost_of_text(filter->creator_sid);
	if (consumer)
		cost += sizeof(*consumer) + cost_of_text(consumer->class_name) +
			cost_of_text(consumer->name) + cost_of_text(consumer->creator_sid) +
			cost_of_properties(consumer->properties);
	return cost;
}

uint64_t cost_of_sighting(const struct event *event, const struct wmi_fact *fact)
{
	/* The root of a collection holds no more than path and entry. */
	return SIGHTING_COST + cost_of_text(event->ref.channel) +
	       2 * (cost_of_text(event->ref.path) + cost_of_text(event->ref.entry)) +
	       cost_of_text(event->ref.via) + cost_of_text(fact->user);
}
