/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/sieve.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "evtx/binxml.h"

enum id_place {
	ID_UNKNOWN, /* a shape that is not understood: such records pass */
	ID_FIXED, /* in the template's own text */
	ID_SUBSTITUTED, /* in a substitution */
};

struct template_id {
	uint32_t generation; /* of the chunk it was learnt in */
	uint32_t offset; /* of the template definition */
	enum id_place place;
	uint16_t number; /* the id, or the substitution's index */
};

#define TEMPLATE_SLOTS 256

struct sieve {
	const struct sieve_plan *plan;
	uint32_t generation;
	struct template_id templates[TEMPLATE_SLOTS];
};

void sieve_plan_init(struct sieve_plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->providers = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
	plan->channels = g_ptr_array_new_with_free_func(g_free);
}

void sieve_plan_release(struct sieve_plan *plan)
{
	g_ptr_array_unref(plan->providers);
	g_ptr_array_unref(plan->channels);
}

void sieve_plan_add(struct sieve_plan *plan, const char *provider, const unsigned *event_ids,
		    size_t count)
{
	GByteArray *name = g_byte_array_new();

	for (; *provider; provider++) {
		const uint8_t unit[2] = {(uint8_t)*provider, 0};

		g_byte_array_append(name, unit, 2);
	}
	g_ptr_array_add(plan->providers, name);
	for (size_t i = 0; i < count; i++)
		plan->event_ids[event_ids[i] / 64 % G_N_ELEMENTS(plan->event_ids)] |=
			1ull << event_ids[i] % 64;
}

void sieve_plan_add_channel(struct sieve_plan *plan, const char *channel)
{
	g_ptr_array_add(plan->channels, g_strdup(channel));
}

bool sieve_plan_has_channel(const struct sieve_plan *plan, const char *channel)
{
	for (guint i = 0; i < plan->channels->len; i++)
		if (g_ascii_strcasecmp(channel, plan->channels->pdata[i]) == 0)
			return true;
	return false;
}

struct sieve *sieve_new(const struct sieve_plan *plan)
{
	struct sieve *sieve = g_new0(struct sieve, 1);

	sieve->plan = plan;
	return sieve;
}

void sieve_free(struct sieve *sieve)
{
	g_free(sieve);
}

static bool holds_provider(const struct sieve_plan *plan, const uint8_t *data, size_t size)
{
	for (guint i = 0; i < plan->providers->len; i++) {
		const GByteArray *name = plan->providers->pdata[i];

		if (memmem(data, size, name->data, name->len))
			return true;
	}
	return false;
}

bool sieve_pass_chunk(struct sieve *sieve, const struct chunk *chunk)
{
	sieve->generation++;
	return sieve->plan->everything || holds_provider(sieve->plan, chunk->data, chunk->size);
}

static bool is_event_id(const struct chunk *chunk, uint32_t name_offset)
{
	static const uint8_t name[] = "E\0v\0e\0n\0t\0I\0D";
	const uint8_t *text;
	uint16_t units;

	return binxml_get_name(chunk->data, chunk->size, name_offset, &text, &units) &&
	       units == 7 && memcmp(text, name, 14) == 0;
}

static bool read_decimal(const uint8_t *text, size_t units, uint16_t *out)
{
	unsigned value = 0;

	for (size_t i = 0; i < units; i++) {
		if (text[2 * i + 1] != 0 || !g_ascii_isdigit(text[2 * i]) || value > 65535)
			return false;
		value = value * 10 + (text[2 * i] - '0');
	}
	*out = (uint16_t)value;
	return units > 0 && value <= 65535;
}

/* Reads the content of an EventID element; the cursor stands behind its name. */
static void read_id(struct binxml_cursor *cursor, struct template_id *out)
{
	struct binxml_token token, next;

	do {
		if (!binxml_next(cursor, &token))
			return;
		/* An attribute's value may itself be in pieces. */
	} while (token.type != BINXML_CLOSE_START && token.type != BINXML_CLOSE_EMPTY);
	if (token.type == BINXML_CLOSE_EMPTY || !binxml_next(cursor, &token) ||
	    !binxml_next(cursor, &next) || next.type != BINXML_END_ELEMENT)
		return;
	if (token.type == BINXML_VALUE) {
		if (read_decimal(cursor->data + token.text_offset, token.text_units, &out->number))
			out->place = ID_FIXED;
	} else if (token.type == BINXML_SUBSTITUTION ||
		   token.type == BINXML_OPTIONAL_SUBSTITUTION) {
		out->number = token.index;
		out->place = ID_SUBSTITUTED;
	}
}

