/* SPDX-License-Identifier: MIT */
/*
 * libkdmabuf: physically contiguous memory for user space, as dma-bufs
 *
 * Functions return a negative errno when they fail, print nothing, keep no
 * state and may be called from several threads at once. A descriptor that they
 * return is the caller's, has O_CLOEXEC set and is closed with close().
 *
 * Structs of <linux/kdmabuf.h> may grow at their ends. Functions that take one
 * take its size as the caller was compiled to know it, sizeof(*pointer), so that
 * programs and libraries of different ages fit each other and the kernel.
 */
#ifndef KDMABUF_H
#define KDMABUF_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <linux/dma-buf.h>
#include <linux/kdmabuf.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Descriptors that one message can carry: the kernel's SCM_MAX_FD. */
#define KDMABUF_FDS_MAX 253

/**
 * kdmabuf_open() - open the device
 *
 * Returns: a descriptor of /dev/kdmabuf, for the functions that take a @device;
 * or -ENOENT (the module is not loaded), -EACCES (the user may not use it, see
 * the udev rule), -EMFILE, -ENFILE, -ENOMEM.
 *
 * Since: 0.1
 */
int kdmabuf_open(void);

/**
 * kdmabuf_alloc() - allocate a contiguous buffer
 * @device:	from kdmabuf_open()
 * @size:	bytes, at least 1; rounded up to whole pages
 *
 * The memory is zero. It lives until the descriptor, its duplicates in this and
 * other processes and all mappings are gone.
 *
 * Returns: a descriptor for reading and writing; or an error as
 * kdmabuf_alloc_with().
 *
 * Since: 0.1
 */
int kdmabuf_alloc(int device, uint64_t size);

/**
 * kdmabuf_alloc_with() - allocate a buffer with constraints
 * @device:	from kdmabuf_open()
 * @request:	what to allocate, all other fields zero; its output fields are
 *		cleared first, so one request can serve for several buffers
 * @size:	sizeof(*request)
 *
 * @request->window is where the buffer lies in @device, which can be mapped, read
 * and written there. With KDMABUF_ALLOC_NO_FD that is the only way to it, and it
 * lives until @device is closed and no mapping is left.
 *
 * Returns: the descriptor, which is in @request->fd too, or 0 with
 * KDMABUF_ALLOC_NO_FD; or -EINVAL (unknown flag, field not zero, bad @size),
 * -E2BIG (a field that the module does not know is not zero), -ERANGE (size),
 * -EDOM (alignment), -EADDRNOTAVAIL (address_bits), -ENXIO (node), -ENAMETOOLONG
 * (name), -EDQUOT (the user or his cgroup has as much as it may), -ENOSPC (all
 * users together have), -ENOMEM (no such memory: the kernel log says how much
 * there was), -EMFILE, -ENFILE, -EINTR, -EFBIG (no room for its window), -EBADF,
 * -ENOTTY (@device is something else). <linux/kdmabuf.h> has the details.
 *
 * Since: 0.1
 */
int kdmabuf_alloc_with(int device, struct kdmabuf_alloc *request, size_t size);

/**
 * kdmabuf_query() - ask what a descriptor stands for
 * @device:	from kdmabuf_open()
 * @fd:		a dma-buf of kdmabuf
 * @query:	filled in; what it held before does not matter
 * @size:	sizeof(*query)
 *
 * Returns: 0; or -EBADF (@fd is not open), -EMEDIUMTYPE (@fd is not a dma-buf, or
 * another exporter's), -EINVAL (bad @size), -ENOTTY (@device is something else).
 *
 * Since: 0.1
 */
int kdmabuf_query(int device, int fd, struct kdmabuf_query *query, size_t size);

/**
 * kdmabuf_view() - make a further dma-buf on a range of a buffer
 * @device:	from kdmabuf_open()
 * @fd:		a dma-buf of kdmabuf
 * @offset:	bytes from the beginning of @fd, a multiple of the page size
 * @length:	bytes, a multiple of the page size
 * @access:	O_RDONLY or O_RDWR. Through a view that is read-only neither CPU
 *		nor device can write.
 *
 * Returns: a descriptor; or -EINVAL (@access), -EBADF, -EMEDIUMTYPE (as
 * kdmabuf_query()), -EDOM (not whole pages), -ERANGE (past the end of @fd, or
 * empty), -EACCES (O_RDWR, but @fd is read-only; or @fd is write-only), -EMFILE,
 * -ENFILE, -ENOMEM, -ENOTTY.
 *
 * Since: 0.1
 */
int kdmabuf_view(int device, int fd, uint64_t offset, uint64_t length,
		 int access);

