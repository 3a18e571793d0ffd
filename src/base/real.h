/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_REAL_H
#define WH_BASE_REAL_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the IEEE 754 number in `size` bytes, 4 or 8, the least significant first, into `text`:
 * the fewest digits, from six on, that read back as the same number, with a point in any locale.
 * What is no number is written as C writes it (inf, nan). Returns the number. */
double real_format(const uint8_t *data, size_t size, char text[G_ASCII_DTOSTR_BUF_SIZE]);

#endif
