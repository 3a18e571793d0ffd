/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored.h"

#include <string.h>

#include "base/limits.h"
#include "wmi/base64_text.h"
#include "wmi/payload.h"

/* Without white space and padding; NULL when there is anything else in it. */
static GString *read_base64(const char *text)
{
	GString *base64 = g_string_new(NULL);

	for (; *text; text++) {
		if (g_ascii_isspace(*text) || *text == '=')
			continue;
		if (!g_ascii_isalnum(*text) && *text != '+' && *text != '/') {
			g_string_free(base64, TRUE);
			return NULL;
		}
		g_string_append_c(base64, *text);
	}
	return base64;
}

void stored_class_decode(const struct stored_class *class, GPtrArray *out)
{
	g_autoptr(GString) base64 = read_base64(class->value);
	g_autofree char *text = NULL;

	payload_decode(class->value, out);
	if (out->len == 0 && base64)
		text = base64_decode_text(base64->str, base64->len, false, WH_MAX_DECODED_SIZE);
	if (text)
		g_ptr_array_add(out, g_steal_pointer(&text));
}

const char *stored_presence_name(enum stored_presence presence)
{
	static const char *const names[] = {
		[STORED_PRESENT] = "present",
		[STORED_DELETED] = "deleted",
		[STORED_ABSENT] = "absent",
		[STORED_UNKNOWN] = "unknown",
	};

	return names[presence];
}

const char *stored_host_source_name(enum stored_host_source source)
{
	static const char *const names[] = {
		[HOST_OF_TARGET_NAME] = "RSOP_Session.targetName",
		[HOST_OF_COLLECTION] = "logs of the same collection",
		[HOST_UNKNOWN] = NULL,
	};

	return names[source];
}

const char *stored_conflict_name(unsigned index)
{
	static const char *const names[] = {"removed since", "replaced since", "never logged",
					    "deletion not logged", "made again"};

	return index < G_N_ELEMENTS(names) ? names[index] : NULL;
}
