/* SPDX-License-Identifier: Apache-2.0 */
#include "export/text_record.h"

#include <string.h>

#include "base/text.h"
#include "event/event_xml.h"
#include "export/message.h"

#define FIRST_CHILD 512 /* bytes in which an event's first element begins */

/* Appends the character of a reference by number, escaped where it would be markup. */
static void append_reference(GString *out, guint64 c)
{
	if (c == '&')
		g_string_append(out, "&amp;");
	else if (c == '<')
		g_string_append(out, "&lt;");
	else
		text_append_code_point(out, (gunichar)c);
}

/* The end of a reference by number at `at`; NULL when it is none. */
static const char *read_reference(const char *at, const char *end, guint64 *out)
{
	bool is_hex = end - at > 3 && (at[2] == 'x' || at[2] == 'X');
	const char *digits = at + (is_hex ? 3 : 2);
	char *after;

	if (end - at < 4 || at[1] != '#' || !g_ascii_isxdigit(*digits))
		return NULL;
	*out = g_ascii_strtoull(digits, &after, is_hex ? 16 : 10);
	return after < end && *after == ';' && *out < 0x110000 ? after + 1 : NULL;
}

static bool has_reference(const char *at, const char *end)
{
	while ((at = memchr(at, '&', (size_t)(end - at))))
		if (++at < end && *at == '#')
			return true;
	return false;
}

/* The reader of event XML takes a reference by number for text, as in what libevtx writes. */
static void expand_references(GString *xml)
{
	GString *out;
	const char *at = xml->str, *end = at + xml->len;

	out = g_string_sized_new(xml->len);
	while (at < end) {
		guint64 c;
		const char *after = *at == '&' ? read_reference(at, end, &c) : NULL;

		if (after)
			append_reference(out, c);
		else
			g_string_append_c(out, *at);
		at = after ? after : at + 1;
	}
	g_string_truncate(xml, 0);
	g_string_append_len(xml, out->str, (gssize)out->len);
	g_string_free(out, TRUE);
}

/* A browser shows a dash before each element that can be folded. */
static void drop_dashes(GString *xml)
{
	char *to = xml->str;

	if (!strstr(xml->str, "\n"))
		return;
	for (const char *at = xml->str; *at; at++) {
		bool begins = at > xml->str && at[-1] == '\n';
		size_t blanks = begins ? strspn(at, " \t") : 0;

		if (begins && g_str_has_prefix(at + blanks, "- <"))
			at += blanks + 2;
		*to++ = *at;
	}
	g_string_truncate(xml, (gsize)(to - xml->str));
}

/* The time once more, for how many digits it has. */
static const char *find_time(struct draft *draft, const char *xml, size_t size)
{
	const char *at = memmem(xml, size, "SystemTime=", 11), *end = xml + size, *quote;

	at = at ? at + 11 : end;
	quote = at < end ? memchr(at + 1, *at, (size_t)(end - at - 1)) : NULL;
	if (!quote || quote - at > 64)
		return NULL;
	return arena_copy(draft->arena, at + 1, (size_t)(quote - at - 1));
}

bool text_record_read_xml(struct draft *draft, const char *text, size_t size, char **reason)
{
	bool has_dashes = memmem(text, MIN(size, FIRST_CHILD), "- <System", 9) != NULL;
	bool has_references = has_reference(text, text + size);
	g_autoptr(GString) xml = NULL;
	const char *time;

	if (has_dashes || has_references) {
		xml = g_string_new_len(text, (gssize)size);
		if (has_dashes)
			drop_dashes(xml);
		if (has_references)
			expand_references(xml);
		text = xml->str;
		size = xml->len;
	}
	if (!event_xml_read(draft->xml, draft->event, text, size, reason))
		return false;
	time = find_time(draft, text, size);
	draft_set_time(draft, time);
	draft_restore_python(draft, time);
	return true;
}

/* The value after `key` at the begin of a line before the message; NULL when there is none. */
static const char *get_value(struct draft *draft, const char *head, const char *key)
{
	g_autofree char *begin = g_strconcat("\n", key, "=", NULL);
	const char *found = strstr(head, begin);

	if (!found)
		return NULL;
	found += strlen(begin);
	return arena_copy(draft->arena, found, strcspn(found, "\r\n"));
}

/* Security's provider is named in words there. */
static void set_provider(struct draft *draft, const char *source)
{
	if (source && !strstr(source, "security auditing"))
		draft_set_text(draft, EVENT_PROVIDER, source);
}

void text_record_read_classic(struct draft *draft, const char *text, size_t size)
{
	g_autofree char *whole = text_from_bytes(text, size);
	char *message = strstr(whole, "\nMessage="), *end;
	g_autofree char *date = g_strndup(whole, strcspn(whole, "\r\n"));

	if (message)
		*message = '\0';
	set_provider(draft, get_value(draft, whole, "SourceName"));
	draft_set_number(draft, EVENT_ID, get_value(draft, whole, "EventCode"));
	draft_set_number(draft, EVENT_RECORD_ID, get_value(draft, whole, "RecordNumber"));
	draft_set_text(draft, EVENT_CHANNEL, get_value(draft, whole, "LogName"));
	draft_set_text(draft, EVENT_HOST, get_value(draft, whole, "ComputerName"));
	draft_set_text(draft, EVENT_USER_SID, get_value(draft, whole, "Sid"));
	draft_set_time(draft, date);
	if (!message)
		return;
	message += strlen("\nMessage=");
	/* Two line feeds: the record's own, and the one before the next record. */
	end = message + strlen(message);
	while (end > message && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	draft->message = arena_copy(draft->arena, message, (size_t)(end - message));
}
