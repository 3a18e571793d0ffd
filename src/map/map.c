/* SPDX-License-Identifier: Apache-2.0 */
#include "map/map.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "input/volume_name.h"
#include "input/walk.h"
#include "map/crash.h"
#include "map/fault_groups.h"
#include "map/preload.h"
#include "run/pool.h"
#include "map/dedup.h"
#include "map/unread.h"

/* A path that was given. */
struct root {
	bool has_input;
	bool has_log;
	bool is_explained; /* that there is none */
};

/* A path that was opened; its tasks share it. */
struct input {
	char *path; /* text */
	int fd;
	GArray *more; /* int: of further volumes; NULL: it is of one piece */
	uint64_t number;
	uint64_t size; /* of what can be read at any offset */
	bool is_pipe;
	bool named;
	struct root *root;
	unsigned tasks;
	unsigned crashes;
	unsigned asked; /* passwords, of a person */
};

struct input_task {
	struct task task;
	struct input *input;
	struct request request;
	struct input_task *last_part; /* of those split off */
	unsigned passwords; /* typed ones that its worker was given */
};

struct map_state {
	struct map_job *job;
	struct walk *walk;
	struct root *roots; /* of job->paths */
	struct pool *pool;
	struct fault_groups *faults;
	struct dedup *dedup; /* NULL: duplicates are kept */
	uint64_t inputs;
	uint64_t open_files; /* of inputs at hand */
	uint64_t most_files;
	GPtrArray *typed; /* passwords */
	bool no_more_passwords;
	bool sandbox_reported;
	bool failed;
	struct progress_counts counts;
	uint64_t bytes_at_hand; /* bytes of inputs at hand */
};

static struct input *input_new(struct map_state *state, const struct walk_file *file)
{
	struct input *input = g_new0(struct input, 1);
	off_t end;

	input->path = text_from_bytes(file->path, strlen(file->path));
	input->fd = file->fd;
	input->more = file->more;
	state->open_files += file->fd >= 0;
	state->open_files += file->more ? file->more->len : 0;
	input->named = file->named;
	input->root = &state->roots[file->root];
	input->root->has_input = true;
	input->number = ++state->inputs;
	/* What somebody has read from already goes on from there. */
	input->is_pipe = lseek(file->fd, 0, SEEK_CUR) != 0;
	end = input->is_pipe ? 0 : lseek(file->fd, 0, SEEK_END);
	input->size = end > 0 ? (uint64_t)end : 0;
	if (file->more)
		input->size = file->size;
	return input;
}

static void input_unref(struct map_state *state, struct input *input)
{
	if (--input->tasks)
		return;
	fault_groups_end_input(state->faults);
	state->counts.files++;
	state->open_files -= input->fd >= 0;
	state->open_files -= input->more ? input->more->len : 0;
	walk_file_close(&(struct walk_file){.fd = input->fd, .more = input->more});
	g_free(input->path);
	g_free(input);
}

static void set_request(struct input_task *task, const uint8_t *rest)
{
	const char *path = task->input->path;

	if (!task->task.request)
		task->task.request = g_byte_array_new();
	g_byte_array_set_size(task->task.request, 0);
	task->request.path_length = (uint32_t)strlen(path);
	g_byte_array_append(task->task.request, (const guint8 *)&task->request,
			    sizeof(task->request));
	g_byte_array_append(task->task.request, (const guint8 *)path, task->request.path_length);
	if (task->request.resumption.rest)
		g_byte_array_append(task->task.request, rest, task->request.resumption.rest);
}

static struct input_task *input_task_new(struct input *input)
{
	struct input_task *task = g_new0(struct input_task, 1);

	task_init(&task->task);
	task->input = input;
	input->tasks++;
	task->task.fd = input->fd;
	if (input->more) {
		task->task.more = (const int *)(void *)input->more->data;
		task->task.more_count = input->more->len;
		task->request.is_split = true;
	}
	task->task.weight = input->size;
	task->request.archive = input->number;
	task->request.size = input->size;
	task->request.is_pipe = input->is_pipe;
	task->request.named = input->named;
	return task;
}