/**
 * kdmabuf_next() - walk over the live buffers
 * @device:	from kdmabuf_open()
 * @next:	in: its id, 0 for the first buffer, else that of the one before;
 *		out: the next buffer
 * @size:	sizeof(*next)
 *
 * The caller's own buffers and those of others that it may open by their ids, or
 * everybody's with CAP_SYS_ADMIN::
 *
 *	struct kdmabuf_next buffer = { 0 };
 *
 *	while (!(error = kdmabuf_next(device, &buffer, sizeof(buffer))))
 *		...
 *
 * Returns: 0; or -ENOENT (there is no further one), -EINVAL (bad @size), -EBADF,
 * -ENOTTY (@device is something else).
 *
 * Since: 0.1
 */
int kdmabuf_next(int device, struct kdmabuf_next *next, size_t size);

/**
 * kdmabuf_publish() - let others open a buffer by its id
 * @device:	from kdmabuf_open()
 * @fd:		a dma-buf of kdmabuf, on a whole buffer, for reading and writing
 * @mode:	permission bits as of a file, rw for the user who allocated the
 *		buffer, his effective group when he publishes it and others; 0:
 *		nobody any more
 * @id:		set to the buffer's id; may be NULL
 *
 * The publication ends with the buffer.
 *
 * Returns: 0; or -EINVAL (other bits in @mode), -EBADF, -EMEDIUMTYPE (as
 * kdmabuf_query()), -EDOM (writing without reading in @mode), -EACCES (@fd gives
 * less), -EPERM (another user has allocated the buffer), -ENOTTY.
 *
 * Since: 0.1
 */
int kdmabuf_publish(int device, int fd, unsigned int mode, uint64_t *id);

/**
 * kdmabuf_open_id() - get a descriptor to a buffer by its id
 * @device:	from kdmabuf_open()
 * @id:		of a buffer that is published, or that @device has a window of
 * @access:	O_RDONLY or O_RDWR. If no more is allowed, O_RDWR gives a view that is
 *		read-only, too, as kdmabuf_query() or fcntl(F_GETFL) tell.
 *
 * Returns: a descriptor; or -EINVAL (@access), -ENOENT (there is no such buffer, or
 * none that the caller may read), -EMFILE, -ENFILE, -ENOMEM, -EFBIG, -EBADF,
 * -ENOTTY.
 *
 * Since: 0.1
 */
int kdmabuf_open_id(int device, uint64_t id, int access);

/**
 * kdmabuf_map() - map a dma-buf so that huge pages can be used
 * @fd:		a dma-buf of any exporter; or from kdmabuf_open()
 * @offset:	bytes from its beginning, a multiple of the page size; from
 *		kdmabuf_open(), the sum of that and the buffer's window
 * @length:	bytes, at least 1
 * @protection:	PROT_READ, PROT_WRITE or both
 * @address:	set to where the first byte is
 *
 * mmap() with MAP_SHARED, except that a range that could hold a huge page lies
 * in the address space as it lies in the buffer: the address is congruent to
 * @offset modulo the size of a huge page.
 *
 * Reading and writing go between kdmabuf_begin_cpu_access() and
 * kdmabuf_end_cpu_access().
 *
 * Returns: 0; or -EINVAL (@offset or @length past the end, or not allowed),
 * -EOVERFLOW (@offset so near to 2^64 that the range wraps), -EACCES (@protection
 * is more than @fd gives), -EBADF, -ENODEV (@fd cannot be mapped), -ENXIO (there is
 * no window), -ENOMEM (address space, or the kernel's memory), -ENFILE (a mapping of
 * a window takes a file of the system's).
 *
 * Since: 0.1
 */
int kdmabuf_map(int fd, uint64_t offset, size_t length, int protection,
		void **address);

/**
 * kdmabuf_unmap() - undo kdmabuf_map()
 * @address:	from kdmabuf_map()
 * @length:	as given to kdmabuf_map()
 *
 * Returns: 0; or -EINVAL (not a mapping's address or length).
 *
 * Since: 0.1
 */
int kdmabuf_unmap(void *address, size_t length);

/**
 * kdmabuf_begin_cpu_access() - make what devices wrote visible to the CPU
 * @fd:		a dma-buf of any exporter
 * @access:	what the CPU will do: DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE or
 *		DMA_BUF_SYNC_RW
 *
 * Waits for devices that are writing (before the CPU writes: for those that are
 * reading, too). Interruptions by signals are restarted.
 *
 * Returns: 0; or -EINVAL (@access), -EBADF, -ENOTTY (@fd is not a dma-buf), or
 * what the exporter says.
 *
 * Since: 0.1
 */
