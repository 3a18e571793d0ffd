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

	if (!value || value->type != MOF_ARRAY || value->cut ||
	    value->elements->len > WH_SID_SIZE_MAX)
		return NULL;
	for (guint i = 0; i < value->elements->len; i++) {
		const struct mof_value *element = value->elements->pdata[i];

		if (element->type != MOF_NUMBER || !read_byte(element->text, &bytes[i]))
			return NULL;
	}
	if (!sid_append(text, bytes, value->elements->len))
		return NULL;
	return g_string_free(g_steal_pointer(&text), FALSE);
}
