/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_SCRIPTS_H
#define WH_REPORT_SCRIPTS_H

#include "report/report.h"

/*
 * The format "scripts": a tar with each text that findings run, and each that was decoded from one,
 * as a file, once; index.jsonl says of which finding each is. Files are named by the digest of what
 * they hold, so nothing that was logged gets a say in where something is written.
 */
void scripts_begin(struct report *report);
void scripts_add_finding(struct report *report, const struct finding *finding);
void scripts_end(struct report *report);

#endif
