/* SPDX-License-Identifier: Apache-2.0 */
#include "map/map.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "input/walk.h"
#include "map/crash.h"
#include "run/pool.h"
#include "map/dedup.h"

/* A path that was opened; its tasks share it. */
struct input {
	char *path; /* text */
	int fd;
	uint64_t number;
	uint64_t size; /* of what can be read at any offset */
	bool is_pipe;
	bool named;
	unsigned tasks;
	unsigned deaths;
	unsigned asked; /* passwords, of a person */
};

struct input_task {
	struct task task;
	struct input *input;
	struct request request;
	struct input_task *last_part; /* of those split off */
	unsigned passwords; /* typed ones that its worker was given */
};

struct collecting {
	struct collection *collection;
	struct walk *walk;
	struct pool *pool;
	struct seen *seen;
	uint64_t inputs;
	GPtrArray *typed; /* passwords */
	bool no_more_passwords;
	bool sandbox_told;
	bool failed;
	struct progress_counts counts;
	uint64_t reading; /* bytes of inputs at hand */
};

static struct input *input_new(struct collecting *collecting, const struct walk_file *file)
{
	struct input *input = g_new0(struct input, 1);
	off_t end;

	input->path = text_from_bytes(file->path, strlen(file->path));
	input->fd = file->fd;
	input->named = file->named;
	input->number = ++collecting->inputs;
	/* What somebody has read from already goes on from there. */
	input->is_pipe = lseek(file->fd, 0, SEEK_CUR) != 0;
	end = input->is_pipe ? 0 : lseek(file->fd, 0, SEEK_END);
	input->size = end > 0 ? (uint64_t)end : 0;
	return input;
}

static void input_unref(struct collecting *collecting, struct input *input)
{
	if (--input->tasks)
		return;
	collecting->counts.files++;
	if (input->fd >= 0)
		close(input->fd);
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
	task->task.weight = input->size;
	task->request.archive = input->number;
	task->request.size = input->size;
	task->request.is_pipe = input->is_pipe;
	task->request.named = input->named;
	return task;
}

static void answer_fault(struct input_task *task, const struct fault *fault)
{
	g_autoptr(GByteArray) bytes = fault_encode(fault);

	task_answer(&task->task, ANSWER_FAULT, bytes->data, bytes->len);
}

/* A path that cannot be opened is a task that is done, so that its fault has its turn. */
static struct task *problem_task_new(struct collecting *collecting, const struct walk_file *file)
{
	g_autofree char *what = g_strdup_printf("%s: %s", file->problem, g_strerror(file->error));
	struct fault fault = {.what = what};
	struct input_task *task;

	task = input_task_new(input_new(collecting, file));
	answer_fault(task, &fault);
	return &task->task;
}

static struct task *next_task(void *context)
{
	struct collecting *collecting = context;
	struct input_task *task;
	struct walk_file file;

	if (!walk_next(collecting->walk, &file))
		return NULL;
	if (file.problem)
		return problem_task_new(collecting, &file);
	task = input_task_new(input_new(collecting, &file));
	set_request(task, NULL);
	return &task->task;
}

static void take_fault(struct collecting *collecting, const struct input *input,
		       const struct frame *frame)
{
	struct fault fault;

	if (!fault_decode(frame->data, frame->size, &fault))
		fault = (struct fault){.what = "worker told of a fault in no known way"};
	fault.path = input->path;
	fault_report(collecting->collection->faults, &fault);
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

static void take_event(struct collecting *collecting, const struct input *input,
		       const struct frame *frame)
{
	struct collection *collection = collecting->collection;

	if (!is_line(frame->data, frame->size)) {
		struct fault fault = {.what = "worker gave a broken event line",
				      .path = input->path};

		fault_report(collection->faults, &fault);
		return;
	}
	if (collecting->seen &&
	    seen_add(collecting->seen, (const char *)frame->data, frame->size)) {
		collection->tally.duplicates++;
		return;
	}
	collecting->counts.found++;
	if (!collection->take(collection->context, (const char *)frame->data, frame->size))
		pool_stop(collecting->pool);
}

static void take_answer(void *context, struct task *base, const struct frame *frame)
{
	struct collecting *collecting = context;
	struct input_task *task = (struct input_task *)base;
	struct tally tally;

	switch (frame->type) {
	case ANSWER_EVENT:
		take_event(collecting, task->input, frame);
		break;
	case ANSWER_TALLY:
		if (frame->size != sizeof(tally))
			break;
		memcpy(&tally, frame->data, sizeof(tally));
		tally_add(&collecting->collection->tally, &tally);
		break;
	default:
		take_fault(collecting, task->input, frame);
	}
}

/* A part of a zip that any worker may unpack. */
static void add_part(struct collecting *collecting, struct input_task *whole,
		     const struct frame *frame)
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
	pool_insert(collecting->pool, &last->task, &part->task);
	whole->last_part = part;
}

/* A typed password that this task's worker does not know yet, or NULL. */
static const char *next_password(struct collecting *collecting, struct input_task *task)
{
	const struct collection *collection = collecting->collection;
	GPtrArray *typed = collecting->typed;
	char *password;

	if (task->passwords < typed->len)
		return typed->pdata[task->passwords++];
	if (collecting->no_more_passwords || task->input->asked++ >= WH_MAX_PASSWORD_PROMPTS)
		return NULL;
	password = collection->ask_password(collection->context, task->input->path);
	if (!password) {
		collecting->no_more_passwords = true;
		return NULL;
	}
	g_ptr_array_add(typed, password);
	task->passwords = typed->len;
	return password;
}

