/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/chunk_writer.h"

#include <string.h>

#include "base/bytes.h"

void put(struct writer *to, const void *data, size_t size)
{
	g_byte_array_append(to->chunk, data, (guint)size);
}

void put_u8(struct writer *to, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	put(to, &byte, 1);
}

void put_u16(struct writer *to, size_t value)
{
	uint8_t bytes[2];

	bytes_put_u16(bytes, (uint16_t)value);
	put(to, bytes, sizeof(bytes));
}

void put_u32(struct writer *to, size_t value)
{
	uint8_t bytes[4];

	bytes_put_u32(bytes, (uint32_t)value);
	put(to, bytes, sizeof(bytes));
}

void put_ascii(struct writer *to, const char *text)
{
	for (; *text; text++)
		put_u16(to, (uint8_t)*text);
}

static void put_zeros(struct writer *to, size_t size)
{
	while (size--)
		put_u8(to, 0);
}

struct writer *writer_new(void)
{
	struct writer *to = g_new0(struct writer, 1);

	to->chunk = g_byte_array_new();
	to->records = g_array_new(FALSE, FALSE, sizeof(struct record));
	put_zeros(to, WH_RECORDS_OFFSET);
	return to;
}

void writer_free(struct writer *to)
{
	g_byte_array_unref(to->chunk);
	g_array_unref(to->records);
	g_free(to);
}

/* Names always in place: offset, then next u32, hash u16, count u16, text, end sign. */
void put_name(struct writer *to, const char *name)
{
	put_u32(to, to->chunk->len + 4);
	put_zeros(to, 6);
	put_u16(to, strlen(name));
	put_ascii(to, name);
	put_u16(to, 0);
}

void open_for(struct writer *to, const char *name, bool attributes, unsigned dependency)
{
	put_u8(to, BINXML_OPEN_START | (attributes ? BINXML_MORE : 0));
	if (to->definition)
		put_u16(to, dependency);
	put_u32(to, 0);
	put_name(to, name);
	if (attributes)
		put_u32(to, 0);
	else
		put_u8(to, BINXML_CLOSE_START);
}

void open_element(struct writer *to, const char *name)
{
	open_for(to, name, false, BINXML_NO_DEPENDENCY);
}

/* Attributes follow, then BINXML_CLOSE_START or BINXML_CLOSE_EMPTY. */
void open_tag(struct writer *to, const char *name)
{
	open_for(to, name, true, BINXML_NO_DEPENDENCY);
}

void close_element(struct writer *to)
{
	put_u8(to, BINXML_END_ELEMENT);
}

void put_attribute(struct writer *to, const char *name)
{
	put_u8(to, BINXML_ATTRIBUTE);
	put_name(to, name);
}

void put_text(struct writer *to, const char *text)
{
	put_u8(to, BINXML_VALUE);
	put_u8(to, BINXML_TYPE_STRING);
	put_u16(to, strlen(text));
	put_ascii(to, text);
}

void put_entity(struct writer *to, const char *name)
{
	put_u8(to, BINXML_ENTITY_REFERENCE);
	put_name(to, name);
}

void put_substitution(struct writer *to, unsigned index, uint8_t type)
{
	put_u8(to, BINXML_SUBSTITUTION);
	put_u16(to, index);
	put_u8(to, type);
}

void put_optional(struct writer *to, unsigned index, uint8_t type)
{
	put_u8(to, BINXML_OPTIONAL_SUBSTITUTION);
	put_u16(to, index);
	put_u8(to, type);
}

void put_fragment_header(struct writer *to)
{
	put(to, "\x0f\1\1", 4);
}

size_t begin_definition(struct writer *to)
{
	to->definition = to->chunk->len;
	put_zeros(to, BINXML_TEMPLATE_HEADER);
	put_fragment_header(to);
	return to->definition;
}

void end_definition(struct writer *to)
{
	put_u8(to, BINXML_END_OF_STREAM);
	bytes_put_u32(to->chunk->data + to->definition + 20,
		      (uint32_t)(to->chunk->len - to->definition - BINXML_TEMPLATE_HEADER));
	to->definition = 0;
}

void put_instance(struct writer *to, size_t definition, const struct value *values, size_t count)
{
	put_u8(to, BINXML_TEMPLATE_INSTANCE);
	put_u8(to, 1);
	put_u32(to, 0);
	put_u32(to, definition);
	put_u32(to, count);
	for (size_t i = 0; i < count; i++) {
		put_u16(to, values[i].size);
		put_u16(to, values[i].type);
	}
	for (size_t i = 0; i < count; i++)
		put(to, values[i].data, values[i].size);
}

void begin_record(struct writer *to)
{
	to->record = to->chunk->len;
	put_zeros(to, WH_RECORD_HEADER);
	put_fragment_header(to);
}

void end_record_here(struct writer *to)
{
	struct record record = {.offset = (uint32_t)to->record};

	put_zeros(to, 4);
	record.size = (uint32_t)(to->chunk->len - to->record);
	g_array_append_val(to->records, record);
}

void end_record(struct writer *to)
{
	put_u8(to, BINXML_END_OF_STREAM);
	end_record_here(to);
}

void put_record(struct writer *to, size_t definition, const struct value *values, size_t count)
{
	begin_record(to);
	put_instance(to, definition, values, count);
	end_record(to);
}

void put_plain_system(struct writer *to)
{
	open_element(to, "System");
	open_tag(to, "Provider");
	put_attribute(to, "Name");
	put_text(to, "P");
	put_u8(to, BINXML_CLOSE_EMPTY);
	open_element(to, "EventID");
	put_text(to, "7");
	close_element(to);
	close_element(to);
}

void open_event(struct writer *to)
{
	open_element(to, "Event");
	put_plain_system(to);
}

void open_data(struct writer *to)
{
	open_event(to);
	open_element(to, "EventData");
}

void close_data(struct writer *to)
{
	close_element(to);
	close_element(to);
}

/* <EventData><Item>…</Item></EventData>, the content a substitution of that type. */
size_t define_item(struct writer *to, uint8_t type)
{
	size_t definition = begin_definition(to);

	open_data(to);
	open_element(to, "Item");
	put_substitution(to, 0, type);
	close_element(to);
	close_data(to);
	end_definition(to);
	return definition;
}
