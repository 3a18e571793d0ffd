/* SPDX-License-Identifier: Apache-2.0 */
#include "base/aligned.h"

#include <glib.h>
#include <stdlib.h>

void *aligned_new(size_t size)
{
	void *memory;

	if (posix_memalign(&memory, WH_ALIGNMENT, size) != 0)
		g_error("%zu bytes of memory cannot be had", size);
	return memory;
}
