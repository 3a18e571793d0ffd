/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_INPUT_REPOSITORIES_H
#define WH_MAP_INPUT_REPOSITORIES_H

#include <glib.h>
#include <stdbool.h>

#include "map/input_task.h"

/* Files of one repository are one input: they are gathered while a walk is in their folder. */
struct input_repositories;

struct input_repositories *input_repositories_new(void);
void input_repositories_free(struct input_repositories *repositories);

/* Whether the file is one of a repository. */
bool input_repositories_want(const struct walk_file *file);

/* Takes over what the file has open: an input of its own, which input_repositories_end() gives, or
 * one more file of such an input. `root` is borrowed. */
void input_repositories_add(struct input_repositories *repositories, const struct walk_file *file,
			    struct root *root);

/* Appends to `out` the inputs (struct input*, the caller's) whose folder the walk has left for a
 * file of that path; NULL: all. */
void input_repositories_end(struct input_repositories *repositories, const char *path, GQueue *out);

#endif
