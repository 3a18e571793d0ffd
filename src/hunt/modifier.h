/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_HUNT_MODIFIER_H
#define WH_HUNT_MODIFIER_H

#include <stdbool.h>
#include <stddef.h>

#include "hunt/lint.h"
#include "hunt/yaml.h"

/* How a value is compared with a field. */
enum comparison {
	COMPARE_EQUALS,
	COMPARE_CONTAINS,
	COMPARE_STARTSWITH,
	COMPARE_ENDSWITH,
	COMPARE_RE,
	COMPARE_EXISTS,
	COMPARE_FIELDREF,
};

/* The modifiers behind a field name: "Destination|base64offset|contains". */
struct modifiers {
	enum comparison comparison;
	unsigned regex_flags; /* of re: enum regex_flag */
	bool all;
	bool cased;
	bool wide; /* utf16le */
	bool base64;
	bool base64_offset;
};

/* Reads the modifiers of a key, of which the first `start` bytes are the field's name.
 * An unknown one, or two that do not go together, is an error in `lint`. */
bool modifiers_load(const struct yaml_node *key, size_t start, struct lint *lint,
		    struct modifiers *out);

#endif
