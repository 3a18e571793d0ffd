/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into wmihunt-poison in front of chunk_is_as_told() and pool_new() (ld --wrap): a chunk
 * with one of these marks in a string of a record (UTF-16) does to its worker what a decoder's
 * mistake would do.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <uchar.h>

#include "evtx/chunk_check.h"
#include "run/pool.h"

#define WH_POISON_BLOCK (16 << 20)
#define WH_POISON_MOST 64 /* blocks: a test must not bring the machine down */

bool __real_chunk_is_as_told(const struct chunk *chunk, struct chunk_ids *ids,
			     struct told_record *records, size_t *count);
bool __wrap_chunk_is_as_told(const struct chunk *chunk, struct chunk_ids *ids,
			     struct told_record *records, size_t *count);
struct pool *__real_pool_new(const struct pool_stage *stage);
struct pool *__wrap_pool_new(const struct pool_stage *stage);

static void spin(void)
{
	for (volatile unsigned turns = 0;; turns++)
		;
}

/* What makes no progress must have an end, which is brought nearer. */
struct pool *__wrap_pool_new(const struct pool_stage *stage)
{
	struct pool_stage impatient = *stage;

	if (stage->time.standstill == 0)
		g_error("no limit of time without progress");
	impatient.time.standstill = 2 * G_USEC_PER_SEC;
	return __real_pool_new(&impatient);
}

/* Until there is no more, and then as g_malloc() does. Blocks are pages of their own, since
 * sanitizers replace malloc() by one that ends the program. They are not written to: it is address
 * space that is limited, and a loaded machine needs longer for a gigabyte of pages than the limit
 * of time allows. */
static void allocate(void)
{
	for (unsigned i = 0; i < WH_POISON_MOST; i++) {
		void *block = mmap(NULL, WH_POISON_BLOCK, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (block == MAP_FAILED)
			g_error("out of memory");
	}
	/* There was no limit, which SIGILL tells. */
	__builtin_trap();
}

static const struct poison {
	const char16_t *mark;
	size_t size;
	void (*act)(void);
} poisons[] = {
	{u"POISON-ABORT", 24, abort},
	{u"POISON-SPIN", 22, spin},
	{u"POISON-ALLOC", 24, allocate},
};

bool __wrap_chunk_is_as_told(const struct chunk *chunk, struct chunk_ids *ids,
			     struct told_record *records, size_t *count)
{
	for (size_t i = 0; i < sizeof(poisons) / sizeof(*poisons); i++)
		if (memmem(chunk->data, chunk->size, poisons[i].mark, poisons[i].size))
			poisons[i].act();
	return __real_chunk_is_as_told(chunk, ids, records, count);
}
