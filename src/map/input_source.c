/* SPDX-License-Identifier: Apache-2.0 */
#include "map/input_source.h"

#include <errno.h>
#include <string.h>

#include "archive/libarchive_stream.h"
#include "base/limits.h"
#include "input/walker.h"
#include "map/input_collections.h"
#include "map/input_groups.h"
#include "map/input_repositories.h"
#include "map/log_parts.h"
#include "run/process.h"
#include "map/unread.h"

/* Files that may come before they are asked for one by one. */
#define AHEAD 32u

struct input_source {
	struct walker *walker;
	struct input_groups *groups;
	struct input_repositories *repositories; /* NULL: they are no inputs of their own */
	struct input_collections *collections; /* so */
	GQueue waiting; /* struct input_task*: made already */
	struct root *roots;
	char *const *paths;
	char *const *names; /* of these; NULL: as they are */
	GString *named; /* the path of the file at hand, by its name */
	bool reads_any;
	bool is_unpacker_loaded;
	bool in_parts;
	struct log_parts parts; /* of the log at hand */
	struct input_task *next_part; /* NULL: none is at hand */
	uint64_t inputs;
	uint64_t open_files; /* of inputs at hand */
	uint64_t most_files;
	unsigned due; /* files that were asked for */
	bool waits; /* for the walker */
	gint64 timeout;
	uint64_t steps; /* the walker's, when they last changed */
	gint64 moved; /* when that was */
};

/* What a process may open, but for what workers, outputs and rules need, and what comes ahead. */
static uint64_t get_most_files(unsigned jobs)
{
	const uint64_t others = 66 + 8 * (uint64_t)jobs + AHEAD;
	const uint64_t most = process_allow_files();

	/* At least one at a time. */
	return most > others ? most - others : 1;
}

struct input_source *input_source_new(char *const *paths, struct root *roots,
				      const struct input_kinds *kinds, unsigned jobs,
				      gint64 timeout)
{
	struct input_source *source = g_new0(struct input_source, 1);

	source->most_files = get_most_files(jobs);
	source->walker = walker_new(paths, true);
	source->groups = input_groups_new();
	source->roots = roots;
	source->paths = paths;
	source->names = kinds->names;
	source->named = g_string_new(NULL);
	source->reads_any = kinds->reads_any;
	source->in_parts = kinds->in_parts;
	source->repositories = kinds->repositories ? input_repositories_new() : NULL;
	source->collections = kinds->repositories ? input_collections_new() : NULL;
	source->timeout = timeout;
	source->moved = g_get_monotonic_time();
	return source;
}

void input_source_close(struct input_source *source, struct input *input)
{
	source->open_files -= input_count_files(input);
	input_free(input);
}

static void drop(struct input_source *source, struct input_task *task)
{
	struct input *input = task->input;

	g_byte_array_unref(task->task.answers);
	if (task->task.request)
		g_byte_array_unref(task->task.request);
	g_free(task);
	if (--input->tasks == 0)
		input_source_close(source, input);
}

void input_source_free(struct input_source *source)
{
	struct input_task *task;

	if (source->next_part)
		drop(source, source->next_part);
	while ((task = g_queue_pop_head(&source->waiting)) != NULL)
		drop(source, task);
	if (source->repositories)
		input_repositories_free(source->repositories);
	if (source->collections)
		input_collections_free(source->collections);
	walker_free(source->walker);
	g_string_free(source->named, TRUE);
	input_groups_free(source->groups);
	g_free(source);
}

static struct input *open_input(struct input_source *source, const struct walk_file *file)
{
	struct root *root = &source->roots[file->root];
	struct input *input = source->collections
				      ? input_collections_make(source->collections, file, root)
				      : NULL;
	bool may_unpack = true;

	if (!input)
		input = input_new(file, root, 0);
	input->number = ++source->inputs;
	source->open_files += input_count_files(input);
	if (input->is_pipe || input->more)
		input->group = input_groups_add(source->groups);
	else
		input->group =
			input_groups_find(source->groups, input, source->reads_any, &may_unpack);
	/* In the sandbox of a worker that is started later, nothing can be loaded. */
	if (may_unpack && !source->is_unpacker_loaded)
		source->is_unpacker_loaded = libarchive_load();
	return input;
}

/* A path that cannot be opened is a task that is done, so that its fault has its turn. */
static struct input_task *problem_task_new(struct input_source *source,
					   const struct walk_file *file)
{
	g_autofree char *what =
		file->error ? g_strdup_printf("%s: %s", file->problem, g_strerror(file->error))
			    : g_strdup(file->problem);
	const struct fault fault = {.code = file->is_special  ? FAULT_LINK
					    : file->is_volume ? FAULT_VOLUME_MISSING
							      : FAULT_UNREADABLE,
				    .what = what};
	struct input_task *task = input_task_new(open_input(source, file));

	input_task_answer_fault(task, &fault);
	return task;
}

/* A walk whose process ended goes on after the path that it was at. */
static bool go_on(struct input_source *source)
{
	uint64_t steps;

	if (!walker_at(source->walker, &steps))
		return false;
	walker_skip(source->walker, "the process that was to open it ended");
	return true;
}

