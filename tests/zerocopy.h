/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A TCP connection to ourselves that sends with MSG_ZEROCOPY: what the receiver has
 * not taken yet waits in the sender's queue as the pages that it was sent from.
 */
#ifndef TESTS_ZEROCOPY_H
#define TESTS_ZEROCOPY_H

#include <errno.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the receiver takes ahead, much less than what is sent. */
#define WINDOW (128 << 10)

/* Guests do not need it otherwise. */
static inline bool bring_up_loopback(void)
{
	struct ifreq interface = { .ifr_name = "lo" };
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = !ioctl(any, SIOCGIFFLAGS, &interface);

	interface.ifr_flags |= IFF_UP;
	up = up && !ioctl(any, SIOCSIFFLAGS, &interface);
	close(any);
	return up;
}

static inline bool set_option(int socket, int option, int value)
{
	return !setsockopt(socket, SOL_SOCKET, option, &value, sizeof(value));
}

/*
 * ends[0] receives; ends[1] sends, and queues up to @size bytes. 0 or a negative
 * errno.
 */
static inline int connect_zerocopy(int ends[2], size_t size)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ret = 0;

	ends[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!bring_up_loopback() || !set_option(listener, SO_RCVBUF, WINDOW) ||
	    bind(listener, (struct sockaddr *)&address, length) ||
	    listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &length) ||
	    !set_option(ends[1], SO_SNDBUFFORCE, size) ||
	    !set_option(ends[1], SO_ZEROCOPY, 1) ||
	    connect(ends[1], (struct sockaddr *)&address, length))
		ret = -errno;
	if (!ret) {
		ends[0] = accept(listener, NULL, NULL);
		ret = ends[0] < 0 ? -errno : 0;
	}
	close(listener);
	return ret;
}

/* Whether there is a notice that the kernel is done with the first @sends calls. */
static inline bool sends_are_done(int socket, uint32_t sends, int timeout)
{
	struct pollfd queue = { .fd = socket };
	char control[128];
	struct msghdr message = {
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct sock_extended_err notice;
	struct cmsghdr *header;

	if (poll(&queue, 1, timeout) != 1 ||
	    recvmsg(socket, &message, MSG_ERRQUEUE) < 0)
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_level != SOL_IP ||
	    header->cmsg_type != IP_RECVERR)
		return false;
	memcpy(&notice, CMSG_DATA(header), sizeof(notice));
	return notice.ee_origin == SO_EE_ORIGIN_ZEROCOPY && !notice.ee_errno &&
	       notice.ee_info == 0 && notice.ee_data == sends - 1;
}

#endif /* TESTS_ZEROCOPY_H */
