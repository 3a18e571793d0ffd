/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_INPUT_SOURCE_H
#define WH_MAP_INPUT_SOURCE_H

#include <glib.h>
#include <poll.h>
#include <stdbool.h>

#include "map/input_task.h"

/* Opens the inputs of a run, one after the other, as tasks; never waits for a path that does not
 * answer. */
struct input_source;

/* How files become inputs. */
struct input_kinds {
	bool reads_any; /* there is no kind of file that is left unread */
	bool in_parts; /* large logs are read in parts */
	bool repositories; /* the files of a WMI repository are one input */
	char *const *names; /* what each path is called, in their order; borrowed, NULL: as it is */
};

/* `paths` ends with NULL; `roots` are theirs; both borrowed. `timeout`: microseconds that a path
 * may take to open; 0: any. */
struct input_source *input_source_new(char *const *paths, struct root *roots,
				      const struct input_kinds *kinds, unsigned jobs,
				      gint64 timeout);
void input_source_free(struct input_source *source);

/* The next input's task, or one that is done, with a fault as its answer, for a path that cannot be
 * opened. NULL when none has come yet, or (*no_more) there are no more. */
struct input_task *input_source_next(struct input_source *source, bool *no_more);

/* An input of its tasks is read, or given up: closes and frees it. */
void input_source_close(struct input_source *source, struct input *input);

/* False while as many inputs are open as may be. */
bool input_source_has_room(const struct input_source *source);

/* For poll(): fills one descriptor, or none, and returns how many. */
unsigned input_source_get_descriptor(const struct input_source *source, struct pollfd *fd);

/* Some times a second: gives up a path that takes too long to open. */
void input_source_check_time(struct input_source *source);

#endif
