/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_TOLD_JSON_H
#define WH_REPORT_TOLD_JSON_H

#include <glib.h>

#include "wmi/told.h"

/* Adds what tools and MOF texts say of a subscription. */
void told_append_json(const struct told *told, GString *out);

#endif
