/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_xml.h"

#include <libxml/parser.h>
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
	struct event_builder *builder;
	GString *text;
	bool bounded; /* false once the builder hit a bound */
};

static const char *disarmoured(struct xml_reading *reading, const xmlChar *text, size_t size)
{
	g_string_truncate(reading->text, 0);
	append_disarmoured(reading->text, (const char *)text, size);
	return reading->text->str;
}

/* libxml2 hands attributes over in fives: name, prefix, namespace, value, end of value. */
static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
		     const xmlChar *namespace, int namespaces, const xmlChar **declared,
		     int attributes, int defaulted, const xmlChar **attribute)
{
	struct xml_reading *reading = context;

	(void)prefix, (void)namespace, (void)namespaces, (void)declared, (void)defaulted;
	reading->bounded &= event_builder_open(reading->builder, (const char *)name);
	for (int i = 0; reading->bounded && i < attributes; i++, attribute += 5) {
		const char *value =
			disarmoured(reading, attribute[3], (size_t)(attribute[4] - attribute[3]));

		reading->bounded &= event_builder_attribute(reading->builder,
							    (const char *)attribute[0], value);
	}
}

static void on_text(void *context, const xmlChar *text, int size)
{
	struct xml_reading *reading = context;

	if (reading->bounded)
		event_builder_text(reading->builder, disarmoured(reading, text, (size_t)size));
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
		   const xmlChar *namespace)
{
	struct xml_reading *reading = context;

	(void)name, (void)prefix, (void)namespace;
	if (reading->bounded)
		reading->bounded &= event_builder_close(reading->builder);
}

static void ignore_error(void *context, xmlErrorPtr error)
{
	(void)context, (void)error;
}

static char *describe_error(xmlParserCtxtPtr parser)
{
	const xmlError *error = xmlCtxtGetLastError(parser);
	char *text = g_strdup_printf("XML line %d: %s", error ? error->line : 0,
				     error && error->message ? error->message : "not well-formed");

	return g_strstrip(text);
}

bool event_xml_read(struct event_builder *builder, struct event *event, const char *xml,
		    size_t size, char **reason)
{
	xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.serror = ignore_error,
	};
	GString *text = g_string_new(NULL);
	struct xml_reading reading = {builder, text, true};
	GString *safe = armour(xml, size);
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, &reading, NULL, 0, NULL);
	bool ok;

	event_builder_begin(builder, event);
	xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_HUGE);
	ok = xmlParseChunk(parser, safe->str, (int)safe->len, 1) == 0;
	if (!ok)
		*reason = describe_error(parser);
	else if (!(ok = reading.bounded))
		*reason = g_strdup("more elements or fields than the bounds allow");
	xmlFreeParserCtxt(parser);
	g_string_free(safe, TRUE);
	g_string_free(text, TRUE);
	return ok;
}
