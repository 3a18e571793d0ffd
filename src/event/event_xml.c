/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_xml.h"

#include <expat.h>
#include <string.h>

#include "base/text.h"

/*
 * No XML parser takes these characters, not even as references, so they travel through
 * it as stand-ins (base/text.h). U+FFFE and U+FFFF are fine in text but not in XML.
 */
#define NONCHARACTER_STAND_IN (WH_TEXT_CONTROL_STAND_IN + 0xFE)

static bool is_forbidden(gunichar c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

static gunichar stand_in_of(gunichar c)
{
	return c < 0x20 ? WH_TEXT_CONTROL_STAND_IN + c : NONCHARACTER_STAND_IN + (c - 0xFFFE);
}

/* A reference that libevtx wrote itself; anything else after an ampersand is payload. */
static bool is_reference(const char *at, const char *end)
{
	static const char *const names[] = {"amp;", "lt;", "gt;", "quot;", "apos;"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		size_t length = strlen(names[i]);

		if ((size_t)(end - at) >= length && memcmp(at, names[i], length) == 0)
			return true;
	}
	return false;
}

/* A lone surrogate as three bytes ED A0-BF xx (CESU-8), or 0. */
static gunichar cesu_surrogate(const unsigned char *at, const char *end)
{
	if (end - (const char *)at < 3 || at[0] != 0xED || (at[1] & 0xE0) != 0xA0 ||
	    (at[2] & 0xC0) != 0x80)
		return 0;
	return 0xD000 | (gunichar)(at[1] & 0x3F) << 6 | (at[2] & 0x3F);
}

/* Appends the character at `at` in a form that the parser takes; returns what follows. */
static const char *armour_character(GString *out, const char *at, const char *end)
{
	gunichar c = g_utf8_get_char_validated(at, end - at);
	gunichar surrogate = cesu_surrogate((const unsigned char *)at, end);

	if (surrogate) {
		text_append_code_point(out, surrogate);
		return at + 3;
	}
	if (*at == '\0')
		c = 0;
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		text_append_code_point(out, 0xFFFD);
		return at + 1;
	}
	if (is_forbidden(c))
		g_string_append_unichar(out, stand_in_of(c));
	else if (c == '\r')
		g_string_append(out, "&#13;");
	else if (c == '&' && !is_reference(at + 1, end))
		g_string_append(out, "&amp;");
	else
		text_append_code_point(out, c);
	return g_utf8_next_char(at);
}

static GString *armour(const char *xml, size_t size)
{
	GString *out = g_string_sized_new(size + size / 8);
	const char *end = xml + size;

	while (xml < end)
		xml = armour_character(out, xml, end);
	return out;
}

/* Takes the stand-ins back that text may hold as themselves. */
static void append_disarmoured(GString *out, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		gunichar c = g_utf8_get_char(text);

		if (c > WH_TEXT_CONTROL_STAND_IN && c < WH_TEXT_CONTROL_STAND_IN + 0x20)
			c -= WH_TEXT_CONTROL_STAND_IN;
		else if (c >= NONCHARACTER_STAND_IN && c < NONCHARACTER_STAND_IN + 2)
			c = c - NONCHARACTER_STAND_IN + 0xFFFE;
		g_string_append_unichar(out, c);
		text = g_utf8_next_char(text);
	}
}

struct xml_reading {
	XML_Parser parser;
	struct event_builder *builder;
	GString *text;
	bool bounded; /* false once the builder hit a bound */
};

static const char *disarmoured(struct xml_reading *reading, const char *text, size_t size)
{
	g_string_truncate(reading->text, 0);
	append_disarmoured(reading->text, text, size);
	return reading->text->str;
}

/* The name without its namespace. */
static const char *get_local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static bool declares_namespace(const char *name)
{
	return g_str_has_prefix(name, "xmlns") && (name[5] == '\0' || name[5] == ':');
}

/* expat hands attributes over as name, value, name, value, NULL. */
static void on_start(void *context, const char *name, const char **attribute)
{
	struct xml_reading *reading = context;

	reading->bounded &= event_builder_open(reading->builder, get_local(name));
	for (; reading->bounded && *attribute; attribute += 2) {
		if (!declares_namespace(attribute[0]))
			reading->bounded &= event_builder_attribute(
				reading->builder, get_local(attribute[0]),
				disarmoured(reading, attribute[1], strlen(attribute[1])));
	}
}

static void on_text(void *context, const char *text, int size)
{
	struct xml_reading *reading = context;

	if (reading->bounded)
		event_builder_text(reading->builder, disarmoured(reading, text, (size_t)size));
}

static void on_end(void *context, const char *name)
{
	struct xml_reading *reading = context;

	(void)name;
	if (reading->bounded)
		reading->bounded &= event_builder_close(reading->builder);
}

/* No event has one; entities that it declares could name one another without end. */
static void on_doctype(void *context, const char *name, const char *system, const char *public,
		       int has_subset)
{
	const struct xml_reading *reading = context;

	(void)name, (void)system, (void)public, (void)has_subset;
	XML_StopParser(reading->parser, XML_FALSE);
}

static char *describe_error(XML_Parser parser)
{
	return g_strdup_printf("XML line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(parser),
			       XML_ErrorString(XML_GetErrorCode(parser)));
}

bool event_xml_read(struct event_builder *builder, struct event *event, const char *xml,
		    size_t size, char **reason)
{
	XML_Parser parser = XML_ParserCreate("UTF-8");
	struct xml_reading reading = {parser, builder, g_string_new(NULL), true};
	GString *safe = armour(xml, size);
	bool ok;

	event_builder_begin(builder, event);
	XML_SetUserData(parser, &reading);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	ok = XML_Parse(parser, safe->str, (int)safe->len, XML_TRUE) == XML_STATUS_OK;
	if (!ok)
		*reason = describe_error(parser);
	else if (!(ok = reading.bounded))
		*reason = g_strdup("more elements or fields than the bounds allow");
	XML_ParserFree(parser);
	g_string_free(safe, TRUE);
	g_string_free(reading.text, TRUE);
	return ok;
}
