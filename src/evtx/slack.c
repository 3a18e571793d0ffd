/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/slack.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "evtx/binxml_instance.h"

struct slack_walk {
	const uint8_t *data;
	size_t size;
	size_t budget; /* tokens, characters of names and values still to be read in the chunk */
};

static bool is_sound_fragment(struct slack_walk *at, struct binxml_cursor *cursor, unsigned depth);

static bool spend(struct slack_walk *at, size_t amount)
{
	bool enough = amount <= at->budget;

	at->budget = enough ? at->budget - amount : 0;
	return enough;
}

/* A name that was overwritten no longer fits its hash. Hash: libyal, "Windows XML Event Log
 * (EVTX) format", element and attribute name. */
static bool is_sound_name(struct slack_walk *at, uint32_t offset)
{
	const uint8_t *text;
	uint32_t hash = 0;
	uint16_t units, stored, unit = 0;

	if (!binxml_get_name(at->data, at->size, offset, &text, &units) ||
	    !bytes_get_u16(at->data, at->size, (size_t)offset + 4, &stored) || !spend(at, units))
		return false;
	for (size_t i = 0; i < units; i++) {
		bytes_get_u16(text, 2u * units, 2 * i, &unit);
		hash = hash * 65599 + unit;
	}
	return (uint16_t)hash == stored;
}

/* An instance repeats the first part of the GUID that its definition has. */
static bool is_sound_definition(struct slack_walk *at, size_t instance, uint32_t definition,
				unsigned depth)
{
	struct binxml_cursor cursor;
	uint32_t expected, found;

	return bytes_get_u32(at->data, at->size, instance + 2, &expected) &&
	       bytes_get_u32(at->data, at->size, (size_t)definition + 4, &found) &&
	       expected == found &&
	       binxml_get_definition(at->data, at->size, definition, &cursor) &&
	       is_sound_fragment(at, &cursor, depth + 1);
}

static bool are_sound_values(struct slack_walk *at, const struct binxml_instance *instance,
			     unsigned depth, size_t *end)
{
	struct binxml_value value;

	*end = instance->data;
	if (!spend(at, instance->values))
		return false;
	for (uint32_t i = 0; i < instance->values; i++) {
		if (!binxml_get_value(at->data, instance, i, end, &value))
			return false;
		if (value.type == BINXML_TYPE_BINXML) {
			struct binxml_cursor cursor = {.data = at->data,
						       .offset = value.offset,
						       .end = value.offset + value.size};

			if (!is_sound_fragment(at, &cursor, depth + 1))
				return false;
		}
	}
	return true;
}

static bool is_sound_instance(struct slack_walk *at, struct binxml_cursor *cursor, unsigned depth)
{
	size_t start = cursor->offset - 1;
	struct binxml_instance instance;

	return binxml_get_instance(at->data, cursor->end, start, &instance) &&
	       is_sound_definition(at, start, instance.template_offset, depth) &&
	       are_sound_values(at, &instance, depth, &cursor->offset);
}

static bool is_sound_token(struct slack_walk *at, struct binxml_cursor *cursor,
			   const struct binxml_token *token, unsigned depth)
{
	switch (token->type) {
	case BINXML_OPEN_START:
	case BINXML_ATTRIBUTE:
	case BINXML_ENTITY_REFERENCE:
	case BINXML_PI_TARGET:
		return is_sound_name(at, token->name_offset);
	case BINXML_TEMPLATE_INSTANCE:
		return is_sound_instance(at, cursor, depth);
	default:
		return true;
	}
}

static bool is_sound_fragment(struct slack_walk *at, struct binxml_cursor *cursor, unsigned depth)
{
	struct binxml_token token;

	if (depth > WH_MAX_BINXML_DEPTH)
		return false;
	while (cursor->offset < cursor->end) {
		if (!spend(at, 1) || !binxml_next(cursor, &token))
			return false;
		if (token.type == BINXML_END_OF_STREAM)
			break;
		if (!is_sound_token(at, cursor, &token, depth))
			return false;
	}
	return true;
}

static bool is_sound_record(struct slack_walk *at, const struct record *record, size_t *end)
{
	struct binxml_cursor cursor = {.data = at->data,
				       .offset = (size_t)record->offset + WH_RECORD_HEADER,
				       .end = (size_t)record->offset + record->size - 4};

	if (!binxml_is_fragment(at->data, cursor.end, cursor.offset) ||
	    !is_sound_fragment(at, &cursor, 0))
		return false;
	*end = cursor.offset;
	return true;
}

bool slack_get_end(const struct chunk *chunk, const struct record *record, size_t *out)
{
	struct slack_walk at = {chunk->data, chunk->size, WH_MAX_SLACK_WORK};

	return is_sound_record(&at, record, out);
}

bool slack_is_sound(const struct chunk *chunk, const struct record *record)
{
	size_t end;

	return slack_get_end(chunk, record, &end);
}

bool slack_has_template(const struct chunk *chunk, const struct record *record)
{
	struct slack_walk at = {chunk->data, chunk->size, WH_MAX_SLACK_WORK};
	size_t start = (size_t)record->offset + WH_RECORD_HEADER + BINXML_FRAGMENT_HEADER_SIZE;
	uint32_t definition;

	return bytes_get_u32(at.data, at.size, start + 6, &definition) &&
	       at.data[start] == BINXML_TEMPLATE_INSTANCE &&
	       is_sound_definition(&at, start, definition, 0);
}

/* The stretch between two live records. */
static uint64_t collect_stretch(struct slack_walk *at, const struct chunk *chunk, uint32_t from,
				uint32_t end, GArray *out)
{
	struct record record;
	uint64_t left_out = 0;
	size_t sound_end;

	while (chunk_find_record(chunk, from, end, &record)) {
		if (record.size <= end - record.offset &&
		    is_sound_record(at, &record, &sound_end)) {
			g_array_append_val(out, record);
			from = record.offset + record.size;
		} else {
			left_out++;
			from = record.offset + 1;
		}
	}
	return left_out;
}

uint64_t slack_collect(const struct chunk *chunk, const GArray *live, GArray *out)
{
	struct slack_walk at = {chunk->data, chunk->size, WH_MAX_SLACK_WORK};
	uint32_t from = WH_RECORDS_OFFSET;
	uint64_t left_out = 0;

	for (guint i = 0; i < live->len; i++) {
		const struct record *record = &g_array_index(live, struct record, i);

		left_out += collect_stretch(&at, chunk, from, record->offset, out);
		from = record->offset + record->size;
	}
	return left_out + collect_stretch(&at, chunk, from, (uint32_t)chunk->size, out);
}
