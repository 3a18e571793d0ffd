/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/mof_reader.h"

#include <string.h>

#include "wmi/literal.h"

bool mof_is_name_char(char c)
{
	return g_ascii_isalnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

bool mof_is_word_char(char c)
{
	return mof_is_name_char(c) || c == '+' || c == '-' || c == '.' || c == '$';
}

static const char *after_comment(const struct mof_reader *r, const char *at)
{
	const char *end;

	if (!r->has_comments || at[0] != '/' || (at[1] != '/' && at[1] != '*'))
		return at;
	if (at[1] == '/')
		return at + strcspn(at, r->line_ends);
	end = strstr(at + 2, "*/");
	return end ? end + 2 : at + strlen(at);
}

const char *mof_after_blanks(const struct mof_reader *r, const char *at)
{
	for (const char *start = NULL; at != start;) {
		while (literal_is_blank(*at))
			at++;
		start = at;
		at = after_comment(r, at);
	}
	return at;
}

void mof_skip_blanks(struct mof_reader *r)
{
	r->at = mof_after_blanks(r, r->at);
}

void mof_skip_blanks_and_commas(struct mof_reader *r)
{
	mof_skip_blanks(r);
	while (*r->at == ',') {
		r->at++;
		mof_skip_blanks(r);
	}
}

bool mof_skip_comment(struct mof_reader *r)
{
	const char *start = r->at;

	r->at = after_comment(r, start);
	return r->at > start;
}

const char *mof_after_word(const char *at, const char *word)
{
	size_t length = strlen(word);

	if ((*at | 0x20) != *word || g_ascii_strncasecmp(at, word, length) != 0 ||
	    mof_is_name_char(at[length]))
		return NULL;
	return at + length;
}

const char *mof_after_instance_of(const struct mof_reader *r, const char *at)
{
	const char *after = mof_after_word(at, "instance");
	const char *next = after ? mof_after_blanks(r, after) : NULL;

	return next > after ? mof_after_word(next, "of") : NULL;
}

const char *mof_read_name(struct mof_reader *r)
{
	const char *start = r->at;

	while (mof_is_name_char(*r->at))
		r->at++;
	return r->at > start ? arena_copy(r->arena, start, (size_t)(r->at - start)) : NULL;
}

bool mof_skip_literal(struct mof_reader *r)
{
	bool closed;

	g_string_truncate(r->text, 0);
	r->at = literal_read(r->at, r->text, &closed);
	return closed;
}

void mof_skip_open(struct mof_reader *r, unsigned braces)
{
	while (*r->at) {
		if (*r->at == '"') {
			mof_skip_literal(r);
			continue;
		}
		if (mof_skip_comment(r))
			continue;
		if (*r->at == '{')
			braces++;
		else if (*r->at == '}' && braces-- <= 1)
			break;
		r->at++;
	}
	if (*r->at)
		r->at++;
}

void mof_skip_body(struct mof_reader *r)
{
	r->damages++;
	mof_skip_open(r, 0);
}

void mof_skip_statement(struct mof_reader *r)
{
	unsigned braces = 0;
	bool in_word = false;

	r->damages++;
	if (r->left_open > 0)
		return;
	while (*r->at) {
		if (*r->at == '"') {
			mof_skip_literal(r);
			continue;
		}
		if (mof_skip_comment(r)) {
			in_word = false;
			continue;
		}
		if (braces == 0 && (*r->at == '}' || (!in_word && mof_after_instance_of(r, r->at))))
			return;
		if (*r->at == ';' && braces == 0) {
			r->at++;
			return;
		}
		if (*r->at == '{')
			braces++;
		else if (*r->at == '}')
			braces--;
		in_word = mof_is_name_char(*r->at++);
	}
}

void mof_skip_qualifiers(struct mof_reader *r)
{
	while (*r->at == '[') {
		while (*r->at && *r->at != ']') {
			if (*r->at == '"')
				mof_skip_literal(r);
			else if (!mof_skip_comment(r))
				r->at++;
		}
		if (*r->at)
			r->at++;
		mof_skip_blanks_and_commas(r);
	}
}

void mof_skip_to_declaration(struct mof_reader *r)
{
	mof_skip_blanks_and_commas(r);
	while (*r->at == ';') {
		r->at++;
		mof_skip_blanks_and_commas(r);
	}
	mof_skip_qualifiers(r);
}
