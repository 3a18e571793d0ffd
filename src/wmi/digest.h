/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_DIGEST_H
#define WH_WMI_DIGEST_H

#include <glib.h>

#include "wmi/fact.h"

/*
 * What digests are made of: forms, which are equal when the contents are. Each function appends one
 * to `form`.
 *
 * "Whole" is everything but the names; "core" is what Sysmon logs too: event
 * namespace and query of a filter, what a consumer runs. Cores take line breaks for
 * equal, since XML parsers fold them. Names are folded, and NULL is unlike "".
 */
void filter_append_whole(const struct wmi_filter *filter, GString *form);
void filter_append_core(const struct wmi_filter *filter, GString *form);
void consumer_append_whole(const struct wmi_consumer *consumer, GString *form);
void consumer_append_core(const struct wmi_consumer *consumer, GString *form);
void names_append(const char *const *names, size_t count, GString *form);

/* Of names, as hex SHA-256: the same in every run. The caller frees it. */
char *names_digest(const char *const *names, size_t count);

#endif
