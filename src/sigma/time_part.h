/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_TIME_PART_H
#define WH_SIGMA_TIME_PART_H

#include <stdbool.h>

/* What Sigma's time modifiers take of a date, as it is written: no zones. */
enum time_part {
	TIME_WHOLE, /* nothing */
	TIME_MINUTE,
	TIME_HOUR,
	TIME_DAY,
	TIME_WEEK, /* of ISO 8601 */
	TIME_MONTH,
	TIME_YEAR,
};

/* Reads a part of a date that filetime_parse() understands. */
bool time_part_read(enum time_part part, const char *text, unsigned *out);

/* True for a number that the part can be. */
bool time_part_can_be(enum time_part part, long double number);

#endif
