/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_EVIDENCE_ID_H
#define WH_EVIDENCE_EVIDENCE_ID_H

#include "evidence/evidence.h"

/* Whether a data field is another in each event that says the same again. */
bool evidence_field_is_passing(const struct evidence *evidence, const char *name);

/*
 * Sets the id: of the host (NULL: none), the kind of evidence, its event's channel, provider and
 * id, and the data fields that repeats share; so not of the time, but where two that say the same
 * are two.
 */
void evidence_identify(struct evidence *evidence, const char *host);

#endif
