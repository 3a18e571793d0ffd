/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_OBJECT_MOF_H
#define WH_WMI_OBJECT_MOF_H

#include "repository/wmi_object.h"
#include "wmi/mof.h"

/*
 * The properties of an object of the repository as 5861 would have logged them: sorted by name,
 * without those that are null, and without defaults of its class but texts, so that the same
 * content has the same fingerprint wherever it was found. All is of the arena, but for texts, which
 * are borrowed.
 */
struct mof_property *mof_from_object(const struct wmi_object *object, struct arena *arena);

#endif
