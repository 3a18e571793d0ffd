/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_LEFT_OUT_H
#define WH_HUNT_LEFT_OUT_H

#include <glib.h>
#include <stdbool.h>

#include "sigma/lint.h"

/* A rule, filter or correlation, or a file of them, that is not hunted with. */
struct left_out {
	char *file;
	struct place place; /* line 0 when it is not known */
	char *reason; /* one clause, lower case */
	bool is_broken; /* else nothing is wrong with it, but it is of no use here */
};

/* A new one with copies of all that it is given; the caller frees it. */
struct left_out *left_out_new(const char *file, const struct place *place, const char *reason,
			      bool is_broken);
void left_out_free(struct left_out *left_out);

#endif
