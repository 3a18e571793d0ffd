/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocks of [MS-WMIO], as the repository keeps them: a table of null and default bits, slots
 * of fixed width, and a heap that slots refer to by offset.
 */
#include "record_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../evtxgen/binxml_write.h"
#include "../evtxgen/value_read.h"
#include "bytes_add.h"

#define WH_NO_REF UINT32_MAX
#define WH_FIXED_NAME 0x80000000u
#define WH_BITS_NULL 1u
#define WH_BITS_DEFAULT 2u

/* Null and default bits of all properties, and their slots. */
struct slot_table {
	uint8_t *bits;
	uint8_t *slots;
	size_t bits_size;
	size_t slots_size;
};

static bool append_instance(const struct record_writer *writer, const struct class_plan *plan,
			    struct fy_node *node, GByteArray *out, GError **error);
static bool append_class_part(const struct record_writer *writer, const struct class_plan *plan,
			      bool whole_chain, GByteArray *out, GError **error);

static void slot_table_init(struct slot_table *table, const struct class_plan *plan, int fill)
{
	table->bits_size = (plan->all->len + 3) / 4;
	table->slots_size = plan->slots;
	table->bits = g_malloc0(table->bits_size + 1);
	table->slots = g_malloc(table->slots_size + 1);
	memset(table->slots, fill, table->slots_size);
}

static void slot_table_release(struct slot_table *table)
{
	g_free(table->bits);
	g_free(table->slots);
}

static void set_bits(struct slot_table *table, uint16_t index, unsigned bits)
{
	table->bits[index / 4] |= (uint8_t)(bits << (index % 4 * 2));
}

static void append_slots(const struct slot_table *table, GByteArray *out)
{
	g_byte_array_append(out, table->bits, (guint)table->bits_size);
	g_byte_array_append(out, table->slots, (guint)table->slots_size);
}

static void append_heap(const GByteArray *heap, GByteArray *out)
{
	bytes_add_u32(out, heap->len | 0x80000000u);
	g_byte_array_append(out, heap->data, heap->len);
}

/* A string as the heap has it: eight bits a character when that is enough ("é" too, as XP's classes
 * in other languages show). Returns its offset. */
static uint32_t append_utf16(const GByteArray *utf16, GByteArray *heap)
{
	uint32_t at = heap->len;
	bool wide = false;

	for (guint i = 0; i + 1 < utf16->len; i += 2)
		wide |= utf16->data[i + 1] != 0 || utf16->data[i] == 0;
	bytes_add_u8(heap, wide);
	if (wide) {
		g_byte_array_append(heap, utf16->data, utf16->len);
		bytes_add_u16(heap, 0);
		return at;
	}
	for (guint i = 0; i + 1 < utf16->len; i += 2)
		bytes_add_u8(heap, utf16->data[i]);
	bytes_add_u8(heap, 0);
	return at;
}

static uint32_t append_string(const char *text, GByteArray *heap)
{
	g_autoptr(GByteArray) utf16 = utf16_new(text);

	return append_utf16(utf16, heap);
}

/* Names that have numbers are not written out. */
static uint32_t append_name(const char *name, GByteArray *heap)
{
	static const char *const fixed[] = {NULL,      NULL,	"key",	    NULL,
					    "read",    "write", "volatile", "provider",
					    "dynamic", NULL,	NULL,	    "CIMTYPE"};

	for (uint32_t i = 0; i < G_N_ELEMENTS(fixed); i++)
		if (fixed[i] != NULL && strcmp(fixed[i], name) == 0)
			return WH_FIXED_NAME | (i - 1);
	return append_string(name, heap);
}

GByteArray *record_value_text(const struct record_writer *writer, struct fy_node *node,
			      GError **error)
{
	struct value *value = value_read_typed(node, BINXML_STRING, error);
	GByteArray *text = g_byte_array_new();

	if (value == NULL) {
		g_byte_array_unref(text);
		return NULL;
	}
	value_append_text(value, &writer->moment, text);
	value_free(value);
	return text;
}

