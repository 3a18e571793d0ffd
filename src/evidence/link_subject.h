/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_SUBJECT_H
#define WH_EVIDENCE_LINK_SUBJECT_H

#include "evidence/link_host.h"

/* Who did it, and from where. */

/* Sets `is_local` of the host's evidence, and takes `from` away, where that is a name of the host
 * itself: one of its former names, too. */
void host_settle_clients(struct link_host *host);

/* Gives the SIDs of evidence and of the candidates' creators the names that the host's logs know
 * them by; once host_name_processes() has found the processes. */
void host_name_subjects(struct link_host *host);

#endif
