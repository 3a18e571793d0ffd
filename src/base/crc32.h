/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_CRC32_H
#define WH_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * The CRC-32 of zlib and of EVTX headers. Start with 0; pass the result on to go
 * on with the bytes that follow.
 */
uint32_t crc32_update(uint32_t crc, const uint8_t *data, size_t size);

#endif
