/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/left_out.h"

struct left_out *left_out_new(const char *file, const struct place *place, const char *reason,
			      bool is_broken)
{
	struct left_out *left_out = g_new0(struct left_out, 1);

	left_out->file = g_strdup(file);
	left_out->place = *place;
	left_out->reason = g_strdup(reason);
	left_out->is_broken = is_broken;
	return left_out;
}

void left_out_free(struct left_out *left_out)
{
	if (!left_out)
		return;
	g_free(left_out->reason);
	g_free(left_out->file);
	g_free(left_out);
}
