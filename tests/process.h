/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes: their descriptors, their privileges, and passing descriptors between
 * them.
 */
#ifndef TESTS_PROCESS_H
#define TESTS_PROCESS_H

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The user without rights; there is one on every system. */
#define NOBODY 65534

/* Open descriptors of this process. */
static inline int open_fds(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int n = -3; /* ".", "..", and the directory's own */

	if (!directory)
		return -errno;
	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

/* The next descriptor's number: one that was reserved and forgotten is missing. */
static inline int lowest_free_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* More than any test opens; the kernel lets root have eight times as many. */
#define MANY_FDS (1 << 17)

/* No new descriptor has the number @limit or a higher one; 0 or a negative errno. */
static inline int limit_fds(rlim_t limit)
{
	struct rlimit limits;

	if (getrlimit(RLIMIT_NOFILE, &limits))
		return -errno;
	limits.rlim_cur = limit;
	if (limits.rlim_max < limit)
		limits.rlim_max = limit;
	return setrlimit(RLIMIT_NOFILE, &limits) ? -errno : 0;
}

/* Without capabilities from here on; what is open stays open. */
static inline bool become(uid_t uid)
{
	return !setgroups(0, NULL) && !setresgid(uid, uid, uid) &&
	       !setresuid(uid, uid, uid);
}

/* The child has ended well. */
static inline bool ended_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

/* One descriptor in a message of one byte; 0 or a negative errno. */
static inline int send_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte = 'f';
	struct iovec bytes = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1 ? 0 : -errno;
}

/* The descriptor of the next message, or a negative errno. */
static inline int receive_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte;
	struct iovec bytes = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	int fd;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -ENOMSG;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

#endif /* TESTS_PROCESS_H */
