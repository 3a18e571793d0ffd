/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_DAMAGE_H
#define WH_EVTXGEN_DAMAGE_H

#include <glib.h>
#include <stdbool.h>

#include "yaml_read.h"

/* One thing that is done to a finished log. */
struct damage;

struct damage *damage_read(struct fy_node *node, GError **error);
void damage_free(struct damage *damage);

/* Does it to the bytes of a log; false when there is no such place. */
bool damage_apply(const struct damage *damage, GByteArray *log, GError **error);

#endif
