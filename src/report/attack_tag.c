/* SPDX-License-Identifier: Apache-2.0 */
#include "report/attack_tag.h"

#include <glib.h>
#include <string.h>

#define TAG_PREFIX "attack."
#define LONGEST_ID (WH_TECHNIQUE_ID - 1)

static bool are_digits(const char *text, size_t count)
{
	return strspn(text, "0123456789") >= count;
}

bool attack_tag_read(const char *tag, char id[WH_TECHNIQUE_ID])
{
	size_t length;

	if (g_ascii_strncasecmp(tag, TAG_PREFIX, strlen(TAG_PREFIX)) != 0)
		return false;
	tag += strlen(TAG_PREFIX);
	length = strlen(tag);
	if ((length != 5 && length != LONGEST_ID) || (tag[0] != 't' && tag[0] != 'T') ||
	    !are_digits(tag + 1, 4))
		return false;
	if (length == LONGEST_ID && (tag[5] != '.' || !are_digits(tag + 6, 3)))
		return false;
	memcpy(id, tag, length + 1);
	id[0] = 'T';
	return true;
}
