/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_EXPLAIN_H
#define WH_REPORT_EXPLAIN_H

#include "hunt/finding.h"
#include "report/prose.h"

/* Tells a finding in sections: what it is; when it was made, and by whom; that it fired, and what
 * it started; whether it is still there; why rules matched; what to look at next. */
void explain_finding(const struct finding *finding, const struct prose *prose);

#endif
