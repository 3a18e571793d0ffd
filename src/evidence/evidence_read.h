/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVIDENCE_READ_H
#define WH_EVIDENCE_EVIDENCE_READ_H

#include "evidence/evidence.h"

/* Hands `text` (may be NULL) to the evidence, and borrows it back; NULL for an empty one. */
const char *evidence_keep(struct evidence *evidence, char *text);

/* A field of its event; NULL when absent, empty or "-", as Windows writes what it does not know. */
const char *evidence_field(const struct evidence *evidence, const char *name);

/* The number in a field: decimal, or hexadecimal after 0x. False when there is none up to
 * `maximum`, and then *out is untouched. */
bool evidence_number(const struct evidence *evidence, const char *name, uint64_t maximum,
		     uint64_t *out);

/* The process id in a field. *has says whether there is one; without one *out is untouched. */
void evidence_read_process_id(const struct evidence *evidence, const char *name, uint32_t *out,
			      bool *has);

/* The readers of the table of kinds: each fills what its event says into new evidence that has
 * its event already. */
void evidence_read_provider_loaded(struct evidence *evidence);
void evidence_read_operation(struct evidence *evidence);
void evidence_read_query(struct evidence *evidence);
void evidence_read_sysmon_process(struct evidence *evidence);
void evidence_read_security_process(struct evidence *evidence);
void evidence_read_sysmon_end(struct evidence *evidence);
void evidence_read_security_end(struct evidence *evidence);
void evidence_read_logon(struct evidence *evidence);
void evidence_read_explicit_logon(struct evidence *evidence);
void evidence_read_script(struct evidence *evidence);
void evidence_read_classic_shell(struct evidence *evidence);
void evidence_read_log_cleared(struct evidence *evidence);
void evidence_read_renamed(struct evidence *evidence);

#endif
