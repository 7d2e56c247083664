/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's trace events, as tracefs has them. */
#ifndef TESTS_TRACING_H
#define TESTS_TRACING_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing/"

static inline bool write_tracing(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t length = strlen(text);
	bool written = file >= 0 && write(file, text, length) == length;

	close(file);
	return written;
}

/*
 * @event is its directory in events/. Nobody here asks for the names of tasks, for
 * which the kernel patches the scheduler's code too: a CPU that QEMU emulates has
 * been seen to run into the breakpoint of such a patch after it was done.
 */
static inline bool set_event(const char *event, bool is_on)
{
	char path[160];

	snprintf(path, sizeof(path), TRACING "events/%s/enable", event);
	return write_tracing(TRACING "options/record-cmd", "0") &&
	       write_tracing(path, is_on ? "1" : "0");
}

#endif /* TESTS_TRACING_H */
