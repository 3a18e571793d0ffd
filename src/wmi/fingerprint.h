/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_FINGERPRINT_H
#define WH_WMI_FINGERPRINT_H

#include "wmi/subscription.h"

/*
 * Names of contents that leave the program: in lines, in rules, in baselines that
 * analysts keep for years. So what goes into them never changes. All are SHA-256 in
 * lower-case hex; the caller frees each.
 */

/* Of event namespace, query and query language, to the byte; NULL without a query. */
char *filter_fingerprint(const struct wmi_filter *filter);

/*
 * Of all properties, whatever their order and the case of their names: so of all that a
 * consumer does, but not of its name, class and creator. NULL without properties.
 */
char *consumer_fingerprint(const struct wmi_consumer *consumer);

/*
 * Of the fingerprints of filter and consumer, class, namespace and parts. NULL where something of
 * these is not known to its end, so that it cannot be told apart from others.
 */
char *subscription_fingerprint_exact(const struct subscription *subscription);

/*
 * Of the content of filter and consumer, class, namespace and parts, for counting what is alike:
 * white space and case of the query do not count. Never NULL: for content that is not known the
 * name stands in. `consumer` is the consumer's fingerprint; NULL: it has none.
 */
char *subscription_fingerprint_alike(const struct subscription *subscription, const char *consumer);

#endif
