/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/time_part.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "event/filetime.h"

#define DATE_LENGTH 10 /* YYYY-MM-DD */

static bool read_date(enum time_part part, unsigned year, unsigned month, unsigned day,
		      unsigned *out)
{
	GDate date;

	switch (part) {
	case TIME_DAY:
		*out = day;
		return true;
	case TIME_MONTH:
		*out = month;
		return true;
	case TIME_YEAR:
		*out = year;
		return true;
	default:
		if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
			return false;
		g_date_clear(&date, 1);
		g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
		*out = g_date_get_iso8601_week_of_year(&date);
		return true;
	}
}

bool time_part_read(enum time_part part, const char *text, unsigned *out)
{
	unsigned year, month, day, hour, minute;
	uint64_t time;

	/* Proves the form; the numbers are read from the text, since the zone must not move them.
	 */
	if (!filetime_parse(text, &time) || sscanf(text, "%4u-%2u-%2u", &year, &month, &day) != 3)
		return false;
	if (part != TIME_MINUTE && part != TIME_HOUR)
		return read_date(part, year, month, day, out);
	if (strlen(text) <= DATE_LENGTH ||
	    sscanf(text + DATE_LENGTH + 1, "%2u:%2u", &hour, &minute) != 2)
		return false;
	*out = part == TIME_HOUR ? hour : minute;
	return true;
}

bool time_part_can_be(enum time_part part, long double number)
{
	static const struct {
		unsigned least;
		unsigned most;
	} ranges[] = {
		[TIME_MINUTE] = {0, 59}, [TIME_HOUR] = {0, 23},	 [TIME_DAY] = {1, 31},
		[TIME_WEEK] = {1, 53},	 [TIME_MONTH] = {1, 12}, [TIME_YEAR] = {1601, 9999},
	};

	return number >= ranges[part].least && number <= ranges[part].most;
}