static void give_password(struct collecting *collecting, struct input_task *task, GByteArray *reply)
{
	const char *password = next_password(collecting, task);
	guint8 given = password != NULL;

	g_byte_array_append(reply, &given, 1);
	if (password)
		g_byte_array_append(reply, (const guint8 *)password, (guint)strlen(password));
}

static void hear(void *context, struct task *base, const struct frame *frame, GByteArray *reply)
{
	struct collecting *collecting = context;
	struct input_task *task = (struct input_task *)base;

	if (frame->type == ANSWER_SPLIT)
		add_part(collecting, task, frame);
	else if (frame->type == ANSWER_PASSWORD)
		give_password(collecting, task, reply);
}

static bool ready(void *context, const struct sandbox_report *report)
{
	struct collecting *collecting = context;
	struct collection *collection = collecting->collection;
	g_autofree char *missing = sandbox_report_text(report);
	g_autofree char *message = NULL;

	if (!missing)
		return true;
	if (!collecting->sandbox_told) {
		message = g_strdup_printf("sandbox: this system refuses: %s", missing);
		collection->tell(collection->context, message);
	}
	collecting->sandbox_told = true;
	collecting->failed = collection->sandbox == SANDBOX_REQUIRE;
	return !collecting->failed;
}

static bool bury(void *context, struct task *base, const struct death *death)
{
	struct input_task *task = (struct input_task *)base;
	const struct desk *desk = death->desk;
	struct obituary obituary;

	(void)context;
	obituary_write(&obituary, death, &task->request, ++task->input->deaths);
	answer_fault(task, &obituary.fault);
	task_answer(&task->task, ANSWER_TALLY, &desk->tally, sizeof(desk->tally));
	if (obituary.go_on) {
		task->request = obituary.request;
		set_request(task, obituary.rest->data);
	}
	obituary_release(&obituary);
	return obituary.go_on;
}

static void finish(void *context, struct task *base)
{
	struct collecting *collecting = context;
	struct input_task *task = (struct input_task *)base;

	collecting->counts.bytes += task->task.weight;
	input_unref(collecting, task->input);
	if (task->task.request)
		g_byte_array_unref(task->task.request);
	g_free(task);
}

static void add_reading(void *context, const void *desk)
{
	struct collecting *collecting = context;

	collecting->reading += ((const struct desk *)desk)->read;
}

static void tick(void *context, bool asked)
{
	struct collecting *collecting = context;
	struct collection *collection = collecting->collection;
	struct progress_counts counts = collecting->counts;

	collecting->reading = 0;
	pool_each_desk(collecting->pool, add_reading, collecting);
	counts.bytes += collecting->reading;
	if (counts.total_bytes)
		counts.bytes = MIN(counts.bytes, counts.total_bytes);
	collection->show(collection->context, &counts, asked);
}

static void count_inputs(struct collecting *collecting)
{
	struct walk *walk = walk_new(collecting->collection->paths, false);
	struct walk_file file;

	while (walk_next(walk, &file)) {
		collecting->counts.total_files++;
		collecting->counts.total_bytes += file.size;
	}
	walk_free(walk);
}

static void *begin_worker(void *context)
{
	return mapper_new(context);
}

static void do_work(void *shared, const struct work *work)
{
	mapper_work(shared, work);
}

static enum pool_end run_pool(struct collecting *collecting)
{
	struct collection *collection = collecting->collection;
	const struct pool_stage stage = {
		.worker = {.begin = begin_worker,
			   .work = do_work,
			   .context = &collection->reading,
			   .desk_size = sizeof(struct desk),
			   .sandbox = collection->sandbox,
			   .limits = {.memory = WH_WORKER_MEMORY}},
		.next = next_task,
		.take = take_answer,
		.hear = hear,
		.ready = ready,
		.bury = bury,
		.finish = finish,
		.tick = tick,
		.context = collecting,
		.jobs = collection->jobs,
		.timeout = (gint64)collection->timeout * G_USEC_PER_SEC,
	};
	enum pool_end end;

	collecting->pool = pool_new(&stage);
	end = pool_run(collecting->pool);
	if (end == POOL_FAILED) {
		g_autofree char *message =
			g_strdup_printf("no worker can be started: %s", g_strerror(errno));

		collection->tell(collection->context, message);
	}
	pool_free(collecting->pool);
	return end;
}

enum collect_end collect_events(struct collection *collection)
{
	struct collecting collecting = {
		.collection = collection,
		.walk = walk_new(collection->paths, true),
		.seen = collection->keep_duplicates ? NULL : seen_new(),
		.typed = g_ptr_array_new_with_free_func(g_free),
	};
	enum pool_end end;

	if (collection->count_first)
		count_inputs(&collecting);
	end = run_pool(&collecting);
	walk_free(collecting.walk);
	if (collecting.seen)
		seen_free(collecting.seen);
	g_ptr_array_unref(collecting.typed);
	if (end == POOL_FAILED || collecting.failed)
		return COLLECT_FAILED;
	return end == POOL_INTERRUPTED ? COLLECT_INTERRUPTED : COLLECT_ENDED;
}
