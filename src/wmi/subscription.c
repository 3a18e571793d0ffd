/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/subscription.h"

#include "base/order.h"
#include "event/event_times.h"

void sighting_init(struct sighting *sighting, const struct event *event,
		   const struct wmi_fact *fact)
{
	*sighting = (struct sighting){
		.ref = event->ref,
		.process_id = event->process_id,
		.has_process_id = event->has_process_id,
		.operation = fact->operation,
		.user = fact->user,
	};
	/* Only of a 5861 is the text known where the id is not. */
	if (!event->ref.has_event_id)
		sighting->ref.event_id = 5861;
	sighting->ref.has_event_id = true;
}

uint64_t sighting_order_time(const struct sighting *sighting)
{
	return sighting->operation == WMI_REGISTERED ? sighting->ref.time
						     : event_latest(&sighting->ref);
}

int sighting_compare(const struct sighting *a, const struct sighting *b)
{
	/* Sysmon's three events share a log, so there record ids give the order. */
	bool a_is_sysmon = a->operation != WMI_REGISTERED;
	bool b_is_sysmon = b->operation != WMI_REGISTERED;
	int order = compare_numbers(sighting_order_time(a), sighting_order_time(b));

	order = order ? order : compare_numbers(a_is_sysmon, b_is_sysmon);
	order = order ? order : compare_numbers(a->ref.record_id, b->ref.record_id);
	order = order ? order : compare_numbers(a->ref.event_id, b->ref.event_id);
	order = order ? order : compare_numbers(a->operation, b->operation);
	order = order ? order : event_ref_compare(&a->ref, &b->ref);
	return order ? order : g_strcmp0(a->user, b->user);
}

void subscription_free(struct subscription *subscription)
{
	if (!subscription)
		return;
	g_clear_pointer(&subscription->events, g_ptr_array_unref);
	g_clear_pointer(&subscription->contradictions, g_ptr_array_unref);
	g_clear_pointer(&subscription->timeline, g_ptr_array_unref);
	g_free(subscription->named_filter);
	g_free(subscription->named_consumer);
	g_free(subscription);
}

const char *wmi_state_name(enum wmi_state state)
{
	static const char *const names[] = {
		[WMI_STATE_ACTIVE] = "active",	       [WMI_STATE_CHANGED] = "changed",
		[WMI_STATE_SUPERSEDED] = "superseded", [WMI_STATE_DELETED] = "deleted",
		[WMI_STATE_UNBOUND] = "unbound",       [WMI_STATE_DEFINED] = "defined",
	};

	return names[state];
}

const char *sighting_word(const struct sighting *sighting)
{
	if (sighting->operation == WMI_REGISTERED && sighting->registration == REGISTRATION_MADE)
		return "registered_when_made";
	if (sighting->operation == WMI_REGISTERED &&
	    sighting->registration == REGISTRATION_REPLAYED)
		return "replayed_at_start";
	return wmi_operation_name(sighting->operation);
}
