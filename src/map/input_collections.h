/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_INPUT_COLLECTIONS_H
#define WH_MAP_INPUT_COLLECTIONS_H

#include "map/input_task.h"

/*
 * A collection that was unpacked says in files beside its results whose it is and of when
 * (map/collection_notes.h). A walk comes to them first; they go along with each result that may
 * need them.
 */
struct input_collections;

struct input_collections *input_collections_new(void);
void input_collections_free(struct input_collections *collections);

/* Takes note of a file that says something of its collection, by a descriptor of its own. */
void input_collections_note(struct input_collections *collections, const struct walk_file *file);

/* For a result of the collection at hand: a new input of it and those files, with descriptors of
 * its own, that takes over what the file has open. Its number is for the caller to set. NULL: it is
 * none. */
struct input *input_collections_make(const struct input_collections *collections,
				     const struct walk_file *file, struct root *root);

#endif
