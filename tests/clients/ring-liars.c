// SPDX-License-Identifier: GPL-2.0
/*
 * kdmabuf-example-sockets, but its consumers send back what they never got: a buffer
 * that is not of the ring, half a message, and two messages in one.
 */
#include "../../tools/examples/canvas.c"
#include "../../tools/examples/sockets.c"

void ring_consume(int socket, int number, uint32_t fatal)
{
	static const struct ring_message lies[2] = { { .buffer = 1u << 24 } };
	static const size_t sizes[CONSUMERS] = { sizeof(*lies),
						 sizeof(*lies) / 2,
						 sizeof(lies) };
	struct ring_message frame;

	/* The buffers, for which it has no use, and a frame. */
	kdmabuf_recv(socket, NULL, NULL, &frame, sizeof(frame));
	kdmabuf_recv(socket, NULL, NULL, &frame, sizeof(frame));
	kdmabuf_send(socket, NULL, 0, lies, sizes[number]);
}
