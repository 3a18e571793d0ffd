/* SPDX-License-Identifier: Apache-2.0 */
#include "binxml_write.h"

#include <string.h>

#include "base/bytes.h"

enum token {
	TOKEN_END_OF_STREAM = 0x00,
	TOKEN_OPEN_START = 0x01,
	TOKEN_CLOSE_START = 0x02,
	TOKEN_CLOSE_EMPTY = 0x03,
	TOKEN_END_ELEMENT = 0x04,
	TOKEN_TEXT = 0x05,
	TOKEN_ATTRIBUTE = 0x06,
	TOKEN_TEMPLATE = 0x0c,
	TOKEN_VALUE = 0x0d,
	TOKEN_OPTIONAL_VALUE = 0x0e,
	TOKEN_FRAGMENT = 0x0f,
	TOKEN_MORE = 0x40, /* attributes follow */
};

#define WH_NO_DEPENDENCY 0xffffu

/* What a tree is written with: as a definition (no instance), or in place. */
struct tree_writer {
	struct chunk_writer *chunk;
	const struct binxml_instance *plain; /* NULL: a definition */
};

static void add_node(const struct tree_writer *writer, const struct xml_node *node);

static uint16_t hash_name(const GByteArray *name)
{
	uint32_t hash = 0;

	for (guint i = 0; i + 1 < name->len; i += 2)
		hash = hash * 65599 + (name->data[i] | (uint32_t)name->data[i + 1] << 8);
	return (uint16_t)hash;
}

static bool is_name_at(const struct chunk_writer *chunk, uint32_t offset, const GByteArray *name)
{
	uint16_t units = 0;

	return bytes_get_u16(chunk->data, chunk->used, offset + 6, &units) &&
	       units * 2u == name->len &&
	       memcmp(chunk->data + offset + 8, name->data, name->len) == 0;
}

/* A name is its offset; at the first use in a chunk the name itself follows:
 * next in the chain u32, hash u16, units u16, UTF-16LE, terminator u16. */
static void add_name(struct chunk_writer *chunk, const GByteArray *name)
{
	uint16_t hash = hash_name(name);
	uint32_t *bucket = &chunk->names[hash % WH_NAME_BUCKETS];
	uint32_t offset = *bucket;

	while (offset != 0 && !is_name_at(chunk, offset, name))
		if (!bytes_get_u32(chunk->data, chunk->used, offset, &offset))
			offset = 0;
	if (offset != 0) {
		chunk_add_u32(chunk, offset);
		return;
	}
	offset = (uint32_t)chunk->used + 4;
	chunk_add_u32(chunk, offset);
	chunk_add_u32(chunk, *bucket);
	chunk_add_u16(chunk, hash);
	chunk_add_u16(chunk, (uint16_t)(name->len / 2));
	chunk_add(chunk, name->data, name->len);
	chunk_add_u16(chunk, 0);
	*bucket = offset;
}

static void add_text(struct chunk_writer *chunk, const uint8_t *text, size_t size)
{
	chunk_add_u8(chunk, TOKEN_TEXT);
	chunk_add_u8(chunk, BINXML_STRING);
	chunk_add_u16(chunk, (uint16_t)(size / 2));
	chunk_add(chunk, text, size);
}

static void add_substitution(struct chunk_writer *chunk, const struct xml_node *node)
{
	chunk_add_u8(chunk, node->optional ? TOKEN_OPTIONAL_VALUE : TOKEN_VALUE);
	chunk_add_u16(chunk, (uint16_t)node->index);
	chunk_add_u8(chunk, node->type);
}

static void add_value_in_place(const struct tree_writer *writer, const struct xml_node *node)
{
	const struct binxml_value *value = &writer->plain->values[node->index];
	struct tree_writer nested = {writer->chunk, writer->plain->nested};

	if (value->type == BINXML_XML)
		add_node(&nested, nested.plain->template->root);
	else if (value->type != BINXML_NULL && value->size > 0)
		add_text(writer->chunk, value->data, value->size);
}

static bool is_absent(const struct tree_writer *writer, const struct xml_node *node)
{
	return writer->plain != NULL && node->kind == XML_VALUE && node->optional &&
	       writer->plain->values[node->index].type == BINXML_NULL;
}

