/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/cim_block.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/real.h"
#include "base/text.h"

/*
 * A class record holds its own properties; their indexes and offsets count over the whole chain of
 * classes. So a layout is the parent's with the class's own put over it. Each class has two bits
 * and a slot for each property of the chain, from which the default of an instance comes: bit 0 is
 * null, bit 1 is "as the parent says", none: the slot.
 */

#define NO_REFERENCE 0xFFFFFFFFu
#define FIXED_NAME 0x80000000u
#define KEY_NAME 0x80000001u /* the qualifier "key" */
#define TYPE_MASK 0x0FFFu
#define TYPE_ARRAY 0x2000u
#define VALUE_COST (sizeof(struct cim_value))

enum {
	TYPE_SINT16 = 2,
	TYPE_SINT32 = 3,
	TYPE_REAL32 = 4,
	TYPE_REAL64 = 5,
	TYPE_STRING = 8,
	TYPE_BOOLEAN = 11,
	TYPE_OBJECT = 13,
	TYPE_SINT8 = 16,
	TYPE_UINT8 = 17,
	TYPE_UINT16 = 18,
	TYPE_UINT32 = 19,
	TYPE_SINT64 = 20,
	TYPE_UINT64 = 21,
	TYPE_DATETIME = 101,
	TYPE_REFERENCE = 102,
	TYPE_CHAR16 = 103,
};

size_t cim_type_width(uint32_t type)
{
	if (type & TYPE_ARRAY)
		return 4;
	switch (type & TYPE_MASK) {
	case TYPE_SINT8:
	case TYPE_UINT8:
		return 1;
	case TYPE_SINT16:
	case TYPE_UINT16:
	case TYPE_BOOLEAN:
	case TYPE_CHAR16:
		return 2;
	case TYPE_SINT64:
	case TYPE_UINT64:
	case TYPE_REAL64:
		return 8;
	case TYPE_SINT32:
	case TYPE_UINT32:
	case TYPE_REAL32:
	case TYPE_STRING:
	case TYPE_OBJECT:
	case TYPE_DATETIME:
	case TYPE_REFERENCE:
		return 4;
	default:
		return 0;
	}
}

/* Pays for memory; false when there is none left for this record. */
static bool spend(struct cim_decoding *decoding, size_t size)
{
	if (size > decoding->budget) {
		decoding->budget = 0;
		return false;
	}
	decoding->budget -= size;
	return true;
}

/* An array in the arena; NULL when it costs too much. */
static void *take_array(struct cim_decoding *decoding, size_t count, size_t size)
{
	if (count > WH_MAX_CIM_COST / size || !spend(decoding, count * size))
		return NULL;
	return memset(arena_alloc(decoding->arena, MAX(count * size, 1)), 0, count * size);
}

static const char *keep(struct cim_decoding *decoding, const GString *text)
{
	return spend(decoding, text->len + 1) ? arena_copy(decoding->arena, text->str, text->len)
					      : NULL;
}

/* A byte says how it is written, a zero ends it. */
static const char *read_text(const uint8_t *data, size_t size, struct cim_decoding *decoding)
{
	const uint8_t *end = size > 0 ? memchr(data + 1, 0, size - 1) : NULL;
	g_autoptr(GString) text = NULL;
	size_t units = 0;

	if (size == 0 || data[0] > 1 || (data[0] == 0 && !end))
		return NULL;
	if (data[0] == 0 && g_utf8_validate((const char *)data + 1, end - data - 1, NULL) &&
	    memchr(data, 0x7F, (size_t)(end - data)) == NULL) {
		size_t length = (size_t)(end - data) - 1;
		bool is_ascii = true;

		for (size_t i = 1; i <= length && is_ascii; i++)
			is_ascii = data[i] < 0x80;
		if (is_ascii && spend(decoding, length + 1))
			return arena_copy(decoding->arena, (const char *)data + 1, length);
	}
	text = g_string_new(NULL);
	if (data[0] == 0) {
		for (const uint8_t *at = data + 1; at < end; at++)
			text_append_code_point(text, *at);
		return keep(decoding, text);
	}
	while (1 + 2 * units + 1 < size && (data[1 + 2 * units] || data[2 + 2 * units]))
		units++;
	if (1 + 2 * units + 1 >= size || 3 * units > decoding->budget)
		return NULL;
	text_append_utf16le(text, data + 1, units);
	return keep(decoding, text);
}

