/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_SCRIPT_H
#define WH_CIMGEN_SCRIPT_H

#include <glib.h>
#include <stdbool.h>

/* Writes the repository that the description at `path` gives into `folder`. */
bool script_run(const char *path, const char *folder, GError **error);

#endif
