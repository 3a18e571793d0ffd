/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_START_H
#define WH_EVIDENCE_LINK_START_H

#include "evidence/link_host.h"

/* What starts of WMI say of subscriptions. */

/* Notes when WMI started, and which subscriptions were first seen because of it. */
void host_note_starts(struct link_host *host);

/* Links each start that should have brought 5861 and did not; needs the starts. */
void host_link_missing_replays(struct link_host *host);

#endif
