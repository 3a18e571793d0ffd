/* SPDX-License-Identifier: Apache-2.0 */
#include "map/map.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/event_pack.h"
#include "input/volume_name.h"
#include "input/walker.h"
#include "map/crash.h"
#include "map/fault_groups.h"
#include "map/input_source.h"
#include "map/input_task.h"
#include "map/log_line.h"
#include "run/pool.h"

/* Files that the walker which counts may be ahead. */
#define COUNTED_AHEAD 256

struct map_state {
	struct map_job *job;
	struct input_source *source;
	struct walker *counter; /* of all files, before they are read; NULL: nobody asked */
	struct progress_counts all; /* what it has counted */
	struct root *roots; /* of job->paths */
	struct pool *pool;
	struct fault_groups *faults;
	uint64_t word_fault_count; /* of the log at hand */
	struct fault_sink word_faults; /* of what logs that are read in parts say of themselves */
	unsigned job_descriptors; /* that are waited for */
	GPtrArray *typed; /* passwords */
	bool no_more_passwords;
	bool sandbox_reported;
	bool failed;
	struct progress_counts counts;
	uint64_t bytes_at_hand; /* bytes of inputs at hand */
};

static void input_unref(struct map_state *state, struct input *input)
{
	if (--input->tasks)
		return;
	fault_groups_end_input(state->faults);
	state->counts.files++;
	input_source_close(state->source, input);
}

static struct task *next_task(void *context, bool *no_more)
{
	struct map_state *state = context;

	return (struct task *)input_source_next(state->source, no_more);
}

