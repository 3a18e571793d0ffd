/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_CIM_VALUE_H
#define WH_REPOSITORY_CIM_VALUE_H

#include <stdbool.h>
#include <stdint.h>

enum cim_kind {
	CIM_NULL,
	CIM_FALSE,
	CIM_TRUE,
	CIM_NUMBER, /* `text` is its JSON */
	CIM_TEXT,
	CIM_ARRAY, /* of `count` values at `items` */
	CIM_OBJECT, /* of `count` properties; `text` is its class */
	CIM_KINDS
};

struct cim_property;

/* A property's value. Texts are text (base/text.h); all is borrowed. */
struct cim_value {
	enum cim_kind kind;
	bool is_default; /* the instance has none of its own: the class says it */
	uint32_t count;
	const char *text;
	union {
		const struct cim_value *items;
		const struct cim_property *properties;
	};
};

struct cim_property {
	const char *name;
	struct cim_value value;
};

#endif
