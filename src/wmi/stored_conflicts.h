/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_STORED_CONFLICTS_H
#define WH_WMI_STORED_CONFLICTS_H

#include "wmi/stored_set.h"

/* Sets `conflicts` of what the repository of the host says of the subscription: where logs that
 * cover the time say otherwise. */
void stored_find_conflicts(const struct stored_host *host, const struct subscription *one,
			   struct stored *stored);

#endif
