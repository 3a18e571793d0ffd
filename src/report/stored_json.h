/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_STORED_JSON_H
#define WH_REPORT_STORED_JSON_H

#include <glib.h>

#include "wmi/stored.h"

/* Appends the members "repository" and "stored" of a subscription: what the repository of its host
 * says of it. */
void stored_append_json(const struct stored *stored, GString *out);

#endif
