/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_REMOTE_NODE_H
#define WH_SIGMA_REMOTE_NODE_H

#include <stddef.h>

/*
 * Calls `take` with each host that a command line names with wmic's /node: and that is not `host`,
 * in whichever way it is written (localhost, loopback addresses, a dot, the short or the long
 * name); `host` NULL is not known. A list in a file is a name that begins with @. The name is part
 * of `line`, of `length` bytes, not terminated.
 */
void remote_nodes_find(const char *line, const char *host,
		       void (*take)(void *context, const char *name, size_t length), void *context);

#endif
