/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_YAML_PLAIN_H
#define WH_SIGMA_YAML_PLAIN_H

#include <stddef.h>

#include "sigma/yaml.h"

/*
 * Reads a text that is one map of block style, as nearly all rule files are, and gives the very
 * nodes that a full parser does. NULL where anything in it is of another kind, or wrong. The caller
 * frees the node, which borrows from `text`.
 */
struct yaml_node *yaml_plain_parse(const char *text, size_t length);

#endif
