/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml_text.h"

#include <glib.h>
#include <string.h>

size_t xml_entity_read(const char *at, char *sign)
{
	static const struct {
		const char *name;
		char sign;
	} entities[] = {
		{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};

	for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
		if (g_str_has_prefix(at, entities[i].name)) {
			*sign = entities[i].sign;
			return strlen(entities[i].name);
		}
	}
	return 0;
}

const char *xml_text_unescape(const char *text, struct arena *arena)
{
	char *copy, *to;

	if (!text || !strchr(text, '&'))
		return text;
	copy = to = arena_copy(arena, text, strlen(text));
	while (*text) {
		size_t length = *text == '&' ? xml_entity_read(text, to) : 0;

		if (!length)
			*to = *text;
		text += length ? length : 1;
		to++;
	}
	*to = '\0';
	return copy;
}
