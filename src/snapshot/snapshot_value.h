/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_SNAPSHOT_VALUE_H
#define WH_SNAPSHOT_SNAPSHOT_VALUE_H

#include "export/json_tree.h"
#include "repository/wmi_object.h"

/* What tools write of a property's value. */
enum value_reading {
	VALUE_WHOLE,
	VALUE_CUT, /* the tool left the end of it out */
	VALUE_LOST, /* it wrote a type's name instead */
};

/* The value of a node of JSON; borrows its texts, the rest is the arena's. */
enum value_reading snapshot_value_from_node(const char *property, const struct json_node *node,
					    struct arena *arena, struct cim_value *out);

/* The value that a text spells, as the property's kind has it: a number, a truth value, bytes of a
 * CreatorSID in any list, quoted texts in braces. Nothing is null. */
enum value_reading snapshot_value_from_text(const char *property, const char *text,
					    struct arena *arena, struct cim_value *out);

/* False for a text that is no value of that property: of another kind, or a query that begins as
 * none does. */
bool snapshot_value_may_be(const char *property, const char *text);

/* True for a member that PowerShell adds to an object's own. */
bool snapshot_value_is_added(const char *name);

/* True for a property of the classes that make up subscriptions (any case). */
bool snapshot_value_is_property(const char *name);

#endif