/* Numbers: as text of ASCII. */
static char *read_number_text(const struct record_writer *writer, struct fy_node *node,
			      GError **error)
{
	g_autoptr(GByteArray) utf16 = record_value_text(writer, node, error);

	if (utf16 == NULL)
		return NULL;
	return g_utf16_to_utf8((const gunichar2 *)(void *)utf16->data, utf16->len / 2, NULL, NULL,
			       error);
}

static bool put_integer(const char *text, uint32_t type, uint8_t *slot)
{
	bool is_signed =
		type == CIM_SINT8 || type == CIM_SINT16 || type == CIM_SINT32 || type == CIM_SINT64;
	unsigned bits = 8 * property_type_width(type);
	uint64_t value;
	char *end;

	errno = 0;
	value = is_signed ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || (!is_signed && *text == '-'))
		return false;
	if (is_signed && bits < 64 &&
	    ((int64_t)value >= INT64_C(1) << (bits - 1) ||
	     (int64_t)value < -(INT64_C(1) << (bits - 1))))
		return false;
	if (!is_signed && bits < 64 && value >> bits != 0)
		return false;
	for (unsigned i = 0; i < bits / 8; i++)
		slot[i] = (uint8_t)(value >> (8 * i));
	return true;
}

static bool put_real(const char *text, uint32_t type, uint8_t *slot)
{
	char *end;
	double wide = g_ascii_strtod(text, &end);
	float narrow = (float)wide;

	if (end == text || *end != '\0')
		return false;
	if (type == CIM_REAL32)
		memcpy(slot, &narrow, sizeof narrow);
	else
		memcpy(slot, &wide, sizeof wide);
	return true;
}

static bool put_boolean(const char *text, uint8_t *slot)
{
	bool value = strcmp(text, "true") == 0;

	bytes_put_u16(slot, value ? 0xffff : 0);
	return value || strcmp(text, "false") == 0;
}

static bool put_number(const struct record_writer *writer, uint32_t type, struct fy_node *node,
		       uint8_t *slot, GError **error)
{
	g_autofree char *text = read_number_text(writer, node, error);
	bool put;

	if (text == NULL)
		return false;
	if (type == CIM_BOOLEAN)
		put = put_boolean(text, slot);
	else if (type == CIM_REAL32 || type == CIM_REAL64)
		put = put_real(text, type, slot);
	else
		put = put_integer(text, type, slot);
	return put || yaml_refuse(node, error, "no value of its type: \"%s\"", text);
}

/* An object within a value has its class with it, all ancestors' properties included. */
static bool append_object(const struct record_writer *writer, struct fy_node *node,
			  GByteArray *heap, GError **error)
{
	static const char *const keys[] = {"object", "properties", NULL};
	g_autofree char *name = NULL;
	const struct class_plan *plan;
	guint at = heap->len;

	if (!yaml_check_keys(node, keys, error))
		return false;
	name = yaml_dup(yaml_get(node, "object"), error);
	if (name == NULL)
		return false;
	plan = class_set_find(writer->classes, writer->name_space, name);
	if (plan == NULL)
		return yaml_refuse(node, error, "no class \"%s\" here", name);
	bytes_add_u32(heap, 0);
	bytes_add_u8(heap, 2);
	if (!append_class_part(writer, plan, true, heap, error) ||
	    !append_instance(writer, plan, node, heap, error))
		return false;
	bytes_put_u32(heap->data + at, heap->len - at - 4);
	return true;
}

static bool put_one(const struct record_writer *writer, uint32_t type, struct fy_node *node,
		    uint8_t *slot, GByteArray *heap, GError **error)
{
	g_autoptr(GByteArray) text = NULL;

	switch (type) {
	case CIM_OBJECT:
		bytes_put_u32(slot, heap->len);
		return append_object(writer, node, heap, error);
	case CIM_STRING:
	case CIM_DATETIME:
	case CIM_REFERENCE:
		text = record_value_text(writer, node, error);
		if (text == NULL)
			return false;
		bytes_put_u32(slot, append_utf16(text, heap));
		return true;
	default:
		return put_number(writer, type, node, slot, error);
	}
}

