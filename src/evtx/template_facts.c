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

/* A definition whose data part is looked through. */
struct data_inspection {
	const uint8_t *data;
	size_t size;
	unsigned start; /* how many elements are open around the fragment */
	unsigned depth;
	bool in_system;
	bool in_user_data;
	bool in_data_element; /* Data or ComplexData, whose attribute Name is the field's */
	bool has_content; /* the innermost element has */
	struct substitution_places places;
};

static bool element_is(const struct data_inspection *at, const struct binxml_token *token,
		       const char *name)
{
	return is_named(at->data, at->size, token->name_offset, name);
}

static void inspect_open(struct data_inspection *at, const struct binxml_token *token)
{
	at->depth++;
	at->has_content = false;
	if (at->depth == DEPTH_SECTION) {
		at->in_system = element_is(at, token, "System");
		at->in_user_data = element_is(at, token, "UserData");
	}
	at->in_data_element = at->depth >= DEPTH_FIELD && (element_is(at, token, "Data") ||
							   element_is(at, token, "ComplexData"));
}

static bool inspect_close(struct data_inspection *at)
{
	if (at->depth <= at->start)
		return false;
	if (at->depth == DEPTH_SECTION)
		at->in_system = at->in_user_data = false;
	at->depth--;
	at->has_content = false;
	return true;
}

/* Names of fields, of their type and of namespaces are no values of fields. */
static bool is_naming(const struct data_inspection *at, const struct binxml_token *attribute)
{
	if (at->depth < DEPTH_SECTION || at->in_system || element_is(at, attribute, "xmlns"))
		return true;
	return element_is(at, attribute, "Name") &&
	       (at->depth == DEPTH_SECTION || (at->in_data_element && !at->in_user_data));
}

static bool inspect_attribute(const struct data_inspection *at, struct binxml_cursor *cursor,
			      const struct binxml_token *attribute)
{
	struct binxml_token value;

	return is_naming(at, attribute) && binxml_next(cursor, &value) &&
	       (is_substitution(&value) || value.type == BINXML_VALUE);
}

static bool inspect_substitution(struct data_inspection *at, const struct binxml_token *token)
{
	uint64_t bit = token->index < 64 ? 1ull << token->index : 0;

	if (at->depth == DEPTH_SECTION - 1)
		at->places.under_event |= bit;
	else
		at->places.elsewhere |= bit;
	/* Texts of two could together be what is looked for. */
	if (at->has_content && at->depth >= DEPTH_SECTION)
		return false;
	at->has_content = true;
	return true;
}

static bool inspect_token(struct data_inspection *at, struct binxml_cursor *cursor,
			  const struct binxml_token *token)
{
	switch (token->type) {
	case BINXML_OPEN_START:
		inspect_open(at, token);
		return true;
	case BINXML_CLOSE_START:
	case BINXML_FRAGMENT_HEADER:
		return true;
	case BINXML_CLOSE_EMPTY:
	case BINXML_END_ELEMENT:
		return inspect_close(at);
	case BINXML_ATTRIBUTE:
		return inspect_attribute(at, cursor, token);
	case BINXML_SUBSTITUTION:
	case BINXML_OPTIONAL_SUBSTITUTION:
		return inspect_substitution(at, token);
	case BINXML_VALUE:
		return at->in_system;
	default:
		return false;
	}
}

bool template_data_is_substituted(const uint8_t *data, size_t size, uint32_t offset,
				  bool under_event, struct substitution_places *out)
{
	struct data_inspection at = {.data = data, .size = size, .start = under_event};
	struct binxml_cursor cursor;
	struct binxml_token token;

	at.depth = at.start;
	if (!binxml_get_definition(data, size, offset, &cursor))
		return false;
	while (cursor.offset < cursor.end) {
		if (!binxml_next(&cursor, &token))
			return false;
		if (token.type == BINXML_END_OF_STREAM)
			break;
		if (!inspect_token(&at, &cursor, &token))
			return false;
	}
	if (at.depth != at.start)
		return false;
	*out = at.places;
	return true;
}
