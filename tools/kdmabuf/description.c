// SPDX-License-Identifier: MIT
/*
 * Gathering what can be found out about a dma-buf
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "description.h"
#include "report.h"

#define OUR_EXPORTER "kdmabuf"

static ssize_t read_fdinfo(int fd, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -errno;
	length = read(info, text, size - 1);
	if (length < 0)
		length = -errno;
	else
		text[length] = '\0';
	close(info);
	return length;
}

/* What follows "key:\t" at the beginning of a line, or NULL. */
static const char *value_of(const char *text, const char *key)
{
	size_t length = strlen(key);

	while (text) {
		if (!strncmp(text, key, length) &&
		    !strncmp(text + length, ":\t", 2))
			return text + length + 2;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return NULL;
}

/* The name is the last entry and may hold newlines, so it goes up to the end. */
static int describe_by_fdinfo(struct description *description)
{
	const char *exporter, *size, *count, *name;
	char text[1024];
	ssize_t length;

	length = read_fdinfo(description->fd, text, sizeof(text));
	if (length < 0)
		return length;
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';

	exporter = value_of(text, "exp_name");
	size = value_of(text, "size");
	count = value_of(text, "count");
	if (!exporter || !size || !count)
		return -EMEDIUMTYPE;
	description->size = strtoull(size, NULL, 10);
	description->references = strtoull(count, NULL, 10);
	snprintf(description->exporter, sizeof(description->exporter), "%.*s",
		 (int)strcspn(exporter, "\n"), exporter);
	name = value_of(exporter, "name");
	if (name)
		snprintf(description->name, sizeof(description->name), "%s",
			 name);
	return 0;
}

static int describe_by_query(struct description *description)
{
	int device = kdmabuf_open();
	int error;

	if (device < 0) {
		description->device_error = device;
		return 0;
	}
	error = kdmabuf_query(device, description->fd, &description->query,
			      sizeof(description->query));
	close(device);
	return error;
}

int describe(int fd, struct description *description)
{
	/* Before anything is opened here, which could get the same number. */
	int flags = fcntl(fd, F_GETFL);
	int error;

	if (flags < 0)
		return -errno;
	*description = (struct description){
		.fd = fd,
		.access = flags & O_ACCMODE,
	};
	error = describe_by_fdinfo(description);
	if (!error && !strcmp(description->exporter, OUR_EXPORTER))
		error = describe_by_query(description);
	return error;
}

int fail_describe(const char *object, int error)
{
	if (error == -EMEDIUMTYPE)
		return fail(object, "describe", error, "it is not a dma-buf");
	return fail(object, "describe", error, NULL);
}

int describe_all(const int *fds, size_t count, struct description *descriptions)
{
	char object[32];
	int error;

	for (size_t i = 0; i < count; i++) {
		error = describe(fds[i], &descriptions[i]);
		if (error) {
			snprintf(object, sizeof(object), "descriptor %d",
				 fds[i]);
			return fail_describe(object, error);
		}
	}
	return STATUS_OK;
}