static bool put_array(const struct record_writer *writer, uint32_t type, struct fy_node *list,
		      uint8_t *slot, GByteArray *heap, GError **error)
{
	uint32_t width = property_type_width(type);
	struct fy_node *item;
	void *state = NULL;
	uint32_t count = 0;
	guint at = heap->len;

	if (!yaml_is_list(list))
		return yaml_refuse(list, error, "should be a list");
	while (yaml_next(list, &state) != NULL)
		count++;
	bytes_put_u32(slot, at);
	bytes_add_u32(heap, count);
	for (uint32_t i = 0; i < count * width; i++)
		bytes_add_u8(heap, 0);
	at += 4;
	for (state = NULL; (item = yaml_next(list, &state)) != NULL; at += width) {
		uint8_t value[8];

		if (!put_one(writer, type, item, value, heap, error))
			return false;
		memcpy(heap->data + at, value, width);
	}
	return true;
}

static bool put_value(const struct record_writer *writer, const struct property_plan *property,
		      struct fy_node *node, struct slot_table *table, GByteArray *heap,
		      GError **error)
{
	uint8_t *slot = table->slots + property->offset;

	if ((property->type & CIM_ARRAY) != 0)
		return put_array(writer, property->type & 0xff, node, slot, heap, error);
	return put_one(writer, property->type, node, slot, heap, error);
}

static void append_qualifier_head(GByteArray *out, uint32_t name, uint32_t type)
{
	bytes_add_u32(out, name);
	bytes_add_u8(out, 3);
	bytes_add_u32(out, type);
}

static bool append_named_qualifiers(struct fy_node *map, GByteArray *out, GByteArray *heap,
				    GError **error)
{
	struct fy_node *key, *value;
	void *state = NULL;

	if (map != NULL && !yaml_is_map(map))
		return yaml_refuse(map, error, "should be a map");
	while (map != NULL && yaml_next_pair(map, &state, &key, &value)) {
		g_autofree char *name = yaml_dup(key, error);
		g_autofree char *text = name != NULL ? yaml_dup(value, error) : NULL;
		bool is_true;

		if (text == NULL)
			return false;
		is_true = strcmp(text, "true") == 0;
		append_qualifier_head(out, append_name(name, heap),
				      is_true ? CIM_BOOLEAN : CIM_STRING);
		if (is_true)
			bytes_add_u16(out, 0xffff);
		else
			bytes_add_u32(out, append_string(text, heap));
	}
	return true;
}

static bool append_qualifiers(const struct property_plan *property, struct fy_node *map,
			      GByteArray *out, GByteArray *heap, GError **error)
{
	guint length = bytes_open_length(out);

	if (property != NULL) {
		append_qualifier_head(out, append_name("CIMTYPE", heap), CIM_STRING);
		bytes_add_u32(out, append_string(property->cim_name, heap));
		if (property->key) {
			append_qualifier_head(out, append_name("key", heap), CIM_BOOLEAN);
			bytes_add_u16(out, 0xffff);
		}
	}
	if (!append_named_qualifiers(map, out, heap, error))
		return false;
	bytes_close_length(out, length);
	return true;
}

static bool append_property(const struct property_plan *property, GByteArray *out, GByteArray *heap,
			    GError **error)
{
	g_autoptr(GByteArray) info = g_byte_array_new();
	uint32_t name = append_name(property->name, heap);

	bytes_add_u32(info, property->type | (property->overrides ? CIM_OVERRIDES : 0));
	bytes_add_u16(info, property->index);
	bytes_add_u32(info, property->offset);
	bytes_add_u32(info, property->level);
	if (!append_qualifiers(property, property->qualifiers, info, heap, error))
		return false;
	bytes_add_u32(out, name);
	bytes_add_u32(out, heap->len);
	g_byte_array_append(heap, info->data, info->len);
	return true;
}

static int compare_properties(gconstpointer a, gconstpointer b)
{
	const struct property_plan *const *one = a, *const *other = b;

	return g_ascii_strcasecmp((*one)->name, (*other)->name);
}

