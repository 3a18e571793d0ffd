/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_PACKED_STREAM_H
#define WH_ARCHIVE_PACKED_STREAM_H

#include "archive/archive_kind.h"
#include "archive/layer.h"

/*
 * What bzip2, xz or (where the program was built with its library) zstd packed in `below`, which
 * stands at its start and is borrowed: all streams one after another, each as far as it can be
 * unpacked. What is damaged, cut off or follows the last one is reported. NULL for a kind that is
 * not read here. Free with layer_free().
 */
struct layer *packed_layer_new(struct feed *below, enum archive_kind kind,
			       const struct fault_sink *faults);

#endif