const char *cim_heap_get_text(const struct cim_heap *heap, uint32_t reference,
			      struct cim_decoding *decoding)
{
	static const char *const fixed[] = {
		[1] = "key",	  [3] = "read",	   [4] = "write",   [5] = "volatile",
		[6] = "provider", [7] = "dynamic", [10] = "CIMTYPE"};
	uint32_t number = reference & ~FIXED_NAME;

	if (reference & FIXED_NAME)
		return number < G_N_ELEMENTS(fixed) ? fixed[number] : NULL;
	return reference < heap->size
		       ? read_text(heap->data + reference, heap->size - reference, decoding)
		       : NULL;
}

static bool set_number(struct cim_value *out, struct cim_decoding *decoding, const char *text)
{
	size_t length = strlen(text);

	if (!spend(decoding, length + 1))
		return false;
	out->kind = CIM_NUMBER;
	out->text = arena_copy(decoding->arena, text, length);
	return true;
}

/* JSON has no number for what is none. */
static bool set_real(struct cim_value *out, struct cim_decoding *decoding, const uint8_t *data,
		     size_t size)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	double value = real_format(data, size, text);

	if (!set_number(out, decoding, text))
		return false;
	if (!isfinite(value))
		out->kind = CIM_TEXT;
	return true;
}

static bool set_integer(struct cim_value *out, struct cim_decoding *decoding, uint64_t value,
			bool is_signed)
{
	char text[24];

	if (is_signed)
		g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT, (gint64)value);
	else
		g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT, value);
	return set_number(out, decoding, text);
}

static uint64_t get_number(const uint8_t *data, size_t width)
{
	uint64_t value = 0;

	for (size_t i = width; i-- > 0;)
		value = value << 8 | data[i];
	return value;
}

static bool read_number(uint32_t type, const uint8_t *slot, struct cim_decoding *decoding,
			struct cim_value *out)
{
	uint64_t value = get_number(slot, cim_type_width(type));

	switch (type) {
	case TYPE_BOOLEAN:
		out->kind = value ? CIM_TRUE : CIM_FALSE;
		return true;
	case TYPE_REAL32:
	case TYPE_REAL64:
		return set_real(out, decoding, slot, cim_type_width(type));
	case TYPE_SINT8:
		return set_integer(out, decoding, (uint64_t)(int64_t)(int8_t)value, true);
	case TYPE_SINT16:
		return set_integer(out, decoding, (uint64_t)(int64_t)(int16_t)value, true);
	case TYPE_SINT32:
		return set_integer(out, decoding, (uint64_t)(int64_t)(int32_t)value, true);
	default:
		return set_integer(out, decoding, value, type == TYPE_SINT64);
	}
}

static bool read_embedded(const uint8_t *data, size_t size, struct cim_decoding *decoding,
			  struct cim_value *out);

/* A value that is no array. */
static bool read_single(const struct cim_heap *heap, uint32_t type, const uint8_t *slot,
			struct cim_decoding *decoding, struct cim_value *out)
{
	uint32_t reference;

	type &= TYPE_MASK;
	if (type != TYPE_STRING && type != TYPE_DATETIME && type != TYPE_REFERENCE &&
	    type != TYPE_OBJECT)
		return read_number(type, slot, decoding, out);
	reference = (uint32_t)get_number(slot, 4);
	if (reference == NO_REFERENCE)
		return true;
	if (type == TYPE_OBJECT) {
		uint32_t size;

		return bytes_get_u32(heap->data, heap->size, reference, &size) &&
		       size <= heap->size - reference - 4 &&
		       read_embedded(heap->data + reference + 4, size, decoding, out);
	}
	out->text = cim_heap_get_text(heap, reference, decoding);
	out->kind = out->text ? CIM_TEXT : CIM_NULL;
	return out->text != NULL;
}

static bool read_array(const struct cim_heap *heap, uint32_t type, uint32_t reference,
		       struct cim_decoding *decoding, struct cim_value *out)
{
	size_t width = cim_type_width(type & ~TYPE_ARRAY);
	struct cim_value *items;
	uint32_t count;

