/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/payload.h"

#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "wmi/base64_text.h"
#include "wmi/literal.h"
#include "wmi/mof.h"

#define WORD_MAX 16 /* letters: "FromBase64String", longer than "EncodedCommand" */
#define BASE64_MAX (4 * WH_MAX_DECODED_SIZE) /* UTF-16 shrinks by half */

struct decoder {
	GPtrArray *out;
	GHashTable *seen; /* the strings of `out`; NULL before the first */
	size_t size; /* of them all */
	unsigned found;
	size_t work; /* base64 characters read */
};

/* cmd.exe drops carets and quotes inside a word, PowerShell backticks. */
static bool is_ignored(char c)
{
	return c == '^' || c == '`' || c == '"' || c == '\'';
}

static size_t dash_length(const char *at)
{
	if (*at == '-' || *at == '/')
		return 1;
	/* U+2013 to U+2015: PowerShell takes en dash, em dash and horizontal bar for "-". */
	return g_str_has_prefix(at, "\xE2\x80") && at[2] >= '\x93' && at[2] <= '\x95' ? 3 : 0;
}

/* PowerShell takes U+2018 to U+201E for quotes. */
static bool is_curly_quote(const char *at)
{
	return g_str_has_prefix(at, "\xE2\x80") && at[2] >= '\x98' && at[2] <= '\x9E';
}

/* Reads a word with what shells ignore inside it; `word` is lower case, "" when too long. */
static const char *read_word(const char *at, char word[WORD_MAX + 1])
{
	size_t length = 0;

	for (; g_ascii_isalnum(*at) || is_ignored(*at); at++) {
		if (is_ignored(*at))
			continue;
		if (length == WORD_MAX) {
			length = 0;
			break;
		}
		word[length++] = g_ascii_tolower(*at);
	}
	word[length] = '\0';
	return at;
}

/* After any form of -EncodedCommand; NULL when none stands at `at`. */
static const char *after_option(const char *at)
{
	char word[WORD_MAX + 1];
	size_t dash = dash_length(at);

	if (!dash)
		return NULL;
	at = read_word(at + dash, word);
	if (!*word || (!g_str_has_prefix("encodedcommand", word) && strcmp(word, "ec") != 0))
		return NULL;
	return at;
}

/* After what may stand before an argument, blanks to brackets; *quoted: after a quote. */
static const char *skip_openers(const char *at, bool *quoted)
{
	*quoted = false;
	for (;;) {
		if (is_curly_quote(at)) {
			*quoted = true;
			at += 3;
		} else if (*at && (literal_is_blank(*at) || strchr(":=\"'^`\\&(@", *at))) {
			*quoted |= *at == '"' || *at == '\'';
			at++;
		} else {
			return at;
		}
	}
}

/* After FromBase64String and the bracket or quote that must follow; also "…".Invoke(. */
static const char *after_call(const char *at)
{
	char word[WORD_MAX + 1];
	const char *next;

	if ((*at | 0x20) != 'f')
		return NULL;
	at = read_word(at, word);
	if (strcmp(word, "frombase64string") != 0)
		return NULL;
	while (*at && strchr(" ).", *at))
		at++;
	next = read_word(at, word);
	if (strcmp(word, "invoke") == 0)
		at = next;
	return at;
}

/* "…" + "…", and VBScript's "…" & _ "…": the place after the second opening quote, or NULL. */
static const char *after_join(const char *at)
{
	if (*at != '"' && *at != '\'')
		return NULL;
	for (at++; literal_is_blank(*at);)
		at++;
	if (*at != '+' && *at != '&')
		return NULL;
	for (at++; literal_is_blank(*at) || *at == '_';)
		at++;
	return *at == '"' || *at == '\'' ? at + 1 : NULL;
}

/* Reads base64 with what .NET and the shells ignore inside it; returns its end. */
static const char *read_base64(const char *at, bool quoted, GString *out)
{
	while (*at && out->len < BASE64_MAX) {
		const char *joined = after_join(at);

		if (g_ascii_isalnum(*at) || *at == '+' || *at == '/')
			g_string_append_c(out, *at++);
		else if (joined)
			at = joined;
		else if (*at == '^' || *at == '`' || (quoted && literal_is_blank(*at)))
			at++;
		else
			break;
	}
	while (*at == '=')
		at++;
	return at;
}

static void add_text(struct decoder *decoder, char *text)
{
	if (!decoder->seen)
		decoder->seen = g_hash_table_new(g_str_hash, g_str_equal);
	if (decoder->found == WH_MAX_DECODED_COUNT || g_hash_table_contains(decoder->seen, text)) {
		g_free(text);
		return;
	}
	g_hash_table_add(decoder->seen, text);
	decoder->found++;
	decoder->size += strlen(text);
	g_ptr_array_add(decoder->out, text);
}

/*
 * Tries the payload whose introduction ends at `at`. Returns where to search on:
 * after a payload, but inside what was none, for another may stand there.
 */
static const char *try_payload(struct decoder *decoder, const char *at, bool is_command)
{
	g_autoptr(GString) base64 = g_string_new(NULL);
	bool quoted;
	const char *start = skip_openers(at, &quoted);
	const char *end;
	char *text;

	if (is_command ? start == at && !is_ignored(at[-1]) : !quoted)
		return at;
	end = read_base64(start, quoted, base64);
	decoder->work += (size_t)(end - at);
	text = base64_decode_text(base64->str, base64->len, is_command,
				  WH_MAX_DECODED_SIZE - decoder->size);
	if (text)
		add_text(decoder, text);
	return text || decoder->work > WH_MAX_DECODE_WORK ? end : at;
}

static void search(struct decoder *decoder, const char *text)
{
	const char *at = text;

	while (decoder->size < WH_MAX_DECODED_SIZE) {
		const char *option, *call;

		at += strcspn(at, "-/fF\xE2");
		if (!*at)
			return;
		option = after_option(at);
		call = option ? NULL : after_call(at);
		if (option || call)
			at = try_payload(decoder, option ? option : call, option != NULL);
		else
			at++;
	}
}

static void search_value(struct decoder *decoder, const struct mof_value *value);

static void search_properties(struct decoder *decoder, const struct mof_property *property)
{
	for (; property; property = property->next)
		search_value(decoder, property->value);
}

static void search_value(struct decoder *decoder, const struct mof_value *value)
{
	if (value->type == MOF_STRING)
		search(decoder, value->text);
	for (const struct mof_value *element = value->elements; element; element = element->next)
		search_value(decoder, element);
	if (value->instance)
		search_properties(decoder, value->instance->properties);
}

static void decoder_init(struct decoder *decoder, GPtrArray *out)
{
	*decoder = (struct decoder){.out = out};
}

/* Searches what was found, level by level, so that outer payloads stand first. */
static void finish(struct decoder *decoder, guint start)
{
	for (int depth = 1; depth < WH_MAX_DECODE_DEPTH; depth++) {
		guint end = decoder->out->len;

		for (guint i = start; i < end; i++)
			search(decoder, decoder->out->pdata[i]);
		start = end;
	}
	g_clear_pointer(&decoder->seen, g_hash_table_unref);
}

void payload_decode(const char *text, GPtrArray *out)
{
	struct decoder decoder;
	guint start = out->len;

	decoder_init(&decoder, out);
	search(&decoder, text);
	finish(&decoder, start);
}

GPtrArray *payload_decode_consumer(const struct wmi_consumer *consumer)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	struct decoder decoder;

	decoder_init(&decoder, out);
	search_properties(&decoder, consumer->properties);
	finish(&decoder, 0);
	return out;
}
