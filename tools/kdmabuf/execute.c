// SPDX-License-Identifier: MIT
/*
 * Becoming a command that has buffers
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "execute.h"
#include "report.h"

#define FIRST_FD 3

/*
 * Twice: one of @fds may have the number that another is to get. The copies in
 * between have FD_CLOEXEC set as well.
 */
static int place(const int *fds, size_t count)
{
	int spare[count];
	size_t i;

	for (i = 0; i < count; i++) {
		spare[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FIRST_FD + count);
		if (spare[i] < 0)
			return -errno;
	}
	for (i = 0; i < count; i++) {
		if (dup2(spare[i], FIRST_FD + i) < 0)
			return -errno;
	}
	return 0;
}

static int set_environment(size_t count)
{
	char text[16];

	snprintf(text, sizeof(text), "%zu", count);
	if (setenv("KDMABUF_FDS", text, 1))
		return -errno;
	snprintf(text, sizeof(text), "%d", FIRST_FD);
	return setenv("KDMABUF_FD", text, 1) ? -errno : 0;
}

int execute(char **argv, const int *fds, size_t count)
{
	int error = place(fds, count);

	if (!error)
		error = set_environment(count);
	if (error)
		return fail(argv[0], "hand over descriptors", error, NULL);

	execvp(argv[0], argv);
	error = -errno;
	fail(argv[0], "execute", error, NULL);
	return error == -ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE;
}
