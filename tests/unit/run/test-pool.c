/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "run/pool.h"
#include "tests/unit/cmocka_test.h"

/* What a worker of these tests does with a task. */
enum order {
	ANSWER, /* with its number */
	ANSWER_MUCH, /* more than may wait */
	SPLIT, /* into two that answer */
	ABORT, /* after the first half of its answer; the rest when done again */
	ABORT_ALWAYS,
	KEEP_AND_ABORT, /* after a kept answer, and one that is not; the rest when done again */
	KEEP_AND_SPIN, /* after much that was sent, and a kept answer */
	SPIN,
	SLEEP,
	SAY_TURN, /* whether its process has done a task before */
	DONE_WITH_NONSENSE,
	TALK_NONSENSE,
	ASK,
	STOP_RUN,
};

#define TEXT WH_FRAME_ORDERED
#define PART (WH_FRAME_AT_ONCE)
#define QUESTION (WH_FRAME_AT_ONCE + 1)
#define MUCH 80
#define PIECE (1 << 20)

struct toy_request {
	enum order order;
	unsigned number;
	unsigned again;
};

struct toy_task {
	struct task task;
	struct toy_request request;
	struct toy_task *last;
};

struct toy {
	struct pool *pool;
	const enum order *orders;
	unsigned count;
	unsigned given;
	unsigned finished;
	GString *heard;
	uint64_t bytes;
	unsigned crashes;
	unsigned interrupt_at; /* this many crashes */
	bool small; /* tasks, so that two are given to a worker */
	uint64_t group; /* of all tasks */
	gint64 standstill; /* microseconds; 0: as long as they like */
};

/* What the tasks of a worker share. */
struct toy_worker {
	unsigned tasks;
};

static void *begin(void *context)
{
	(void)context;
	return g_new0(struct toy_worker, 1);
}

static void say(const struct work *work, unsigned number, const char *what)
{
	g_autofree char *text = g_strdup_printf("%u%s ", number, what);

	answers_add(work->answers, TEXT, text, strlen(text));
}

static void abort_at(const struct work *work, const struct toy_request *request)
{
	if (!request->again)
		say(work, request->number, "a");
	answers_keep(work->answers);
	if (request->order != KEEP_AND_ABORT)
		answers_send(work->answers);
	else if (!request->again)
		say(work, request->number, "lost");
	*(uint32_t *)work->status = request->number;
	if (!request->again || request->order == ABORT_ALWAYS)
		abort();
	say(work, request->number, "b");
}

static void answer_much(const struct work *work, int much)
{
	g_autofree char *piece = g_strnfill(PIECE, 'm');

	for (int i = 0; i < much; i++)
		answers_add(work->answers, TEXT, piece, PIECE);
}

static void work(void *shared, const struct work *work)
{
	struct toy_worker *toy_worker = shared;
	struct toy_request request;
	g_autoptr(GBytes) reply = NULL;

	memcpy(&request, work->request, sizeof(request));
	switch (request.order) {
	case ABORT:
	case ABORT_ALWAYS:
	case KEEP_AND_ABORT:
		abort_at(work, &request);
		return;
	case ANSWER_MUCH:
		answer_much(work, MUCH);
		return;
	case SPLIT:
		for (unsigned i = 1; i <= 2; i++)
			answers_add(work->answers, PART, &i, sizeof(i));
		return;
	case KEEP_AND_SPIN:
		answer_much(work, 1);
		say(work, request.number, "kept");
		answers_keep(work->answers);
		G_GNUC_FALLTHROUGH;
	case SPIN:
		for (volatile unsigned turns = 0;; turns++)
			;
	case SLEEP:
		for (;;)
			poll(NULL, 0, -1);
	case SAY_TURN:
		say(work, request.number, toy_worker->tasks++ ? "again" : "first");
		return;
	case DONE_WITH_NONSENSE:
		g_byte_array_append(work->result, (const guint8 *)"?", 1);
		return;
	case TALK_NONSENSE:
		answers_add(work->answers, 3 * FRAME_DONE, "?", 1);
		return;
	case ASK:
		reply = answers_ask(work->answers, QUESTION, NULL, 0);
		say(work, request.number, g_bytes_get_data(reply, NULL));
		return;
	default:
		say(work, request.number, "");
	}
}

static struct toy_task *toy_task_new(enum order order, unsigned number)
{
	struct toy_task *task = g_new0(struct toy_task, 1);

	task_init(&task->task);
	task->request = (struct toy_request){order, number, 0};
	task->task.request = g_byte_array_new();
	g_byte_array_append(task->task.request, (void *)&task->request, sizeof(task->request));
	task->task.weight = number % 2 ? 1 : 1 << 30;
	return task;
}

static struct task *next(void *context, bool *no_more)
{
	struct toy *toy = context;
	struct toy_task *task;

