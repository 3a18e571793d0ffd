/* SPDX-License-Identifier: Apache-2.0 */
#include "run/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"

struct frame_header {
	uint32_t size;
	uint32_t type;
};

size_t frame_size(size_t size)
{
	return sizeof(struct frame_header) + size;
}

size_t frame_write(uint8_t *to, uint32_t type, const void *data, size_t size)
{
	struct frame_header header = {(uint32_t)size, type};

	g_assert(size <= WH_MAX_FRAME);
	memcpy(to, &header, sizeof(header));
	if (size)
		memcpy(to + sizeof(header), data, size);
	return frame_size(size);
}

void frame_append(GByteArray *buffer, uint32_t type, const void *data, size_t size)
{
	guint held = buffer->len;

	g_byte_array_set_size(buffer, held + (guint)frame_size(size));
	frame_write(buffer->data + held, type, data, size);
}

bool frame_take(const GByteArray *buffer, size_t *at, struct frame *out, bool *broken)
{
	size_t have = buffer->len - *at;
	struct frame_header header;

	*broken = false;
	if (have < sizeof(header))
		return false;
	memcpy(&header, buffer->data + *at, sizeof(header));
	*broken = header.size > WH_MAX_FRAME;
	if (*broken || have - sizeof(header) < header.size)
		return false;
	*out = (struct frame){header.type, buffer->data + *at + sizeof(header), header.size};
	*at += sizeof(header) + header.size;
	return true;
}

ssize_t frame_send_some(int socket, const void *data, size_t size, const int *fds, unsigned count)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(WH_MAX_VOLUMES * sizeof(int))];
	} control = {0};
	struct iovec part = {(void *)data, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	ssize_t sent;

	g_assert(count <= WH_MAX_VOLUMES);
	if (count > 0) {
		message.msg_control = control.space;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent;
}

bool frame_send(int socket, const void *data, size_t size)
{
	const uint8_t *at = data;

	while (size) {
		ssize_t sent = frame_send_some(socket, at, size, NULL, 0);

		if (sent < 0)
			return false;
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

static void take_descriptors(struct msghdr *message, GArray *fds)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at; at = CMSG_NXTHDR(message, at)) {
		size_t count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_RIGHTS)
			g_array_append_vals(fds, CMSG_DATA(at), (guint)count);
	}
}

ssize_t frame_receive(int socket, GByteArray *buffer, size_t size, GArray *fds)
{
	char control[CMSG_SPACE(WH_MAX_VOLUMES * sizeof(int))] G_GNUC_UNUSED
		__attribute__((aligned(__alignof__(struct cmsghdr))));
	guint held = buffer->len;
	struct msghdr message = {.msg_iovlen = 1};
	struct iovec part;
	ssize_t got;

	g_byte_array_set_size(buffer, held + (guint)size);
	part = (struct iovec){buffer->data + held, size};
	message.msg_iov = &part;
	do {
		message.msg_control = fds ? control : NULL;
		message.msg_controllen = fds ? sizeof(control) : 0;
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	g_byte_array_set_size(buffer, held + (guint)MAX(got, 0));
	if (got >= 0 && fds)
		take_descriptors(&message, fds);
	return got;
}