	if (!bytes_get_u32(heap->data, heap->size, reference, &count) || width == 0 ||
	    count > (heap->size - reference - 4) / width)
		return false;
	items = take_array(decoding, count, sizeof(*items));
	if (!items)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!read_single(heap, type, heap->data + reference + 4 + i * width, decoding,
				 &items[i]))
			return false;
	*out = (struct cim_value){.kind = CIM_ARRAY, .count = count, .items = items};
	return true;
}

/* What a slot of that type holds; false, with a null, when the bytes are none. */
static bool read_value(const struct cim_heap *heap, uint32_t type, const uint8_t *slot,
		       struct cim_decoding *decoding, struct cim_value *out)
{
	bool ok;

	*out = (struct cim_value){.kind = CIM_NULL};
	if (type & TYPE_ARRAY) {
		uint32_t reference = (uint32_t)get_number(slot, 4);

		ok = reference == NO_REFERENCE || read_array(heap, type, reference, decoding, out);
	} else {
		ok = cim_type_width(type) > 0 && read_single(heap, type, slot, decoding, out);
	}
	if (!ok)
		*out = (struct cim_value){.kind = CIM_NULL};
	return ok;
}

static unsigned get_bits(const uint8_t *nd_table, uint32_t index)
{
	return nd_table[index / 4] >> (index % 4 * 2) & 3;
}

/* Passes over a block that begins with its length; false when there is none. */
static bool skip_block(const uint8_t *data, size_t size, size_t *at)
{
	uint32_t length;

	if (!bytes_get_u32(data, size, *at, &length) || length < 4 || length > size - *at)
		return false;
	*at += length;
	return true;
}

static bool read_heap(const uint8_t *data, size_t size, size_t *at, struct cim_heap *out)
{
	uint32_t length;

	if (!bytes_get_u32(data, size, *at, &length) || !(length & FIXED_NAME))
		return false;
	length &= ~FIXED_NAME;
	*at += 4;
	*out = (struct cim_heap){data + *at, MIN(length, size - *at)};
	*at += out->size;
	return length == out->size;
}

bool cim_class_record_read(const uint8_t *data, size_t size, struct cim_class_record *out)
{
	uint32_t units;
	size_t at;

	if (!bytes_get_u32(data, size, 0, &units) || units > (size - 4) / 2)
		return false;
	at = 4 + 2 * (size_t)units;
	*out = (struct cim_class_record){.parent = data + 4, .parent_units = units};
	if (!bytes_get_u64(data, size, at, &out->time))
		return false;
	out->part = data + at + 8;
	out->part_size = size - at - 8;
	return true;
}

bool cim_class_part_read(const uint8_t *data, size_t size, struct cim_class_part *out)
{
	uint32_t length, nd_size;
	size_t at = 13;

	*out = (struct cim_class_part){0};
	if (!bytes_get_u32(data, size, 0, &length) || !bytes_get_u32(data, size, 5, &out->name) ||
	    !bytes_get_u32(data, size, 9, &nd_size))
		return false;
	out->is_damaged = length < at || length > size;
	size = out->is_damaged ? size : length;
	if (!skip_block(data, size, &at) || !skip_block(data, size, &at) ||
	    !bytes_get_u32(data, size, at, &out->property_count) ||
	    out->property_count > WH_MAX_CIM_PROPERTIES ||
	    !bytes_inside(size, at + 4, 8 * (size_t)out->property_count))
		return false;
	out->properties = data + at + 4;
	at += 4 + 8 * (size_t)out->property_count;
	if (!bytes_inside(size, at, nd_size))
		return false;
	out->nd_table = data + at;
	out->nd_size = nd_size;
	at += nd_size;
	out->is_damaged |= !read_heap(data, size, &at, &out->heap) || at != size;
	return out->heap.data != NULL;
}

/* Whether the qualifiers name the property a key. */
static bool has_key(const uint8_t *data, size_t size, size_t at)
{
	size_t end = at;

	if (!skip_block(data, size, &end))
		return false;
	for (at += 4; at + 9 <= end;) {
		uint32_t name = (uint32_t)get_number(data + at, 4);
		uint32_t type = (uint32_t)get_number(data + at + 5, 4);
		size_t width = cim_type_width(type);

		if (width == 0 || width > end - at - 9)
			return false;
		if (name == KEY_NAME)
			return type != TYPE_BOOLEAN || get_number(data + at + 9, 2) != 0;
		at += 9 + width;
	}
	return false;
}