	*no_more = toy->given == toy->count;
	if (*no_more)
		return NULL;
	task = toy_task_new(toy->orders[toy->given], (toy->given + 1) * 10);
	toy->given++;
	if (toy->small)
		task->task.weight = 1;
	task->task.group = toy->group;
	return &task->task;
}

static void take(void *context, struct task *base, const struct frame *frame)
{
	struct toy *toy = context;
	struct toy_task *task = (struct toy_task *)base;

	toy->bytes += frame->size;
	if (frame->size < PIECE)
		g_string_append_len(toy->heard, (const char *)frame->data, (gssize)frame->size);
	if (task->request.order == STOP_RUN)
		pool_stop(toy->pool);
}

static void hear(void *context, struct task *base, const struct frame *frame, GByteArray *reply)
{
	struct toy *toy = context;
	struct toy_task *task = (struct toy_task *)base;
	struct toy_task *last = task->last ? task->last : task;
	unsigned part;

	if (frame->type == QUESTION) {
		g_byte_array_append(reply, (const guint8 *)"!", 2);
		return;
	}
	memcpy(&part, frame->data, sizeof(part));
	task->last = toy_task_new(ANSWER, task->request.number + part);
	pool_insert(toy->pool, &last->task, &task->last->task);
}

static bool ready(void *context, const struct sandbox_report *report)
{
	(void)context, (void)report;
	return true;
}

static bool bury(void *context, struct task *base, const struct crash *crash)
{
	struct toy *toy = context;
	struct toy_task *task = (struct toy_task *)base;
	const char *what = crash->late == POOL_TIMED_OUT ? "late "
			   : crash->late == POOL_STUCK	 ? "stuck "
			   : crash->is_broken		 ? "broken "
			   : crash->signal == SIGABRT &&
					   *(const uint32_t *)crash->status == task->request.number
				   ? "died "
				   : "? ";

	if (++toy->crashes == toy->interrupt_at)
		kill(getpid(), SIGINT);
	task_answer(base, TEXT, what, strlen(what));
	task->request.again++;
	memcpy(base->request->data, &task->request, sizeof(task->request));
	return task->request.order == ABORT_ALWAYS
		       ? task->request.again < 3
		       : task->request.order == ABORT || task->request.order == KEEP_AND_ABORT;
}

static void finish(void *context, struct task *base)
{
	struct toy *toy = context;

	toy->finished++;
	g_byte_array_unref(base->request);
	g_free(base);
}

static bool on_done(void *context, struct task *task, const struct frame *frame)
{
	(void)context, (void)task;
	return frame->size == 0;
}

static uint64_t get_progress(const void *status)
{
	(void)status;
	return 0;
}

static void tick(void *context, bool asked)
{
	(void)context, (void)asked;
}

/* Runs the toy's orders; what is heard, in order, has to be `expected`. */
static struct toy run_toy(struct toy toy, unsigned jobs, unsigned seconds, enum pool_end end,
			  const char *expected)
{
	struct sandbox_filter *filter = sandbox_filter_new(false);
	struct signals signals;
	const struct pool_stage stage = {
		.worker = {.begin = begin,
			   .work = work,
			   .status_size = 4096,
			   .sandbox = SANDBOX_TRY,
			   .limits = {.memory = WH_WORKER_MEMORY, .filter = filter}},
		.next = next,
		.take = take,
		.on_message = hear,
		.ready = ready,
		.on_crash = bury,
		.finish = finish,
		.on_done = on_done,
		.tick = tick,
		.get_progress = get_progress,
		.context = &toy,
		.signals = &signals,
		.jobs = jobs,
		.time = {.task = seconds * G_USEC_PER_SEC,
			 .standstill = toy.standstill ? toy.standstill : G_MAXINT64,
			 .step = 1},
	};

	signals_catch(&signals);
	toy.heard = g_string_new(NULL);
	toy.pool = pool_new(&stage);
	assert_int_equal(pool_run(toy.pool), end);
	assert_string_equal(toy.heard->str, expected);
	pool_free(toy.pool);
	signals_release(&signals);
	sandbox_filter_free(filter);
	g_string_free(toy.heard, TRUE);
	return toy;
}

static struct toy run(const enum order *orders, unsigned count, unsigned jobs, enum pool_end end,
		      const char *expected)
{
	return run_toy((struct toy){.orders = orders, .count = count}, jobs, 0, end, expected);
}

static void test_answers_come_in_the_order_of_tasks(void **state)
{
	const enum order orders[] = {ANSWER, SPLIT, ANSWER, ASK, SPLIT, ANSWER};

	(void)state;
	for (unsigned jobs = 1; jobs <= 4; jobs++) {
		struct toy toy = run(orders, G_N_ELEMENTS(orders), jobs, POOL_ENDED,
				     "10 21 22 30 40! 51 52 60 ");

		assert_int_equal(toy.finished, G_N_ELEMENTS(orders) + 4);
	}
}

