/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_xml.h"

#include <expat.h>
#include <string.h>

#include "base/text.h"
#include "event/event_build.h"

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

/* True for a byte that the parser takes as it is, wherever it stands; a tag's are as good. */
static bool is_plain(char c)
{
	return (unsigned char)c < 0x80 && (c >= 0x20 || c == '\t' || c == '\n') && c != '&';
}

static size_t plain_size(const char *at, const char *end)
{
	const char *begin = at;

	while (at < end && is_plain(*at))
		at++;
	return (size_t)(at - begin);
}

/* Most of a text is plain: that is copied run by run. */
static void armour(GString *out, const char *xml, size_t size)
{
	const char *end = xml + size;

	g_string_truncate(out, 0);
	while (xml < end) {
		size_t plain = plain_size(xml, end);

		text_append_bytes(out, xml, plain);
		xml += plain;
		if (xml < end)
			xml = armour_character(out, xml, end);
	}
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

struct event_xml_reader {
	XML_Parser parser;
	unsigned long salt; /* of the parser's hashes: it would ask the system for one each time */
	struct event_builder *builder;
	GString *safe; /* the XML as the parser takes it */
	GString *text;
	bool bounded; /* false once the builder hit a bound */
};

/* The text, or one of the reader's that is good until the next call; *size is that of either. */
static const char *disarmoured(struct event_xml_reader *reader, const char *text, size_t *size)
{
	if (text_is_ascii(text, *size))
		return text;
	g_string_truncate(reader->text, 0);
	append_disarmoured(reader->text, text, *size);
	*size = reader->text->len;
	return reader->text->str;
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

static void add_attribute(struct event_xml_reader *reader, const char *name, const char *value)
{
	size_t size = strlen(value);

	if (declares_namespace(name))
		return;
	value = disarmoured(reader, value, &size);
	reader->bounded &= event_builder_attribute(reader->builder, get_local(name), value);
}

/* expat hands attributes over as name, value, name, value, NULL. */
static void on_start(void *context, const char *name, const char **attribute)
{
	struct event_xml_reader *reader = context;

	reader->bounded &= event_builder_open(reader->builder, get_local(name));
	for (; reader->bounded && *attribute; attribute += 2)
		add_attribute(reader, attribute[0], attribute[1]);
}

static void on_text(void *context, const char *text, int length)
{
	struct event_xml_reader *reader = context;
	size_t size = (size_t)length;

	if (!reader->bounded)
		return;
	text = disarmoured(reader, text, &size);
	event_builder_text(reader->builder, text, size);
}

static void on_end(void *context, const char *name)
{
	struct event_xml_reader *reader = context;

	(void)name;
	if (reader->bounded)
		reader->bounded &= event_builder_close(reader->builder);
}

/* No event has one; entities that it declares could name one another without end. */
static void on_doctype(void *context, const char *name, const char *system, const char *public,
		       int has_subset)
{
	const struct event_xml_reader *reader = context;

	(void)name, (void)system, (void)public, (void)has_subset;
	XML_StopParser(reader->parser, XML_FALSE);
}

static char *describe_error(XML_Parser parser)
{
	return g_strdup_printf("XML line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(parser),
			       XML_ErrorString(XML_GetErrorCode(parser)));
}

struct event_xml_reader *event_xml_reader_new(void)
{
	struct event_xml_reader *reader = g_new0(struct event_xml_reader, 1);

	reader->parser = XML_ParserCreate("UTF-8");
	reader->salt = (unsigned long)g_random_int() << 1 | 1;
	reader->builder = event_builder_new();
	reader->safe = g_string_new(NULL);
	reader->text = g_string_new(NULL);
	return reader;
}

void event_xml_reader_free(struct event_xml_reader *reader)
{
	if (!reader)
		return;
	XML_ParserFree(reader->parser);
	event_builder_free(reader->builder);
	g_string_free(reader->safe, TRUE);
	g_string_free(reader->text, TRUE);
	g_free(reader);
}

/* As new, but for the memory that it has. */
static void reset(struct event_xml_reader *reader)
{
	XML_Parser parser = reader->parser;

	XML_ParserReset(parser, "UTF-8");
	XML_SetHashSalt(parser, reader->salt);
	XML_SetUserData(parser, reader);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	reader->bounded = true;
}

bool event_xml_read(struct event_xml_reader *reader, struct event *event, const char *xml,
		    size_t size, char **reason)
{
	if (plain_size(xml, xml + size) < size) {
		armour(reader->safe, xml, size);
		xml = reader->safe->str;
		size = reader->safe->len;
	}
	event_builder_begin(reader->builder, event);
	reset(reader);
	if (XML_Parse(reader->parser, xml, (int)size, XML_TRUE) != XML_STATUS_OK)
		*reason = describe_error(reader->parser);
	else if (!reader->bounded)
		*reason = g_strdup("more elements or fields than the bounds allow");
	else
		return true;
	return false;
}
