/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_START_H
#define WH_EVIDENCE_LINK_START_H

#include "evidence/link_host.h"

/* What starts of WMI say of the subscriptions of a host. */

/* Fills what the host knows of starts and stops, and finds out which 5861 of the candidates were
 * logged because WMI started: `registration` of their sightings, `is_replay` and `is_created`. */
void host_note_starts(struct link_host *host);

/* Links each start of WMI after which a live candidate should have been logged as 5861 and was not;
 * once host_note_starts() has found the starts. */
void host_link_missing_replays(struct link_host *host);

#endif
