// SPDX-License-Identifier: MIT
/*
 * Descriptors of this and other processes by name. A dma-buf cannot be opened by
 * its path in /proc, only duplicated from the process that has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptor.h"
#include "number.h"
#include "report.h"

static int duplicate_from(pid_t pid, int fd)
{
	int process, copy;

	process = syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return -errno;
	copy = syscall(SYS_pidfd_getfd, process, fd, 0);
	if (copy < 0)
		copy = -errno;
	close(process);
	return copy;
}

static int inherited(int fd)
{
	return fcntl(fd, F_GETFD) < 0 ? -errno : fd;
}

/* Moves @text past @prefix if it begins with it. */
static int skip(const char **text, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(*text, prefix, length))
		return 0;
	*text += length;
	return 1;
}

/*
 * Returns -EINVAL if @text does not name a descriptor; -EBADF; -ESRCH (no such
 * process); -EPERM (this process may not trace that one); -ENOSYS (Linux before
 * 5.6), -EMFILE, -ENFILE.
 */
static int find(const char *text)
{
	char process[16];
	uint64_t pid, fd;
	size_t length;

	if (skip(&text, "/dev/fd/") || skip(&text, "/proc/self/fd/") ||
	    !skip(&text, "/proc/"))
		return parse_number(text, INT_MAX, &fd) ? inherited(fd) :
							  -EINVAL;

	length = strcspn(text, "/");
	if (length >= sizeof(process))
		return -EINVAL;
	memcpy(process, text, length);
	process[length] = '\0';
	text += length;
	if (!skip(&text, "/fd/") || !parse_number(process, INT_MAX, &pid) ||
	    !parse_number(text, INT_MAX, &fd))
		return -EINVAL;
	return duplicate_from(pid, fd);
}

static int fail_find(const struct subcommand *subcommand, const char *object,
		     int error)
{
	switch (error) {
	case -EINVAL:
		return usage_error(
			subcommand,
			"'%s' is not a descriptor: expected a number or /proc/PID/fd/NUMBER",
			object);
	case -EBADF:
		return fail(
			object, "find", error,
			"no such descriptor is open; ls -l /proc/PID/fd shows those that are");
	case -EPERM:
		return fail(
			object, "find", error,
			"it takes the right to trace that process: the same user's, or root's");
	default:
		return fail(object, "find", error, NULL);
	}
}

int take_descriptor(const struct subcommand *subcommand, int argc, char **argv,
		    int *status)
{
	int fd;

	if (argc - optind != 1) {
		*status = usage_error(subcommand,
				      "%s takes one descriptor, not %d",
				      subcommand->name, argc - optind);
		return -1;
	}
	fd = find(argv[optind]);
	if (fd < 0)
		*status = fail_find(subcommand, argv[optind], fd);
	return fd;
}
