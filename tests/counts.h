/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a call that fails has to leave as it was, as far as user space can count it.
 */
#ifndef TESTS_COUNTS_H
#define TESTS_COUNTS_H

#include <stdio.h>

#include "node.h"
#include "pool.h"
#include "process.h"

struct counts {
	int fds;
	int lowest_fd; /* one that was reserved and forgotten is missing */
	int mappings; /* in this process's address space */
	int buffers;
	int views;
	int attachments;
	int devices; /* on the platform bus, where the importer's are */
	int exporter_references;
	int importer_references;
};

/* References to a module, or -1 if it is not loaded. */
static inline int module_references(const char *module)
{
	char path[64];
	FILE *file;
	int n;

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", module);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%d", &n) != 1)
		n = -1;
	fclose(file);
	return n;
}

static inline int mappings_of_this_process(void)
{
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), n = 0;
	char text[4096];
	ssize_t size;

	while ((size = read(file, text, sizeof(text))) > 0)
		while (size--)
			n += text[size] == '\n';
	close(file);
	return n;
}

static inline int entries_of(const char *path)
{
	DIR *directory = opendir(path);
	int n = 0;

	if (!directory)
		return -errno;
	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

static inline struct counts take_counts(int node)
{
	struct counts counts = {
		.fds = open_fds(),
		.lowest_fd = lowest_free_fd(),
		.mappings = mappings_of_this_process(),
		.devices = entries_of("/sys/bus/platform/devices"),
		.exporter_references = module_references("kdmabuf"),
		.importer_references = module_references("kdmabuf_importer"),
	};
	struct kdmabuf_next next = { 0 };

	while (!next_buffer(node, &next)) {
		counts.buffers++;
		counts.views += next.views;
		counts.attachments += next.attachments;
	}
	return counts;
}

/* A module goes on being used for a while by fences that nobody refers to. */
static inline bool module_references_become(const char *module, int n)
{
	return COMES_TRUE(module_references(module) == n, 10);
}

/* The kernel delays some of what it gives back. */
static inline bool counts_become(int node, const struct counts *counts)
{
	struct counts now;
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		now = take_counts(node);
		if (!memcmp(&now, counts, sizeof(now)))
			return true;
		usleep(10000);
	}
	return false;
}

/*
 * Bytes of memory that are free, or in a use that the kernel tells. Buffers are not,
 * nor are pages that somebody has lost.
 */
static inline uint64_t known_memory(int node)
{
	static const char *const uses[] = {
		"MemFree",    "Buffers",      "Cached",
		"AnonPages",  "KReclaimable", "SUnreclaim",
		"SwapCached", "KernelStack",  "PageTables",
	};
	unsigned int max = pool_max();
	unsigned long kib, sum = 0;
	char line[128], use[32];
	FILE *file;
	size_t i;

	/* What comes from the pool empties no lists. */
	set_pool_max(0);
	drain_lists(node);
	set_pool_max(max);
	file = fopen("/proc/meminfo", "re");
	while (file && fgets(line, sizeof(line), file))
		for (i = 0; i < ARRAY_SIZE(uses); i++)
			if (sscanf(line, "%31[^:]: %lu", use, &kib) == 2 &&
			    !strcmp(use, uses[i]))
				sum += kib;
	if (file)
		fclose(file);
	return KIB(sum);
}

#endif /* TESTS_COUNTS_H */
