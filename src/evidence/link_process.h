/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_PROCESS_H
#define WH_EVIDENCE_LINK_PROCESS_H

#include "evidence/link_host.h"

/* What processes and logon sessions say of the subscriptions of a host. */

/* Sets `process` and `parent` of the host's evidence: the start, among the evidence, of the process
 * that it names by its id. */
void host_name_processes(struct link_host *host);

/* Links processes that WMI started to the candidates whose consumer runs them. */
void host_link_payloads(struct link_host *host);

/* Links the processes that linked evidence names, and the logon sessions of those; once
 * host_name_processes() has found them and all stronger links are there. */
void host_link_callers(struct link_host *host);

#endif
