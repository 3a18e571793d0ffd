/* SPDX-License-Identifier: Apache-2.0 */
#include "base/real.h"

#include <assert.h>
#include <string.h>

/* Digits that the shortest form may need at most. */
enum { SINGLE_DIGITS = 9, DOUBLE_DIGITS = 17 };

double real_format(const uint8_t *data, size_t size, char text[G_ASCII_DTOSTR_BUF_SIZE])
{
	char format[8];
	float single;
	double value, again;
	int most = size == 4 ? SINGLE_DIGITS : DOUBLE_DIGITS;

	assert(size == 4 || size == 8);
	if (size == 4) {
		memcpy(&single, data, 4);
		value = single;
	} else {
		memcpy(&value, data, 8);
	}
	for (int digits = 6; digits <= most; digits++) {
		g_snprintf(format, sizeof(format), "%%.%dg", digits);
		g_ascii_formatd(text, G_ASCII_DTOSTR_BUF_SIZE, format, value);
		again = g_ascii_strtod(text, NULL);
		if (size == 4 ? (float)again == (float)value : again == value)
			break;
	}
	return value;
}
