/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof_sid.h"

#include "event/sid.h"

static bool read_byte(const char *text, uint8_t *out)
{
	unsigned value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (!g_ascii_isdigit(*text))
			return false;
		value = value * 10 + (unsigned)(*text - '0');
		if (value > UINT8_MAX)
			return false;
	}
	*out = (uint8_t)value;
	return true;
}

char *sid_from_mof(const struct mof_value *value)
{
	g_autoptr(GString) text = g_string_new(NULL);
	uint8_t bytes[WH_SID_SIZE_MAX];
	size_t count = 0;

	if (!value || value->type != MOF_ARRAY || value->cut)
		return NULL;
	for (const struct mof_value *element = value->elements; element; element = element->next) {
		if (count == WH_SID_SIZE_MAX || element->type != MOF_NUMBER ||
		    !read_byte(element->text, &bytes[count++]))
			return NULL;
	}
	if (!sid_append(text, bytes, count))
		return NULL;
	return g_string_free(g_steal_pointer(&text), FALSE);
}
