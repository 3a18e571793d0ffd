/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * mutate LOG SEED OUT: writes a damaged variant of a log, always the same for a seed. Prints,
 * as "FROM TO" in the bytes of LOG, each chunk that the damage touched; the records of all
 * others must still come out.
 */

#define CHUNK_SIZE 65536u
#define CHUNK_HEADER 512u
#define FILE_HEADER 4096u
#define RECORD_HEADER 24u
#define MAX_BLOCK 4096u
#define MAX_STEPS 3

struct span {
	size_t from, to;
};

struct mutation {
	uint64_t random;
	uint8_t *data;
	size_t size;
	GArray *chunks; /* struct span */
	GArray *touched; /* struct span: bytes of the log, not of the variant */
};

static uint64_t draw(struct mutation *mutation, uint64_t bound)
{
	mutation->random ^= mutation->random << 13;
	mutation->random ^= mutation->random >> 7;
	mutation->random ^= mutation->random << 17;
	return bound ? mutation->random % bound : 0;
}

/* Xorshift needs a state that is not zero, and neighbouring seeds should start far apart. */
static void seed(struct mutation *mutation, uint64_t number)
{
	mutation->random = (number + 1) * 0x9E3779B97F4A7C15u;
	for (int i = 0; i < 8; i++)
		draw(mutation, 0);
}

static void find_chunks(struct mutation *mutation)
{
	const uint8_t *end = mutation->data + mutation->size;
	const uint8_t *at = mutation->data, *next;

	at = memmem(at, mutation->size, "ElfChnk", 8);
	while (at) {
		struct span span = {(size_t)(at - mutation->data), 0};

		next = memmem(at + 8, (size_t)(end - at) - 8, "ElfChnk", 8);
		span.to = next ? (size_t)(next - mutation->data) : mutation->size;
		span.to = MIN(span.to, span.from + CHUNK_SIZE);
		g_array_append_val(mutation->chunks, span);
		at = next;
	}
}

static void touch(struct mutation *mutation, struct span span)
{
	g_array_append_val(mutation->touched, span);
}

static struct span pick_chunk(struct mutation *mutation)
{
	guint index = (guint)draw(mutation, mutation->chunks->len);

	return g_array_index(mutation->chunks, struct span, index);
}

/* Where damage goes: the file header, a chunk header, or the records of a chunk. */
static struct span pick_region(struct mutation *mutation)
{
	struct span chunk = pick_chunk(mutation);
	size_t records = MIN(chunk.from + CHUNK_HEADER, chunk.to - 1);

	switch (draw(mutation, 6)) {
	case 0:
		return (struct span){0, MIN(FILE_HEADER, mutation->size)};
	case 1:
		return (struct span){chunk.from, records};
	default:
		return (struct span){records, chunk.to};
	}
}

/* A piece of a region, of at most `most` bytes. Most blocks are small: they leave more to read. */
static struct span pick_block(struct mutation *mutation, size_t most)
{
	struct span region = pick_region(mutation);
	size_t room = MIN(region.to - region.from, most);
	size_t size = 1 + draw(mutation, draw(mutation, 2) ? room : MIN(room, 64));
	size_t from = region.from + draw(mutation, region.to - region.from - size + 1);

	return (struct span){from, from + size};
}

static void flip_bytes(struct mutation *mutation)
{
	struct span region = pick_region(mutation);

	for (uint64_t left = 1 + draw(mutation, 16); left > 0; left--) {
		size_t at = region.from + draw(mutation, region.to - region.from);

		mutation->data[at] ^= (uint8_t)(1 + draw(mutation, 255));
		touch(mutation, (struct span){at, at + 1});
	}
}

static void zero_block(struct mutation *mutation)
{
	struct span block = pick_block(mutation, MAX_BLOCK);

	memset(mutation->data + block.from, 0, block.to - block.from);
	touch(mutation, block);
}

static void swap_blocks(struct mutation *mutation)
{
	struct span one = pick_block(mutation, MAX_BLOCK);
	size_t size = one.to - one.from;
	size_t other = draw(mutation, mutation->size - size + 1);

	for (size_t i = 0; i < size; i++) {
		uint8_t byte = mutation->data[one.from + i];

		mutation->data[one.from + i] = mutation->data[other + i];
		mutation->data[other + i] = byte;
	}
	touch(mutation, one);
	touch(mutation, (struct span){other, other + size});
}

