/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_CIM_BLOCK_H
#define WH_REPOSITORY_CIM_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "repository/wmi_object.h"

/*
 * The blocks that classes and instances are made of ([MS-WMIO]): all bytes are borrowed, and all
 * that is decoded goes into an arena.
 */

/* Where decoded values go, and what they may cost yet. */
struct cim_decoding {
	struct arena *arena;
	size_t budget; /* bytes; begin with WH_MAX_CIM_COST */
	unsigned depth; /* of embedded objects at hand */
};

/* Strings, arrays and objects that slots refer to. */
struct cim_heap {
	const uint8_t *data;
	size_t size;
};

/* A class as its record has it, without what it inherits. */
struct cim_class_part {
	uint32_t name; /* a reference */
	const uint8_t *nd_table; /* and after it the values */
	size_t nd_size; /* of both */
	const uint8_t *properties; /* references to name and info */
	uint32_t property_count;
	struct cim_heap heap;
	bool is_damaged; /* its lengths do not come out */
};

/* A property of a class, inherited ones included. */
struct cim_layout_property {
	const char *name;
	uint16_t type;
	uint16_t index; /* in the table of null and default bits */
	uint32_t offset; /* of its slot */
	bool is_key;
	struct cim_value value; /* that an instance without one has */
};

/* How instances of a class are laid out. */
struct cim_layout {
	const char *name;
	const struct cim_layout *parent; /* NULL: it has none, or it is not known */
	const char *parent_name; /* NULL: it has none */
	struct cim_layout_property *properties; /* by index; one without a name could not be read */
	uint32_t count;
	size_t slots_size;
	bool is_damaged; /* some of it could not be read */
};

/* A class record: the parent's name, when it was written, and the class. */
struct cim_class_record {
	const uint8_t *parent; /* UTF-16 */
	size_t parent_units;
	uint64_t time;
	const uint8_t *part;
	size_t part_size; /* of all that follows, methods too */
};

/* False when the bytes are too few. */
bool cim_class_record_read(const uint8_t *data, size_t size, struct cim_class_record *out);
bool cim_class_part_read(const uint8_t *data, size_t size, struct cim_class_part *out);

/* The layout of a class on top of its parent's (NULL: none, borrowed), in the arena; NULL when
 * nothing of it can be read. */
struct cim_layout *cim_layout_new(const struct cim_class_part *part,
				  const struct cim_layout *parent, struct cim_decoding *decoding);

/* Bytes of the head of an instance record, whose class hash has that many digits. */
#define WH_CIM_HEAD(digits) (2 * (size_t)(digits) + 16)

/* How much of an instance could be read. */
enum cim_fit { CIM_UNFIT, CIM_PARTIAL, CIM_EXACT };

/* The values of an instance (what follows the head of its record), as a CIM_OBJECT. `size`: of its
 * block, or more; *used: what the block has. */
enum cim_fit cim_instance_read(const struct cim_layout *layout, const uint8_t *data, size_t size,
			       struct cim_decoding *decoding, struct cim_value *out, size_t *used);

/* The text of a reference into the heap; NULL: there is none. */
const char *cim_heap_get_text(const struct cim_heap *heap, uint32_t reference,
			      struct cim_decoding *decoding);

/* Bytes of a slot of that type; 0 for no type. */
size_t cim_type_width(uint32_t type);

#endif
