/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_facts.h"

#include <glib.h>
#include <string.h>

/* Open elements: 1 is Event, 2 a section (System, EventData, …), 3 what that holds. */
enum { DEPTH_SECTION = 2, DEPTH_FIELD = 3 };

struct fact_reading {
	struct template_facts *facts;
	struct binxml_cursor *cursor;
	size_t size; /* of the chunk */
	unsigned depth;
	bool in_system;
	bool in_content; /* after a start tag */
	bool done;
	bool provider_seen;
	uint16_t dependencies[DEPTH_FIELD]; /* of the open elements */
};

static bool is_named(const uint8_t *data, size_t size, uint32_t offset, const char *name)
{
	const uint8_t *text;
	uint16_t units;

	if (!binxml_get_name(data, size, offset, &text, &units) || units != strlen(name))
		return false;
	for (uint16_t i = 0; i < units; i++)
		if (text[2 * i] != (uint8_t)name[i] || text[2 * i + 1])
			return false;
	return true;
}

static bool name_is(const struct fact_reading *at, const struct binxml_token *token,
		    const char *name)
{
	return is_named(at->cursor->data, at->size, token->name_offset, name);
}

static bool is_substitution(const struct binxml_token *token)
{
	return token->type == BINXML_SUBSTITUTION || token->type == BINXML_OPTIONAL_SUBSTITUTION;
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

static void set_dependencies(const struct fact_reading *at, struct template_fact *fact)
{
	memcpy(fact->dependencies, at->dependencies, sizeof(fact->dependencies));
}

/* Reads the content of an EventID element; the cursor stands after its name. */
static void read_id(struct fact_reading *at)
{
	struct template_facts *facts = at->facts;
	struct binxml_token token, next;

	at->done = true;
	do {
		if (!binxml_next(at->cursor, &token))
			return;
		/* An attribute's value may itself be in pieces. */
	} while (token.type != BINXML_CLOSE_START && token.type != BINXML_CLOSE_EMPTY);
	if (token.type == BINXML_CLOSE_EMPTY || !binxml_next(at->cursor, &token) ||
	    !binxml_next(at->cursor, &next) || next.type != BINXML_END_ELEMENT)
		return;
	set_dependencies(at, &facts->id);
	if (is_substitution(&token)) {
		facts->id.index = token.index;
		facts->id.place = FACT_SUBSTITUTED;
	} else if (token.type == BINXML_VALUE && read_decimal(at->cursor->data + token.text_offset,
							      token.text_units, &facts->fixed_id)) {
		facts->id.place = FACT_FIXED;
	}
}

/* Reads the value of Provider/@Name; the cursor stands after the attribute's name. */
static void read_provider_name(struct fact_reading *at)
{
	struct template_facts *facts = at->facts;
	struct binxml_cursor cursor = *at->cursor;
	struct binxml_token token, next;

	if (!binxml_next(&cursor, &token) || !binxml_next(&cursor, &next) ||
	    (next.type != BINXML_ATTRIBUTE && next.type != BINXML_CLOSE_START &&
	     next.type != BINXML_CLOSE_EMPTY))
		return;
	set_dependencies(at, &facts->provider);
	if (is_substitution(&token)) {
		facts->provider.index = token.index;
		facts->provider.place = FACT_SUBSTITUTED;
	} else if (token.type == BINXML_VALUE && token.text_units > 0) {
		facts->fixed_provider = token.text_offset;
		facts->fixed_provider_units = token.text_units;
		facts->provider.place = FACT_FIXED;
	}
}

/* Reads a Provider's attributes up to the end of its start tag, which is left to the caller. */
static void read_provider(struct fact_reading *at)
{
	struct binxml_cursor cursor = *at->cursor;
	struct binxml_token token;

	if (at->provider_seen)
		return;
	at->provider_seen = true;
	while (binxml_next(&cursor, &token) && token.type != BINXML_CLOSE_START &&
	       token.type != BINXML_CLOSE_EMPTY) {
		*at->cursor = cursor;
		if (token.type != BINXML_ATTRIBUTE || !name_is(at, &token, "Name"))
			continue;
		read_provider_name(at);
		return;
	}
}

static void open_element(struct fact_reading *at, const struct binxml_token *token)
{
	at->depth++;
	at->in_content = false;
	if (at->depth == DEPTH_SECTION)
		at->in_system = name_is(at, token, "System");
	if (at->depth <= DEPTH_FIELD)
		at->dependencies[at->depth - 1] = token->index;
	if (at->depth != DEPTH_FIELD || !at->in_system)
		return;
	if (name_is(at, token, "EventID"))
		read_id(at);
	else if (name_is(at, token, "Provider"))
		read_provider(at);
}

static void close_element(struct fact_reading *at)
{
	at->in_content = true;
	if (at->depth == 0)
		at->done = true;
	else
		at->depth--;
}

static void take_token(struct fact_reading *at, const struct binxml_token *token)
{
	switch (token->type) {
	case BINXML_OPEN_START:
		open_element(at, token);
		break;
	case BINXML_CLOSE_START:
		at->in_content = true;
		break;
	case BINXML_CLOSE_EMPTY:
	case BINXML_END_ELEMENT:
		close_element(at);
		break;
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
		/* It could bring elements that come first. */
		at->done = at->in_content && at->depth < DEPTH_FIELD;
		break;
	case BINXML_TEMPLATE_INSTANCE:
	case BINXML_END_OF_STREAM:
		at->done = true;
		break;
	default:
		break;
	}
}

void template_facts_read(struct template_facts *facts, struct binxml_cursor *cursor, size_t size)
{
	struct fact_reading at = {.facts = facts, .cursor = cursor, .size = size};
	struct binxml_token token;

	memset(facts, 0, sizeof(*facts));
	while (!at.done && binxml_next(cursor, &token))
		take_token(&at, &token);
}
