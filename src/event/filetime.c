/* SPDX-License-Identifier: Apache-2.0 */
#include "event/filetime.h"

#include <glib.h>
#include <string.h>

#define SECONDS_PER_DAY 86400ull
#define YEAR_MAX 60056 /* in which a FILETIME ends */

/* Days from 1601-01-01 of a proleptic Gregorian date; 1601 begins a 400-year cycle. */
static uint64_t days_from_date(uint64_t year, unsigned month, unsigned day)
{
	static const unsigned before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	uint64_t years = year - 1601;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return years * 365 + years / 4 - years / 100 + years / 400 + before[month - 1] +
	       (leap && month > 2) + (day - 1);
}

static void date_from_days(uint64_t days, uint64_t *year, unsigned *month, unsigned *day)
{
	uint64_t y = 1601 + days / 366;

	while (days_from_date(y + 1, 1, 1) <= days)
		y++;
	*month = 12;
	while (days_from_date(y, *month, 1) > days)
		(*month)--;
	*year = y;
	*day = (unsigned)(days - days_from_date(y, *month, 1)) + 1;
}

char *filetime_put_digits(char *at, unsigned value, int digits, char after)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	at[digits] = after;
	return at + digits + 1;
}

void filetime_format(uint64_t filetime, char out[WH_FILETIME_TEXT])
{
	uint64_t seconds = filetime / WH_SECOND;
	unsigned rest = (unsigned)(seconds % SECONDS_PER_DAY);
	uint64_t year;
	unsigned month, day;
	char *at;

	date_from_days(seconds / SECONDS_PER_DAY, &year, &month, &day);
	at = filetime_put_digits(out, (unsigned)year, year > 9999 ? 5 : 4, '-');
	at = filetime_put_digits(at, month, 2, '-');
	at = filetime_put_digits(at, day, 2, 'T');
	at = filetime_put_digits(at, rest / 3600, 2, ':');
	at = filetime_put_digits(at, rest / 60 % 60, 2, ':');
	at = filetime_put_digits(at, rest % 60, 2, '.');
	at = filetime_put_digits(at, (unsigned)(filetime % WH_SECOND), 7, 'Z');
	*at = '\0';
}

/* Reads exactly `digits` digits. */
static bool read_number(const char **at, int digits, unsigned *out)
{
	unsigned value = 0;

	for (int i = 0; i < digits; i++, (*at)++) {
		if (!g_ascii_isdigit(**at))
			return false;
		value = value * 10 + (unsigned)(**at - '0');
	}
	*out = value;
	return true;
}

static bool read_separator(const char **at, const char *allowed)
{
	for (; *allowed; allowed++) {
		if (**at == *allowed) {
			(*at)++;
			return true;
		}
	}
	return false;
}

static bool read_date(const char **at, uint64_t *days)
{
	int digits = strspn(*at, "0123456789") == 5 ? 5 : 4;
	unsigned year, month, day, last;

	if (!read_number(at, digits, &year) || !read_separator(at, "-") ||
	    !read_number(at, 2, &month) || !read_separator(at, "-") || !read_number(at, 2, &day))
		return false;
	if (year < 1601 || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
		return false;
	last = (unsigned)(month == 12 ? 31
				      : days_from_date(year, month + 1, 1) -
						days_from_date(year, month, 1));
	if (day > last)
		return false;
	*days = days_from_date(year, month, day);
	return true;
}

static unsigned read_ticks(const char **at)
{
	unsigned ticks = 0;
	unsigned scale = WH_SECOND / 10;

	for (; g_ascii_isdigit(**at); (*at)++, scale /= 10)
		ticks += (unsigned)(**at - '0') * scale;
	return ticks;
}

static bool read_clock(const char **at, uint64_t *ticks)
{
	unsigned hour, minute, second = 0;

	if (!read_number(at, 2, &hour) || !read_separator(at, ":") || !read_number(at, 2, &minute))
		return false;
	*ticks = 0;
	if (read_separator(at, ":")) {
		if (!read_number(at, 2, &second))
			return false;
		if (read_separator(at, ".")) {
			if (!g_ascii_isdigit(**at))
				return false;
			*ticks = read_ticks(at);
		}
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*ticks += (hour * 3600ull + minute * 60ull + second) * WH_SECOND;
	return true;
}

/* Reads Z, ±hh:mm or nothing, and moves `ticks` to UTC. */
static bool apply_zone(const char **at, uint64_t *ticks)
{
	unsigned hour, minute;
	uint64_t shift;
	char sign = **at;

	if (sign == '\0' || read_separator(at, "Zz"))
		return true;
	if (!read_separator(at, "+-") || !read_number(at, 2, &hour) || !read_separator(at, ":") ||
	    !read_number(at, 2, &minute) || hour > 23 || minute > 59)
		return false;
	shift = (hour * 3600ull + minute * 60ull) * WH_SECOND;
	return sign == '+' ? !__builtin_sub_overflow(*ticks, shift, ticks)
			   : !__builtin_add_overflow(*ticks, shift, ticks);
}

char *filetime_span_text(uint64_t span)
{
	uint64_t seconds = span / WH_SECOND, minutes = seconds / 60, hours = minutes / 60;

	if (seconds < 120)
		return g_strdup_printf("%" G_GUINT64_FORMAT " s", seconds);
	if (minutes < 60)
		return g_strdup_printf("%" G_GUINT64_FORMAT " min", minutes);
	if (hours < 24)
		return g_strdup_printf("%" G_GUINT64_FORMAT " h %u min", hours,
				       (unsigned)(minutes % 60));
	return g_strdup_printf("%" G_GUINT64_FORMAT " d %u h", hours / 24, (unsigned)(hours % 24));
}

bool filetime_parse(const char *text, uint64_t *out)
{
	uint64_t days, clock = 0, ticks;

	if (!read_date(&text, &days))
		return false;
	if (read_separator(&text, "T t") && !read_clock(&text, &clock))
		return false;
	if (__builtin_mul_overflow(days, SECONDS_PER_DAY * WH_SECOND, &ticks) ||
	    __builtin_add_overflow(ticks, clock, &ticks))
		return false;
	if (!apply_zone(&text, &ticks) || *text != '\0')
		return false;
	*out = ticks;
	return true;
}
