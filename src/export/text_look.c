/* SPDX-License-Identifier: Apache-2.0 */
#include "export/text_look.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

/*
 * How it works. What says where a record is from stands together, so names are sought around the
 * event's id first: fields of the event may have the same names. In a text of JSON a quote is
 * escaped, so a name in quotes stands in none.
 */

#define NEAR 1024 /* bytes around the id */
#define MAX_ID 128 /* of an object that an id stands in */

static const char *find_last(const char *text, const char *end, const char *name, size_t length)
{
	const char *found = NULL, *at = text;

	while ((at = memmem(at, (size_t)(end - at), name, length)))
		found = at++;
	return found;
}

enum { HOST, CHANNEL, RECORD_ID, TIMES, NAMES = TIMES + WH_LOOK_TIMES };

static_assert(NAMES <= WH_SOUGHT_NAMES, "one search finds all");

#define MAX_PLACES 4

/* Where one name stands. */
struct name_places {
	const char *at[MAX_PLACES];
	unsigned count;
};

/* The text of one record, while it is looked at. */
struct look_text {
	const char *begin, *end;
	const char *id; /* what stands before the event's id */
	const struct name_search *search; /* NULL: none, or it was made */
	bool has_places; /* each name's are all known */
	struct name_places places[NAMES];
};

static void prepare_search(struct text_hints *hints, const struct text_names *names)
{
	const char *const all[NAMES] = {names->host,	 names->channel,  names->record_id,
					names->times[0], names->times[1], names->times[2],
					names->times[3]};

	hints->names = names;
	hints->search = (struct name_search){0};
	hints->is_search = true;
	for (unsigned i = 0; i < NAMES; i++) {
		if (!all[i])
			continue;
		if (all[i][0] != '"')
			hints->is_search = false;
		else
			name_search_add(&hints->search, i, all[i]);
	}
}

/* Finds all names in one pass; false where one stands in too many places. */
static bool find_places(const struct name_search *search, struct look_text *text)
{
	const char *at = text->begin;
	unsigned names;

	while ((at = name_search_next(search, at, text->end, &names))) {
		for (; names; names &= names - 1) {
			struct name_places *places = &text->places[__builtin_ctz(names)];

			if (places->count == MAX_PLACES)
				return false;
			places->at[places->count++] = at;
		}
		at++;
	}
	return true;
}

#define SLACK 24 /* bytes by which what stands between may differ in length */

/* A search in some bytes, without what a search in many prepares. */
static const char *find_hinted(const struct look_text *text, ptrdiff_t hint, const char *name,
			       size_t length)
{
	ptrdiff_t first = text->begin - text->id, last = text->end - text->id - (ptrdiff_t)length;
	const char *at = text->id + MAX(hint - SLACK, first);
	const char *end = text->id + MIN(hint + SLACK, last);

	while (at <= end && (at = memchr(at, *name, (size_t)(end - at) + 1))) {
		if (memcmp(at, name, length) == 0)
			return at;
		at++;
	}
	return NULL;
}

/* The first of a name's places, or the last, that lies from `begin` on and ends by `end`. */
static const char *find_place(const struct name_places *places, const char *begin, const char *end,
			      size_t length, bool is_last)
{
	const char *found = NULL;

	for (unsigned i = 0; i < places->count && (is_last || !found); i++)
		if (places->at[i] >= begin && (size_t)(end - begin) >= length &&
		    places->at[i] <= end - length)
			found = places->at[i];
	return found;
}

/* A name of the search, which has that number there. All names are sought once one does not stand
 * where it stood last. */
static const char *find_between(struct look_text *text, unsigned number, const char *name,
				const char *begin, const char *end, bool is_last)
{
	size_t length = strlen(name);

	if (text->search) {
		text->has_places = find_places(text->search, text);
		text->search = NULL;
	}
	if (text->has_places)
		return find_place(&text->places[number], begin, end, length, is_last);
	return is_last ? find_last(begin, end, name, length)
		       : memmem(begin, (size_t)(end - begin), name, length);
}

