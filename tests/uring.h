/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io_uring, one request at a time, on one registered buffer.
 */
#ifndef TESTS_URING_H
#define TESTS_URING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct uring {
	int fd;
	char *rings; /* both */
	struct io_uring_sqe *requests;
	struct io_uring_params params;
};

/* Returns 0 or an errno. */
static inline int open_uring(struct uring *ring)
{
	size_t size;

	memset(&ring->params, 0, sizeof(ring->params));
	ring->fd = syscall(SYS_io_uring_setup, 1, &ring->params);
	if (ring->fd < 0)
		return -errno;
	/* All of both rings: the indices of requests lie behind the completions. */
	size = ring->params.sq_off.array +
	       ring->params.sq_entries * sizeof(unsigned int);
	ring->rings = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			   ring->fd, IORING_OFF_SQ_RING);
	ring->requests = mmap(NULL, sizeof(*ring->requests),
			      PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			      IORING_OFF_SQES);
	if (ring->rings == MAP_FAILED || ring->requests == MAP_FAILED)
		return -errno;
	return 0;
}

static inline int register_buffer(const struct uring *ring, void *bytes,
				  size_t size)
{
	struct iovec buffer = { bytes, size };

	return syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_BUFFERS,
		       &buffer, 1) ?
		       -errno :
		       0;
}

/*
 * IORING_OP_READ_FIXED or IORING_OP_WRITE_FIXED of the file's beginning, to or from
 * the address that the bytes had when they were registered. Returns how many were
 * moved, or an errno.
 */
static inline int transfer(const struct uring *ring, int operation, int file,
			   const void *bytes, size_t size)
{
	const struct io_sqring_offsets *sq = &ring->params.sq_off;
	const struct io_cqring_offsets *cq = &ring->params.cq_off;
	unsigned int *head = (void *)(ring->rings + cq->head);
	unsigned int *tail = (void *)(ring->rings + sq->tail);
	struct io_uring_cqe *answers = (void *)(ring->rings + cq->cqes);
	int ret;

	*ring->requests = (struct io_uring_sqe){
		.opcode = operation,
		.fd = file,
		.addr = (uintptr_t)bytes,
		.len = size,
	};
	*(unsigned int *)(ring->rings + sq->array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -errno;
	ret = answers[*head & (ring->params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return ret;
}

#endif /* TESTS_URING_H */
