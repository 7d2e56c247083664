/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often the kernel calls a function, counted by a kprobe event on it. Counts are
 * the whole machine's.
 */
#ifndef TESTS_PROBES_H
#define TESTS_PROBES_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing/"
#define PROBES TRACING "events/kdmabuf_tests/"

static inline bool write_tracing(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t length = strlen(text);
	bool written = file >= 0 && write(file, text, length) == length;

	close(file);
	return written;
}

/* Count calls of @function from now on; false if this kernel cannot. */
static inline bool add_probe(const char *function)
{
	char text[128], path[128];

	snprintf(text, sizeof(text), "p:kdmabuf_tests/%s %s", function,
		 function);
	snprintf(path, sizeof(path), PROBES "%s/enable", function);
	return write_tracing(TRACING "kprobe_events", text) &&
	       write_tracing(path, "1");
}

static inline void remove_probe(const char *function)
{
	char text[128], path[128];

	snprintf(text, sizeof(text), "-:kdmabuf_tests/%s", function);
	snprintf(path, sizeof(path), PROBES "%s/enable", function);
	write_tracing(path, "0");
	write_tracing(TRACING "kprobe_events", text);
}

/* Calls since add_probe(), or -1. */
static inline long calls_of(const char *function)
{
	FILE *file = fopen(TRACING "kprobe_profile", "re");
	char line[256], name[128];
	long hits, calls = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%127s %ld", name, &hits) == 2 &&
		    !strcmp(name, function))
			calls = hits;
	if (file)
		fclose(file);
	return calls;
}

#endif /* TESTS_PROBES_H */
