/* SPDX-License-Identifier: Apache-2.0 */
#include "input/volume_name.h"

#include <glib.h>
#include <string.h>

#define MAX_DIGITS 4

static bool ends_with(const char *name, size_t length, const char *end)
{
	size_t size = strlen(end);

	return length > size && g_ascii_strncasecmp(name + length - size, end, size) == 0;
}

static bool is_archive(const char *name, size_t length)
{
	static const char *const ends[] = {".7z",  ".zip", ".tar", ".gz",  ".tgz",
					   ".bz2", ".xz",  ".zst", ".cab", ".rar"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		if (ends_with(name, length, ends[i]))
			return true;
	return false;
}

bool volume_name_parse(const char *name, struct volume_name *out)
{
	size_t length = strlen(name), digits = 0;
	unsigned number = 0;

	while (digits < MAX_DIGITS && digits < length && g_ascii_isdigit(name[length - digits - 1]))
		digits++;
	for (size_t i = length - digits; i < length; i++)
		number = number * 10 + (unsigned)(name[i] - '0');
	if (digits == 0 && ends_with(name, length, ".zip")) {
		*out = (struct volume_name){VOLUME_SPANNED, length - 4, 0};
		return true;
	}
	if (number == 0 || digits < 2)
		return false;
	if (ends_with(name, length - digits, ".z")) {
		*out = (struct volume_name){VOLUME_SPANNED, length - digits - 2, number};
		return true;
	}
	if (digits < 3 || digits == length || name[length - digits - 1] != '.' ||
	    !is_archive(name, length - digits - 1))
		return false;
	*out = (struct volume_name){VOLUME_NUMBERED, length - digits - 1, number};
	return true;
}
