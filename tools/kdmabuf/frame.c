// SPDX-License-Identifier: MIT
/*
 * A video frame that goes from this process to another
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame.h"
#include "sample.h"
#include "touch.h"

enum way {
	BY_FD,
	BY_FD_AND_LIBRARY,
	BY_PIPE,
};

struct reply {
	int error;
	int64_t faults;
};

static int look_at(int fd, bool by_library)
{
	void *frame;
	int error = map_whole(fd, FRAME_BYTES, by_library, &frame);

	if (error)
		return error;
	reread(frame, FRAME_BYTES);
	munmap(frame, FRAME_BYTES);
	return 0;
}

static int read_all(int pipe, char *frame)
{
	size_t have = 0;

	while (have < FRAME_BYTES) {
		ssize_t length = read(pipe, frame + have, FRAME_BYTES - have);

		if (length <= 0)
			return length ? -errno : -ENODATA;
		have += length;
	}
	reread(frame, FRAME_BYTES);
	return 0;
}

static int write_all(int fd, const char *frame)
{
	size_t written = 0;

	while (written < FRAME_BYTES) {
		ssize_t length =
			write(fd, frame + written, FRAME_BYTES - written);

		if (length < 0)
			return -errno;
		written += length;
	}
	return 0;
}

/* Until nobody is at the other end of the socket. */
static void consume(const struct consumer *consumer)
{
	struct reply reply;
	unsigned char way;
	size_t count;
	int fd;

	for (;;) {
		fd = -1;
		count = 1;
		if (kdmabuf_recv(consumer->socket, &fd, &count, &way, 1) < 1)
			return;
		reply.faults = -faults_so_far();
		if (way == BY_PIPE)
			reply.error = read_all(consumer->pipe, consumer->frame);
		else
			reply.error = look_at(fd, way == BY_FD_AND_LIBRARY);
		if (count)
			close(fd);
		reply.faults += faults_so_far();
		if (kdmabuf_send(consumer->socket, NULL, 0, &reply,
				 sizeof(reply)))
			return;
	}
}

static int fork_consumer(struct consumer *consumer, const int *sockets,
			 const int *pipes)
{
	consumer->pid = fork();
	if (consumer->pid < 0)
		return -errno;
	if (!consumer->pid) {
		close(sockets[0]);
		close(pipes[1]);
		consumer->socket = sockets[1];
		consumer->pipe = pipes[0];
		/* After fork() both processes' pages are still to be copied. */
		touch(consumer->frame, FRAME_BYTES);
		consume(consumer);
		_exit(0);
	}
	touch(consumer->frame, FRAME_BYTES);
	return 0;
}

int consumer_start(struct consumer *consumer)
{
	int sockets[2], pipes[2], error;

	consumer->frame = malloc(FRAME_BYTES);
	if (!consumer->frame)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets)) {
		error = -errno;
		goto err_frame;
	}
	if (pipe2(pipes, O_CLOEXEC)) {
		error = -errno;
		goto err_sockets;
	}
	error = fork_consumer(consumer, sockets, pipes);
	close(sockets[1]);
	close(pipes[0]);
	if (error)
		goto err_ends;
	consumer->socket = sockets[0];
	consumer->pipe = pipes[1];
	return 0;

err_ends:
	close(pipes[1]);
	close(sockets[0]);
	goto err_frame;
err_sockets:
	close(sockets[0]);
	close(sockets[1]);
err_frame:
	free(consumer->frame);
	return error;
}

void consumer_stop(struct consumer *consumer)
{
	close(consumer->socket);
	close(consumer->pipe);
	waitpid(consumer->pid, NULL, 0);
	free(consumer->frame);
}

static int request(const struct consumer *consumer, enum way way, const int *fd)
{
	unsigned char byte = way;

	return kdmabuf_send(consumer->socket, fd, fd ? 1 : 0, &byte, 1);
}

static int wait_for_reply(const struct consumer *consumer, int64_t *faults)
{
	struct reply reply;
	ssize_t length = kdmabuf_recv(consumer->socket, NULL, NULL, &reply,
				      sizeof(reply));

	if (length != sizeof(reply))
		return length < 0 ? length : -EPIPE;
	*faults = reply.faults;
	return reply.error;
}

int hand_over(const struct consumer *consumer, int fd, bool by_library,
	      int64_t *faults)
{
	int error =
		request(consumer, by_library ? BY_FD_AND_LIBRARY : BY_FD, &fd);

	return error ? error : wait_for_reply(consumer, faults);
}

int write_to_pipe(const struct consumer *consumer, int64_t *faults)
{
	int error = request(consumer, BY_PIPE, NULL);

	if (!error)
		error = write_all(consumer->pipe, consumer->frame);
	return error ? error : wait_for_reply(consumer, faults);
}

int copy_to_memfd(const struct consumer *consumer, int64_t *faults)
{
	int memfd = memfd_create("kdmabuf-bench", MFD_CLOEXEC);
	int error;

	if (memfd < 0)
		return -errno;
	error = write_all(memfd, consumer->frame);
	if (!error)
		error = request(consumer, BY_FD, &memfd);
	close(memfd);
	return error ? error : wait_for_reply(consumer, faults);
}
