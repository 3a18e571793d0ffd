/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_FRAME_H
#define WH_RUN_FRAME_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What parent and worker send each other over a socket: frames of a type and bytes, which
 * only the stages on both sides understand. A parent takes none of it on trust.
 */
struct frame {
	uint32_t type;
	const uint8_t *data; /* borrowed from the buffer it was taken from */
	size_t size;
};

/* How many bytes a frame of so much data takes up. */
size_t frame_size(size_t size);

/* Writes a frame with a copy of `data`, at most WH_MAX_FRAME, where there is room for it; returns
 * the bytes that it took. */
size_t frame_write(uint8_t *to, uint32_t type, const void *data, size_t size);

/* Appends a frame with a copy of `data`; `size` is at most WH_MAX_FRAME. */
void frame_append(GByteArray *buffer, uint32_t type, const void *data, size_t size);

/*
 * Takes the frame at *at of the buffer and moves *at past it. False when the rest of it has
 * not arrived; *broken then says whether it never will, because no frame begins so.
 */
bool frame_take(const GByteArray *buffer, size_t *at, struct frame *out, bool *broken);

/* Sends all bytes over a socket that blocks. False with errno. */
bool frame_send(int socket, const void *data, size_t size);

/* Sends what the socket takes at once, and with the first byte the descriptors, at most
 * WH_MAX_VOLUMES. Returns bytes, or -1 with errno. */
ssize_t frame_send_some(int socket, const void *data, size_t size, const int *fds, unsigned count);

/*
 * Appends what has arrived (at most `size` bytes; waits for the first of them) to the buffer,
 * and descriptors (int) that came along to `fds`; where that is NULL none is taken.
 * Returns bytes, 0 at the end, -1 with errno.
 */
ssize_t frame_receive(int socket, GByteArray *buffer, size_t size, GArray *fds);

#endif
