/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_DOCUMENTS_H
#define WH_SIGMA_DOCUMENTS_H

#include "sigma/yaml.h"

/*
 * Reads a rule file as yaml_parse() does, and carries out the `action` of documents:
 * `global` adds its keys to all rules after it, `reset` forgets them, `repeat` is the
 * rule before it with changes. What a rule says itself goes first. Filters and
 * correlations take no part. An id goes to the first rule that gets it: it must be unique.
 */
GPtrArray *documents_parse(const char *text, size_t length, struct lint *lint);

#endif