static bool has_room(void *context)
{
	return input_source_has_room(((const struct map_state *)context)->source);
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

static void report_worker(struct map_state *state, const struct input *input, const char *what)
{
	struct fault fault = {.code = FAULT_WORKER, .what = what, .path = input->path};

	fault_groups_add(state->faults, &fault);
}

static void take_event(struct map_state *state, const struct input *input,
		       const struct frame *frame)
{
	struct map_job *job = state->job;
	struct packed_identity identity;

	if (!packed_identity_get(frame->data, frame->size, &identity)) {
		report_worker(state, input, "worker gave a broken event");
		return;
	}
	if (!identity.is_own && !input->named && !job->settings.trust_lines) {
		report_worker(state, input, "worker gave an event of another file");
		return;
	}
	state->counts.found++;
	if (!job->take(job->context, input->path, frame->data, frame->size))
		pool_stop(state->pool);
}

static void take_object(struct map_state *state, const struct input *input,
			const struct frame *frame)
{
	struct map_job *job = state->job;
	bool is_own;

	if (!job->take_object || !wmi_object_is_own(frame->data, frame->size, &is_own)) {
		report_worker(state, input, "worker gave a broken object");
		return;
	}
	if (!is_own && !input->named && !job->settings.trust_lines) {
		report_worker(state, input, "worker gave an object of another file");
		return;
	}
	state->counts.found++;
	if (!job->take_object(job->context, input->path, frame->data, frame->size))
		pool_stop(state->pool);
}

static void take_log(struct map_state *state, const struct input *input, const struct frame *frame)
{
	struct map_job *job = state->job;

	if (frame->size == 0 ||
	    (!(frame->data[0] & LOG_IS_OWN) && !input->named && !job->settings.trust_lines)) {
		report_worker(state, input, "worker gave a log of another file");
		return;
	}
	if (!job->take_log(job->context, input->path, frame->data, frame->size))
		pool_stop(state->pool);
}

/* No more is counted than there are bytes; what lines count was read by another run. */
static bool is_possible(const struct map_state *state, const struct input *input,
			const struct tally *tally)
{
	const uint64_t lines_may_say = (uint64_t)1 << 60;
	uint64_t bytes = MAX(input->size, state->job->settings.limits.total_size);

	return tally_is_within(tally, tally->lines || input->is_pipe ? lines_may_say : bytes);
}

static void add_tally(struct map_state *state, const struct input *input, const struct tally *tally)
{
	tally_add(&state->job->tally, tally);
	input->root->has_log |=
		(tally->files && !input->is_device) || tally->lines || tally->scan.chunks;
}

static bool is_of_input(const struct task *task, const void *input)
{
	return ((const struct input_task *)task)->input == input;
}

/* Parts of an archive are unpacked side by side; all together keep to the limits. */
static void take_spent(struct map_state *state, struct input_task *task, const struct frame *frame)
{
	const struct unpack_limits *limits = &state->job->settings.limits;
	struct input *input = task->input;
	struct fault fault = {.code = FAULT_LIMIT, .path = input->path};

	if (frame->size != sizeof(task->spent))
		return;
	memcpy(&task->spent, frame->data, sizeof(task->spent));
	task->spent.bytes += task->before.bytes;
	task->spent.entries += task->before.entries;
	if (task->spent.bytes + input->spent.bytes > limits->total_size)
		fault.what = "the entries are larger together than --max-total-size allows; the "
			     "rest is left out";
	else if (task->spent.entries + input->spent.entries > limits->entries)
		fault.what = "there are more entries than --max-entries allows; the rest is left "
			     "out";
	else
		return;
	input->is_over = true;
	if (is_possible(state, input, &task->spent.tally))
		add_tally(state, input, &task->spent.tally);
	fault_groups_add(state->faults, &fault);
	pool_cancel(state->pool, is_of_input, input);
}

static void add_word_fault(void *context, const struct fault *fault)
{
	struct map_state *state = context;

	state->word_fault_count++;
	fault_groups_add(state->faults, fault);
}

/* What no worker can say of a log that is read in parts. */
static void tell_of_parts(struct map_state *state, const struct input *input,
			  const struct log_facts *facts, char flags)
{
	struct map_job *job = state->job;
	g_autoptr(GString) line = g_string_new(NULL);

	if (!job->settings.tells_logs)
		return;
	log_line_append(facts, true, line);
	g_string_prepend_c(line, (char)(LOG_IS_OWN | LOG_IS_PART | flags));
	if (!job->take_log(job->context, input->path, (const uint8_t *)line->str, line->len))
		pool_stop(state->pool);
}

/* The log's word is checked when all parts are read. */
static void end_parts(struct map_state *state, const struct input *input, bool is_lost)
{
	struct log_facts facts;

	log_facts_init(&facts);
	facts.is_partial = is_lost;
	facts.read_errors = is_lost ? 0 : state->word_fault_count;
	tell_of_parts(state, input, &facts, is_lost ? 0 : LOG_ENDS);
	log_facts_release(&facts);
}

static void take_log_word(struct map_state *state, const struct input_task *task,
			  const struct frame *frame)
{
	struct input *input = task->input;

	if (!input->word) {
		input->word = log_word_new(input->path, &state->word_faults);
		state->word_fault_count = 0;
	}
	if (!request_is_part(&task->request) || !log_word_take(input->word, frame))
		report_worker(state, input, "worker told of a log in no known way");
	else if (frame->type == ANSWER_LOG_END || frame->type == ANSWER_LOG_LOST)
		end_parts(state, input, frame->type == ANSWER_LOG_LOST);
}

static void take_answer(void *context, struct task *base, const struct frame *frame)
{
	struct map_state *state = context;
	struct input_task *task = (struct input_task *)base;
	struct tally tally;

	if (task->input->is_over)
		return;
	switch (frame->type) {
	case ANSWER_SPENT:
		take_spent(state, task, frame);
		break;
	case ANSWER_EVENT:
		take_event(state, task->input, frame);
		break;
	case ANSWER_OBJECT:
		take_object(state, task->input, frame);
		break;
	case ANSWER_LOG:
		take_log(state, task->input, frame);
		break;
	case ANSWER_TALLY:
		memcpy(&tally, frame->data, sizeof(tally));
		add_tally(state, task->input, &tally);
		break;
	case ANSWER_LOG_HEADER:
	case ANSWER_LOG_CHUNKS:
	case ANSWER_LOG_END:
	case ANSWER_LOG_LOST:
		take_log_word(state, task, frame);
		break;
	default:
		take_fault(state, task->input, frame);
	}
}

/* A worker that does not say what it has read has read nothing. */
static bool on_done(void *context, struct task *base, const struct frame *frame)
{
	struct input_task *task = (struct input_task *)base;
	struct tally tally;

	if (frame->size != sizeof(tally))
		return false;
	memcpy(&tally, frame->data, sizeof(tally));
	if (!is_possible(context, task->input, &tally))
		return false;
	task_answer(base, ANSWER_TALLY, frame->data, frame->size);
	return true;
}

/* A part of a zip that any worker may unpack, or of an export. */
static void add_part(struct map_state *state, struct input_task *whole, const struct frame *frame)
{
	struct input_task *last = whole->last_part ? whole->last_part : whole;
	struct input_task *part;
	struct split split;

	if (frame->size != sizeof(split) || whole->was_split)
		return;
	memcpy(&split, frame->data, sizeof(split));
	part = input_task_new(whole->input);
	part->request.is_range = !split.is_export;
	part->request.is_export_part = split.is_export;
	part->request.first = split.first;
	part->request.count = split.count;
	part->task.weight = MIN(split.packed, whole->task.weight);
	whole->task.weight -= part->task.weight;
	input_task_set_request(part, NULL);
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

	crash_report_write(&report, crash, &task->request, ++task->input->crashes);
	input_task_answer_fault(task, &report.fault);
	if (is_possible(context, task->input, &status->tally))
		task_answer(&task->task, ANSWER_TALLY, &status->tally, sizeof(status->tally));
	if (request_is_part(&task->request))
		task_answer(&task->task, ANSWER_LOG_LOST, NULL, 0);
	task->before = task->spent;
	task->was_split = task->last_part != NULL;
	if (report.go_on) {
		task->request = report.request;
		input_task_set_request(task, report.rest->data);
	}
	crash_report_release(&report);
	return report.go_on;
}

static void finish(void *context, struct task *base)
{
	struct map_state *state = context;
	struct input_task *task = (struct input_task *)base;

	state->counts.bytes += task->task.weight;
	task->input->spent.bytes += task->spent.bytes;
	task->input->spent.entries += task->spent.entries;
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

/* The totals are known when all have been looked at. */
static void count_inputs(struct map_state *state)
{
	enum walker_state next;
	struct walk_file file;

	while ((next = walker_take(state->counter, &file)) == WALKER_FILE) {
		walker_ask(state->counter, 1);
		walk_file_close(&file);
		if (file.problem)
			continue;
		state->all.total_files++;
		state->all.total_bytes += file.size;
	}
	if (next == WALKER_WAIT)
		return;
	if (next == WALKER_END) {
		state->counts.total_files = state->all.total_files;
		state->counts.total_bytes = state->all.total_bytes;
	}
	g_clear_pointer(&state->counter, walker_free);
}

static void tick(void *context, bool asked)
{
	struct map_state *state = context;
	struct map_job *job = state->job;
	struct progress_counts counts;

	input_source_check_time(state->source);
	if (state->counter)
		count_inputs(state);
	counts = state->counts;
	state->bytes_at_hand = 0;
	pool_each_status(state->pool, add_bytes_read, state);
	counts.bytes += state->bytes_at_hand;
	if (counts.total_bytes)
		counts.bytes = MIN(counts.bytes, counts.total_bytes);
	job->show(job->context, &counts, asked);
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
	const struct map_job *job = state->job;
	char *const *names = job->names ? job->names : job->paths;

	for (size_t i = 0; names[i]; i++) {
		g_autofree char *path = text_from_bytes(names[i], strlen(names[i]));
		struct fault fault = {.code = FAULT_NO_LOG,
				      .what = job->settings.no_events ? "no WMI repository found"
								      : "no event log found",
				      .path = path};

		if (!state->roots[i].has_log && !state->roots[i].is_explained &&
		    !is_volume_of_another(&state->roots[i], job->paths[i]))
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

static uint64_t get_progress(const void *status)
{
	const struct worker_status *worker = status;

	return worker->progress + worker->read;
}

static unsigned get_descriptors(void *context, struct pollfd *fds)
{
	struct map_state *state = context;
	const struct map_job *job = state->job;
	unsigned count = job->get_descriptors(job->context, fds);

	state->job_descriptors = count;
	return count + input_source_get_descriptor(state->source, fds + count);
}

static void polled(void *context, const struct pollfd *fds, unsigned count)
{
	const struct map_state *state = context;
	const struct map_job *job = state->job;

	/* After those stands the source's own, which next_task() looks at. */
	(void)count;
	if (!job->polled(job->context, fds, state->job_descriptors))
		pool_stop(state->pool);
}

static bool may_take(void *context)
{
	const struct map_job *job = ((const struct map_state *)context)->job;

	return job->may_take(job->context);
}

static enum pool_end run_pool(struct map_state *state)
{
	struct map_job *job = state->job;
	struct sandbox_filter *filter = sandbox_filter_new(false);
	const struct pool_stage stage = {
		.worker = {.begin = begin_worker,
			   .work = do_work,
			   .context = &job->settings,
			   .status_size = sizeof(struct worker_status),
			   .sandbox = job->sandbox,
			   .limits = {.memory = WH_WORKER_MEMORY, .filter = filter}},
		.next = next_task,
		.has_room = has_room,
		.take = take_answer,
		.on_message = on_message,
		.ready = ready,
		.on_crash = on_crash,
		.finish = finish,
		.on_done = on_done,
		.tick = tick,
		.get_progress = get_progress,
		.get_descriptors = get_descriptors,
		.polled = polled,
		.may_take = may_take,
		.context = state,
		.signals = job->signals,
		.jobs = job->jobs,
		.time = {.task = (gint64)job->timeout * G_USEC_PER_SEC,
			 .standstill = WH_STANDSTILL * G_USEC_PER_SEC,
			 .step = WH_PROGRESS_STEP},
	};
	enum pool_end end;

	state->pool = pool_new(&stage);
	end = pool_run(state->pool);
	if (end == POOL_FAILED)
		job->note(job->context, pool_get_failure(state->pool));
	pool_free(state->pool);
	sandbox_filter_free(filter);
	return end;
}

enum map_end map_job_run(struct map_job *job)
{
	struct map_state state = {
		.job = job,
		.roots = g_new0(struct root, g_strv_length((char **)job->paths) + 1),
		.faults = fault_groups_new(job->faults),
		.typed = g_ptr_array_new_with_free_func(g_free),
	};
	const struct input_kinds kinds = {
		.reads_any = job->settings.recover,
		.in_parts =
			!job->settings.recover && !job->settings.quick && !job->settings.no_events,
		.repositories = job->settings.objects != NULL,
		.names = job->names,
	};
	enum pool_end end;

	state.word_faults = (struct fault_sink){add_word_fault, &state};
	state.source = input_source_new(job->paths, state.roots, &kinds, job->jobs,
					(gint64)job->timeout * G_USEC_PER_SEC);
	if (job->count_first) {
		state.counter = walker_new(job->paths, false);
		walker_ask(state.counter, COUNTED_AHEAD);
	}
	end = run_pool(&state);
	if (end == POOL_ENDED)
		report_missing_logs(&state);
	g_clear_pointer(&state.counter, walker_free);
	input_source_free(state.source);
	fault_groups_free(state.faults);
	g_ptr_array_unref(state.typed);
	g_free(state.roots);
	if (end == POOL_FAILED || state.failed)
		return MAP_FAILED;
	return end == POOL_INTERRUPTED ? MAP_INTERRUPTED : MAP_ENDED;
}
