/* SPDX-License-Identifier: GPL-2.0 */
/* The machine's memory as a whole. */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <glob.h>
#include <stdio.h>
#include <sys/mount.h>

#include "node.h"

/* The number that follows @name in a file such as /proc/meminfo, or 0. */
static inline unsigned long read_counter(const char *path, const char *name)
{
	size_t length = strlen(name);
	unsigned long number = 0;
	char line[128];
	FILE *file = fopen(path, "re");

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length))
			sscanf(line + length, "%lu", &number);
	if (file)
		fclose(file);
	return number;
}

/* Bytes that the machine has to spare. */
static inline uint64_t available(int node)
{
	drain_lists(node);
	return KIB(read_counter("/proc/meminfo", "MemAvailable:"));
}

/* Those that nobody has anything in. */
static inline uint64_t free_memory(void)
{
	return KIB(read_counter("/proc/meminfo", "MemFree:"));
}

/* What the exporter tells in sysfs. */
#define STATISTICS "/sys/class/misc/kdmabuf/"

/* -1: there is no such file, or no number in it. */
static inline long statistic(const char *name)
{
	char path[128];
	long number = -1;
	FILE *file;

	snprintf(path, sizeof(path), STATISTICS "%s", name);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%ld", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

/* Nothing tells when a pin ends: those of other tests, too, last a little. */
static inline bool use_becomes(long bytes)
{
	return COMES_TRUE(statistic("memory/in_use") == bytes, 10);
}

/* 0 or a negative errno. */
static inline int command_vm(const char *name, const char *value)
{
	char path[64];
	ssize_t length = strlen(value);
	int file, ret;

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	ret = write(file, value, length) == length ? 0 : -errno;
	close(file);
	return ret;
}

static inline bool drop_slabs(void)
{
	return !command_vm("drop_caches", "2");
}

/*
 * Slabs without an object go, and those, which a kernel with KASAN has all over its
 * memory, of objects that were freed long ago: it keeps them to see who uses them still.
 */
static inline void shrink_slabs(void)
{
	glob_t found;
	size_t i;

	if (glob("/sys/kernel/slab/*/shrink", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		int file = open(found.gl_pathv[i], O_WRONLY | O_CLOEXEC);

		/* A cache may be gone since it was found. */
		if (file >= 0 && write(file, "1", 1) < 0)
			perror(found.gl_pathv[i]);
		close(file);
	}
	globfree(&found);
}

/* Leaves as much free in a row as there can be. */
static inline bool make_room(void)
{
	if (command_vm("drop_caches", "3"))
		return false;
	shrink_slabs();
	return !command_vm("compact_memory", "1");
}

/*
 * A file in memory, whose pages nobody has to clear and nobody can drop. They are huge
 * as long as there are such, so that a slow kernel takes gigabytes in seconds: 2 GiB of
 * single pages take one with KASAN a minute, and another to give back.
 */
static inline int huge_file(void)
{
	int fs = fsopen("tmpfs", FSOPEN_CLOEXEC), mount, file;

	fsconfig(fs, FSCONFIG_SET_STRING, "size", "0", 0);
	fsconfig(fs, FSCONFIG_SET_STRING, "huge", "always", 0);
	fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	mount = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	file = openat(mount, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	close(mount);
	close(fs);
	return file;
}

/* Gives the file so much memory, for as long as somebody has it open. */
static inline void take_memory(struct __test_metadata *_metadata, int file,
			       uint64_t size)
{
	ASSERT_LE(0, file);
	if (size)
		ASSERT_EQ(0, fallocate(file, 0, 0, size));
}

/* Kernels that find mistakes are slow, and keep objects that are gone. */
static inline bool is_debug_kernel(void)
{
	return !access("/sys/kernel/debug/kmemleak", F_OK);
}

#endif /* TESTS_MEMORY_H */