static void answer_fault(struct input_task *task, const struct fault *fault)
{
	g_autoptr(GByteArray) bytes = fault_encode(fault, false);

	task_answer(&task->task, ANSWER_FAULT, bytes->data, bytes->len);
}

/* A path that cannot be opened is a task that is done, so that its fault has its turn. */
static struct task *problem_task_new(struct map_state *state, const struct walk_file *file)
{
	g_autofree char *what =
		file->error ? g_strdup_printf("%s: %s", file->problem, g_strerror(file->error))
			    : g_strdup(file->problem);
	struct fault fault = {.code = file->is_special	? FAULT_LINK
				      : file->is_volume ? FAULT_VOLUME_MISSING
							: FAULT_UNREADABLE,
			      .what = what};
	struct input_task *task;

	task = input_task_new(input_new(state, file));
	answer_fault(task, &fault);
	return &task->task;
}

static struct task *next_task(void *context)
{
	struct map_state *state = context;
	struct input_task *task;
	struct walk_file file;

	do {
		if (!walk_next(state->walk, &file))
			return NULL;
	} while (file.is_special && !unread_is_log_name(file.path));
	if (file.problem)
		return problem_task_new(state, &file);
	task = input_task_new(input_new(state, &file));
	set_request(task, NULL);
	return &task->task;
}

/* What a process may open, but for what workers, outputs and rules need. */
static void set_most_files(struct map_state *state)
{
	const uint64_t others = 64 + 2 * (uint64_t)state->job->jobs;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		limit.rlim_cur = limit.rlim_max = WH_MIN_FILES;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = MIN(limit.rlim_max, MAX(limit.rlim_cur, WH_WANTED_FILES));
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			getrlimit(RLIMIT_NOFILE, &limit);
	}
	/* At least one at a time. */
	state->most_files = limit.rlim_cur > others ? limit.rlim_cur - others : 1;
}

static bool has_room(void *context)
{
	const struct map_state *state = context;

	return state->open_files < state->most_files;
}

static void take_fault(struct map_state *state, const struct input *input,
		       const struct frame *frame)
{
	struct fault fault;

	if (!fault_decode(frame->data, frame->size, &fault))
		fault = (struct fault){.code = FAULT_WORKER,
				       .what = "worker reported a read error in no known way"};
	if (!fault.path)
		fault.path = input->path;
	input->root->is_explained |= input->named;
	fault_groups_add(state->faults, &fault);
}

/* One line of text that a terminal may see, whatever a worker became. */
static bool is_line(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 1 < size; i++) {
		if (data[i] < 0x20)
			return false;
	}
	return size > 1 && data[size - 1] == '\n' &&
	       g_utf8_validate((const char *)data, (gssize)size, NULL);
}

static void take_event(struct map_state *state, const struct input *input,
		       const struct frame *frame)
{
	struct map_job *job = state->job;

	if (!is_line(frame->data, frame->size)) {
		struct fault fault = {.code = FAULT_WORKER,
				      .what = "worker gave a broken event line",
				      .path = input->path};

		fault_groups_add(state->faults, &fault);
		return;
	}
	if (state->dedup && dedup_add(state->dedup, (const char *)frame->data, frame->size)) {
		job->tally.duplicates++;
		return;
	}
	state->counts.found++;
	if (!job->take(job->context, (const char *)frame->data, frame->size))
		pool_stop(state->pool);
}

