/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SNAPSHOT_SNAPSHOT_CIM_H
#define WH_SNAPSHOT_SNAPSHOT_CIM_H

#include "base/arena.h"
#include "export/json_tree.h"

/* What PowerShell says of an object's class beside its properties. Texts may be NULL. */
struct cim_class_name {
	const char *class_name;
	const char *superclass;
	const char *object_namespace; /* as it spells it */
	const char *server;
};

/*
 * Reads CimSystemProperties and CimClass of Get-CimInstance, both as an object, and CimClass as the
 * text "root/subscription:CLASS", which CSV and JSON that is not deep enough have; and the type
 * that CliXml has, "…ManagementObject#root\subscription\CLASS". False where none names a class.
 * Texts are the node's or the arena's.
 */
bool snapshot_cim_read(const struct json_node *row, struct arena *arena,
		       struct cim_class_name *out);

/* The path of an object that another refers to, and that stands in its place, in the arena; NULL:
 * it says too little. */
const char *snapshot_cim_make_path(const struct json_node *object, struct arena *arena);

#endif
