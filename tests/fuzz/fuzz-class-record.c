/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "repository/cim_block.h"
#include "tests/fuzz/fuzz.h"

/* A class that derives from itself, and an instance of it, which is what follows its first half. */
FUZZ_TARGET(const uint8_t *data, size_t size)
{
	struct cim_class_record record;
	struct cim_class_part part;
	struct arena arena;

	arena_init(&arena);
	if (cim_class_record_read(data, size, &record) &&
	    cim_class_part_read(record.part, record.part_size, &part)) {
		struct cim_decoding decoding = {.arena = &arena, .budget = WH_MAX_CIM_COST};
		struct cim_layout *layout = cim_layout_new(&part, NULL, &decoding);
		struct cim_value value;
		size_t used;

		if (layout)
			layout = cim_layout_new(&part, layout, &decoding);
		if (layout)
			cim_instance_read(layout, data + size / 2, size - size / 2, &decoding,
					  &value, &used);
	}
	arena_release(&arena);
	return 0;
}
