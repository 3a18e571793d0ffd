/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_MODIFIER_H
#define WH_SIGMA_MODIFIER_H

#include <stdbool.h>
#include <stddef.h>

#include "sigma/encoding.h"
#include "sigma/lint.h"
#include "sigma/time_part.h"
#include "sigma/yaml.h"

/* How a value is compared with a field. */
enum comparison {
	COMPARE_EQUALS,
	COMPARE_CONTAINS,
	COMPARE_STARTSWITH,
	COMPARE_ENDSWITH,
	COMPARE_RE,
	COMPARE_EXISTS,
	COMPARE_CIDR,
	COMPARE_LT,
	COMPARE_LTE,
	COMPARE_GT,
	COMPARE_GTE,
};

/* The modifiers after a field name: "Destination|wide|base64offset|contains". */
struct modifiers {
	enum comparison comparison;
	enum time_part part;
	unsigned regex_flags; /* of re: enum regex_flag */
	struct encoding encoding;
	bool any; /* said, though it is the default */
	bool all;
	bool cased;
	bool negated; /* neq */
	bool windash;
	bool expand;
	bool refers; /* fieldref */
};

/* True for what compares numbers instead of texts. */
bool modifiers_are_numeric(const struct modifiers *modifiers);

/* Reads the modifiers of a key, of which the first `start` bytes are the field's name.
 * An unknown one, or two that do not go together, is an error in `lint`. What they mean:
 * Sigma specification, appendix "modifiers". */
bool modifiers_load(const struct yaml_node *key, size_t start, struct lint *lint,
		    struct modifiers *out);

#endif
