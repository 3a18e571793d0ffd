/* SPDX-License-Identifier: Apache-2.0 */
#include "run/outbox.h"

#include <string.h>

#include "run/frame.h"

#define MUCH 65536
/* Who reads along need not wait for longer. */
#define LONG (G_USEC_PER_SEC / 10)

/* What waited is sent: the process may end between any two of these. */
static void clear(struct outbox_writer *writer, size_t sent)
{
	uint64_t at = writer->outbox->begin + sent;

	writer->size = 0;
	__atomic_store_n(&writer->outbox->end, at, __ATOMIC_RELEASE);
	__atomic_store_n(&writer->outbox->begin, at, __ATOMIC_RELEASE);
}

bool outbox_send(struct outbox_writer *writer)
{
	size_t size = writer->size;

	if (!size)
		return true;
	if (!frame_send(writer->socket, writer->outbox->bytes, size))
		return false;
	clear(writer, size);
	writer->sent = g_get_monotonic_time();
	return true;
}

/* A frame that is too long to wait. */
static bool send_frame(struct outbox_writer *writer, uint32_t type, const void *data, size_t size)
{
	g_autoptr(GByteArray) frame = g_byte_array_new();

	frame_append(frame, type, data, size);
	if (!frame_send(writer->socket, frame->data, frame->len))
		return false;
	clear(writer, frame->len);
	return true;
}

bool outbox_add(struct outbox_writer *writer, uint32_t type, const void *data, size_t size)
{
	size_t room = WH_ANSWERS_SIZE - writer->size;

	if (frame_size(size) > room) {
		if (!outbox_send(writer))
			return false;
		if (frame_size(size) > WH_ANSWERS_SIZE)
			return send_frame(writer, type, data, size);
	}
	writer->size += frame_write(writer->outbox->bytes + writer->size, type, data, size);
	return true;
}

bool outbox_keep(struct outbox_writer *writer)
{
	if (!writer->size)
		return true;
	__atomic_store_n(&writer->outbox->end, writer->outbox->begin + writer->size,
			 __ATOMIC_RELEASE);
	if (writer->size < MUCH && g_get_monotonic_time() - writer->sent < LONG)
		return true;
	return outbox_send(writer);
}

void outbox_take_rest(const struct outbox *outbox, uint64_t received, GByteArray *out)
{
	uint64_t begin = __atomic_load_n(&outbox->begin, __ATOMIC_ACQUIRE);
	uint64_t end = __atomic_load_n(&outbox->end, __ATOMIC_ACQUIRE);

	if (received >= begin && received < end && end - begin <= WH_ANSWERS_SIZE)
		g_byte_array_append(out, outbox->bytes + (received - begin),
				    (guint)(end - received));
}
