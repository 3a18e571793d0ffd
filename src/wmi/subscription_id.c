/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/subscription_id.h"

#include "wmi/fingerprint.h"

void subscription_identify(struct subscription *subscription)
{
	const struct wmi_filter *filter = subscription->filter;
	const struct wmi_consumer *consumer = subscription->consumer;
	const char *host = subscription->identity ? host_identity_full_name(subscription->identity)
						  : subscription->host;
	g_autofree char *of_filter = filter_fingerprint(filter);
	g_autofree char *of_consumer = consumer_fingerprint(consumer);
	GString *name = line_name_new("subscription", host);

	line_name_add_folded(name, subscription->namespace);
	line_name_add_number(name, subscription->parts);
	line_name_add_folded(name, filter ? filter->name : NULL);
	line_name_add(name, of_filter);
	line_name_add_folded(name, consumer ? consumer->class_name : NULL);
	line_name_add_folded(name, consumer ? consumer->name : NULL);
	line_name_add(name, of_consumer);
	line_id_set(&subscription->id, name);
}

void subscriptions_identify(const GPtrArray *subscriptions)
{
	g_autoptr(GHashTable) seen = line_id_seen_new();

	for (guint i = 0; i < subscriptions->len; i++) {
		struct subscription *subscription = subscriptions->pdata[i];

		subscription_identify(subscription);
		line_id_count(&subscription->id, seen);
	}
}