static bool read_property(const struct cim_class_part *part, uint32_t number,
			  struct cim_decoding *decoding, struct cim_layout_property *out)
{
	const struct cim_heap *heap = &part->heap;
	uint32_t name = (uint32_t)get_number(part->properties + 8 * (size_t)number, 4);
	uint32_t info = (uint32_t)get_number(part->properties + 8 * (size_t)number + 4, 4);
	uint32_t type, offset;
	uint16_t index;

	if (!bytes_inside(heap->size, info, 14) ||
	    !bytes_get_u32(heap->data, heap->size, info, &type) ||
	    !bytes_get_u16(heap->data, heap->size, info + 4, &index) ||
	    !bytes_get_u32(heap->data, heap->size, info + 6, &offset))
		return false;
	*out = (struct cim_layout_property){
		.name = cim_heap_get_text(heap, name, decoding),
		.type = (uint16_t)(type & (TYPE_MASK | TYPE_ARRAY)),
		.index = index,
		.offset = offset,
		.is_key = has_key(heap->data, heap->size, (size_t)info + 14)};
	return out->name && index < WH_MAX_CIM_PROPERTIES && cim_type_width(out->type) > 0 &&
	       offset < WH_MAX_CIM_RECORD;
}

/* An override has the index of what it overrides. */
static void put_property(struct cim_layout *layout, const struct cim_layout_property *property)
{
	struct cim_layout_property *place = &layout->properties[property->index];
	const bool is_key = place->is_key;
	const struct cim_value value = place->value;

	*place = *property;
	place->is_key |= is_key;
	place->value = value;
}

static size_t get_bits_size(const struct cim_layout *layout)
{
	return (2 * (size_t)layout->count + 7) / 8;
}

static void read_defaults(struct cim_layout *layout, const struct cim_class_part *part,
			  struct cim_decoding *decoding)
{
	size_t bits_size = get_bits_size(layout);

	layout->is_damaged |= part->nd_size != bits_size + layout->slots_size;
	if (part->nd_size < bits_size)
		return;
	for (uint32_t i = 0; i < layout->count; i++) {
		struct cim_layout_property *property = &layout->properties[i];
		size_t at = bits_size + property->offset;
		unsigned bits = get_bits(part->nd_table, i);

		if (bits & 1)
			property->value = (struct cim_value){.kind = CIM_NULL};
		else if (bits == 0 && property->name &&
			 bytes_inside(part->nd_size, at, cim_type_width(property->type)))
			layout->is_damaged |=
				!read_value(&part->heap, property->type, part->nd_table + at,
					    decoding, &property->value);
	}
}

/* The class's own properties, and how many there are with what it inherits; NULL when there is no
 * memory for them. */
static struct cim_layout_property *read_properties(const struct cim_class_part *part,
						   struct cim_layout *layout,
						   struct cim_decoding *decoding)
{
	struct cim_layout_property *own = take_array(decoding, part->property_count, sizeof(*own));

	for (uint32_t i = 0; own && i < part->property_count; i++) {
		if (read_property(part, i, decoding, &own[i]))
			layout->count = MAX(layout->count, own[i].index + 1u);
		else
			own[i].name = NULL;
	}
	return own;
}

struct cim_layout *cim_layout_new(const struct cim_class_part *part,
				  const struct cim_layout *parent, struct cim_decoding *decoding)
{
	struct cim_layout *layout = arena_alloc(decoding->arena, sizeof(*layout));
	uint32_t inherited = parent ? parent->count : 0;
	struct cim_layout_property *own;

	*layout = (struct cim_layout){
		.parent = parent, .count = inherited, .is_damaged = part->is_damaged};
	layout->name = cim_heap_get_text(&part->heap, part->name, decoding);
	own = read_properties(part, layout, decoding);
	layout->properties = take_array(decoding, layout->count, sizeof(*layout->properties));
	if (!layout->name || !own || !layout->properties)
		return NULL;
	if (inherited)
		memcpy(layout->properties, parent->properties,
		       inherited * sizeof(*layout->properties));
	for (uint32_t i = 0; i < part->property_count; i++)
		if (own[i].name)
			put_property(layout, &own[i]);
	for (uint32_t i = 0; i < layout->count; i++) {
		const struct cim_layout_property *property = &layout->properties[i];

		layout->slots_size =
			MAX(layout->slots_size, property->offset + cim_type_width(property->type));
		layout->is_damaged |= !property->name;
	}
	read_defaults(layout, part, decoding);
	return layout;
}