/* What follows the name; NULL where it is not there. */
static const char *find_name(struct look_text *text, unsigned number, const char *name,
			     ptrdiff_t *hint)
{
	const char *id = text->id, *end = text->end;
	const char *after = end - id > NEAR ? id + NEAR : end;
	const char *before = id - text->begin > NEAR ? id - NEAR : text->begin;
	const char *found = *hint ? find_hinted(text, *hint, name, strlen(name)) : NULL;

	if (!found)
		found = find_between(text, number, name, id, after, false);
	if (!found)
		found = find_between(text, number, name, before, id, true);
	if (!found && after < end)
		found = find_between(text, number, name, id, end, false);
	if (!found && before > text->begin)
		found = find_between(text, number, name, text->begin, id, false);
	if (found)
		*hint = found - id;
	return found ? found + strlen(name) : NULL;
}

static bool stops(char c, char stop)
{
	return c == stop || c == '\0' || (stop == '\n' && c == '\r') ||
	       (stop == ',' && (c == '}' || g_ascii_isspace(c)));
}

/* Copies what is before `stop`; false for what is too long, spelled with escapes, or no UTF-8. */
static bool copy_value(const char *at, const char *end, char stop, char out[WH_LOOK_VALUE])
{
	size_t length = 0;
	char bits = 0;

	for (; at < end && !stops(*at, stop); at++) {
		/* A slash may be escaped, which says nothing. */
		if (*at == '\\' && at + 1 < end && at[1] == '/')
			continue;
		if (*at == '\\' || *at == '&' || (*at == '_' && at + 1 < end && at[1] == 'x') ||
		    length == WH_LOOK_VALUE - 1)
			return false;
		bits |= *at;
		out[length++] = *at;
	}
	out[length] = '\0';
	return at < end && *at && length > 0 &&
	       (!(bits & 0x80) || g_utf8_validate_len(out, length, NULL));
}

/* A value after a name in quotes: a text, or a number. */
static bool read_member(const char *at, const char *end, char out[WH_LOOK_VALUE])
{
	while (at < end && (g_ascii_isspace(*at) || *at == ':'))
		at++;
	if (at < end && *at == '"')
		return copy_value(at + 1, end, '"', out);
	return at < end && g_ascii_isdigit(*at) && copy_value(at, end, ',', out);
}

static bool read_value(const char *name, const char *at, const char *end, char out[WH_LOOK_VALUE])
{
	char last = *name ? name[strlen(name) - 1] : '\0';

	if (last == '"')
		return read_member(at, end, out);
	if (last == '>')
		return copy_value(at, end, '<', out);
	if (last == '=' && at < end && (*at == '"' || *at == '\''))
		return copy_value(at + 1, end, *at, out);
	return copy_value(at, end, '\n', out);
}

static bool find_value(struct look_text *text, unsigned number, const char *name, ptrdiff_t *hint,
		       char out[WH_LOOK_VALUE])
{
	const char *at = name && *name ? find_name(text, number, name, hint)
			 : name	       ? text->begin
				       : NULL;

	return at && read_value(name, at, text->end, out);
}

static bool find_times(const struct text_names *names, struct text_hints *hints,
		       struct look_text *text, struct text_look *out)
{
	char values[WH_LOOK_TIMES][WH_LOOK_VALUE];
	const char *found[WH_LOOK_TIMES] = {NULL};

	out->time[0] = '\0';
	if (!names->read_time)
		return find_value(text, TIMES, names->times[0], &hints->times[0], out->time);
	for (size_t i = 0; i < WH_LOOK_TIMES; i++)
		if (find_value(text, TIMES + (unsigned)i, names->times[i], &hints->times[i],
			       values[i]))
			found[i] = values[i];
	return found[0] && names->read_time(found, &out->read);
}

static bool read_number(const char *text, uint64_t *out)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &number, NULL))
		return false;
	*out = number;
	return true;
}

static const char *skip_set(const char *at, const char *end, const char *set)
{
	while (at < end && *at && strchr(set, *at))
		at++;
	return at;
}

