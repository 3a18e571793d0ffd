/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/archive_kind.h"

#include <glib.h>
#include <string.h>

#define SUM_OFFSET 148
#define SUM_SIZE 8

static bool begins(const uint8_t *data, size_t size, const char *magic, size_t length)
{
	return size >= length && memcmp(data, magic, length) == 0;
}

/* POSIX.1-1988: octal digits, then a space or NUL; the field counts as spaces. */
bool archive_is_tar_header(const uint8_t *block)
{
	unsigned sum = SUM_SIZE * ' ', stated = 0, digits = 0;

	for (unsigned i = 0; i < WH_TAR_BLOCK; i++)
		if (i < SUM_OFFSET || i >= SUM_OFFSET + SUM_SIZE)
			sum += block[i];
	for (unsigned i = SUM_OFFSET; i < SUM_OFFSET + SUM_SIZE; i++) {
		if (block[i] >= '0' && block[i] <= '7') {
			stated = stated * 8 + (block[i] - '0');
			digits++;
		} else if (block[i] != ' ' && block[i] != 0) {
			return false;
		}
	}
	return digits > 0 && stated == sum;
}

static bool is_tar(const uint8_t *data, size_t size)
{
	if (size < WH_TAR_BLOCK || data[0] == 0)
		return false;
	return memcmp(data + 257, "ustar", 5) == 0 || archive_is_tar_header(data);
}

static bool is_bzip2(const uint8_t *data, size_t size)
{
	/* A block, or the end of an empty file. */
	return begins(data, size, "BZh", 3) && size >= 10 && data[3] >= '1' && data[3] <= '9' &&
	       (memcmp(data + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
		memcmp(data + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static bool is_zstd(const uint8_t *data, size_t size)
{
	/* A frame, or one to be skipped, which parallel packers begin with. */
	return begins(data, size, "\x28\xb5\x2f\xfd", 4) ||
	       (size >= 4 && (data[0] & 0xF0) == 0x50 && memcmp(data + 1, "\x2a\x4d\x18", 3) == 0);
}

enum archive_kind archive_kind_tell(const uint8_t *data, size_t size)
{
	if (begins(data, size, "ElfFile", 8) || begins(data, size, "ElfChnk", 8) || size == 0)
		return ARCHIVE_NONE;
	if (begins(data, size, "PK\3\4", 4) || begins(data, size, "PK\5\6", 4))
		return ARCHIVE_ZIP;
	/* What marks the first volume of a split zip, or of one that was to be split. */
	if (begins(data, size, "PK\7\10PK\3\4", 8) || begins(data, size, "PK00PK\3\4", 8))
		return ARCHIVE_ZIP;
	if (begins(data, size, "\x1f\x8b\x08", 3))
		return ARCHIVE_GZIP;
	if (begins(data, size, "MSCF\0\0\0\0", 8))
		return ARCHIVE_CAB;
	if (begins(data, size, "Rar!\x1a\x07\x00", 7) ||
	    begins(data, size, "Rar!\x1a\x07\x01\x00", 8))
		return ARCHIVE_RAR;
	if (begins(data, size, "7z\xbc\xaf\x27\x1c", 6))
		return ARCHIVE_SEVENZIP;
	if (begins(data, size,
		   "\xfd"
		   "7zXZ",
		   6))
		return ARCHIVE_XZ;
	if (is_bzip2(data, size))
		return ARCHIVE_BZIP2;
	if (is_zstd(data, size))
		return ARCHIVE_ZSTD;
	return is_tar(data, size) ? ARCHIVE_TAR : ARCHIVE_MAYBE_ZIP;
}
