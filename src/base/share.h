/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_SHARE_H
#define WH_BASE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"

/*
 * How hosts share `memory`: may one that has `own` of the `all` bytes that are used take `cost`
 * more? A host may have a quarter. Once half of the memory is used up, the other half is for hosts
 * that have little: each may have one of WH_SHARING_HOSTS parts of it. So a host that has no more
 * than that loses nothing to others, whatever came first.
 */
static inline bool share_allows(uint64_t memory, uint64_t all, uint64_t own, uint64_t cost)
{
	uint64_t half = memory / 2;
	uint64_t most = all + cost <= half ? half / 2 : half / WH_SHARING_HOSTS;

	return all + cost <= memory && own + cost <= most;
}

#endif
