/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CORRELATION_COPIES_H
#define WH_CORRELATION_COPIES_H

#include "correlation/node.h"

/*
 * Forgets what was noted of an export's event that a log has, too, so that it counts once: of one
 * host, channel, event id and record id, at a time that agrees as far as both are exact. A log's
 * event that is read after it was not dropped, so that no export hides it.
 */
void correlations_drop_copies(struct correlations *correlations);

#endif
