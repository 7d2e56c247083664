/* SPDX-License-Identifier: GPL-2.0 */
/* Our modules: taking them out of the kernel, and putting them back as they were. */
#ifndef TESTS_MODULES_H
#define TESTS_MODULES_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "patience.h"

/* How a module came to be loaded. */
struct module {
	char path[512];
	char parameters[512];
};

/* 0 or a negative errno; waits for nothing. */
static inline int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Files and fences are given back a moment after they were let go. */
static inline bool unloads(const char *name)
{
	return COMES_TRUE(!unload(name), 10);
}

/* The first line of a file or of a command's output, without its end. */
static inline bool read_line(FILE *file, char *line, int size)
{
	if (!file || !fgets(line, size, file))
		return false;
	line[strcspn(line, "\n")] = 0;
	return true;
}

/* All parameters that the module has now. */
static inline bool read_parameters(const char *name, char *list, size_t size)
{
	char path[512], value[256];
	struct dirent *entry;
	DIR *directory;

	list[0] = 0;
	snprintf(path, sizeof(path), "/sys/module/%s/parameters", name);
	directory = opendir(path);
	/* A module that takes none has no such directory. */
	while (directory && (entry = readdir(directory))) {
		size_t used = strlen(list);
		FILE *file;
		bool ok;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s",
			 name, entry->d_name);
		file = fopen(path, "re");
		ok = read_line(file, value, sizeof(value));
		if (file)
			fclose(file);
		if (!ok || snprintf(list + used, size - used, "%s=%s ",
				    entry->d_name, value) >= (int)(size - used))
			return false;
	}
	if (directory)
		closedir(directory);
	return true;
}

/* Finds out how to load a module that is loaded. */
static inline bool find_module(const char *name, struct module *module)
{
	char command[64];
	FILE *modinfo;
	bool ok;

	snprintf(command, sizeof(command), "modinfo -n %s", name);
	modinfo = popen(command, "re");
	ok = read_line(modinfo, module->path, sizeof(module->path));
	if (modinfo)
		pclose(modinfo);
	return ok && read_parameters(name, module->parameters,
				     sizeof(module->parameters));
}

/* 0 or a negative errno. Not modprobe, which hides errors. */
static inline int load_with(const struct module *module, const char *parameters)
{
	int file = open(module->path, O_RDONLY | O_CLOEXEC);
	int ret = syscall(SYS_finit_module, file, parameters, 0) ? -errno : 0;

	close(file);
	return ret;
}

/* As it was. */
static inline int load(const struct module *module)
{
	return load_with(module, module->parameters);
}

/* The module is there, whoever loaded it. */
static inline bool is_loaded(const struct module *module)
{
	int ret = load(module);

	return !ret || ret == -EEXIST;
}

#endif /* TESTS_MODULES_H */
