/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_TOLD_HOSTS_H
#define WH_WMI_TOLD_HOSTS_H

#include "wmi/stored_objects.h"

/* Tools call one machine by its short name or by its long one. */
struct told_hosts;

/* Of hosts that objects (whose hosts are settled) and subscriptions (struct subscription) name;
 * borrows neither. */
struct told_hosts *told_hosts_new(const struct stored_objects *told,
				  const GPtrArray *subscriptions);
void told_hosts_free(struct told_hosts *hosts);

/* What is the same for all names of one machine: of a short name the long one's, where only one
 * host has that label. NULL for NULL; the caller frees it. */
char *told_hosts_key(const struct told_hosts *hosts, const char *name);

#endif
