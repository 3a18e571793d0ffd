/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPORT_TAR_ENTRY_H
#define WH_REPORT_TAR_ENTRY_H

#include <glib.h>
#include <stdint.h>

/* Appends a file to a tar (ustar): `name` is ours, of less than 100 bytes, `time` in seconds since
 * 1970. Only its owner may read it where it is unpacked. */
void tar_append_file(GString *out, const char *name, const GString *data, uint64_t time);

/* Ends the tar. */
void tar_append_end(GString *out);

#endif
