// SPDX-License-Identifier: MIT
/*
 * The process at the other end of a socket
 */
#include <errno.h>
#include <kdmabuf.h>

#include "../examples/check.h"
#include "peer.h"

void peer_has_gone(const struct peer *peer)
{
	errx(EXIT_FAILURE, "%s has gone", peer->name);
}

void peer_sends_nonsense(const struct peer *peer)
{
	errx(EXIT_FAILURE, "%s has sent nonsense", peer->name);
}

void peer_send(const struct peer *peer, const int *fds, size_t count,
	       const void *message, size_t size)
{
	int error = kdmabuf_send(peer->socket, fds, count, message, size);

	if (error == -EPIPE || error == -ECONNRESET)
		peer_has_gone(peer);
	check(error, peer->name);
}

void peer_receive(const struct peer *peer, int *fds, size_t count,
		  void *message, size_t size)
{
	size_t came = count;
	ssize_t length = kdmabuf_recv(peer->socket, fds, &came, message, size);

	if (length == -ENODATA || length == -ECONNRESET)
		peer_has_gone(peer);
	check(length, peer->name);
	if ((size_t)length != size || came != count)
		peer_sends_nonsense(peer);
}
