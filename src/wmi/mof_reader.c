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

void mof_skip_blanks(struct mof_reader *r)
{
	while (literal_is_blank(*r->at))
		r->at++;
}

void mof_skip_blanks_and_commas(struct mof_reader *r)
{
	while (literal_is_blank(*r->at) || *r->at == ',')
		r->at++;
}

const char *mof_after_instance_of(const char *at)
{
	if ((*at | 0x20) != 'i' || g_ascii_strncasecmp(at, "instance", 8) != 0 ||
	    !literal_is_blank(at[8]))
		return NULL;
	for (at += 8; literal_is_blank(*at);)
		at++;
	if (g_ascii_strncasecmp(at, "of", 2) != 0 || mof_is_name_char(at[2]))
		return NULL;
	return at + 2;
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

void mof_skip_body(struct mof_reader *r)
{
	unsigned braces = 0;

	r->damages++;
	while (*r->at) {
		if (*r->at == '"') {
			mof_skip_literal(r);
			continue;
		}
		if (*r->at == '{')
			braces++;
		else if (*r->at == '}' && braces-- <= 1)
			break;
		r->at++;
	}
	if (*r->at)
		r->at++;
}

void mof_skip_statement(struct mof_reader *r)
{
	unsigned braces = 0;
	bool in_word = false;

	r->damages++;
	for (; *r->at; r->at++) {
		while (*r->at == '"')
			mof_skip_literal(r);
		if (*r->at == '\0' || (*r->at == '}' && braces == 0) ||
		    (!in_word && braces == 0 && mof_after_instance_of(r->at)))
			return;
		if (*r->at == ';' && braces == 0) {
			r->at++;
			return;
		}
		if (*r->at == '{')
			braces++;
		else if (*r->at == '}')
			braces--;
		in_word = mof_is_name_char(*r->at);
	}
}

void mof_skip_qualifiers(struct mof_reader *r)
{
	while (*r->at == '[') {
		while (*r->at && *r->at != ']') {
			if (*r->at == '"')
				mof_skip_literal(r);
			else
				r->at++;
		}
		if (*r->at)
			r->at++;
		mof_skip_blanks_and_commas(r);
	}
}
