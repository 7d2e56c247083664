// SPDX-License-Identifier: MIT
/*
 * Descriptors in messages over Unix sockets
 *
 * Only sockets that keep messages apart: on a stream bytes of one message may
 * arrive with those of the next and its descriptors, and nobody could tell.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kdmabuf.h"

/* A descriptor of the sender, for receivers with SO_PASSPIDFD (Linux 6.5). */
#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif

/*
 * Credentials, security label and time stamps, which a caller may have asked the
 * kernel for, come before the descriptors.
 */
#define DESCRIPTORS_SIZE CMSG_SPACE(KDMABUF_FDS_MAX * sizeof(int))
#define CONTROL_SIZE (512 + DESCRIPTORS_SIZE)

static int check_type(int socket)
{
	socklen_t size = sizeof(int);
	int type;

	if (getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
		return -errno;
	return type == SOCK_STREAM ? -EPROTOTYPE : 0;
}

static size_t descriptors_in(const struct cmsghdr *control)
{
	return (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

static int descriptor_at(const struct cmsghdr *control, size_t index)
{
	int fd;

	memcpy(&fd, CMSG_DATA(control) + index * sizeof(fd), sizeof(fd));
	return fd;
}

static int holds_descriptors(const struct cmsghdr *control)
{
	return control->cmsg_level == SOL_SOCKET &&
	       (control->cmsg_type == SCM_RIGHTS ||
		control->cmsg_type == SCM_PIDFD);
}

/*
 * Takes the descriptors that came with @message. Closes what is not for the
 * caller: those beyond @room, and pidfds. Returns how many have come, which may
 * be more than @room.
 */
static size_t take_descriptors(struct msghdr *message, int *fds, size_t room)
{
	struct cmsghdr *control;
	size_t taken = 0;
	size_t i;

	for (control = CMSG_FIRSTHDR(message); control;
	     control = CMSG_NXTHDR(message, control)) {
		if (!holds_descriptors(control))
			continue;
		for (i = 0; i < descriptors_in(control); i++) {
			int fd = descriptor_at(control, i);

			if (control->cmsg_type == SCM_PIDFD) {
				close(fd);
				continue;
			}
			if (taken < room)
				fds[taken] = fd;
			else
				close(fd);
			taken++;
		}
	}
	return taken;
}

static void close_all(const int *fds, size_t count)
{
	while (count)
		close(fds[--count]);
}

int kdmabuf_send(int socket, const int *fds, size_t count, const void *payload,
		 size_t size)
{
	union {
		char bytes[DESCRIPTORS_SIZE];
		struct cmsghdr alignment;
	} room;
	struct iovec data = {
		.iov_base = (void *)payload,
		.iov_len = size,
	};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
	};
	struct cmsghdr *control;
	int error;

	if (!count && !size)
		return -EINVAL;
	if (count > KDMABUF_FDS_MAX)
		return -EMSGSIZE;
	error = check_type(socket);
	if (error)
		return error;

	if (count) {
		memset(&room, 0, sizeof(room));
		message.msg_control = &room;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control = CMSG_FIRSTHDR(&message);
		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(control), fds, count * sizeof(int));
	}

	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

ssize_t kdmabuf_recv(int socket, int *fds, size_t *count, void *payload,
		     size_t size)
{
	union {
		char bytes[CONTROL_SIZE];
		struct cmsghdr alignment;
	} control;
	struct iovec data = {
		.iov_base = payload,
		.iov_len = size,
	};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	size_t room = count ? *count : 0;
	size_t taken;
	ssize_t length;
	int error;

	if (count)
		*count = 0;
	error = check_type(socket);
	if (error)
		return error;

	do {
		length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;

	taken = take_descriptors(&message, fds, room);
	if (taken > room || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		close_all(fds, taken < room ? taken : room);
		return -EMSGSIZE;
	}
	if (!length && !taken)
		return -ENODATA;
	if (count)
		*count = taken;
	return length;
}
