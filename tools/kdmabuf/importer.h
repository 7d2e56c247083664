/* SPDX-License-Identifier: MIT */
/*
 * /dev/kdmabuf_importer: opening it, and those of its ioctls that the command needs.
 * They return 0 or a negative errno; <linux/kdmabuf_importer.h> says what the
 * structs hold. Closing the session undoes what it made.
 */
#ifndef IMPORTER_H
#define IMPORTER_H

#include <linux/kdmabuf_importer.h>

/* Names of directions and devices by their numbers; NULL is the end. */
extern const char *const importer_directions[];
extern const char *const importer_devices[];

/* Returns a session, or -1 after a complaint if there can be none. */
int open_importer(void);

int importer_get(int session, struct kdmabuf_importer_get *get);
int importer_attach(int session, struct kdmabuf_importer_attach *attach);
int importer_map(int session, struct kdmabuf_importer_map *map);
int importer_unmap(int session, __u32 attachment, __u32 mapping);

/* Writes the first @count segments, of which there must be as many. */
int importer_segments(int session, __u32 mapping, __u32 count,
		      struct kdmabuf_importer_segment *segments);

/* @flags: set to KDMABUF_IMPORTER_VMAP_* */
int importer_vmap(int session, __u32 import, __u32 *flags);

/* Brackets around reads by the kernel's CPU. */
int importer_begin_read(int session, __u32 import);
int importer_end_read(int session, __u32 import);

/* Of the first @length bytes: of a mapping as its device, of an import as the kernel. */
int importer_fill(int session, __u32 target, __u64 length, __u64 seed);
int importer_crc32(int session, __u32 target, __u64 length, __u32 *crc32);

/* The first @length bytes, from one mapping of edu to another. */
int importer_copy(int session, __u32 source, __u32 destination, __u64 length,
		  __u32 *transfers);

#endif /* IMPORTER_H */
