/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_ALIGNED_H
#define WH_BASE_ALIGNED_H

#include <stddef.h>

/*
 * Memory that a read fills begins here: where malloc() puts a large allocation, 16 bytes into a
 * page, some kernels copy a quarter as fast. A member of a struct is declared with the macro, and
 * the struct allocated by aligned_new().
 */
#define WH_ALIGNMENT 64
#define WH_ALIGNED _Alignas(WH_ALIGNMENT)

/* `size` bytes, not cleared, to be freed by g_free(). Ends the process when there are none. */
void *aligned_new(size_t size);

#endif