static void take_answer(void *context, struct task *base, const struct frame *frame)
{
	struct map_state *state = context;
	struct input_task *task = (struct input_task *)base;
	struct tally tally;

	switch (frame->type) {
	case ANSWER_EVENT:
		take_event(state, task->input, frame);
		break;
	case ANSWER_TALLY:
		if (frame->size != sizeof(tally))
			break;
		memcpy(&tally, frame->data, sizeof(tally));
		tally_add(&state->job->tally, &tally);
		task->input->root->has_log |= tally.files || tally.lines || tally.scan.chunks;
		break;
	default:
		take_fault(state, task->input, frame);
	}
}

/* A part of a zip that any worker may unpack. */
static void add_part(struct map_state *state, struct input_task *whole, const struct frame *frame)
{
	struct input_task *last = whole->last_part ? whole->last_part : whole;
	struct input_task *part;
	struct split split;

	if (frame->size != sizeof(split))
		return;
	memcpy(&split, frame->data, sizeof(split));
	part = input_task_new(whole->input);
	part->request.is_range = true;
	part->request.first = split.first;
	part->request.count = split.count;
	part->task.weight = MIN(split.packed, whole->task.weight);
	whole->task.weight -= part->task.weight;
	set_request(part, NULL);
	pool_insert(state->pool, &last->task, &part->task);
	whole->last_part = part;
}

/* A typed password that this task's worker does not know yet, or NULL. */
static const char *next_password(struct map_state *state, struct input_task *task)
{
	const struct map_job *job = state->job;
	GPtrArray *typed = state->typed;
	char *password;

	if (task->passwords < typed->len)
		return typed->pdata[task->passwords++];
	if (state->no_more_passwords || task->input->asked++ >= WH_MAX_PASSWORD_PROMPTS)
		return NULL;
	password = job->ask_password(job->context, task->input->path);
	if (!password) {
		state->no_more_passwords = true;
		return NULL;
	}
	g_ptr_array_add(typed, password);
	task->passwords = typed->len;
	return password;
}

static void give_password(struct map_state *state, struct input_task *task, GByteArray *reply)
{
	const char *password = next_password(state, task);
	guint8 given = password != NULL;

	g_byte_array_append(reply, &given, 1);
	if (password)
		g_byte_array_append(reply, (const guint8 *)password, (guint)strlen(password));
}

static void on_message(void *context, struct task *base, const struct frame *frame,
		       GByteArray *reply)
{
	struct map_state *state = context;
	struct input_task *task = (struct input_task *)base;

	if (frame->type == ANSWER_SPLIT)
		add_part(state, task, frame);
	else if (frame->type == ANSWER_PASSWORD)
		give_password(state, task, reply);
}

static bool ready(void *context, const struct sandbox_report *report)
{
	struct map_state *state = context;
	struct map_job *job = state->job;
	g_autofree char *missing = sandbox_report_text(report);
	g_autofree char *message = NULL;

	if (!missing)
		return true;
	if (!state->sandbox_reported) {
		message = g_strdup_printf("sandbox: this system refuses: %s", missing);
		job->note(job->context, message);
	}
	state->sandbox_reported = true;
	state->failed = job->sandbox == SANDBOX_REQUIRE;
	return !state->failed;
}

static bool on_crash(void *context, struct task *base, const struct crash *crash)
{
	struct input_task *task = (struct input_task *)base;
	const struct worker_status *status = crash->status;
	struct crash_report report;

	(void)context;
	crash_report_write(&report, crash, &task->request, ++task->input->crashes);
	answer_fault(task, &report.fault);
	task_answer(&task->task, ANSWER_TALLY, &status->tally, sizeof(status->tally));
	if (report.go_on) {
		task->request = report.request;
		set_request(task, report.rest->data);
	}
	crash_report_release(&report);
	return report.go_on;
}

static void finish(void *context, struct task *base)
{
	struct map_state *state = context;
	struct input_task *task = (struct input_task *)base;

	state->counts.bytes += task->task.weight;
	input_unref(state, task->input);
	if (task->task.request)
		g_byte_array_unref(task->task.request);
	g_free(task);
}

static void add_bytes_read(void *context, const void *status)
{
	struct map_state *state = context;

	state->bytes_at_hand += ((const struct worker_status *)status)->read;
}

