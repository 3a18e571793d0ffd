/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTXGEN_VALUE_READ_H
#define WH_EVTXGEN_VALUE_READ_H

#include "value.h"
#include "yaml_read.h"

/*
 * A value as a description gives it: text, {type, value} (type[] with a list of values), or one of
 * the forms that make text ({utf16}, {join}, {fill, times}, {base64_utf16}). It is finished.
 */
struct value *value_read(struct fy_node *node, bool terminated, GError **error);

/* The same for a value whose type is known beforehand. */
struct value *value_read_typed(struct fy_node *node, uint8_t type, GError **error);

/* Text that is the same in each record, as UTF-16LE; NULL and an error when it is not. */
GByteArray *value_read_fixed(struct fy_node *node, GError **error);

#endif
