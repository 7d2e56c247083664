/* SPDX-License-Identifier: MIT */
/*
 * Those who have memory to share, ours and others, made to allocate in the same way.
 * Functions return a negative errno when they fail.
 */
#ifndef EXPORTER_H
#define EXPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zeroing {
	ZEROED_AT_ALLOCATION,
	ZEROED_AT_MAP,
	/* Page by page. */
	ZEROED_AT_TOUCH,
};

struct exporter {
	/* In JSON and on command lines, and for people. */
	const char *name;
	const char *title;
	/* A descriptor that allocate() takes, kept open meanwhile. */
	int (*open)(void);
	/* A descriptor of new memory, at least @size bytes. */
	int (*allocate)(int node, uint64_t size);
	/* Where the kernel's source says that it clears its memory, once. */
	enum zeroing zeroing;
	/* Not only memory that can be mapped, but a dma-buf. */
	bool is_dma_buf;
	/* Ours: mapped by the library, as its users do, and first in every list. */
	bool is_ours;
	/* What may be the matter if open() or allocate() fails. */
	const char *open_hint;
	const char *allocate_hint;
};

/* Without a name: the end. */
extern const struct exporter exporters[];

#endif /* EXPORTER_H */
