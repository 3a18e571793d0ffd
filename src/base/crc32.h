/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_CRC32_H
#define WH_BASE_CRC32_H

#include <isa-l/crc.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The CRC-32 of gzip, zip, 7z and EVTX headers. Start with 0; pass the result on to go on with
 * the bytes that follow.
 */
static inline uint32_t crc32_update(uint32_t crc, const uint8_t *data, size_t size)
{
	return crc32_gzip_refl(crc, data, size);
}

#endif