/* An element whose own content is an absent value does not appear. */
static bool holds_absent(const struct tree_writer *writer, const struct xml_node *node)
{
	for (guint i = 0; i < node->children->len; i++)
		if (is_absent(writer, node->children->pdata[i]))
			return true;
	return false;
}

static unsigned find_dependency(const struct xml_node *element)
{
	for (guint i = 0; i < element->children->len; i++) {
		const struct xml_node *child = element->children->pdata[i];

		if (child->kind == XML_VALUE && child->optional)
			return child->index;
	}
	return WH_NO_DEPENDENCY;
}

static GPtrArray *list_present_attributes(const struct tree_writer *writer,
					  const struct xml_node *element)
{
	GPtrArray *present = g_ptr_array_new();

	for (guint i = 0; i < element->attributes->len; i++)
		if (!holds_absent(writer, element->attributes->pdata[i]))
			g_ptr_array_add(present, element->attributes->pdata[i]);
	return present;
}

static void add_attributes(const struct tree_writer *writer, const GPtrArray *attributes)
{
	size_t size_at = chunk_open_size(writer->chunk);

	for (guint i = 0; i < attributes->len; i++) {
		const struct xml_node *attribute = attributes->pdata[i];
		bool more = i + 1 < attributes->len;

		chunk_add_u8(writer->chunk, TOKEN_ATTRIBUTE | (more ? TOKEN_MORE : 0));
		add_name(writer->chunk, attribute->text);
		for (guint k = 0; k < attribute->children->len; k++)
			add_node(writer, attribute->children->pdata[k]);
	}
	chunk_close_size(writer->chunk, size_at);
}

/* Elements in place carry no dependency, those of a definition do. */
static void add_one_element(const struct tree_writer *writer, const struct xml_node *element)
{
	g_autoptr(GPtrArray) attributes = list_present_attributes(writer, element);
	struct chunk_writer *chunk = writer->chunk;
	size_t size_at;

	chunk_add_u8(chunk, TOKEN_OPEN_START | (attributes->len > 0 ? TOKEN_MORE : 0));
	if (writer->plain == NULL)
		chunk_add_u16(chunk, (uint16_t)find_dependency(element));
	size_at = chunk_open_size(chunk);
	add_name(chunk, element->text);
	if (attributes->len > 0)
		add_attributes(writer, attributes);
	if (element->children->len == 0) {
		chunk_add_u8(chunk, TOKEN_CLOSE_EMPTY);
	} else {
		chunk_add_u8(chunk, TOKEN_CLOSE_START);
		for (guint i = 0; i < element->children->len; i++)
			add_node(writer, element->children->pdata[i]);
		chunk_add_u8(chunk, TOKEN_END_ELEMENT);
	}
	chunk_close_size(chunk, size_at);
}

/* The array that is the element's content in place, or NULL. */
static const struct binxml_value *find_array(const struct tree_writer *writer,
					     const struct xml_node *element)
{
	const struct xml_node *child =
		element->children->len == 1 ? element->children->pdata[0] : NULL;

	if (writer->plain == NULL || child == NULL || child->kind != XML_VALUE ||
	    !(writer->plain->values[child->index].type & BINXML_ARRAY))
		return NULL;
	return &writer->plain->values[child->index];
}

/* Windows repeats the element around an array, once for each of its values. */
static void add_repeated(const struct tree_writer *writer, const struct xml_node *element,
			 const struct binxml_value *array)
{
	const struct xml_node *child = element->children->pdata[0];
	struct binxml_value *values =
		g_memdup2(writer->plain->values, writer->plain->count * sizeof *values);
	struct binxml_instance one = *writer->plain;
	struct tree_writer in_place = {writer->chunk, &one};
	size_t start = 0, end;

	one.values = values;
	do {
		for (end = start; end < array->size && (array->data[end] || array->data[end + 1]);)
			end += 2;
		values[child->index] = (struct binxml_value){BINXML_STRING, NULL, end - start};
		if (end > start)
			values[child->index].data = array->data + start;
		add_one_element(&in_place, element);
		start = end + 2;
	} while (start < array->size);
	g_free(values);
}

