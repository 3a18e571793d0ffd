/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "repository/known_classes.h"
#include "repository/object_carve.h"
#include "repository/wmi_object.h"
#include "tests/fuzz/fuzz.h"

static void check(const struct cim_value *value)
{
	const struct wmi_object object = {.class_name = "x", .properties = *value};
	g_autoptr(GByteArray) packed = g_byte_array_new();
	struct wmi_object unpacked;
	struct arena arena;
	GString *line = g_string_new(NULL);

	arena_init(&arena);
	wmi_object_pack(&object, true, packed);
	g_assert_true(wmi_object_unpack(&unpacked, packed->data, packed->len, "", &arena, NULL));
	wmi_object_write_line(&unpacked, line);
	g_assert_true(g_utf8_validate(line->str, (gssize)line->len, NULL));
	g_string_free(line, TRUE);
	arena_release(&arena);
}

/* Instances at every mark, as each of the classes that every Windows has. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct known_classes known;
	struct carve_mark mark;
	size_t from = 0;

	known_classes_init(&known, size % 2 == 1);
	while (carve_find(data, size, from, size % 2 == 1 ? 32 : 64, &mark)) {
		size_t head = WH_CIM_HEAD(size % 2 == 1 ? 32 : 64);

		for (size_t i = 0; i < WH_KNOWN_CLASSES; i++) {
			struct arena arena;
			struct cim_decoding decoding = {.arena = &arena, .budget = WH_MAX_CIM_COST};
			struct cim_value value;
			size_t used;

			arena_init(&arena);
			if (cim_instance_read(known.layouts[i], data + mark.offset + head,
					      size - mark.offset - head, &decoding, &value,
					      &used) != CIM_UNFIT)
				check(&value);
			arena_release(&arena);
		}
		from = mark.offset + 2;
	}
	known_classes_release(&known);
	return 0;
}
