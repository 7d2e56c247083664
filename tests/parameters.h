/* SPDX-License-Identifier: GPL-2.0 */
/* The exporter's parameters, as sysfs shows them. */
#ifndef TESTS_PARAMETERS_H
#define TESTS_PARAMETERS_H

#include <stdio.h>

#include "memory.h"
#include "node.h"

#define PARAMETERS "/sys/module/kdmabuf/parameters/"

/* 0 or a negative errno. */
static inline int set_parameter_text(const char *name, const char *text)
{
	char path[128];
	int file, ret;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	ret = write(file, text, strlen(text)) < 0 ? -errno : 0;
	close(file);
	return ret;
}

/* MiB; 0 or a negative errno. */
static inline int set_parameter(const char *name, unsigned int mib)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", mib);
	return set_parameter_text(name, text);
}

static inline unsigned int parameter(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	return read_counter(path, "");
}

/* The most that a parameter may be: what the machine has. */
static inline unsigned int machine_mib(void)
{
	return read_counter("/proc/meminfo", "MemTotal:") / 1024;
}

#endif /* TESTS_PARAMETERS_H */
