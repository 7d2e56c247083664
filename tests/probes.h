/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often the kernel calls a function, counted by a kprobe event on it. Counts are
 * the whole machine's.
 */
#ifndef TESTS_PROBES_H
#define TESTS_PROBES_H

#include "tracing.h"

#define PROBES "kdmabuf_tests/"

/* And trace its arguments, as kprobe_events has them; false if this kernel cannot. */
static inline bool add_probe_with(const char *function, const char *arguments)
{
	char text[192], event[96];

	snprintf(text, sizeof(text), "p:" PROBES "%s %s %s", function, function,
		 arguments);
	snprintf(event, sizeof(event), PROBES "%s", function);
	return write_tracing(TRACING "kprobe_events", text) &&
	       set_event(event, true);
}

/* Count calls of @function from now on; false if this kernel cannot. */
static inline bool add_probe(const char *function)
{
	return add_probe_with(function, "");
}

static inline void remove_probe(const char *function)
{
	char text[128], event[96];

	snprintf(text, sizeof(text), "-:" PROBES "%s", function);
	snprintf(event, sizeof(event), PROBES "%s", function);
	set_event(event, false);
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
