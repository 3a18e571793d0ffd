/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_CLASS_PLAN_H
#define WH_CIMGEN_CLASS_PLAN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct fy_node;

enum cim_type_number {
	CIM_SINT16 = 2,
	CIM_SINT32 = 3,
	CIM_REAL32 = 4,
	CIM_REAL64 = 5,
	CIM_STRING = 8,
	CIM_BOOLEAN = 11,
	CIM_OBJECT = 13,
	CIM_SINT8 = 16,
	CIM_UINT8 = 17,
	CIM_UINT16 = 18,
	CIM_UINT32 = 19,
	CIM_SINT64 = 20,
	CIM_UINT64 = 21,
	CIM_DATETIME = 101,
	CIM_REFERENCE = 102,
	CIM_CHAR16 = 103,
	CIM_ARRAY = 0x2000,
	CIM_OVERRIDES = 0x4000,
};

struct property_plan {
	char *name;
	char *cim_name; /* "uint8", "ref:__EventFilter", "object:Win32_Process" */
	uint32_t type; /* CIM_ARRAY may be set */
	bool key;
	bool overrides; /* one of an ancestor */
	bool has_default; /* of its own; else `value` is what it inherits */
	struct fy_node *value; /* borrowed; NULL: none */
	struct fy_node *qualifiers; /* borrowed; may be NULL */
	uint16_t index;
	uint32_t offset;
	uint32_t level; /* how many ancestors the class has that declared it first */
};

/* A class as it is written. */
struct class_plan {
	char *name_space; /* in which it was defined */
	char *name;
	const struct class_plan *parent; /* borrowed; NULL: none */
	struct fy_node *qualifiers; /* borrowed; may be NULL */
	GPtrArray *own; /* struct property_plan */
	GPtrArray *all; /* by index, borrowed from here and from ancestors */
	uint32_t level;
	uint32_t slots; /* size of the values of all properties */
	uint64_t time; /* of its record */
};

/* All classes that have been defined. Older definitions stay, as classes may derive from them. */
struct class_set {
	GHashTable *by_name; /* NAMESPACE:CLASS, in capitals → borrowed from `plans` */
	GPtrArray *plans;
};

void class_set_init(struct class_set *classes);
void class_set_release(struct class_set *classes);

/* As Windows finds it: in the namespace, then among the system classes. NULL: there is none. */
const struct class_plan *class_set_find(const struct class_set *classes, const char *name_space,
					const char *name);

/* Reads {class, parent, qualifiers, properties}, and adds it. NULL and an error otherwise. */
struct class_plan *class_set_read(struct class_set *classes, const char *name_space,
				  struct fy_node *node, GError **error);

/* By name, any case; NULL: none. */
const struct property_plan *class_plan_find(const struct class_plan *plan, const char *name);
bool class_plan_has_key(const struct class_plan *plan);
/* The top-most class of the chain that has a key; the class itself without one. */
const struct class_plan *class_plan_key_root(const struct class_plan *plan);

/* Bytes that a value takes beside the others. */
uint32_t property_type_width(uint32_t type);

#endif
