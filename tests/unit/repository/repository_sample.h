/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_TESTS_REPOSITORY_SAMPLE_H
#define WH_TESTS_REPOSITORY_SAMPLE_H

#include <glib.h>
#include <stdbool.h>

#include "repository/repository.h"
#include "tests/support/memory_stream.h"

/* A repository in memory. */
struct repository_sample {
	GByteArray *bytes[WH_MAX_REPOSITORY_FILES];
	struct memory_stream streams[WH_MAX_REPOSITORY_FILES];
	struct repository_file files[WH_MAX_REPOSITORY_FILES];
	size_t count;
};

/* Unpacks an archive of the evidence, by its name; false when there is none. */
bool repository_sample_load(struct repository_sample *sample, const char *name);
void repository_sample_release(struct repository_sample *sample);

/* Adds a file, with a copy of its bytes, by its name. */
void repository_sample_add(struct repository_sample *sample, const char *name, const void *data,
			   size_t size);

/* The bytes of the file of that role and number; NULL: there is none. */
GByteArray *repository_sample_get(const struct repository_sample *sample, enum repository_role role,
				  unsigned number);

/* What is read from it: object lines (char*), and how many faults. The caller unrefs. */
GPtrArray *repository_sample_read(struct repository_sample *sample,
				  const struct object_wants *wants, unsigned *faults);

#endif