/* A path that was given, or what stands below it, by the name that was given to it. */
static void rename_file(struct input_source *source, struct walk_file *file)
{
	const char *path = source->paths[file->root];
	const char *rest = g_str_has_prefix(file->path, path) ? file->path + strlen(path) : "";

	g_string_assign(source->named, source->names[file->root]);
	if (*rest && *rest != '/' && !g_str_has_suffix(source->named->str, "/"))
		g_string_append_c(source->named, '/');
	g_string_append(source->named, rest);
	file->path = source->named->str;
}

static bool take_file(struct input_source *source, struct walk_file *file, bool *no_more)
{
	if (source->due < AHEAD / 2) {
		walker_ask(source->walker, AHEAD - source->due);
		source->due = AHEAD;
	}
	switch (walker_take(source->walker, file)) {
	case WALKER_FILE:
		source->due--;
		if (source->names)
			rename_file(source, file);
		return true;
	case WALKER_WAIT:
		source->waits = true;
		return false;
	case WALKER_FAILED:
		source->waits = true;
		*no_more = !go_on(source);
		return false;
	default:
		*no_more = true;
		return false;
	}
}

static bool is_in_parts(struct input_source *source, const struct input *input)
{
	return source->in_parts && !input->is_pipe && !input->more &&
	       log_parts_begin(&source->parts, input->fd, input->size, WH_LOG_PART);
}

static struct input_task *make_part(struct input_source *source, struct input *input)
{
	uint64_t first, count;

	return log_parts_next(&source->parts, &first, &count)
		       ? input_task_new_log_part(input, first, count, source->parts.is_open)
		       : NULL;
}

/* While a part waits, its input stays open. */
static struct input_task *take_part(struct input_source *source)
{
	struct input_task *task = g_steal_pointer(&source->next_part);

	source->next_part = make_part(source, task->input);
	input_task_set_request(task, NULL);
	return task;
}

static struct input_task *make_task(struct input_source *source, const struct walk_file *file)
{
	struct input_task *task;
	struct input *input;

	if (file->problem)
		return problem_task_new(source, file);
	input = open_input(source, file);
	if (is_in_parts(source, input)) {
		source->next_part = make_part(source, input);
		return take_part(source);
	}
	task = input_task_new(input);
	input_task_set_request(task, NULL);
	return task;
}

/* Repositories whose folder the walk has left for `path` (NULL: for good) wait for their turn. */
static void end_repositories(struct input_source *source, const char *path)
{
	GQueue ended = G_QUEUE_INIT;
	struct input *input;

	input_repositories_end(source->repositories, path, &ended);
	while ((input = g_queue_pop_head(&ended)) != NULL) {
		struct input_task *task;

		input->number = ++source->inputs;
		input->group = input_groups_add(source->groups);
		task = input_task_new(input);
		input_task_set_request(task, NULL);
		g_queue_push_tail(&source->waiting, task);
	}
}

/* True when the file is, or waits for, another task than its own. */
static bool gather(struct input_source *source, const struct walk_file *file)
{
	if (!source->repositories)
		return false;
	input_collections_note(source->collections, file);
	end_repositories(source, file->path);
	if (input_repositories_want(file)) {
		source->open_files++;
		input_repositories_add(source->repositories, file, &source->roots[file->root]);
		return true;
	}
	if (g_queue_is_empty(&source->waiting))
		return false;
	g_queue_push_tail(&source->waiting, make_task(source, file));
	return true;
}

struct input_task *input_source_next(struct input_source *source, bool *no_more)
{
	struct walk_file file;

	source->waits = false;
	do {
		if (!g_queue_is_empty(&source->waiting))
			return g_queue_pop_head(&source->waiting);
		if (source->next_part)
			return take_part(source);
		do {
			if (!take_file(source, &file, no_more)) {
				if (*no_more && source->repositories)
					end_repositories(source, NULL);
				*no_more &= g_queue_is_empty(&source->waiting);
				return g_queue_pop_head(&source->waiting);
			}
		} while (file.is_special && !unread_is_log_name(file.path));
	} while (gather(source, &file));
	return make_task(source, &file);
}

bool input_source_has_room(const struct input_source *source)
{
	return source->open_files < source->most_files;
}

unsigned input_source_get_descriptor(const struct input_source *source, struct pollfd *fd)
{
	int descriptor = source->waits ? walker_descriptor(source->walker) : -1;

	*fd = (struct pollfd){.fd = descriptor, .events = POLLIN};
	return descriptor >= 0;
}

void input_source_check_time(struct input_source *source)
{
	gint64 now = g_get_monotonic_time();
	g_autofree char *problem = NULL;
	uint64_t steps = 0;

	if (!walker_at(source->walker, &steps) || steps != source->steps || !source->waits) {
		source->steps = steps;
		source->moved = now;
	}
	if (source->timeout == 0 || now - source->moved <= source->timeout)
		return;
	problem = g_strdup_printf("did not open within %" G_GINT64_FORMAT " s (--timeout)",
				  source->timeout / G_USEC_PER_SEC);
	walker_skip(source->walker, problem);
	source->moved = now;
}
