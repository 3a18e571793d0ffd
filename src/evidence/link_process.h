/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_LINK_PROCESS_H
#define WH_EVIDENCE_LINK_PROCESS_H

#include "evidence/link_host.h"

/* What processes and logon sessions say of subscriptions. */

/* Finds the starts of the processes that evidence names by their ids. */
void host_name_processes(struct link_host *host);

/* Links what runs below WMI and is what a consumer runs. */
void host_link_payloads(struct link_host *host);

/* Links the processes that linked evidence names, and the logon sessions of those. */
void host_link_callers(struct link_host *host);

#endif
