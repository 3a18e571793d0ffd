/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_TIMELINE_FORMATS_H
#define WH_REPORT_TIMELINE_FORMATS_H

#include "report/report.h"

/*
 * The ends of the formats that print a supertimeline: "timeline", a table for people; "timesketch",
 * JSON lines as Timesketch takes them; "bodyfile", as mactime of the Sleuth Kit does. Each frees
 * report->state. Programs that read the last two know the times from 1970 to 9999: what is outside
 * stands at its end.
 */
void timeline_end(struct report *report);
void timesketch_end(struct report *report);
void bodyfile_end(struct report *report);

#endif
