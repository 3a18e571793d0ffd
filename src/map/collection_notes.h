/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_COLLECTION_NOTES_H
#define WH_MAP_COLLECTION_NOTES_H

#include <stdbool.h>

#include "input/stream.h"
#include "repository/wmi_object.h"

/*
 * What a collection in an archive says of itself beside its results: Velociraptor's
 * client_info.json names the host, collection_context.json the time. Objects of results wait for
 * them, as they may come in any order.
 */
struct collection_notes;

struct collection_notes *collection_notes_new(void);

/* Whether an entry of that name is such a file, or one whose objects may wait. */
bool collection_notes_is_name(const char *name);
bool collection_notes_is_note(const char *name);

/* Reads such a file, of an archive or of a disk. */
void collection_notes_read(struct collection_notes *notes, struct reader *reader);

/* Takes a copy of an object that is to wait. False: it is of no collection, or needs nothing. */
bool collection_notes_hold(struct collection_notes *notes, const struct wmi_object *object);

/* Says what is known of the object's collection so far, for one that is in no archive: borrowed
 * until all is forgotten. */
void collection_notes_complete(const struct collection_notes *notes, struct wmi_object *object);

/* Gives what waits, completed, in the order it came, and forgets all; but what is of the archive
 * that the entry is in (NULL: of none). `path` is that of the input. */
void collection_notes_give(struct collection_notes *notes, const char *entry, const char *path,
			   void (*take)(void *context, const struct wmi_object *object),
			   void *context);

#endif