/* Own properties, or all, in the order of their names. */
static GPtrArray *list_properties(const struct class_plan *plan, bool all)
{
	const GPtrArray *from = all ? plan->all : plan->own;
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(list, from->pdata[i]);
	g_ptr_array_sort(list, compare_properties);
	return list;
}

static bool is_own(const struct class_plan *plan, const struct property_plan *property)
{
	return g_ptr_array_find(plan->own, property, NULL);
}

static bool fill_defaults(const struct record_writer *writer, const struct class_plan *plan,
			  bool whole_chain, struct slot_table *table, GByteArray *heap,
			  GError **error)
{
	for (guint i = 0; i < plan->all->len; i++) {
		const struct property_plan *property = plan->all->pdata[i];
		bool own = whole_chain || is_own(plan, property);
		bool has_value =
			whole_chain ? property->value != NULL : own && property->has_default;

		if (has_value && !put_value(writer, property, property->value, table, heap, error))
			return false;
		if (!has_value)
			set_bits(table, property->index,
				 (property->value == NULL ? WH_BITS_NULL : 0) |
					 (own && !property->overrides ? 0 : WH_BITS_DEFAULT));
	}
	return true;
}

static void append_derivation(const struct class_plan *plan, bool whole_chain, GByteArray *out)
{
	guint length = bytes_open_length(out);

	for (plan = plan->parent; plan != NULL; plan = whole_chain ? plan->parent : NULL) {
		guint start = out->len;

		append_string(plan->name, out);
		bytes_add_u32(out, out->len - start);
	}
	bytes_close_length(out, length);
}

static bool append_class_part(const struct record_writer *writer, const struct class_plan *plan,
			      bool whole_chain, GByteArray *out, GError **error)
{
	g_autoptr(GByteArray) heap = g_byte_array_new();
	g_autoptr(GPtrArray) properties = list_properties(plan, whole_chain);
	struct slot_table table;
	guint length = bytes_open_length(out);
	bool written;

	slot_table_init(&table, plan, 0xff);
	bytes_add_u8(out, 0);
	bytes_add_u32(out, append_string(plan->name, heap));
	bytes_add_u32(out, (uint32_t)(table.bits_size + table.slots_size));
	append_derivation(plan, whole_chain, out);
	written = append_qualifiers(NULL, plan->qualifiers, out, heap, error);
	bytes_add_u32(out, properties->len);
	for (guint i = 0; written && i < properties->len; i++)
		written = append_property(properties->pdata[i], out, heap, error);
	written = written && fill_defaults(writer, plan, whole_chain, &table, heap, error);
	append_slots(&table, out);
	append_heap(heap, out);
	bytes_close_length(out, length);
	slot_table_release(&table);
	return written;
}

static void append_no_methods(GByteArray *out)
{
	bytes_add_u32(out, 12);
	bytes_add_u32(out, 0);
	bytes_add_u32(out, 0x80000000u);
}

GByteArray *record_write_class(const struct record_writer *writer, const struct class_plan *plan,
			       GError **error)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) parent = utf16_new(plan->parent != NULL ? plan->parent->name : "");

	bytes_add_u32(out, parent->len / 2);
	g_byte_array_append(out, parent->data, parent->len);
	bytes_add_u64(out, writer->moment.time);
	if (!append_class_part(writer, plan, false, out, error))
		return NULL;
	append_no_methods(out);
	return g_steal_pointer(&out);
}

static bool is_null(struct fy_node *node)
{
	return yaml_is_map(node) && yaml_get(node, "null") != NULL;
}

/* A property that is not given has the class's default, be it null. */
static bool fill_values(const struct record_writer *writer, const struct class_plan *plan,
			struct fy_node *properties, struct slot_table *table, GByteArray *heap,
			GError **error)
{
	g_autoptr(GPtrArray) sorted = list_properties(plan, true);

	for (guint i = 0; i < sorted->len; i++) {
		const struct property_plan *property = sorted->pdata[i];
		struct fy_node *value = yaml_get(properties, property->name);

		if (value == NULL)
			set_bits(table, property->index,
				 WH_BITS_DEFAULT | (property->value == NULL ? WH_BITS_NULL : 0));
		else if (is_null(value))
			set_bits(table, property->index, WH_BITS_NULL);
		else if (!put_value(writer, property, value, table, heap, error))
			return false;
	}
	return true;
}

