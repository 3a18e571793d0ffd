/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_GENERATE_H
#define WH_EVTXGEN_GENERATE_H

#include "description.h"
#include "log_write.h"

/*
 * Writes the log that `description` describes to `sink`, chunk by chunk. It is laid
 * out twice, the first time only counted: its header says how many chunks follow, and
 * a pipe cannot go back. Damage is not done here: see damage_apply().
 */
bool generate_log(const struct description *description, struct log_sink sink, GError **error);

#endif
