/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export_time.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "event/filetime.h"

#define EPOCH UINT64_C(116444736000000000) /* 1970 as FILETIME */
#define QUARTER (900 * (int64_t)WH_SECOND)
#define SPELLED 48 /* bytes of a time for filetime_parse(), with its NUL */
#define WIDEST_ZONE (14 * 4 * QUARTER)

/* What a time is made of, as text: the fraction with its point, the zone as filetime_parse()
 * takes it. */
struct time_text {
	unsigned year, month, day, hour, minute, second;
	const char *fraction;
	size_t digits;
	char zone[8];
};

static enum time_precision precision_of(size_t digits)
{
	if (digits == 0)
		return TIME_SECONDS;
	if (digits <= 3)
		return TIME_MILLISECONDS;
	return digits <= 6 ? TIME_MICROSECONDS : TIME_EXACT;
}

static bool read_part(const char **at, unsigned *out)
{
	unsigned value = 0;
	int digits = 0;

	for (; g_ascii_isdigit(**at) && digits < 4; (*at)++, digits++)
		value = value * 10 + (unsigned)(**at - '0');
	*out = value;
	return digits > 0;
}

static bool pass(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* Three numbers with one sign between them: the year stands first or last. */
static bool read_day(const char **at, struct time_text *out, bool *month_may_lead)
{
	unsigned parts[3];
	char sign;

	if (!read_part(at, &parts[0]))
		return false;
	sign = **at;
	if (!sign || !strchr("-/.", sign))
		return false;
	(*at)++;
	if (!read_part(at, &parts[1]) || !pass(at, sign) || !read_part(at, &parts[2]))
		return false;
	*month_may_lead = parts[0] < 1000 && sign == '/';
	out->year = parts[0] >= 1000 ? parts[0] : parts[2];
	out->month = parts[1];
	out->day = parts[0] >= 1000 ? parts[2] : parts[0];
	if (*month_may_lead && parts[1] > 12) {
		out->month = parts[0];
		out->day = parts[1];
		*month_may_lead = false;
	}
	return true;
}

/* Mon D, YYYY @ */
static bool read_named_day(const char **at, struct time_text *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *found = NULL;

	for (unsigned i = 0; i < 12 && !found; i++) {
		found = strncmp(*at, months + 3 * i, 3) == 0 ? *at + 3 : NULL;
		out->month = i + 1;
	}
	if (!found)
		return false;
	*at = found;
	return pass(at, ' ') && read_part(at, &out->day) && pass(at, ',') && pass(at, ' ') &&
	       read_part(at, &out->year) && pass(at, ' ') && pass(at, '@');
}

static bool read_clock(const char **at, struct time_text *out)
{
	char sign;

	if (!read_part(at, &out->hour))
		return false;
	sign = **at == '.' ? '.' : ':';
	if (!pass(at, sign) || !read_part(at, &out->minute) ||
	    (pass(at, sign) && !read_part(at, &out->second)))
		return false;
	if (**at == '.' || **at == ',') {
		out->fraction = ++*at;
		out->digits = strspn(*at, "0123456789");
		*at += out->digits;
	}
	return true;
}

/* Month and day change places where the clock is the American one. */
static bool read_half_of_day(const char **at, struct time_text *out, bool month_may_lead)
{
	bool is_afternoon = g_ascii_strncasecmp(*at, "PM", 2) == 0;
	unsigned month = out->month;

	if (!is_afternoon && g_ascii_strncasecmp(*at, "AM", 2) != 0)
		return true;
	*at += 2;
	if (month_may_lead) {
		out->month = out->day;
		out->day = month;
	}
	out->hour = out->hour % 12 + (is_afternoon ? 12 : 0);
	return true;
}

static bool read_zone(const char *at, struct time_text *out)
{
	unsigned hours, minutes = 0;
	char sign = *at;

	if (!*at)
		return true;
	if (strcmp(at, "Z") == 0 || strcmp(at, "UTC") == 0 || strcmp(at, "[UTC]") == 0) {
		strcpy(out->zone, "Z");
		return true;
	}
	if ((sign != '+' && sign != '-') || strspn(at + 1, "0123456789:") != strlen(at + 1))
		return false;
	at++;
	if (!read_part(&at, &hours) || (pass(&at, ':') && !read_part(&at, &minutes)) || *at)
		return false;
	if (hours > 99) {
		minutes = hours % 100;
		hours /= 100;
	}
	if (hours > 23 || minutes > 59)
		return false;
	g_snprintf(out->zone, sizeof(out->zone), "%c%02u:%02u", sign, hours, minutes);
	return true;
}

static const char *skip_blanks(const char *at)
{
	/* PowerShell 7 sets a narrow no-break space before AM. */
	while (*at == ' ' || g_str_has_prefix(at, "\xE2\x80\xAF"))
		at += *at == ' ' ? 1 : 3;
	return at;
}

static bool read_date(const char *text, struct export_time *out)
{
	gint64 milliseconds;
	char *end;

	milliseconds = g_ascii_strtoll(text, &end, 10);
	if (end == text || milliseconds < -(gint64)(EPOCH / 10000) ||
	    milliseconds > INT64_MAX / 20000)
		return false;
	out->ticks = EPOCH + (uint64_t)(milliseconds * 10000);
	out->precision = TIME_MILLISECONDS;
	out->has_zone = true;
	return true;
}

/* As filetime_parse() takes it. Records are many, and printf() would cost more than all else here.
 */
static void spell(const struct time_text *parts, char out[SPELLED])
{
	size_t digits = MIN(parts->digits, 9);

	out = filetime_put_digits(out, parts->year, 4, '-');
	out = filetime_put_digits(out, parts->month, 2, '-');
	out = filetime_put_digits(out, parts->day, 2, 'T');
	out = filetime_put_digits(out, parts->hour, 2, ':');
	out = filetime_put_digits(out, parts->minute, 2, ':');
	out = filetime_put_digits(out, parts->second, 2, digits ? '.' : '\0') - (digits == 0);
	memcpy(out, parts->fraction, digits);
	strcpy(out + digits, parts->zone);
}

bool export_time_read(const char *text, struct export_time *out)
{
	struct time_text parts = {.fraction = ""};
	bool month_may_lead = false;
	uint64_t ticks;
	char spelled[SPELLED];

	if (g_str_has_prefix(text, "/Date("))
		return read_date(text + strlen("/Date("), out);
	text = skip_blanks(text);
	if (!(g_ascii_isalpha(*text) && read_named_day(&text, &parts)) &&
	    !read_day(&text, &parts, &month_may_lead))
		return false;
	text += *text == ',';
	if (*text != 'T' && *text != ' ')
		return false;
	text = *text == 'T' ? text + 1 : skip_blanks(text);
	if (!read_clock(&text, &parts))
		return false;
	text = skip_blanks(text);
	if (!read_half_of_day(&text, &parts, month_may_lead) ||
	    !read_zone(skip_blanks(text), &parts))
		return false;
	spell(&parts, spelled);
	if (parts.month > 12 || parts.day > 31 || parts.hour > 23 ||
	    !filetime_parse(spelled, &ticks))
		return false;
	*out = (struct export_time){.ticks = ticks,
				    .precision = precision_of(parts.digits),
				    .has_zone = parts.zone[0] != '\0'};
	return true;
}

bool export_time_read_epoch(const char *text, struct export_time *out)
{
	uint64_t seconds = 0, ticks = 0, scale = WH_SECOND / 10;
	size_t whole = strspn(text, "0123456789"), digits;

	if (whole == 0 || whole > 11)
		return false;
	for (size_t i = 0; i < whole; i++)
		seconds = seconds * 10 + (uint64_t)(text[i] - '0');
	text += whole;
	digits = *text == '.' ? strspn(text + 1, "0123456789") : 0;
	for (size_t i = 0; i < digits; i++, scale /= 10)
		ticks += (uint64_t)(text[1 + i] - '0') * scale;
	if (text[digits ? digits + 1 : 0] != '\0')
		return false;
	/* A double holds no more of a time of our days than a quarter of a microsecond. */
	*out = (struct export_time){EPOCH + seconds * WH_SECOND + ticks,
				    digits ? TIME_MICROSECONDS : TIME_SECONDS, true, 0};
	return true;
}

bool export_time_shift(uint64_t local, uint64_t clock_local, uint64_t clock_utc, uint64_t *out)
{
	int64_t shift = (int64_t)(clock_utc - clock_local);
	int64_t quarters = (shift + (shift >= 0 ? QUARTER / 2 : -QUARTER / 2)) / QUARTER;

	if (quarters * QUARTER > WIDEST_ZONE || quarters * QUARTER < -WIDEST_ZONE)
		return false;
	*out = local + (uint64_t)(quarters * QUARTER);
	return true;
}

void export_time_set_utc(struct export_time *time, const struct export_time *utc)
{
	uint64_t local = time->has_zone ? 0 : time->ticks;

	*time = *utc;
	time->has_zone = true;
	time->local = local;
}
