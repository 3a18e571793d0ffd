/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"
#include "wmi/payload.h"

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) decoded = g_ptr_array_new_with_free_func(g_free);
	size_t total = 0;

	text_append_utf8(text, (const char *)data, size);
	payload_decode(text->str, decoded);
	for (guint i = 0; i < decoded->len; i++) {
		total += strlen(decoded->pdata[i]);
		if (!g_utf8_validate(decoded->pdata[i], -1, NULL))
			g_error("a payload is no text");
	}
	if (total > WH_MAX_DECODED_SIZE)
		g_error("the payloads are too long");
	return 0;
}
