/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_RECORD_WRITE_H
#define WH_CIMGEN_RECORD_WRITE_H

#include "../evtxgen/value.h"
#include "class_plan.h"
#include "hashed_name.h"

/* What a record is written with. */
struct record_writer {
	enum repository_layout layout;
	const struct class_set *classes;
	const char *name_space;
	struct moment moment; /* what {n} and {time} in texts stand for */
};

/* A record's bytes; the caller frees them. NULL and an error when a value is none of its type. */
GByteArray *record_write_class(const struct record_writer *writer, const struct class_plan *plan,
			       GError **error);
/* `node`: {properties, qualifiers, property_qualifiers}, each optional. */
GByteArray *record_write_instance(const struct record_writer *writer, const struct class_plan *plan,
				  struct fy_node *node, GError **error);
/* What stands under the key of an object that a reference names: who refers to it. */
GByteArray *record_write_reference(const struct record_writer *writer, const char *class_name,
				   const char *property, const char *path);

/* The values of key properties, in the order of their names, as the index hashes them. */
GByteArray *record_key_text(const struct record_writer *writer, const struct class_plan *plan,
			    struct fy_node *properties, GError **error);
/* The text of a value as UTF-16LE. NULL and an error when it is none. */
GByteArray *record_value_text(const struct record_writer *writer, struct fy_node *node,
			      GError **error);

#endif
