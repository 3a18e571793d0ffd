/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_ECS_H
#define WH_REPORT_ECS_H

#include "report/report.h"

/* Lines of JSON in the fields of the Elastic Common Schema, with `wmihunt` for what that lacks: a
 * document for each finding, related event and host. */
void ecs_add_finding(struct report *report, const struct finding *finding);
void ecs_add_coverage(struct report *report, const struct host_coverage *host);

#endif