int kdmabuf_begin_cpu_access(int fd, unsigned int access);

/**
 * kdmabuf_end_cpu_access() - make what the CPU wrote visible to devices
 * @fd:		as given to kdmabuf_begin_cpu_access()
 * @access:	as given to kdmabuf_begin_cpu_access()
 *
 * Returns: as kdmabuf_begin_cpu_access().
 *
 * Since: 0.1
 */
int kdmabuf_end_cpu_access(int fd, unsigned int access);

/**
 * kdmabuf_begin_cpu_access_partial() - the same for some of the bytes
 * @device:	from kdmabuf_open()
 * @fd:		a dma-buf of kdmabuf
 * @access:	as for kdmabuf_begin_cpu_access()
 * @offset:	bytes from the beginning of @fd
 * @length:	bytes, at least 1
 *
 * Waits for the same devices. What they wrote beside these bytes may stay hidden.
 *
 * Returns: 0; or -EINVAL (@access), -EBADF, -EMEDIUMTYPE (as kdmabuf_query()),
 * -ERANGE (past the end of @fd, or empty), -EACCES (writing, but @fd is read-only),
 * -ENOTTY.
 *
 * Since: 0.1
 */
int kdmabuf_begin_cpu_access_partial(int device, int fd, unsigned int access,
				     uint64_t offset, uint64_t length);

/**
 * kdmabuf_end_cpu_access_partial() - the same for some of the bytes
 * @device:	from kdmabuf_open()
 * @fd:		as given to kdmabuf_begin_cpu_access_partial()
 * @access:	as given to kdmabuf_begin_cpu_access_partial()
 * @offset:	as given to kdmabuf_begin_cpu_access_partial()
 * @length:	as given to kdmabuf_begin_cpu_access_partial()
 *
 * Returns: as kdmabuf_begin_cpu_access_partial().
 *
 * Since: 0.1
 */
int kdmabuf_end_cpu_access_partial(int device, int fd, unsigned int access,
				   uint64_t offset, uint64_t length);

/**
 * kdmabuf_send() - send descriptors, and bytes with them, to another process
 * @socket:	a connected Unix socket that keeps messages apart: SOCK_SEQPACKET
 *		or SOCK_DGRAM
 * @fds:	descriptors, of dma-bufs or anything else; they stay open here
 * @count:	how many, 0 to KDMABUF_FDS_MAX
 * @payload:	bytes that mean something to the two programs
 * @size:	how many; may be 0 if there is a descriptor
 *
 * One message, which arrives whole or not at all. Interruptions by signals are
 * restarted; SIGPIPE is not raised. A socket with O_NONBLOCK or SO_SNDTIMEO is
 * respected.
 *
 * Returns: 0; or -EINVAL (an empty message), -EMSGSIZE (too many descriptors or
 * bytes), -EPROTOTYPE (the socket is a stream), -ENOTSOCK, -EBADF (@socket or one
 * of @fds is not open), -EPIPE, -ECONNRESET, -ECONNREFUSED, -ENOTCONN (nobody at
 * the other end), -EAGAIN (would wait), -ETOOMANYREFS (too many descriptors of
 * this user are under way), -ENOBUFS, -ENOMEM.
 *
 * Since: 0.1
 */
int kdmabuf_send(int socket, const int *fds, size_t count, const void *payload,
		 size_t size);

/**
 * kdmabuf_recv() - receive what kdmabuf_send() has sent
 * @socket:	a Unix socket, SOCK_SEQPACKET or SOCK_DGRAM
 * @fds:	room for descriptors; they arrive with O_CLOEXEC set
 * @count:	in: how many there is room for; out: how many have come, 0 if the
 *		call fails. NULL: room for none.
 * @payload:	room for bytes
 * @size:	how many there is room for
 *
 * A message that does not fit is an error, and is gone: all descriptors that came
 * with it are closed. The sender need not use this library. Interruptions by
 * signals are restarted; O_NONBLOCK and SO_RCVTIMEO are respected.
 *
 * Returns: bytes of payload, 0 or more; or -ENODATA (the peer has closed its
 * end, or sent neither bytes nor descriptors), -EMSGSIZE (more bytes or
 * descriptors than there is room for, or than this process may have open),
 * -EPROTOTYPE (the socket is a stream), -ENOTSOCK, -EBADF, -ENOTCONN, -ECONNRESET,
 * -EAGAIN (would wait), -ENOMEM.
 *
 * Since: 0.1
 */
ssize_t kdmabuf_recv(int socket, int *fds, size_t *count, void *payload,
		     size_t size);

#ifdef __cplusplus
}
#endif

#endif /* KDMABUF_H */
