/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/binxml.h"

#include "base/bytes.h"
#include "evtx/binxml_instance.h"
#include "evtx/chunk.h"

#define NAME_HEADER 8 /* next offset, hash, count */

bool binxml_get_name(const uint8_t *data, size_t size, uint32_t offset, const uint8_t **text,
		     uint16_t *units)
{
	uint16_t count;

	if (!bytes_inside(size, offset, NAME_HEADER) ||
	    !bytes_get_u16(data, size, offset + 6, &count) ||
	    !bytes_inside(size, (size_t)offset + NAME_HEADER, 2u * count))
		return false;
	*text = data + offset + NAME_HEADER;
	*units = count;
	return true;
}

/* Reads a name's offset; a name at its first use stands right after it, with an end sign. */
static bool read_name(struct binxml_cursor *at, struct binxml_token *out)
{
	const uint8_t *text;
	uint16_t units;

	if (!bytes_get_u32(at->data, at->end, at->offset, &out->name_offset))
		return false;
	at->offset += 4;
	if (out->name_offset != at->offset)
		return true;
	if (!binxml_get_name(at->data, at->end, out->name_offset, &text, &units))
		return false;
	at->offset += NAME_HEADER + 2u * units + 2;
	return at->offset <= at->end;
}

static bool read_text(struct binxml_cursor *at, struct binxml_token *out)
{
	if (!bytes_get_u16(at->data, at->end, at->offset, &out->text_units) ||
	    !bytes_inside(at->end, at->offset + 2, 2u * out->text_units))
		return false;
	out->text_offset = (uint32_t)at->offset + 2;
	at->offset += 2 + 2u * out->text_units;
	return true;
}

static bool skip(struct binxml_cursor *at, size_t size)
{
	if (!bytes_inside(at->end, at->offset, size))
		return false;
	at->offset += size;
	return true;
}

static bool read_open(struct binxml_cursor *at, struct binxml_token *out)
{
	out->index = BINXML_NO_DEPENDENCY;
	if (at->has_dependency_ids &&
	    (!bytes_get_u16(at->data, at->end, at->offset, &out->index) || !skip(at, 2)))
		return false;
	/* The sizes of the element and of its attributes say nothing a reader needs. */
	return skip(at, 4) && read_name(at, out) && (!out->more || skip(at, 4));
}

static bool read_substitution(struct binxml_cursor *at, struct binxml_token *out)
{
	if (!bytes_get_u16(at->data, at->end, at->offset, &out->index) ||
	    !bytes_get_u8(at->data, at->end, at->offset + 2, &out->value_type))
		return false;
	at->offset += 3;
	return true;
}

static bool read_value(struct binxml_cursor *at, struct binxml_token *out)
{
	if (!bytes_get_u8(at->data, at->end, at->offset, &out->value_type))
		return false;
	at->offset++;
	return out->value_type == BINXML_TYPE_STRING && read_text(at, out);
}

static bool read_character(struct binxml_cursor *at, struct binxml_token *out)
{
	return bytes_get_u16(at->data, at->end, at->offset, &out->index) && skip(at, 2);
}

static bool read_body(struct binxml_cursor *at, struct binxml_token *out)
{
	switch (out->type) {
	case BINXML_OPEN_START:
		return read_open(at, out);
	case BINXML_ATTRIBUTE:
	case BINXML_ENTITY_REFERENCE:
	case BINXML_PI_TARGET:
		return read_name(at, out);
	case BINXML_VALUE:
		return read_value(at, out);
	case BINXML_CDATA:
	case BINXML_PI_DATA:
		return read_text(at, out);
	case BINXML_CHARACTER_REFERENCE:
		return read_character(at, out);
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
		return read_substitution(at, out);
	case BINXML_FRAGMENT_HEADER:
		return skip(at, BINXML_FRAGMENT_HEADER_SIZE - 1);
	default:
		/* A template instance is left to binxml_get_instance(). */
		return out->type <= BINXML_FRAGMENT_HEADER;
	}
}

bool binxml_next(struct binxml_cursor *cursor, struct binxml_token *out)
{
	struct binxml_cursor at = *cursor;
	struct binxml_token token = {0};
	uint8_t byte;

	if (!bytes_get_u8(at.data, at.end, at.offset, &byte))
		return false;
	at.offset++;
	token.type = byte & ~BINXML_MORE;
	token.more = byte & BINXML_MORE;
	if (!read_body(&at, &token))
		return false;
	cursor->offset = at.offset;
	*out = token;
	return true;
}

bool binxml_is_event(const uint8_t *data, size_t end, size_t offset)
{
	size_t at = offset + BINXML_FRAGMENT_HEADER_SIZE;
	uint32_t template_offset = 0;

	if (!binxml_is_fragment(data, end, offset) || !bytes_inside(end, at, 10))
		return false;
	if (data[at] != BINXML_TEMPLATE_INSTANCE)
		return (data[at] & ~BINXML_MORE) == BINXML_OPEN_START;
	bytes_get_u32(data, end, at + 6, &template_offset);
	return template_offset >= WH_RECORDS_OFFSET && template_offset <= at + 10;
}

bool binxml_get_definition(const uint8_t *data, size_t size, uint32_t offset,
			   struct binxml_cursor *out)
{
	size_t start = (size_t)offset + BINXML_TEMPLATE_HEADER;
	uint32_t length;

	if (!bytes_get_u32(data, size, (size_t)offset + 20, &length) ||
	    !bytes_inside(size, start, length))
		return false;
	*out = (struct binxml_cursor){
		.data = data, .offset = start, .end = start + length, .has_dependency_ids = true};
	return true;
}

bool binxml_get_instance(const uint8_t *data, size_t end, size_t offset,
			 struct binxml_instance *out)
{
	struct binxml_instance instance = {.end = end};
	size_t at = offset + 10; /* token, version, identifier, offset */
	uint32_t size;

	if (!bytes_inside(end, offset, 10) || data[offset] != BINXML_TEMPLATE_INSTANCE ||
	    !bytes_get_u32(data, end, offset + 6, &instance.template_offset))
		return false;
	if (instance.template_offset == at) {
		if (!bytes_get_u32(data, end, at + 20, &size) ||
		    !bytes_inside(end, at + BINXML_TEMPLATE_HEADER, size))
			return false;
		at += BINXML_TEMPLATE_HEADER + size;
	}
	if (!bytes_get_u32(data, end, at, &instance.values) || instance.values > (end - at - 4) / 4)
		return false;
	instance.descriptors = at + 4;
	instance.data = instance.descriptors + 4u * instance.values;
	*out = instance;
	return true;
}
