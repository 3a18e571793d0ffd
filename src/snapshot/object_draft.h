/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_OBJECT_DRAFT_H
#define WH_SNAPSHOT_OBJECT_DRAFT_H

#include <glib.h>
#include <stdbool.h>

#include "base/arena.h"
#include "repository/wmi_object.h"

/* An object that is put together of what a text or a tool says of it. Texts that are given are
 * borrowed for as long as the object is used. */
struct object_draft {
	struct wmi_object object; /* all but derivation and properties is the caller's to fill */
	GArray *properties; /* struct cim_property */
	struct arena *arena; /* borrowed; outlives the object */
};

void object_draft_init(struct object_draft *draft, struct arena *arena);
void object_draft_release(struct object_draft *draft);

/* Begins an object of that class, of which nothing is known. */
void object_draft_begin(struct object_draft *draft, const char *class_name);

/* Adds a property, the first of its name in any case; one beyond WH_MAX_CIM_PROPERTIES is left
 * out. */
void object_draft_add(struct object_draft *draft, const char *name, const struct cim_value *value);

/* Adds a text; nothing for NULL. */
void object_draft_add_text(struct object_draft *draft, const char *name, const char *text);

/* Whether it has a property of that name, in any case. */
bool object_draft_has(const struct object_draft *draft, const char *name);

/*
 * The object, with its properties, and the classes that its class derives from as far as these are
 * Windows's own: after the `count` names at `between`, which the class is said to derive from, the
 * nearest first. Valid until the draft is begun anew.
 */
const struct wmi_object *object_draft_finish(struct object_draft *draft, const char *const *between,
					     uint32_t count);

/* The classes that a class of Windows's own derives from, the nearest first, NULL after the last;
 * NULL for a class that is not one of a subscription's. */
const char *const *object_class_ancestors(const char *class_name);

/* `CLASS.KEY="NAME"`, in the arena, as WMI spells paths. */
const char *object_path_make(const char *class_name, const char *key, const char *name,
			     struct arena *arena);

/* The name in an object path, in the arena; NULL when it is none, or has no name. */
const char *object_path_get_name(const char *path, struct arena *arena);

/*
 * Takes `\\HOST\root\subscription`, in any spelling, apart: the namespace as namespace_normalise()
 * has it, and the host, NULL where none is named or it is "."; both in the arena. NULL is fine.
 */
const char *object_namespace_split(const char *text, const char **host, struct arena *arena);

#endif