static void add_element(const struct tree_writer *writer, const struct xml_node *element)
{
	const struct binxml_value *array = find_array(writer, element);

	if (array != NULL)
		add_repeated(writer, element, array);
	else
		add_one_element(writer, element);
}

static void add_node(const struct tree_writer *writer, const struct xml_node *node)
{
	if (node->kind == XML_TEXT)
		add_text(writer->chunk, node->text->data, node->text->len);
	else if (node->kind == XML_VALUE && writer->plain == NULL)
		add_substitution(writer->chunk, node);
	else if (node->kind == XML_VALUE)
		add_value_in_place(writer, node);
	else if (node->kind == XML_ELEMENT && !holds_absent(writer, node))
		add_element(writer, node);
}

static void add_fragment_header(struct chunk_writer *chunk)
{
	static const uint8_t header[4] = {TOKEN_FRAGMENT, 1, 1, 0};

	chunk_add(chunk, header, sizeof header);
}

/* Next definition u32, GUID, size u32, then the definition. Windows picks the bucket
 * by a hash that no document gives; no reader depends on which. */
static void add_definition(struct chunk_writer *chunk, struct binxml_template *template)
{
	struct tree_writer writer = {chunk, NULL};
	uint32_t *bucket = &chunk->templates[template->guid[0] % WH_TEMPLATE_BUCKETS];
	size_t size_at;

	template->offset = (uint32_t)chunk->used;
	template->chunk_serial = chunk->serial;
	chunk_add_u32(chunk, *bucket);
	*bucket = template->offset;
	chunk_add(chunk, template->guid, sizeof template->guid);
	size_at = chunk_open_size(chunk);
	add_fragment_header(chunk);
	add_node(&writer, template->root);
	chunk_add_u8(chunk, TOKEN_END_OF_STREAM);
	chunk_close_size(chunk, size_at);
}

static bool is_defined(const struct chunk_writer *chunk, const struct binxml_template *template)
{
	/* A definition that went with a record taken back lies at or past the end. */
	return template->chunk_serial == chunk->serial &&
	       bytes_inside(chunk->used, template->offset, 24) &&
	       memcmp(chunk->data + template->offset + 4, template->guid, 16) == 0;
}

static void add_template_token(struct chunk_writer *chunk, struct binxml_template *template)
{
	chunk_add_u8(chunk, TOKEN_TEMPLATE);
	chunk_add_u8(chunk, 1);
	chunk_add(chunk, template->guid, 4);
	if (is_defined(chunk, template)) {
		chunk_add_u32(chunk, template->offset);
	} else {
		chunk_add_u32(chunk, (uint32_t)chunk->used + 4);
		add_definition(chunk, template);
	}
}

static void put_descriptor(struct chunk_writer *chunk, size_t at, size_t size, uint8_t type)
{
	if (chunk->overflow)
		return;
	bytes_put_u16(chunk->data + at, (uint16_t)size);
	chunk->data[at + 2] = type;
}

static void add_instance(struct chunk_writer *chunk, const struct binxml_instance *instance)
{
	size_t descriptors;

	add_template_token(chunk, instance->template);
	chunk_add_u32(chunk, instance->count);
	descriptors = chunk->used;
	for (unsigned i = 0; i < instance->count; i++)
		chunk_add_u32(chunk, 0);
	for (unsigned i = 0; i < instance->count; i++) {
		const struct binxml_value *value = &instance->values[i];
		size_t start = chunk->used;

		if (value->type == BINXML_XML) {
			add_instance(chunk, instance->nested);
			chunk_add_u8(chunk, TOKEN_END_OF_STREAM);
		} else {
			chunk_add(chunk, value->data, value->size);
		}
		put_descriptor(chunk, descriptors + 4 * i, chunk->used - start, value->type);
	}
}

void binxml_add_instance(struct chunk_writer *chunk, const struct binxml_instance *instance)
{
	add_fragment_header(chunk);
	add_instance(chunk, instance);
	chunk_add_u8(chunk, TOKEN_END_OF_STREAM);
}

void binxml_add_plain(struct chunk_writer *chunk, const struct binxml_instance *instance)
{
	struct tree_writer writer = {chunk, instance};

	add_fragment_header(chunk);
	add_node(&writer, instance->template->root);
	chunk_add_u8(chunk, TOKEN_END_OF_STREAM);
}