static void tick(void *context, bool asked)
{
	struct map_state *state = context;
	struct map_job *job = state->job;
	struct progress_counts counts = state->counts;

	state->bytes_at_hand = 0;
	pool_each_status(state->pool, add_bytes_read, state);
	counts.bytes += state->bytes_at_hand;
	if (counts.total_bytes)
		counts.bytes = MIN(counts.bytes, counts.total_bytes);
	job->show(job->context, &counts, asked);
}

static void count_inputs(struct map_state *state)
{
	struct walk *walk = walk_new(state->job->paths, false);
	struct walk_file file;

	while (walk_next(walk, &file)) {
		walk_file_close(&file);
		if (file.problem)
			continue;
		state->counts.total_files++;
		state->counts.total_bytes += file.size;
	}
	walk_free(walk);
}

/* A volume of an archive that was read because another of its volumes was given. */
static bool is_volume_of_another(const struct root *root, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	struct volume_name volume;

	return !root->has_input && volume_name_parse(name, &volume);
}

static void report_missing_logs(struct map_state *state)
{
	char *const *paths = state->job->paths;

	for (size_t i = 0; paths[i]; i++) {
		g_autofree char *path = text_from_bytes(paths[i], strlen(paths[i]));
		struct fault fault = {
			.code = FAULT_NO_LOG, .what = "no event log found", .path = path};

		if (!state->roots[i].has_log && !state->roots[i].is_explained &&
		    !is_volume_of_another(&state->roots[i], paths[i]))
			fault_groups_add(state->faults, &fault);
	}
}

static void *begin_worker(void *context)
{
	return mapper_new(context);
}

static void do_work(void *shared, const struct work *work)
{
	mapper_work(shared, work);
}

static enum pool_end run_pool(struct map_state *state)
{
	struct map_job *job = state->job;
	const struct pool_stage stage = {
		.worker = {.begin = begin_worker,
			   .work = do_work,
			   .context = &job->settings,
			   .status_size = sizeof(struct worker_status),
			   .sandbox = job->sandbox,
			   .limits = {.memory = WH_WORKER_MEMORY}},
		.next = next_task,
		.has_room = has_room,
		.take = take_answer,
		.on_message = on_message,
		.ready = ready,
		.on_crash = on_crash,
		.finish = finish,
		.tick = tick,
		.context = state,
		.jobs = job->jobs,
		.timeout = (gint64)job->timeout * G_USEC_PER_SEC,
	};
	enum pool_end end;

	state->pool = pool_new(&stage);
	end = pool_run(state->pool);
	if (end == POOL_FAILED) {
		g_autofree char *message =
			g_strdup_printf("no worker can be started: %s", g_strerror(errno));

		job->note(job->context, message);
	}
	pool_free(state->pool);
	return end;
}

enum map_end map_job_run(struct map_job *job)
{
	struct map_state state = {
		.job = job,
		.walk = walk_new(job->paths, true),
		.roots = g_new0(struct root, g_strv_length((char **)job->paths) + 1),
		.faults = fault_groups_new(job->faults),
		.dedup = job->keep_duplicates ? NULL : dedup_new(),
		.typed = g_ptr_array_new_with_free_func(g_free),
	};
	enum pool_end end;

	set_most_files(&state);
	preload_libraries(job->paths);
	if (job->count_first)
		count_inputs(&state);
	end = run_pool(&state);
	if (end == POOL_ENDED)
		report_missing_logs(&state);
	walk_free(state.walk);
	fault_groups_free(state.faults);
	if (state.dedup)
		dedup_free(state.dedup);
	g_ptr_array_unref(state.typed);
	g_free(state.roots);
	if (end == POOL_FAILED || state.failed)
		return MAP_FAILED;
	return end == POOL_INTERRUPTED ? MAP_INTERRUPTED : MAP_ENDED;
}
