/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_GZIP_STREAM_H
#define WH_ARCHIVE_GZIP_STREAM_H

#include "archive/layer.h"

/*
 * What gzip packed (RFC 1952): members one after the other, and zeros after the last. Borrows
 * all; has the names of what is below. Damage is reported as it is met, and ends the stream.
 * Free with layer_free().
 */
struct layer *gzip_layer_new(struct feed *below, const struct fault_sink *faults);

#endif