/* A task may wait at a worker that waits for a reply. */
static void test_replies_pass_tasks_that_wait(void **state)
{
	const enum order orders[] = {ASK, ASK, ASK, ANSWER, ASK};

	(void)state;
	for (unsigned jobs = 1; jobs <= 2; jobs++)
		run_toy((struct toy){.orders = orders,
				     .count = G_N_ELEMENTS(orders),
				     .small = true},
			jobs, 0, POOL_ENDED, "10! 20! 30! 40 50! ");
}

static void test_a_dead_worker_costs_what_the_stage_says(void **state)
{
	const enum order orders[] = {ANSWER, ABORT, ANSWER, ABORT_ALWAYS, ANSWER};

	(void)state;
	for (unsigned jobs = 1; jobs <= 4; jobs++)
		run(orders, G_N_ELEMENTS(orders), jobs, POOL_ENDED,
		    "10 20a died 20b 30 40a died died died 50 ");
}

/* What it had kept is there, though it was never sent; what it had only added is not. */
static void test_kept_answers_of_a_dead_worker_are_taken(void **state)
{
	const enum order orders[] = {ANSWER, KEEP_AND_ABORT, KEEP_AND_SPIN, ANSWER};

	(void)state;
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		struct toy toy = run_toy((struct toy){.orders = orders,
						      .count = G_N_ELEMENTS(orders),
						      .standstill = G_USEC_PER_SEC / 2},
					 jobs, 0, POOL_ENDED, "10 20a died 20b 30kept stuck 40 ");

		assert_true(toy.bytes > PIECE);
	}
}

static void test_time_and_nonsense(void **state)
{
	const enum order orders[] = {SPIN, ANSWER, TALK_NONSENSE, ANSWER};

	(void)state;
	run_toy((struct toy){.orders = orders, .count = G_N_ELEMENTS(orders)}, 2, 2, POOL_ENDED,
		"late 20 broken 40 ");
}

static void test_a_process_ends_with_its_group(void **state)
{
	const enum order orders[] = {SAY_TURN, SAY_TURN, SAY_TURN};

	(void)state;
	run(orders, G_N_ELEMENTS(orders), 1, POOL_ENDED, "10first 20first 30first ");
	run_toy((struct toy){.orders = orders, .count = G_N_ELEMENTS(orders), .group = 7}, 1, 0,
		POOL_ENDED, "10first 20again 30again ");
}

static void test_what_stands_still_ends(void **state)
{
	const enum order orders[] = {SLEEP, ANSWER, SPIN, ANSWER, DONE_WITH_NONSENSE, ANSWER};

	(void)state;
	run_toy((struct toy){.orders = orders,
			     .count = G_N_ELEMENTS(orders),
			     .standstill = G_USEC_PER_SEC},
		2, 0, POOL_ENDED, "stuck 20 stuck 40 broken 60 ");
}

/* Workers wait when too much waits for its turn; the first task must get through all the same. */
static void test_a_full_backlog_does_not_lock(void **state)
{
	const enum order orders[] = {SPLIT, ANSWER_MUCH, ANSWER_MUCH, ABORT, ANSWER_MUCH, ANSWER};

	(void)state;
	for (unsigned jobs = 1; jobs <= 4; jobs++) {
		struct toy toy = run(orders, G_N_ELEMENTS(orders), jobs, POOL_ENDED,
				     "11 12 40a died 40b 60 ");

		assert_true(toy.bytes > 3ull * MUCH * PIECE);
	}
}

static void test_a_stopped_run_takes_no_more(void **state)
{
	const enum order orders[] = {ANSWER, STOP_RUN, ANSWER};
	struct toy toy = run(orders, G_N_ELEMENTS(orders), 2, POOL_STOPPED, "10 20 ");

	(void)state;
	assert_true(toy.finished >= 2);
}

static void test_an_interrupted_run_keeps_what_was_answered(void **state)
{
	/* With one worker the first task is surely done when the second is. */
	const enum order orders[] = {ANSWER, ABORT_ALWAYS, SPIN};

	(void)state;
	run_toy((struct toy){.orders = orders, .count = G_N_ELEMENTS(orders), .interrupt_at = 3}, 1,
		0, POOL_INTERRUPTED, "10 20a died died died ");
}

TEST_GROUP(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_come_in_the_order_of_tasks),
		cmocka_unit_test(test_replies_pass_tasks_that_wait),
		cmocka_unit_test(test_a_dead_worker_costs_what_the_stage_says),
		cmocka_unit_test(test_kept_answers_of_a_dead_worker_are_taken),
		cmocka_unit_test(test_time_and_nonsense),
		cmocka_unit_test(test_a_process_ends_with_its_group),
		cmocka_unit_test(test_what_stands_still_ends),
		cmocka_unit_test(test_a_full_backlog_does_not_lock),
		cmocka_unit_test(test_a_stopped_run_takes_no_more),
		cmocka_unit_test(test_an_interrupted_run_keeps_what_was_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
