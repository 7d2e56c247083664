/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's log, where the exporter tells why there is no memory. */
#ifndef TESTS_LOG_H
#define TESTS_LOG_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * Reads from here on. What was told before may keep later lines back, ten of them in
 * five seconds: DEFAULT_RATELIMIT_BURST and _INTERVAL. Returns a descriptor, or -1.
 */
static inline int open_log(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	sleep(5);
	lseek(log, 0, SEEK_END);
	return log;
}

/* How many lines with these words there are; the next call begins after them. */
static inline int lines_with(int log, const char *words)
{
	char line[8192];
	ssize_t length;
	int n = 0;

	/* EPIPE: the kernel has dropped lines that were not read yet. */
	while ((length = read(log, line, sizeof(line) - 1)) > 0 ||
	       (length < 0 && errno == EPIPE)) {
		if (length < 0)
			continue;
		line[length] = '\0';
		n += !!strstr(line, words);
	}
	return n;
}

#endif /* TESTS_LOG_H */
