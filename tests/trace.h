/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The exporter's tracepoints, in an instance of the kernel's trace that is ours alone.
 */
#ifndef TESTS_TRACE_H
#define TESTS_TRACE_H

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "node.h"
#include "tracing.h"

#define TRACES "/sys/kernel/tracing/instances/"
#define TRACE_INSTANCE TRACES "kdmabuf_tests/"
#define TRACE_EVENTS TRACE_INSTANCE "events/kdmabuf/"

static inline bool write_trace(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
	ssize_t length = strlen(text);
	bool written = file >= 0 && write(file, text, length) == length;

	close(file);
	return written;
}

/* False if this kernel cannot. No names of tasks, as in set_event(). */
static inline bool start_trace(void)
{
	return write_tracing(TRACING "options/record-cmd", "0") &&
	       (!mkdir(TRACE_INSTANCE, 0700) || errno == EEXIST) &&
	       write_trace(TRACE_EVENTS "enable", "1");
}

static inline void end_trace(void)
{
	rmdir(TRACE_INSTANCE);
}

/* Forget what there was. */
static inline void clear_trace(void)
{
	close(open(TRACE_INSTANCE "trace", O_WRONLY | O_CLOEXEC | O_TRUNC));
}

/* How many lines, since the trace was cleared, end with the text. */
static inline int __attribute__((format(printf, 1, 2)))
traced(const char *format, ...)
{
	char text[256], line[512];
	va_list values;
	FILE *file;
	int n = 0;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	file = fopen(TRACE_INSTANCE "trace", "re");
	while (file && fgets(line, sizeof(line), file)) {
		char *event;

		line[strcspn(line, "\n")] = '\0';
		event = strstr(line, text);
		n += event && !strcmp(event, text);
	}
	if (file)
		fclose(file);
	return n;
}

/* How many events of that name. */
static inline int traced_events(const char *name)
{
	char text[32], line[512];
	FILE *file = fopen(TRACE_INSTANCE "trace", "re");
	int n = 0;

	snprintf(text, sizeof(text), ": %s: ", name);
	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, text))
			n++;
	if (file)
		fclose(file);
	return n;
}

#endif /* TESTS_TRACE_H */
