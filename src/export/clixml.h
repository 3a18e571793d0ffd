/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_CLIXML_H
#define WH_EXPORT_CLIXML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "export/json_tree.h"

/*
 * PowerShell's CliXml, as Export-Clixml writes it: <Objs> of
 * http://schemas.microsoft.com/powershell/2004/04 with an <Obj> for each object. This is the
 * reading of one file of it, whose objects may name types that earlier ones had.
 */
struct clixml;

struct clixml *clixml_new(void);
void clixml_free(struct clixml *clixml); /* NULL is fine */

#define WH_CLIXML_TYPES "#types"
#define WH_CLIXML_TEXT "#text"

/*
 * Reads one Obj element, which is the whole text, UTF-8, as a node, all of it in the arena or,
 * until the next call, the reader's: what has properties or notes, and a dictionary: an object, of
 * which each is a member. Before them are a list WH_CLIXML_TYPES of the names of its types, its own
 * first, as "Deserialized.System.Management.ManagementObject#root\subscription\__EventFilter", and
 * what its ToString() gave as WH_CLIXML_TEXT, where the file has them; a list, an array; up to some
 * KiB of bytes, one of numbers; what was cut off because it is deep inside: the text that its
 * ToString() gave; a value: a number, a truth value, null, or a text with PowerShell's escapes
 * undone. A reference to an object in the same text is that object. NULL where it is broken:
 * *problem is then a literal.
 */
const struct json_node *clixml_read(struct clixml *clixml, const char *text, size_t size,
				    struct arena *arena, const char **problem);

/* True for a text that begins as CliXml. */
bool clixml_begins(const char *text, size_t size);

#endif
