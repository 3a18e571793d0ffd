/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_REDUCER_LINK_H
#define WH_CLI_REDUCER_LINK_H

#include <sys/types.h>

#include "cli/reducer.h"
#include "cli/reducer_message.h"

/* What a reducer's process begins with; borrowed. */
struct reducer_start {
	const struct reducer_work *work;
	struct output_progress *progress;
};

/* The process from its begin to its end; `context` is a struct reducer_start. */
void reducer_link_run(void *context, pid_t parent);

#endif
