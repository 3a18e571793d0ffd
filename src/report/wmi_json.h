/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_WMI_JSON_H
#define WH_REPORT_WMI_JSON_H

#include <glib.h>

#include "wmi/fact.h"

/*
 * Append the members "filter" and "consumer", as event and subscription lines have
 * them; nothing for NULL, or when there is nothing to say. Properties keep their MOF
 * types, but numbers that JSON readers refuse are strings; a name that repeats
 * (without regard to case) stands once, with the list of its values.
 */
void wmi_filter_append_json(const struct wmi_filter *filter, GString *out);
void wmi_consumer_append_json(const struct wmi_consumer *consumer, GString *out);

#endif