static bool check_properties(const struct class_plan *plan, struct fy_node *properties,
			     GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (properties == NULL)
		return true;
	for (guint i = 0; i < plan->all->len; i++)
		g_ptr_array_add(names, ((struct property_plan *)plan->all->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	return yaml_check_keys(properties, (const char *const *)names->pdata, error);
}

/* Its own, and then those of each property or none at all. */
static bool append_instance_qualifiers(const struct class_plan *plan, struct fy_node *node,
				       GByteArray *out, GByteArray *heap, GError **error)
{
	struct fy_node *of_properties = yaml_get(node, "property_qualifiers");

	if (!append_qualifiers(NULL, yaml_get(node, "qualifiers"), out, heap, error) ||
	    !check_properties(plan, of_properties, error))
		return false;
	bytes_add_u8(out, of_properties != NULL ? 2 : 1);
	for (guint i = 0; of_properties != NULL && i < plan->all->len; i++) {
		const struct property_plan *property = plan->all->pdata[i];

		if (!append_qualifiers(NULL, yaml_get(of_properties, property->name), out, heap,
				       error))
			return false;
	}
	return true;
}

static bool append_instance(const struct record_writer *writer, const struct class_plan *plan,
			    struct fy_node *node, GByteArray *out, GError **error)
{
	struct fy_node *properties = yaml_get(node, "properties");
	g_autoptr(GByteArray) heap = g_byte_array_new();
	struct slot_table table;
	guint length = bytes_open_length(out);
	bool written = check_properties(plan, properties, error);

	slot_table_init(&table, plan, 0);
	bytes_add_u8(out, 0);
	bytes_add_u32(out, append_string(plan->name, heap));
	written = written && fill_values(writer, plan, properties, &table, heap, error);
	append_slots(&table, out);
	written = written && append_instance_qualifiers(plan, node, out, heap, error);
	append_heap(heap, out);
	bytes_close_length(out, length);
	slot_table_release(&table);
	return written;
}

GByteArray *record_write_instance(const struct record_writer *writer, const struct class_plan *plan,
				  struct fy_node *node, GError **error)
{
	g_autofree char *hash = hashed_name_text(writer->layout, plan->name);
	g_autoptr(GByteArray) out = utf16_new(hash);

	bytes_add_u64(out, writer->moment.time);
	bytes_add_u64(out, plan->time);
	if (!append_instance(writer, plan, node, out, error))
		return NULL;
	return g_steal_pointer(&out);
}

GByteArray *record_write_reference(const struct record_writer *writer, const char *class_name,
				   const char *property, const char *path)
{
	const char *const texts[] = {writer->name_space, class_name, property, path, ""};
	GByteArray *out = g_byte_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GByteArray) utf16 = utf16_new(texts[i]);

		bytes_add_u32(out, utf16->len / 2);
		g_byte_array_append(out, utf16->data, utf16->len);
	}
	return out;
}

GByteArray *record_key_text(const struct record_writer *writer, const struct class_plan *plan,
			    struct fy_node *properties, GError **error)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_autoptr(GPtrArray) sorted = list_properties(plan, true);

	for (guint i = 0; i < sorted->len; i++) {
		const struct property_plan *property = sorted->pdata[i];
		g_autoptr(GByteArray) text = NULL;

		if (!property->key)
			continue;
		text = record_value_text(writer, yaml_get(properties, property->name), error);
		if (text == NULL) {
			g_prefix_error(error, "key %s: ", property->name);
			return NULL;
		}
		if (key->len > 0)
			bytes_add_u16(key, 0xffff);
		g_byte_array_append(key, text->data, text->len);
	}
	if (key->len == 0 && !class_plan_has_key(plan))
		g_byte_array_append(key, (const uint8_t *)"@\0", 2);
	return g_steal_pointer(&key);
}
