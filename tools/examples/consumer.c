// SPDX-License-Identifier: MIT
/*
 * A consumer of kdmabuf-example-sockets, which looks at each pixel of each frame
 */
#include <kdmabuf.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "canvas.h"
#include "check.h"
#include "ring.h"

static unsigned int receive_buffers(int socket, struct canvas *canvas)
{
	size_t count = RING_BUFFERS;
	struct ring_message message;
	unsigned int writable = 0;
	int fds[RING_BUFFERS];
	void *byte;

	check(kdmabuf_recv(socket, fds, &count, &message, sizeof(message)),
	      "receive the buffers");
	if (count != RING_BUFFERS)
		errx(EXIT_FAILURE, "the producer sent %zu buffers", count);
	for (size_t i = 0; i < count; i++) {
		canvas[i] =
			canvas_map(fds[i], RING_WIDTH, RING_HEIGHT, PROT_READ);
		if (!kdmabuf_map(fds[i], 0, 1, PROT_READ | PROT_WRITE, &byte))
			writable++;
	}
	return writable;
}

void ring_consume(int socket, int number, uint32_t fatal)
{
	struct canvas canvas[RING_BUFFERS], *read;
	unsigned int writable = receive_buffers(socket, canvas);
	struct ring_message message;
	uint32_t frames = 0, wrong = 0;

	while (ring_receive(socket, &message)) {
		read = &canvas[message.buffer];
		check(kdmabuf_begin_cpu_access(read->fd, DMA_BUF_SYNC_READ),
		      "begin reading");
		if (message.frame == fatal)
			raise(SIGKILL);
		wrong += canvas_differs(read, message.frame);
		check(kdmabuf_end_cpu_access(read->fd, DMA_BUF_SYNC_READ),
		      "end reading");
		frames++;
		check(kdmabuf_send(socket, NULL, 0, &message, sizeof(message)),
		      "give a buffer back");
	}
	printf("consumer %d, user %d: %u frames, %u wrong pixels, may write to %u buffers\n",
	       number, (int)getuid(), frames, wrong, writable);
}
