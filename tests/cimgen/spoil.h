/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_SPOIL_H
#define WH_CIMGEN_SPOIL_H

#include "repository_write.h"

/* Does what one entry of a description's `damage` says to the files, once all are written. */
bool spoil_files(const struct repository_writer *repository, struct fy_node *entry, GError **error);

#endif
