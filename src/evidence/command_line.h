/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVIDENCE_COMMAND_LINE_H
#define WH_EVIDENCE_COMMAND_LINE_H

#include <glib.h>
#include <stdbool.h>

/*
 * Command lines as far as a template and what Windows made of it look the same: case folded,
 * without quotes, one space for many, the program without its folder and ".exe". The caller frees
 * the text.
 */
char *command_line_normalise(const char *text);

/* The file name of a path, without ".exe", case folded. The caller frees it. */
char *program_name(const char *path);

/* What a consumer would run, with its placeholders: %TEMP%, %TargetInstance.Name%. */
struct command_pattern;

/* NULL for a text that has nothing but placeholders: it would match anything. */
struct command_pattern *command_pattern_new(const char *text);
void command_pattern_free(struct command_pattern *pattern);

/* True when a normalised command line is the pattern's, whatever stands for placeholders. */
bool command_pattern_matches(const struct command_pattern *pattern, const char *normalised);

/* The name of the program that it starts; "" where a placeholder stands there. Borrowed. */
const char *command_pattern_get_program(const struct command_pattern *pattern);

#endif
