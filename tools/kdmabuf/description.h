/* SPDX-License-Identifier: MIT */
/*
 * What can be found out about a dma-buf, gathered apart from how it is shown
 */
#ifndef DESCRIPTION_H
#define DESCRIPTION_H

#include <jansson.h>
#include <kdmabuf.h>

struct description {
	int fd;
	/* O_RDONLY, O_WRONLY or O_RDWR: how the descriptor was opened. */
	int access;
	/* As /proc/self/fdinfo has them, for the dma-bufs of every exporter. */
	uint64_t size;
	uint64_t references;
	char exporter[64];
	char name[KDMABUF_NAME_LEN];
	/* What kdmabuf tells about a buffer of its own; the id is 0 if nothing. */
	struct kdmabuf_query query;
	/* Why it did not tell, a negative errno of kdmabuf_open(). */
	int device_error;
};

/*
 * Returns 0; -EBADF (@fd is not open), -EMEDIUMTYPE (it is no dma-buf), or
 * another error of reading /proc or of kdmabuf_query().
 */
int describe(int fd, struct description *description);

/* Complains that describe() has failed for @object. Returns STATUS_FAILED. */
int fail_describe(const char *object, int error);

/*
 * Describes @count descriptors. Returns STATUS_OK, or another status after a
 * complaint.
 */
int describe_all(const int *fds, size_t count,
		 struct description *descriptions);

void print_description(const struct description *description);
json_t *description_json(const struct description *description);

/* The same for several, which their descriptors' numbers tell apart. */
void print_descriptions(const struct description *descriptions, size_t count);
json_t *descriptions_json(const struct description *descriptions, size_t count);

#endif /* DESCRIPTION_H */
