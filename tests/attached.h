/* SPDX-License-Identifier: GPL-2.0 */
/* Fixtures with a buffer that is mapped here and attached to a device. */
#ifndef TESTS_ATTACHED_H
#define TESTS_ATTACHED_H

#include "importer.h"

/* Of the buffer, or of the view in the middle of a larger one. */
#define SIZE (MIB(1) + 3 * PAGE)

/*
 * The device reaches all memory. For FIXTURE_SETUP attach_buffer() makes it all; without
 * a node the test is to skip.
 */
#define FIXTURE_ATTACHED(fixture)                                            \
	FIXTURE(fixture)                                                     \
	{                                                                    \
		int node;                                                    \
		int live;                                                    \
		int session;                                                 \
		int fd;                                                      \
		int import;                                                  \
		int attachment;                                              \
		char *bytes;                                                 \
	};                                                                   \
	FIXTURE_VARIANT(fixture)                                             \
	{                                                                    \
		uint32_t flags;                                              \
		uint64_t offset; /* of a view; 0: none but the first */      \
	};                                                                   \
	static void attach_buffer(struct __test_metadata *_metadata,         \
				  FIXTURE_DATA(fixture) * self,              \
				  const FIXTURE_VARIANT(fixture) * variant)  \
	{                                                                    \
		self->session = open_importer(_metadata);                    \
		self->node = self->session < 0 ?                             \
				     -1 :                                    \
				     open_node(_metadata, &self->live);      \
		if (self->node >= 0) {                                       \
			self->fd = allocate_window(self->node, SIZE,         \
						   variant->flags,           \
						   variant->offset);         \
			ASSERT_LE(0, self->fd);                              \
			self->bytes =                                        \
				map(self->fd, SIZE, PROT_READ | PROT_WRITE); \
			ASSERT_NE(MAP_FAILED, self->bytes);                  \
			self->import = get_import(self->session, self->fd);  \
			ASSERT_LT(0, self->import);                          \
			self->attachment =                                   \
				attach(self->session, self->import);         \
			ASSERT_LT(0, self->attachment);                      \
		}                                                            \
	}

#endif /* TESTS_ATTACHED_H */
