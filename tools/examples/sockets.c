// SPDX-License-Identifier: MIT
/*
 * kdmabuf-example-sockets
 *
 * A producer draws frames into a ring of buffers that three consumers, each a
 * process and, if root starts this, a user of its own, read where they are. The
 * buffers are passed once, to the second consumer as read-only views. Then only
 * numbers go to and fro: a buffer is drawn again when all have given it back. The
 * third consumer is killed while it reads; what it had comes back, too. So it does
 * from one that sends nonsense; one that goes on and sends nothing stops the ring.
 */
#include <fcntl.h>
#include <grp.h>
#include <kdmabuf.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canvas.h"
#include "check.h"
#include "ring.h"

#define CONSUMERS 3
#define FRAMES 40
#define FIRST_USER 65531

struct consumer {
	pid_t pid;
	int access;
	/* The frame in which it dies. */
	uint32_t fatal;
};

static struct consumer consumers[CONSUMERS] = {
	{ .access = O_RDWR, .fatal = UINT32_MAX },
	{ .access = O_RDONLY, .fatal = UINT32_MAX },
	{ .access = O_RDWR, .fatal = 10 },
};

/* Its process has nothing but its end of a socket. Returns the other in @sockets. */
static void start_consumer(int number, struct pollfd *sockets)
{
	struct consumer *consumer = &consumers[number];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		err(EXIT_FAILURE, "socketpair");
	consumer->pid = fork();
	if (consumer->pid < 0)
		err(EXIT_FAILURE, "fork");
	if (consumer->pid) {
		close(ends[1]);
		sockets[number].fd = ends[0];
		sockets[number].events = POLLIN;
		return;
	}
	close(ends[0]);
	for (int i = 0; i < number; i++)
		close(sockets[i].fd);
	if (!getuid() && (setgroups(0, NULL) || setgid(FIRST_USER + number) ||
			  setuid(FIRST_USER + number)))
		err(EXIT_FAILURE, "become another user");
	ring_consume(ends[1], number, consumer->fatal);
	exit(EXIT_SUCCESS);
}

static void send_buffers(const struct canvas *canvas, int socket, int access)
{
	const struct ring_message message = { 0 };
	int device = kdmabuf_open(), fds[RING_BUFFERS];

	check(device, "/dev/kdmabuf");
	for (int i = 0; i < RING_BUFFERS; i++) {
		fds[i] = kdmabuf_view(device, canvas[i].fd, 0, canvas[i].size,
				      access);
		check(fds[i], "make a view");
	}
	check(kdmabuf_send(socket, fds, RING_BUFFERS, &message,
			   sizeof(message)),
	      "send the buffers");
	for (int i = 0; i < RING_BUFFERS; i++)
		close(fds[i]);
	close(device);
}

/* Waits until buffers come back, each consumer's bit in @held: who is gone has none. */
static void take_back(struct pollfd *sockets, unsigned int *held)
{
	struct ring_message message;

	if (poll(sockets, CONSUMERS, -1) < 0)
		err(EXIT_FAILURE, "poll");
	for (int i = 0; i < CONSUMERS; i++) {
		if (!sockets[i].revents)
			continue;
		if (ring_receive(sockets[i].fd, &message)) {
			held[message.buffer] &= ~(1u << i);
			continue;
		}
		close(sockets[i].fd);
		sockets[i].fd = -1;
		for (int buffer = 0; buffer < RING_BUFFERS; buffer++)
			held[buffer] &= ~(1u << i);
	}
}

static void produce(const struct canvas *canvas, struct pollfd *sockets)
{
	unsigned int held[RING_BUFFERS] = { 0 };
	struct ring_message message;

	for (message.frame = 0; message.frame < FRAMES; message.frame++) {
		message.buffer = message.frame % RING_BUFFERS;
		while (held[message.buffer])
			take_back(sockets, held);
		canvas_draw(&canvas[message.buffer], message.frame);
		for (int i = 0; i < CONSUMERS; i++) {
			/* Who has died is noticed when its buffers are wanted. */
			if (sockets[i].fd >= 0 &&
			    !kdmabuf_send(sockets[i].fd, NULL, 0, &message,
					  sizeof(message)))
				held[message.buffer] |= 1u << i;
		}
	}
	for (int i = 0; i < RING_BUFFERS; i++)
		while (held[i])
			take_back(sockets, held);
}

int main(void)
{
	struct pollfd sockets[CONSUMERS];
	struct canvas canvas[RING_BUFFERS];
	int status;

	for (int i = 0; i < CONSUMERS; i++)
		start_consumer(i, sockets);
	for (int i = 0; i < RING_BUFFERS; i++)
		canvas[i] = canvas_make(RING_WIDTH, RING_HEIGHT, 0);
	for (int i = 0; i < CONSUMERS; i++)
		send_buffers(canvas, sockets[i].fd, consumers[i].access);
	produce(canvas, sockets);
	for (int i = 0; i < CONSUMERS; i++) {
		close(sockets[i].fd);
		waitpid(consumers[i].pid, &status, 0);
		if (WIFSIGNALED(status))
			printf("consumer %d: killed in frame %u\n", i,
			       consumers[i].fatal);
	}
	printf("the producer has drawn %d frames into %d buffers\n", FRAMES,
	       RING_BUFFERS);
	return EXIT_SUCCESS;
}
