/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_PACKED_H
#define WH_SIGMA_PACKED_H

#include <glib.h>
#include <stdint.h>

#include "sigma/yaml.h"

/*
 * The form that the packs have inside the program, so that a start need read no YAML: numbers,
 * texts and YAML nodes, one after another. The build writes it with the code that reads rules; it
 * is the program's own, so what reads it checks nothing.
 */

void packed_add_number(GByteArray *out, uint64_t number);

/* The text may be NULL. */
void packed_add_text(GByteArray *out, const char *text);

/* The node with all below it. */
void packed_add_node(GByteArray *out, const struct yaml_node *node);

/* Each reads what its counterpart wrote, and moves *at after it. A text is borrowed. */
uint64_t packed_take_number(const uint8_t **at);
const char *packed_take_text(const uint8_t **at);

/* One g_free() frees it and all below it; its texts are borrowed. It knows where nodes stand, but
 * not how their texts are written: yaml_node_locate() gives their start. */
struct yaml_node *packed_take_node(const uint8_t **at);

#endif
