/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <lzma.h>
#include <string.h>

#include "base/bytes.h"
#include "archive/sevenzip/plain.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_stream.h"

/*
 * An encrypted 7z. Its digests are made right first, as no fuzzer gets past them. All of the
 * plain archive must be there to read, and be no longer than the encrypted one can be.
 */

#define START_SIZE 32

static const char *const passwords[] = {"else", "pässword \xf0\x9f\x94\x91", NULL};

static void seal(uint8_t *data, size_t size)
{
	uint64_t offset, header_size;

	if (!bytes_get_u64(data, size, 12, &offset) || !bytes_get_u64(data, size, 20, &header_size))
		return;
	if (size < START_SIZE || offset > size - START_SIZE ||
	    header_size > size - START_SIZE - offset)
		return;
	bytes_put_u32(data + 28, lzma_crc32(data + START_SIZE + offset, header_size, 0));
	bytes_put_u32(data + 8, lzma_crc32(data + 12, 20, 0));
}

static void read_all(struct stream *stream, size_t packed_size)
{
	uint8_t block[1000];
	uint64_t size = 0;
	ssize_t got;

	while ((got = stream->read(stream, block, sizeof(block))) > 0)
		size += (uint64_t)got;
	g_assert_cmpint(got, ==, 0);
	g_assert_cmpint(size, ==, stream->size);
	/* A header may have been packed by LZMA; what it describes was not. */
	g_assert_cmpint(size, <=, packed_size + WH_MAX_SEVENZIP_HEADER);
}

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	g_autofree uint8_t *copy = g_memdup2(data, size);
	struct memory_stream in = memory_stream(copy, size);
	const char *problem = NULL;
	struct stream *out = NULL;
	enum sevenzip_result result;

	seal(copy, size);
	result = sevenzip_open_plain(&in.stream, passwords, NULL, NULL, NULL, &out, &problem);
	g_assert_true((out != NULL) == (result == SEVENZIP_OPENED));
	g_assert_true((problem != NULL) == (result != SEVENZIP_OPENED && result != SEVENZIP_PLAIN));
	if (out)
		read_all(out, size);
	sevenzip_plain_free(out);
	return 0;
}
