/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_REPOSITORY_H
#define WH_REPOSITORY_REPOSITORY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "input/repository_name.h"
#include "input/stream.h"
#include "repository/wmi_object.h"

/* A file of a repository. */
struct repository_file {
	enum repository_role role;
	unsigned number; /* of a map: MAPPING2.MAP is 2 */
	struct stream *stream; /* borrowed; it has read_at, and says path and entry */
};

/* Which objects are wanted. Zero: those that a subscription is made of, its timers, the
 * registrations of consumers' providers, and those providers. */
struct object_wants {
	bool every; /* instances of any class */
	const char *class_name; /* instead: of this class and those that derive from it; or NULL */
	const char *object_namespace; /* only of this namespace (any case), or NULL */
};

/* Whether an object that was read before is one of them; for zero any is. */
bool object_wants_match(const struct object_wants *wants, const struct wmi_object *object);

struct repository_calls {
	/* Takes an object, borrowed for the call. */
	void (*take)(void *take_context, const struct wmi_object *object);
	void *take_context;
	/* Work goes on; about that many bytes were passed. May be NULL. */
	void (*progress)(void *context, uint64_t amount);
	void *context;
	const struct fault_sink *faults;
};

/*
 * Reads the files of one repository, of which any may be missing: what lives, then what was deleted
 * or was other before. What cannot be read is a fault, and the rest goes on.
 */
void repository_read(const struct repository_file *files, size_t count,
		     const struct object_wants *wants, const struct repository_calls *calls);

/* Finds objects of the classes that every Windows has in any bytes, by their content alone. Returns
 * how many. */
uint64_t repository_carve(struct reader *reader, const struct object_wants *wants,
			  const struct repository_calls *calls);

#endif
