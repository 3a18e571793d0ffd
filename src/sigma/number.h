/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_NUMBER_H
#define WH_SIGMA_NUMBER_H

#include <stdbool.h>

/*
 * Reads a number as logs and rules write it: decimal with an optional sign and fraction,
 * or 0x and hexadecimal digits of 64 bits at most. The whole text must be one, blanks
 * around it apart. 64-bit integers are exact where long double has as many digits.
 */
bool number_parse(const char *text, long double *out);

#endif
