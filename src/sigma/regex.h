/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_REGEX_H
#define WH_SIGMA_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/byte_set.h"

/* A PCRE2 regex over valid UTF-8, searched for anywhere in a text. */
struct regex;

/* What running a regex needs beside it: limits and working memory. */
struct regex_runner;

enum regex_flag {
	REGEX_CASELESS = 1,
	REGEX_MULTILINE = 2, /* ^ and $ at line breaks too */
	REGEX_DOTALL = 4, /* . matches line breaks too */
};

enum regex_result {
	REGEX_NO,
	REGEX_YES,
	REGEX_LIMIT, /* gave up: see WH_MATCH_LIMIT */
};

struct regex_span {
	size_t start;
	size_t end;
};

/* Compiles; on failure NULL, with the offset of the trouble in `text` and a message that
 * the caller frees. */
struct regex *regex_new(const char *text, unsigned flags, size_t *error_offset, char **error);
void regex_free(struct regex *regex);

struct regex_runner *regex_runner_new(void);
void regex_runner_free(struct regex_runner *runner);

/* Compiles the regex to machine code, as running it often does: for who runs it where that is not
 * allowed. */
void regex_prepare(struct regex *regex);

/* Sets *out to bytes of which each text that the regex matches holds one; false when they are not
 * known. */
bool regex_get_first_bytes(const struct regex *regex, struct byte_set *out);

/* Finds the first match; *out is set for REGEX_YES only. */
enum regex_result regex_run(struct regex *regex, struct regex_runner *runner, const char *text,
			    size_t length, struct regex_span *out);

/*
 * Can the regex, compiled from `source`, take very long on a text that it does not match? It is
 * tried on texts that are made to tire it: true is sure, false is not.
 */
bool regex_can_tire(const struct regex *regex, const char *source);

#endif
