/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_WMI_JSON_H
#define WH_WMI_WMI_JSON_H

#include <glib.h>

#include "wmi/subscription.h"

/*
 * Append the members "filter" and "consumer", as event and subscription lines have
 * them; nothing for NULL, or when there is nothing to say. Properties keep their MOF
 * types, but numbers that JSON readers refuse are strings; a name that repeats
 * (without regard to case) stands once, with the list of its values. `sha256` is the
 * fingerprint of the content, or NULL to leave it out.
 */
void wmi_filter_append_json(const struct wmi_filter *filter, const char *sha256, GString *out);
void wmi_consumer_append_json(const struct wmi_consumer *consumer, const char *sha256,
			      GString *out);

/* Appends the members "filter" and "consumer" of a subscription, each with the fingerprint of its
 * content. */
void wmi_content_append_json(const struct subscription *subscription, GString *out);

/* Appends the list "parts" of bits of enum wmi_part. */
void parts_append_json(unsigned parts, GString *out);

#endif
