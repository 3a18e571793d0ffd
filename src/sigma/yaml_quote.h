/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_YAML_QUOTE_H
#define WH_SIGMA_YAML_QUOTE_H

#include <glib.h>

/*
 * Appends any text as one YAML scalar in double quotes, on one line and of printable
 * characters only, so that nothing in it can end the scalar or reach a terminal raw.
 * Source: YAML 1.2.2, 5.7 "Escaped Characters", 7.3.1.
 */
void yaml_append_quoted(GString *out, const char *text);

/* The same for a value of a Sigma selection: its wildcards stand for themselves. */
void yaml_append_sigma(GString *out, const char *text);

#endif