/* The instance's own value, or the class's. */
static bool read_slot(const struct cim_layout *layout, uint32_t index, const uint8_t *nd_table,
		      const struct cim_heap *heap, struct cim_decoding *decoding,
		      struct cim_property *out)
{
	const struct cim_layout_property *property = &layout->properties[index];
	const uint8_t *slots = nd_table + get_bits_size(layout);
	unsigned bits = get_bits(nd_table, index);
	bool ok = true;

	out->name = property->name;
	if (bits == 0)
		ok = read_value(heap, property->type, slots + property->offset, decoding,
				&out->value);
	else if (bits == 2)
		out->value = property->value;
	out->value.is_default = (bits & 2) != 0;
	return ok;
}

static bool skip_qualifiers(const struct cim_layout *layout, const uint8_t *data, size_t size,
			    size_t *at)
{
	uint8_t kind;

	if (!skip_block(data, size, at) || !bytes_get_u8(data, size, *at, &kind) ||
	    (kind != 1 && kind != 2))
		return false;
	++*at;
	for (uint32_t i = 0; kind == 2 && i < layout->count; i++)
		if (!skip_block(data, size, at))
			return false;
	return true;
}

enum cim_fit cim_instance_read(const struct cim_layout *layout, const uint8_t *data, size_t size,
			       struct cim_decoding *decoding, struct cim_value *out, size_t *used)
{
	struct cim_property *properties;
	struct cim_heap heap = {NULL, 0};
	size_t at = 9 + get_bits_size(layout);
	uint32_t length, count = 0;
	bool exact;

	if (!bytes_get_u32(data, size, 0, &length) || length < 9)
		return CIM_UNFIT;
	exact = length <= size;
	size = MIN(length, size);
	*used = size;
	if (!bytes_inside(size, at, layout->slots_size))
		return CIM_UNFIT;
	at += layout->slots_size;
	exact = skip_qualifiers(layout, data, size, &at) && read_heap(data, size, &at, &heap) &&
		at == size && exact;
	properties = take_array(decoding, layout->count, sizeof(*properties));
	if (!properties)
		return CIM_UNFIT;
	for (uint32_t i = 0; i < layout->count; i++)
		if (layout->properties[i].name)
			exact &= read_slot(layout, i, data + 9, &heap, decoding,
					   &properties[count++]);
	*out = (struct cim_value){
		.kind = CIM_OBJECT, .count = count, .text = layout->name, .properties = properties};
	return exact ? CIM_EXACT : heap.data ? CIM_PARTIAL : CIM_UNFIT;
}

/* Flags, perhaps server and namespace, the class as a whole, and the instance. */
static bool read_embedded(const uint8_t *data, size_t size, struct cim_decoding *decoding,
			  struct cim_value *out)
{
	struct cim_class_part part;
	struct cim_layout *layout;
	uint32_t part_size;
	size_t at = 1, used;
	bool ok = false;

	if (decoding->depth >= WH_MAX_CIM_DEPTH || size == 0)
		return false;
	for (int i = 0; (data[0] & 4) && i < 2; i++) {
		size_t step = at < size && data[at] == 1 ? 2 : 1;
		size_t stop = at + 1;

		while (stop + step <= size && (data[stop] || (step == 2 && data[stop + 1])))
			stop += step;
		at = stop + step;
	}
	decoding->depth++;
	if (at < size && (data[0] & 2) && cim_class_part_read(data + at, size - at, &part) &&
	    bytes_get_u32(data, size, at, &part_size) && part_size <= size - at) {
		layout = cim_layout_new(&part, NULL, decoding);
		ok = layout &&
		     cim_instance_read(layout, data + at + part_size, size - at - part_size,
				       decoding, out, &used) != CIM_UNFIT;
	}
	decoding->depth--;
	return ok;
}
