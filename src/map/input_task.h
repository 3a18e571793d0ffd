/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_MAP_INPUT_TASK_H
#define WH_MAP_INPUT_TASK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/walk.h"
#include "map/log_word.h"
#include "map/protocol.h"
#include "run/pool.h"

/* A path that was given. */
struct root {
	bool has_input;
	bool has_log;
	bool is_explained; /* that there is none */
};

/* A file that was opened; its tasks share it. */
struct input {
	char *path; /* text */
	int fd;
	GArray *more; /* int: of further volumes or files; NULL: it is of one piece */
	GByteArray *names; /* of files read together: the path of each, with a NUL; NULL: none */
	uint64_t number;
	uint64_t size; /* of what can be read at any offset */
	bool is_pipe;
	/* By its name: /dev/null is no empty file, which a run that finds no event writes. */
	bool is_device;
	bool named;
	struct root *root; /* borrowed */
	uint64_t group; /* of its tasks */
	struct log_word *word; /* of a log that is read in parts; NULL: none */
	unsigned tasks;
	unsigned crashes;
	unsigned asked; /* passwords, of a person */
	struct spent spent; /* by its tasks that are finished */
	bool is_over; /* more was unpacked than may be: what follows is left out */
};

/* Takes over what the file has open; borrows `root`. It has no tasks so far. */
struct input *input_new(const struct walk_file *file, struct root *root, uint64_t number);

/* Files that are read together, as those of a repository, of which `file` opened the first and has
 * the rest in `more`; `paths` (char*, bytes) are copied. Its number is for the caller to set. */
struct input *input_new_of_files(const struct walk_file *file, const GPtrArray *paths,
				 struct root *root);

/* Descriptors that the input holds. */
uint64_t input_count_files(const struct input *input);

/* Closes and frees. */
void input_free(struct input *input);

/* What a worker is asked to do with an input, or with a part of it. */
struct input_task {
	struct task task;
	struct input *input;
	struct request request;
	struct input_task *last_part; /* of those split off */
	bool was_split; /* before its worker died */
	struct spent spent; /* what was unpacked for it */
	struct spent before; /* of that, by workers that died */
	unsigned passwords; /* typed ones that its worker was given */
};

/* A task for the whole of the input, without a request so far. */
struct input_task *input_task_new(struct input *input);

/* A task for a part of it: `count` bytes from `first` on of a log. */
struct input_task *input_task_new_log_part(struct input *input, uint64_t first, uint64_t count,
					   bool is_open);

/* Makes the request's bytes of task->request; `rest` is what it says of a pipe, or NULL. */
void input_task_set_request(struct input_task *task, const uint8_t *rest);

/* Adds a fault to its answers. */
void input_task_answer_fault(struct input_task *task, const struct fault *fault);

#endif
