// SPDX-License-Identifier: MIT
/*
 * One end of a conversation over a Unix socket that is named by a path
 */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "endpoint.h"
#include "number.h"
#include "report.h"

enum {
	OPTION_LISTEN = 256,
	OPTION_CONNECT,
	OPTION_TIMEOUT,
};

const struct option endpoint_options[] = {
	{ "listen", no_argument, NULL, OPTION_LISTEN },
	{ "connect", no_argument, NULL, OPTION_CONNECT },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ 0 },
};

const char endpoint_options_help[] =
	"  --listen           make SOCKET and wait for the peer to connect\n"
	"  --connect          connect to SOCKET, as soon as it exists\n"
	"  --timeout SECONDS  how long to wait for the peer (30); inf: for ever\n";

struct address {
	struct sockaddr_un name;
	socklen_t size;
};

int endpoint_option(struct endpoint *endpoint,
		    const struct subcommand *subcommand, int option,
		    const char *value)
{
	switch (option) {
	case OPTION_LISTEN:
		endpoint->listens = true;
		return STATUS_OK;
	case OPTION_CONNECT:
		endpoint->listens = false;
		return STATUS_OK;
	case OPTION_TIMEOUT:
		if (!parse_seconds(value, &endpoint->timeout))
			return usage_error(
				subcommand,
				"bad --timeout '%s': expected seconds or 'inf'",
				value);
		return STATUS_OK;
	default:
		return usage_hint(subcommand);
	}
}

int fail_endpoint(const struct endpoint *endpoint, const char *operation,
		  int error)
{
	/* What a socket says when its own timeout has passed. */
	if (error == -EAGAIN)
		error = -ETIMEDOUT;

	switch (error) {
	case -ETIMEDOUT:
		return fail(endpoint->path, operation, error,
			    "no peer in %g seconds; see --timeout",
			    endpoint->timeout);
	case -ENOENT:
	case -ECONNREFUSED:
		if (endpoint->listens)
			return fail(endpoint->path, operation, error,
				    "there is no such directory");
		return fail(endpoint->path, operation, error,
			    "nobody came to listen there in %g seconds",
			    endpoint->timeout);
	case -ENODATA:
		return fail(
			endpoint->path, operation, error,
			"the peer has closed the connection without sending");
	case -EPROTOTYPE:
		return fail(endpoint->path, operation, error,
			    "the peer's socket is not of type SOCK_SEQPACKET");
	case -EADDRINUSE:
		return fail(
			endpoint->path, operation, error,
			"another process listens there, or it is not a socket");
	case -ENAMETOOLONG:
		return fail(endpoint->path, operation, error,
			    "a socket's path has up to %zu bytes",
			    sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	default:
		return fail(endpoint->path, operation, error, NULL);
	}
}

static int make_address(const char *path, struct address *address)
{
	size_t length = strlen(path);

	*address = (struct address){ .name.sun_family = AF_UNIX };
	if (!length)
		return -EINVAL;
	if (length >= sizeof(address->name.sun_path))
		return -ENAMETOOLONG;
	memcpy(address->name.sun_path, path, length);
	address->size = offsetof(struct sockaddr_un, sun_path) + length;
	if (*path == '@')
		address->name.sun_path[0] = '\0';
	return 0;
}

/* Makes the socket end its waits when the endpoint's time is over. */
static void limit_waits(int peer, double deadline)
{
	double left = time_left(deadline);
	struct timeval limit;

	if (left > INT_MAX)
		return;
	limit.tv_sec = left;
	limit.tv_usec = (left - limit.tv_sec) * 1e6;
	/* All zeroes would mean for ever, and a whole second is refused. */
	if (limit.tv_usec < 1)
		limit.tv_usec = 1;
	if (limit.tv_usec > 999999)
		limit.tv_usec = 999999;
	setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

static int try_connect(const struct address *address, double deadline)
{
	int peer = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int error;

	if (peer < 0)
		return -errno;
	/* A listener that has enough to accept makes it wait. */
	limit_waits(peer, deadline);
	if (connect(peer, (const struct sockaddr *)&address->name,
		    address->size) < 0) {
		error = -errno;
		close(peer);
		return error;
	}
	return peer;
}

/* The peer may not have got as far as listening. */
static int connect_until(const struct address *address, double deadline)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	int peer;

	for (;;) {
		peer = try_connect(address, deadline);
		if ((peer != -ENOENT && peer != -ECONNREFUSED) ||
		    !time_left(deadline))
			return peer;
		nanosleep(&pause, NULL);
	}
}

/*
 * Whether no process has the socket that is there. Asked with a socket of another
 * type, which a listener refuses as such: a connection would take the place of its
 * peer.
 */
static bool is_stale(const struct address *address)
{
	int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool refused;

	if (probe < 0)
		return false;
	refused = connect(probe, (const struct sockaddr *)&address->name,
			  address->size) < 0 &&
		  errno == ECONNREFUSED;
	close(probe);
	return refused;
}

/*
 * Removes the socket that a process has left that did not end in an orderly way.
 * Returns false if there is no such.
 */
static bool remove_stale(const char *path, const struct address *address)
{
	struct stat status;

	return *path != '@' && !lstat(path, &status) &&
	       S_ISSOCK(status.st_mode) && is_stale(address) && !unlink(path);
}

static int try_bind(int listener, const struct address *address)
{
	return bind(listener, (const struct sockaddr *)&address->name,
		    address->size) < 0 ?
		       -errno :
		       0;
}

static int listen_at(const char *path, const struct address *address)
{
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int error;

	if (listener < 0)
		return -errno;
	error = try_bind(listener, address);
	if (error == -EADDRINUSE && remove_stale(path, address))
		error = try_bind(listener, address);
	if (!error && listen(listener, 1) < 0)
		error = -errno;
	if (error) {
		close(listener);
		return error;
	}
	return listener;
}

static int accept_until(const struct endpoint *endpoint,
			const struct address *address, double deadline)
{
	int listener = listen_at(endpoint->path, address);
	int peer;

	if (listener < 0)
		return listener;
	peer = wait_until_readable(listener, deadline);
	if (!peer) {
		peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (peer < 0)
			peer = -errno;
	}
	if (*endpoint->path != '@')
		unlink(endpoint->path);
	close(listener);
	return peer;
}

int connect_endpoint(const struct endpoint *endpoint)
{
	double deadline = deadline_in(endpoint->timeout);
	struct address address;
	int peer;

	peer = make_address(endpoint->path, &address);
	if (!peer)
		peer = endpoint->listens ?
			       accept_until(endpoint, &address, deadline) :
			       connect_until(&address, deadline);
	if (peer < 0) {
		fail_endpoint(endpoint,
			      endpoint->listens ? "listen" : "connect", peer);
		return -1;
	}
	limit_waits(peer, deadline);
	return peer;
}
