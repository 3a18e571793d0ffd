/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_NAVIGATOR_H
#define WH_REPORT_NAVIGATOR_H

#include "report/report.h"

/*
 * The format "navigator": a layer (4.5) of the ATT&CK Navigator with the techniques that the rules
 * of findings are tagged with. The score is that of the highest level, the comment names hosts and
 * rules. Tactics are not named, as these change from version to version.
 */
void navigator_begin(struct report *report);
void navigator_add_finding(struct report *report, const struct finding *finding);
void navigator_end(struct report *report);

#endif
