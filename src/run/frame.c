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

void frame_append(GByteArray *buffer, uint32_t type, const void *data, size_t size)
{
	struct frame_header header = {(uint32_t)size, type};

	g_assert(size <= WH_MAX_FRAME);
	g_byte_array_append(buffer, (const guint8 *)&header, sizeof(header));
	if (size)
		g_byte_array_append(buffer, data, (guint)size);
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

static ssize_t send_once(int socket, const uint8_t *data, size_t size, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {(void *)data, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		message.msg_control = control.space;
		message.msg_controllen = sizeof(control.space);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL);
}

bool frame_send(int socket, const void *data, size_t size, int fd)
{
	const uint8_t *at = data;

	while (size) {
		ssize_t sent = send_once(socket, at, size, fd);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		fd = -1;
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

/* Takes the descriptors of a message: the first that is asked for, and closes the rest. */
static void take_descriptors(struct msghdr *message, int *fd)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at; at = CMSG_NXTHDR(message, at)) {
		size_t count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < count; i++) {
			int one;

			memcpy(&one, CMSG_DATA(at) + i * sizeof(int), sizeof(int));
			if (fd && *fd < 0)
				*fd = one;
			else
				close(one);
		}
	}
}

ssize_t frame_receive(int socket, GByteArray *buffer, size_t size, int *fd)
{
	char control[CMSG_SPACE(sizeof(int))] G_GNUC_UNUSED
		__attribute__((aligned(__alignof__(struct cmsghdr))));
	guint held = buffer->len;
	struct msghdr message = {.msg_iovlen = 1};
	struct iovec part;
	ssize_t got;

	g_byte_array_set_size(buffer, held + (guint)size);
	part = (struct iovec){buffer->data + held, size};
	message.msg_iov = &part;
	do {
		message.msg_control = fd ? control : NULL;
		message.msg_controllen = fd ? sizeof(control) : 0;
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	g_byte_array_set_size(buffer, held + (guint)MAX(got, 0));
	if (got >= 0 && fd)
		take_descriptors(&message, fd);
	return got;
}
