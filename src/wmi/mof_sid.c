/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof_sid.h"

#include "event/sid.h"

char *sid_from_bytes(const uint8_t *data, size_t size)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (!sid_append(out, data, size))
		return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *sid_from_mof(const struct mof_value *value)
{
	uint8_t bytes[WH_SID_SIZE_MAX];
	guint64 number;

	if (!value || value->type != MOF_ARRAY || value->cut ||
	    value->elements->len > WH_SID_SIZE_MAX)
		return NULL;
	for (guint i = 0; i < value->elements->len; i++) {
		const struct mof_value *element = value->elements->pdata[i];

		if (element->type != MOF_NUMBER ||
		    !g_ascii_string_to_unsigned(element->text, 10, 0, UINT8_MAX, &number, NULL))
			return NULL;
		bytes[i] = (uint8_t)number;
	}
	return sid_from_bytes(bytes, value->elements->len);
}
