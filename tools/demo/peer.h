/* SPDX-License-Identifier: MIT */
/*
 * The process at the other end of a socket. Who cannot do without it ends with it, in
 * a line that names it.
 */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>

struct peer {
	int socket;
	const char *name;
};

void peer_send(const struct peer *peer, const int *fds, size_t count,
	       const void *message, size_t size);

/* Waits for a message of that size, and as many descriptors. */
void peer_receive(const struct peer *peer, int *fds, size_t count,
		  void *message, size_t size);

_Noreturn void peer_has_gone(const struct peer *peer);
_Noreturn void peer_sends_nonsense(const struct peer *peer);

#endif /* PEER_H */
