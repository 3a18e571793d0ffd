/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_OBJECT_READER_H
#define WH_MAP_OBJECT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/unpack.h"
#include "map/file_head.h"
#include "map/mapper.h"
#include "map/protocol.h"
#include "run/worker.h"

/* What a worker does with WMI repositories: their objects become answers. */
struct object_reader;

/* Borrows the settings, which have `objects`, and the calls, whose faults and progress it uses. */
struct object_reader *object_reader_new(const struct map_settings *settings,
					const struct unpack_calls *calls);

/* Begins a task on the input of that path; borrows both until object_reader_end(), which reads
 * what is still to be read. */
void object_reader_begin(struct object_reader *objects, const struct work *work, const char *path);
void object_reader_end(struct object_reader *objects);

/* Comes to a file or entry: reads what came before it in archives that it is not in. True when it
 * is named like a file of a repository. */
bool object_reader_reach(struct object_reader *objects, const struct stream *stream);

/* Whether the file of that name is one of a repository's. */
bool object_reader_is_name(const char *name, size_t length);

/* Unpacks such a file, to be read together with others. */
void object_reader_keep(struct object_reader *objects, struct reader *reader);

/* Carves objects out of any bytes; returns how many. */
uint64_t object_reader_carve(struct object_reader *objects, struct reader *reader);

/* Reads a file of bid_mof(), bid_snapshot() or bid_note(); returns how many objects it has. */
uint64_t object_reader_read_told(struct object_reader *objects, struct reader *reader,
				 const struct file_head *head,
				 void (*at_piece)(void *context, uint64_t offset, size_t size));

/* Files that are read together by their descriptors, `names` (with a NUL each, `size` bytes) being
 * their paths: those of a repository, of which one that is something else is unpacked; or a result
 * of a collection, and what says whose that is. */
void object_reader_read_folder(struct object_reader *objects, const char *names, size_t size,
			       struct unpacker *unpacker, bool named);

/* Answers an object that was read from a line, if it is wanted. */
void object_reader_take_line(struct object_reader *objects, const struct wmi_object *object);

#endif
