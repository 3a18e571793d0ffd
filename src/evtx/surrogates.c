/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/surrogates.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "evtx/binxml_instance.h"

#define SURROGATES 0x800 /* stand at base + n; U+0000 stands after them */
#define RANGE (SURROGATES + 1)
#define PRIVATE_USE 0xE000
#define PRIVATE_USE_END 0xF900
#define RANGES ((PRIVATE_USE_END - PRIVATE_USE) / RANGE)

/* What a walk over the string values does with each unit. */
struct unit_walk {
	uint8_t *chunk;
	void (*visit)(struct unit_walk *walk, uint8_t *unit, unsigned value);
	unsigned base;
	bool used[RANGES];
	bool hidden;
};

static void note_use(struct unit_walk *walk, uint8_t *unit, unsigned value)
{
	(void)unit;
	if (value >= PRIVATE_USE && value < PRIVATE_USE + RANGES * RANGE)
		walk->used[(value - PRIVATE_USE) / RANGE] = true;
	else if (value == 0 || (value & 0xF800) == 0xD800)
		walk->hidden = true;
}

static void replace(struct unit_walk *walk, uint8_t *unit, unsigned value)
{
	if (value == 0)
		bytes_put_u16(unit, (uint16_t)(walk->base + SURROGATES));
	else if ((value & 0xF800) == 0xD800)
		bytes_put_u16(unit, (uint16_t)(walk->base + (value - 0xD800)));
}

static void walk_string(struct unit_walk *walk, const struct binxml_value *value)
{
	uint8_t *text = walk->chunk + value->offset;
	size_t units = value->size / 2;

	/* NULs at the end are end signs; those of a list of strings separate. */
	while (units && text[2 * units - 2] == 0 && text[2 * units - 1] == 0)
		units--;
	for (size_t i = 0; i < units; i++) {
		unsigned unit = text[2 * i] | (unsigned)text[2 * i + 1] << 8;

		if (unit || value->type == BINXML_TYPE_STRING)
			walk->visit(walk, text + 2 * i, unit);
	}
}

static void walk_fragment(struct unit_walk *walk, size_t offset, size_t end, unsigned depth)
{
	struct binxml_instance instance;
	struct binxml_value value;
	size_t at;

	/* A record's fragment has a header, those in its values mostly have none. */
	if (binxml_is_fragment(walk->chunk, end, offset))
		offset += BINXML_FRAGMENT_HEADER_SIZE;
	if (depth > WH_MAX_XML_DEPTH || !binxml_get_instance(walk->chunk, end, offset, &instance))
		return;
	at = instance.data;
	for (uint32_t i = 0; binxml_get_value(walk->chunk, &instance, i, &at, &value); i++) {
		if ((value.type & ~BINXML_TYPE_ARRAY) == BINXML_TYPE_STRING)
			walk_string(walk, &value);
		else if (value.type == BINXML_TYPE_BINXML)
			walk_fragment(walk, value.offset, value.offset + value.size, depth + 1);
	}
}

static void walk_records(struct unit_walk *walk, const GArray *records)
{
	for (guint i = 0; i < records->len; i++) {
		const struct record *record = &g_array_index(records, struct record, i);
		size_t end = (size_t)record->offset + record->size - 4;

		walk_fragment(walk, (size_t)record->offset + WH_RECORD_HEADER, end, 0);
	}
}

void surrogates_hide(struct surrogates *surrogates, uint8_t *chunk, const GArray *records)
{
	struct unit_walk walk = {.chunk = chunk, .visit = note_use};
	unsigned range = 0;

	walk_records(&walk, records);
	while (range < RANGES - 1 && walk.used[range])
		range++;
	surrogates->base = walk.base = PRIVATE_USE + range * RANGE;
	surrogates->hidden = walk.hidden;
	if (walk.hidden) {
		walk.visit = replace;
		walk_records(&walk, records);
	}
}

/* The unit that a character stands for, or -1. */
static int hidden_unit(const struct surrogates *surrogates, gunichar c)
{
	if (c < surrogates->base || c >= surrogates->base + RANGE)
		return -1;
	return c == surrogates->base + SURROGATES ? 0 : (int)(c - surrogates->base) + 0xD800;
}

static void append_restored(const struct surrogates *surrogates, const char *text, GString *out)
{
	while (*text) {
		gunichar c = g_utf8_get_char(text);
		int unit = hidden_unit(surrogates, c);
		int low;

		text = g_utf8_next_char(text);
		if (unit < 0) {
			g_string_append_unichar(out, c);
			continue;
		}
		low = unit >= 0xD800 && unit < 0xDC00 && *text
			      ? hidden_unit(surrogates, g_utf8_get_char(text))
			      : -1;
		if (low >= 0xDC00) {
			c = 0x10000 + ((gunichar)(unit - 0xD800) << 10) + (gunichar)(low - 0xDC00);
			text = g_utf8_next_char(text);
		} else {
			c = (gunichar)unit;
		}
		text_append_code_point(out, c);
	}
}

static void restore(const struct surrogates *surrogates, struct event *event, const char **text,
		    GString *scratch)
{
	if (!*text)
		return;
	g_string_truncate(scratch, 0);
	append_restored(surrogates, *text, scratch);
	if (strcmp(scratch->str, *text) != 0)
		*text = arena_copy(&event->arena, scratch->str, scratch->len);
}

void surrogates_restore(const struct surrogates *surrogates, struct event *event)
{
	GString *scratch;

	if (!surrogates->hidden)
		return;
	scratch = g_string_new(NULL);
	restore(surrogates, event, &event->host, scratch);
	restore(surrogates, event, &event->ref.channel, scratch);
	restore(surrogates, event, &event->provider, scratch);
	for (guint i = 0; i < event->fields->len; i++) {
		struct event_field *field = &g_array_index(event->fields, struct event_field, i);

		restore(surrogates, event, &field->name, scratch);
		restore(surrogates, event, &field->value, scratch);
	}
	g_string_free(scratch, TRUE);
}
