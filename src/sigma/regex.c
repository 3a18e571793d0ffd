/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <glib.h>
#include <pcre2.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"

#define JIT_STACK_START (32 << 10)
#define TRIAL_LENGTH 128

/* Making machine code takes as long as interpreting some dozen texts; most regexes of most runs
 * see fewer. */
#define RUNS_INTERPRETED 16

struct regex {
	pcre2_code *code;
	unsigned runs; /* up to RUNS_INTERPRETED */
	bool is_prepared;
};

struct regex_runner {
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
};

static uint32_t compile_options(unsigned flags)
{
	return PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (flags & REGEX_CASELESS ? PCRE2_CASELESS : 0) |
	       (flags & REGEX_MULTILINE ? PCRE2_MULTILINE : 0) |
	       (flags & REGEX_DOTALL ? PCRE2_DOTALL : 0);
}

struct regex *regex_new(const char *text, unsigned flags, size_t *error_offset, char **error)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR message[256];
	struct regex *regex;
	pcre2_code *code;
	int number;

	/* Scripts in logs have either kind of line break, and the library's default differs. */
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, compile_options(flags),
			     &number, error_offset, context);
	pcre2_compile_context_free(context);
	if (!code) {
		pcre2_get_error_message(number, message, sizeof message);
		*error = g_strdup((const char *)message);
		return NULL;
	}
	regex = g_new0(struct regex, 1);
	regex->code = code;
	return regex;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_code_free(regex->code);
	g_free(regex);
}

struct regex_runner *regex_runner_new(void)
{
	struct regex_runner *runner = g_new0(struct regex_runner, 1);

	runner->context = pcre2_match_context_create(NULL);
	runner->data = pcre2_match_data_create(1, NULL);
	runner->stack = pcre2_jit_stack_create(JIT_STACK_START, WH_MATCH_HEAP, NULL);
	pcre2_set_match_limit(runner->context, WH_MATCH_LIMIT);
	pcre2_set_depth_limit(runner->context, WH_MATCH_DEPTH);
	pcre2_set_heap_limit(runner->context, WH_MATCH_HEAP >> 10);
	pcre2_jit_stack_assign(runner->context, NULL, runner->stack);
	return runner;
}

void regex_runner_free(struct regex_runner *runner)
{
	if (!runner)
		return;
	pcre2_jit_stack_free(runner->stack);
	pcre2_match_data_free(runner->data);
	pcre2_match_context_free(runner->context);
	g_free(runner);
}

void regex_prepare(struct regex *regex)
{
	/* It may fail (no machine code on this processor or in this sandbox): then PCRE2
	 * interprets. */
	if (!regex->is_prepared)
		pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
	regex->is_prepared = true;
}

static int match(const struct regex *regex, struct regex_runner *runner, const char *text,
		 size_t length)
{
	return pcre2_match(regex->code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_UTF_CHECK,
			   runner->data, runner->context);
}

enum regex_result regex_run(struct regex *regex, struct regex_runner *runner, const char *text,
			    size_t length, struct regex_span *out)
{
	const PCRE2_SIZE *offsets;
	int count;

	if (regex->runs == RUNS_INTERPRETED)
		regex_prepare(regex);
	else
		regex->runs++;
	count = match(regex, runner, text, length);
	/* Machine code counts fewer steps: what a text gives must not depend on the texts before.
	 */
	if (count < 0 && count != PCRE2_ERROR_NOMATCH && !regex->is_prepared) {
		regex_prepare(regex);
		count = match(regex, runner, text, length);
	}
	if (count == PCRE2_ERROR_NOMATCH)
		return REGEX_NO;
	if (count < 0)
		return REGEX_LIMIT;
	offsets = pcre2_get_ovector_pointer(runner->data);
	/* \K inside a lookahead can put the start after the end. */
	out->start = MIN(offsets[0], offsets[1]);
	out->end = MAX(offsets[0], offsets[1]);
	return REGEX_YES;
}

bool regex_get_first_bytes(const struct regex *regex, struct byte_set *out)
{
	const uint8_t *bitmap = NULL;

	if (pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTBITMAP, (void *)&bitmap) != 0 ||
	    !bitmap)
		return false;
	*out = (struct byte_set){{0}};
	for (unsigned byte = 0; byte < 256; byte++)
		if (bitmap[byte / 8] >> byte % 8 & 1)
			byte_set_add(out, (uint8_t)byte);
	return true;
}

/* The plain characters that the regex begins with. */
static GString *copy_prefix(const char *source)
{
	GString *prefix = g_string_new(NULL);

	if (*source == '^')
		source++;
	for (; g_ascii_isprint(*source); source++) {
		if (*source == '\\' && g_ascii_ispunct(source[1]))
			source++;
		else if (strchr("\\^$.[|()?*+{", *source))
			break;
		g_string_append_c(prefix, *source);
	}
	return prefix;
}

static bool tires_on(const struct regex *regex, struct regex_runner *runner, const GString *text)
{
	/* The interpreter counts every step; machine code counts only some. */
	int count = pcre2_match(regex->code, (PCRE2_SPTR)text->str, text->len, 0,
				PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, runner->data, runner->context);

	return count < 0 && count != PCRE2_ERROR_NOMATCH;
}

bool regex_can_tire(const struct regex *regex, const char *source)
{
	struct regex_runner *runner = regex_runner_new();
	g_autoptr(GString) text = copy_prefix(source);
	gsize start = text->len;
	bool tires = false;

	g_string_set_size(text, start + TRIAL_LENGTH);
	/* The end does not match, yet holds what a regex cannot match without. */
	g_string_append_c(text, '\n');
	for (char c = 1; c < 127; c++)
		g_string_append_c(text, c);
	pcre2_set_match_limit(runner->context, WH_TRIAL_LIMIT);
	for (char c = ' '; c <= '~' && !tires; c++) {
		memset(text->str + start, c, TRIAL_LENGTH);
		tires = tires_on(regex, runner, text);
	}
	regex_runner_free(runner);
	return tires;
}
