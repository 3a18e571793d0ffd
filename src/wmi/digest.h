/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_DIGEST_H
#define WH_WMI_DIGEST_H

#include <stddef.h>

#include "wmi/fact.h"

/*
 * Names of contents, as hex SHA-256: equal when the contents are, of one length
 * however long they are, and no log can be written that makes hash tables of them
 * slow. The caller frees each.
 *
 * "Whole" is everything but the names; "core" is what Sysmon logs too: event
 * namespace and query of a filter, what a consumer runs. Cores take line breaks for
 * equal, since XML parsers fold them.
 */
char *filter_digest_whole(const struct wmi_filter *filter);
char *filter_digest_core(const struct wmi_filter *filter);
char *consumer_digest_whole(const struct wmi_consumer *consumer);
char *consumer_digest_core(const struct wmi_consumer *consumer);

/* Of names: each folded, NULL unlike "". */
char *names_digest(const char *const *names, size_t count);

#endif
