/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_ARCHIVE_ARCHIVE_KIND_H
#define WH_ARCHIVE_ARCHIVE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum archive_kind {
	ARCHIVE_NONE,
	ARCHIVE_GZIP,
	ARCHIVE_BZIP2,
	ARCHIVE_XZ,
	ARCHIVE_ZSTD,
	ARCHIVE_TAR,
	ARCHIVE_ZIP,
	ARCHIVE_SEVENZIP,
	ARCHIVE_CAB,
	ARCHIVE_RAR, /* version 4 or 5 */
	ARCHIVE_MAYBE_ZIP, /* the end tells: a program, or what nothing is known of */
};

/* The beginning that tells. */
#define WH_ARCHIVE_HEAD 512

/* Tells by the first `size` bytes, WH_ARCHIVE_HEAD of them if there are so many. */
enum archive_kind archive_kind_tell(const uint8_t *data, size_t size);

#define WH_TAR_BLOCK 512

/* Whether the block, of WH_TAR_BLOCK bytes, is a tar's header: its checksum is right. */
bool archive_is_tar_header(const uint8_t *block);

#endif
