/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_EVIDENCE_LINE_H
#define WH_REPORT_EVIDENCE_LINE_H

#include <glib.h>

#include "evidence/evidence.h"

/*
 * Appends the evidence line and its line feed: the members of the event line, and what kind
 * of evidence it is, what rules say of it, which process it names, and the subscriptions
 * that it is linked to. Its matches must be a list of struct match sorted by level, or NULL.
 */
void evidence_line_append(const struct evidence *evidence, GString *out);

#endif
