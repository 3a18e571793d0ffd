/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_EVIDENCE_LINE_H
#define WH_REPORT_EVIDENCE_LINE_H

#include <glib.h>

#include "hunt/finding.h"

/*
 * Appends the JSON line of a finding that is a related event, and its line feed (`explain`: with
 * what the rules advise): the members of the
 * event line, and what kind of evidence it is, what rules say of it, which process it names, and
 * the subscriptions that it is linked to.
 */
void evidence_line_append(const struct finding *finding, bool explain, GString *out);

#endif
