/* SPDX-License-Identifier: MIT */
/*
 * What the producer and the consumers of kdmabuf-example-sockets tell each other
 *
 * First the producer sends the descriptors of all buffers. Then a message says that
 * a frame is in a buffer; the consumer sends the same back when it has read it.
 */
#ifndef RING_H
#define RING_H

#include <kdmabuf.h>
#include <stdbool.h>
#include <stdint.h>

#define RING_BUFFERS 4
#define RING_WIDTH 320
#define RING_HEIGHT 180

struct ring_message {
	uint32_t buffer, frame;
};

/*
 * Whoever sends may be another user, and is believed no more than this: false is the
 * end of the connection, or nonsense, which is to be the end of it.
 */
static inline bool ring_receive(int socket, struct ring_message *message)
{
	return kdmabuf_recv(socket, NULL, NULL, message, sizeof(*message)) ==
		       sizeof(*message) &&
	       message->buffer < RING_BUFFERS;
}

/*
 * What a consumer does, until the producer closes its end. In the frame @fatal it is
 * killed while it reads. Prints what it has seen.
 */
void ring_consume(int socket, int number, uint32_t fatal);

#endif /* RING_H */