/*
 * Looks for Event/System/EventID. What an event builder takes is the first one in the
 * document; a substitution before it could bring another, so such templates stay unknown.
 */
static void find_id(const struct chunk *chunk, struct binxml_cursor *cursor,
		    struct template_id *out)
{
	struct binxml_token token;
	unsigned depth = 0;
	bool in_content = false;

	while (binxml_next(cursor, &token)) {
		switch (token.type) {
		case BINXML_OPEN_START:
			depth++;
			in_content = false;
			if (depth == 3 && is_event_id(chunk, token.name_offset)) {
				read_id(cursor, out);
				return;
			}
			break;
		case BINXML_CLOSE_START:
			in_content = true;
			break;
		case BINXML_CLOSE_EMPTY:
		case BINXML_END_ELEMENT:
			if (depth-- == 0)
				return;
			in_content = true;
			break;
		case BINXML_SUBSTITUTION:
		case BINXML_OPTIONAL_SUBSTITUTION:
			if (in_content && depth < 3)
				return;
			break;
		case BINXML_TEMPLATE_INSTANCE:
		case BINXML_END_OF_STREAM:
			return;
		default:
			break;
		}
	}
}

static void learn_template(const struct chunk *chunk, uint32_t offset, struct template_id *out)
{
	struct binxml_cursor cursor;

	out->place = ID_UNKNOWN;
	if (binxml_get_definition(chunk->data, chunk->size, offset, &cursor))
		find_id(chunk, &cursor, out);
}

static const struct template_id *get_template(struct sieve *sieve, const struct chunk *chunk,
					      uint32_t offset)
{
	struct template_id *slot = &sieve->templates[offset / 4 % TEMPLATE_SLOTS];

	if (slot->generation != sieve->generation || slot->offset != offset) {
		slot->generation = sieve->generation;
		slot->offset = offset;
		learn_template(chunk, offset, slot);
	}
	return slot;
}

static bool is_wanted_id(const struct sieve_plan *plan, uint16_t id)
{
	return plan->event_ids[id / 64] >> id % 64 & 1;
}

static bool pass_substituted(const struct sieve *sieve, const struct chunk *chunk,
			     const struct binxml_instance *instance, uint16_t index)
{
	struct binxml_value value;
	size_t at = instance->data;
	uint16_t id = 0;

	for (uint32_t i = 0; i <= index; i++)
		if (!binxml_get_value(chunk->data, instance, i, &at, &value))
			return true;
	if (value.type != BINXML_TYPE_UINT16 || value.size != 2)
		return true;
	bytes_get_u16(chunk->data, chunk->size, value.offset, &id);
	return is_wanted_id(sieve->plan, id);
}

/* A fragment without a template, as forwarded events have: its EventID is text. */
static bool pass_plain(const struct sieve *sieve, const struct chunk *chunk, size_t offset,
		       size_t end)
{
	struct binxml_cursor cursor = {.data = chunk->data, .offset = offset, .end = end};
	struct template_id id = {.place = ID_UNKNOWN};

	find_id(chunk, &cursor, &id);
	return id.place != ID_FIXED || is_wanted_id(sieve->plan, id.number);
}

bool sieve_pass_record(struct sieve *sieve, const struct chunk *chunk, const struct record *record)
{
	size_t offset = (size_t)record->offset + WH_RECORD_HEADER;
	size_t end = (size_t)record->offset + record->size - 4;
	struct binxml_instance instance;
	const struct template_id *template;

	if (sieve->plan->everything)
		return true;
	if (!binxml_is_fragment(chunk->data, end, offset))
		return true;
	offset += BINXML_FRAGMENT_HEADER_SIZE;
	if (offset < end && (chunk->data[offset] & ~BINXML_MORE) == BINXML_OPEN_START)
		return pass_plain(sieve, chunk, offset, end);
	if (!binxml_get_instance(chunk->data, end, offset, &instance))
		return true;
	template = get_template(sieve, chunk, instance.template_offset);
	if (template->place == ID_UNKNOWN)
		return true;
	if (template->place == ID_FIXED)
		return is_wanted_id(sieve->plan, template->number);
	return pass_substituted(sieve, chunk, &instance, template->number);
}