/* A tab, as it is or escaped. */
static const char *skip_tabs(const char *at, const char *end)
{
	while (at < end &&
	       (*at == '\t' || *at == ' ' || (*at == '\\' && end - at > 1 && at[1] == 't')))
		at += *at == '\\' ? 2 : 1;
	return at;
}

static const char *skip_text(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0 ? at + length : at;
}

/* What follows a field's name has a value. `quote`: what texts stand in there, "" for an element or
 * a line of a message. */
static bool has_value(const char *at, const char *end, const char *quote)
{
	const char *value;

	/* EvtxECmd's payload. */
	if (quote[0] == '\\')
		at = skip_text(at, end, ",\\\"#text\\\"");
	at = skip_tabs(skip_set(at, end, ":> "), end);
	value = skip_text(at, end, quote);
	if (*quote)
		return value > at && value < end && skip_text(value, end, quote) == value;
	return at < end && !strchr("\"'<\r\n", *at) &&
	       !(*at == '\\' && end - at > 1 && strchr("rn\"", at[1]));
}

static bool has_command_line_after(const char *name, const char *text, const char *end)
{
	const char *at = text;

	while ((at = memmem(at, (size_t)(end - at), name, strlen(name)))) {
		const char *quote = "";

		at += strlen(name);
		if (at < end && (*at == '"' || *at == '\''))
			quote = end - at > 1 && at[1] == '>' ? "" : "\"", at++;
		else if (end - at > 1 && at[0] == '\\' && at[1] == '"')
			quote = "\\\"", at += 2;
		if (has_value(at, end, quote))
			return true;
	}
	return false;
}

/* As a member, an element, or in Windows's English words. */
static bool has_command_line(const char *text, const char *end)
{
	return has_command_line_after("ommandLine", text, end) ||
	       has_command_line_after("Process Command Line", text, end);
}

/* The event's id, after its name; false where that is not to be seen at once. */
static bool read_id(const char *at, const char *end, bool is_tag, uint32_t *out)
{
	static const char *const inner[] = {"\"Value\"", "\"#text\""};
	const char *found = NULL;
	uint32_t id = 0;

	if (is_tag)
		at = memchr(at, '>', (size_t)(end - at));
	else
		at = skip_set(at, end, " \t\r\n:\"");
	/* An id with its qualifiers. */
	for (size_t i = 0; at && at < end && *at == '{' && !found && i < G_N_ELEMENTS(inner); i++)
		found = memmem(at, MIN((size_t)(end - at), MAX_ID), inner[i], strlen(inner[i]));
	if (found)
		at = skip_set(strchr(found + 1, '"') + 1, end, " \t\r\n:\"");
	if (!at || (at += is_tag) >= end || !g_ascii_isdigit(*at))
		return false;
	for (; at < end && g_ascii_isdigit(*at) && id <= UINT16_MAX; at++)
		id = id * 10 + (uint32_t)(*at - '0');
	*out = id;
	return id <= UINT16_MAX;
}

bool text_look(const struct text_names *names, struct text_hints *hints, const char *before_id,
	       const char *text, size_t size, struct text_look *out)
{
	struct look_text look = {
		.begin = text,
		.end = text + size,
		.id = memmem(text, size, before_id, strlen(before_id)),
	};
	char number[WH_LOOK_VALUE];

	if (hints->names != names)
		prepare_search(hints, names);
	look.search = hints->is_search ? &hints->search : NULL;
	if (!look.id || !find_value(&look, HOST, names->host, &hints->host, out->host) ||
	    !find_value(&look, CHANNEL, names->channel, &hints->channel, out->channel) ||
	    !find_times(names, hints, &look, out) ||
	    !read_id(look.id + strlen(before_id), look.end, before_id[0] == '<', &out->event_id))
		return false;
	out->has_record_id =
		find_value(&look, RECORD_ID, names->record_id, &hints->record_id, number) &&
		read_number(number, &out->record_id);
	out->has_command_line = out->event_id == 4688 && has_command_line(text, look.end);
	return true;
}
