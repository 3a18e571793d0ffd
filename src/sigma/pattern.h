/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_PATTERN_H
#define WH_SIGMA_PATTERN_H

#include "base/byte_set.h"
#include "evtx/field_text.h"
#include "sigma/modifier.h"
#include "sigma/regex.h"
#include "sigma/yaml.h"

/* One value of a rule, ready to be held against the texts of fields. */
struct pattern;

/* Compiles a value. NULL, with an error in `lint`, when that is not possible; NULL without
 * an error, counted in lint->placeholders, when it names a placeholder. */
struct pattern *pattern_load(const struct yaml_node *value, const struct modifiers *modifiers,
			     struct lint *lint);
void pattern_free(struct pattern *pattern);

/* Texts (struct field_text, without a field) of which each text that meets the pattern holds one;
 * NULL where that is not known. Borrowed. */
const GArray *pattern_get_texts(const struct pattern *pattern);

/* The one text that meets the pattern, in lower case unless it is cased; NULL where others do,
 * too. Borrowed. */
const char *pattern_get_exact(const struct pattern *pattern);

/* True where it is known that no text of ASCII alone meets the pattern. */
bool pattern_is_beyond_ascii(const struct pattern *pattern);

/* Makes ready what is otherwise made when the pattern is first used. */
void pattern_prepare(const struct pattern *pattern);

/* May a text meet the pattern that consists of these bytes, to which byte_set_add_lower() was
 * applied? */
bool pattern_may_be_in(const struct pattern *pattern, const struct byte_set *bytes);

/* Sets *out to what of the text meets the pattern; it may be empty. */
enum regex_result pattern_find(const struct pattern *pattern, struct regex_runner *runner,
			       const char *text, size_t length, struct regex_span *out);

#endif
