/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CIMGEN_REPOSITORY_WRITE_H
#define WH_CIMGEN_REPOSITORY_WRITE_H

#include "class_plan.h"
#include "index_pages.h"
#include "record_write.h"

struct repository_options {
	enum repository_layout layout;
	uint64_t first_id; /* of the first checkpoint's map */
	uint64_t sequence; /* of that map */
	uint64_t keys_per_page;
	bool reuse_pages;
};

/* A repository that is being written: files in a folder. */
struct repository_writer {
	struct repository_options options;
	const char *folder; /* borrowed */
	struct class_set classes;
	struct object_pages objects;
	struct index_pages index;
	uint64_t session; /* FILETIME: when the service that writes now was started */
	uint64_t written; /* objects since then */
	uint32_t checkpoints;
};

bool repository_open(struct repository_writer *repository, const struct repository_options *options,
		     const char *folder, GError **error);
bool repository_close(struct repository_writer *repository, GError **error);

/* What follows is written by a service that was started then; the same time is no new start. */
void repository_set_session(struct repository_writer *repository, uint64_t time);

/* Each takes a step of a description; an object of the same key is replaced. */
bool repository_put_class(struct repository_writer *repository, const char *name_space,
			  struct fy_node *step, GError **error);
bool repository_put_instance(struct repository_writer *repository, const char *name_space,
			     struct fy_node *step, uint64_t turn, GError **error);
/* {delete: CLASS, key: {…}} */
bool repository_delete(struct repository_writer *repository, const char *name_space,
		       struct fy_node *step, GError **error);

/* Writes the tree and a map. `clean`: the flag of a map after which the service stopped. */
bool repository_checkpoint(struct repository_writer *repository, bool clean, GError **error);

#endif