/* The number-th record of a chunk, or its last one; 0 when the chunk holds none. */
static size_t find_record(const struct mutation *mutation, struct span chunk, uint64_t number)
{
	size_t at = chunk.from + CHUNK_HEADER, found = 0;
	uint32_t size;

	while (at + RECORD_HEADER <= chunk.to && memcmp(mutation->data + at, "**\0\0", 4) == 0) {
		found = at;
		memcpy(&size, mutation->data + at + 4, 4);
		if (number-- == 0 || size < RECORD_HEADER || size > chunk.to - at)
			break;
		at += size;
	}
	return found;
}

/* Offsets of the fields that say how much there is to read. */
static size_t pick_size_field(struct mutation *mutation)
{
	static const uint8_t of_chunk[] = {40, 44, 48}; /* header size, last record, free space */
	static const uint8_t of_file[] = {8, 16, 32, 40, 42}; /* chunks, header and block sizes */
	struct span chunk = pick_chunk(mutation);
	size_t record = find_record(mutation, chunk, draw(mutation, 64));
	uint32_t size;

	switch (draw(mutation, 5)) {
	case 0:
		return of_file[draw(mutation, sizeof(of_file))];
	case 1:
		return chunk.from + of_chunk[draw(mutation, sizeof(of_chunk))];
	case 2:
		if (!record)
			return chunk.from + 48;
		memcpy(&size, mutation->data + record + 4, 4);
		return record + size - 4; /* the copy at the record's end */
	default:
		return record ? record + 4 : chunk.from + 44;
	}
}

static void change_size(struct mutation *mutation)
{
	size_t at = pick_size_field(mutation);
	uint32_t value;

	if (at > mutation->size - 4)
		return;
	memcpy(&value, mutation->data + at, 4);
	switch (draw(mutation, 4)) {
	case 0:
		value = (uint32_t)draw(mutation, UINT32_MAX);
		break;
	case 1:
		value = (uint32_t)draw(mutation, CHUNK_SIZE);
		break;
	case 2:
		value = 0;
		break;
	default:
		value += 8 * (uint32_t)(1 + draw(mutation, 8));
	}
	memcpy(mutation->data + at, &value, 4);
	touch(mutation, (struct span){at, at + 4});
}

/* Takes bytes out; all that follows moves up. Comes last, so that offsets hold until then. */
static void cut_block(struct mutation *mutation)
{
	struct span block = pick_block(mutation, MAX_BLOCK);

	memmove(mutation->data + block.from, mutation->data + block.to, mutation->size - block.to);
	mutation->size -= block.to - block.from;
	touch(mutation, block);
}

static void cut_end(struct mutation *mutation)
{
	struct span chunk = pick_chunk(mutation);
	size_t keep = chunk.from + draw(mutation, chunk.to - chunk.from);

	touch(mutation, (struct span){keep, mutation->size});
	mutation->size = keep;
}

static void mutate(struct mutation *mutation)
{
	static void (*const steps[])(struct mutation *) = {flip_bytes,	flip_bytes,  zero_block,
							   swap_blocks, change_size, change_size};

	for (uint64_t left = 1 + draw(mutation, MAX_STEPS); left > 0; left--)
		steps[draw(mutation, G_N_ELEMENTS(steps))](mutation);
	switch (draw(mutation, 6)) {
	case 0:
		cut_block(mutation);
		break;
	case 1:
		cut_end(mutation);
		break;
	default:
		break;
	}
}

static bool is_touched(const struct mutation *mutation, struct span chunk)
{
	for (guint i = 0; i < mutation->touched->len; i++) {
		struct span span = g_array_index(mutation->touched, struct span, i);

		if (span.from < chunk.to && chunk.from < span.to)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct mutation mutation = {.chunks = g_array_new(FALSE, FALSE, sizeof(struct span)),
				    .touched = g_array_new(FALSE, FALSE, sizeof(struct span))};
	int status = EXIT_FAILURE;

	if (argc == 4 &&
	    g_file_get_contents(argv[1], (char **)&mutation.data, &mutation.size, NULL))
		find_chunks(&mutation);
	if (mutation.chunks->len > 0) {
		seed(&mutation, g_ascii_strtoull(argv[2], NULL, 10));
		mutate(&mutation);
		for (guint i = 0; i < mutation.chunks->len; i++) {
			struct span chunk = g_array_index(mutation.chunks, struct span, i);

			if (is_touched(&mutation, chunk))
				printf("%zu %zu\n", chunk.from, chunk.to);
		}
		if (g_file_set_contents(argv[3], (char *)mutation.data, (gssize)mutation.size,
					NULL))
			status = EXIT_SUCCESS;
	} else {
		fputs("usage: mutate LOG SEED OUT, where LOG holds a chunk\n", stderr);
	}
	g_free(mutation.data);
	g_array_unref(mutation.chunks);
	g_array_unref(mutation.touched);
	return status;
}
