/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_SHA256_H
#define WH_BASE_SHA256_H

#include <stddef.h>

/* SHA-256 in lower-case hexadecimal digits; the caller frees it. */
char *sha256_hex(const void *data, size_t size);

#endif
