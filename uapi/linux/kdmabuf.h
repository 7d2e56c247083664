/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * kdmabuf: physically contiguous memory for user space, as dma-bufs
 *
 * /dev/dma_heap/contiguous speaks the kernel's dma-heap ABI
 * (DMA_HEAP_IOCTL_ALLOC of <linux/dma-heap.h>) and nothing else.
 * /dev/kdmabuf speaks that and the ioctls below.
 *
 * A *buffer* is memory, with an id. A *view* is a dma-buf on a range of a
 * buffer: it is what a file descriptor stands for, what is mapped, passed to
 * other processes and imported by devices. The fd that an allocation returns is
 * the view of the whole buffer; KDMABUF_IOCTL_VIEW makes further ones. All views
 * of a buffer share its fences, and CPU access through one of them
 * (DMA_BUF_IOCTL_SYNC, KDMABUF_IOCTL_SYNC) synchronises what devices did to the
 * same bytes through others.
 * A buffer lives until its last view is gone: the last fd, mapping, attachment
 * of a device or message in a socket's queue; and one that was allocated without a
 * fd, until the open file of its window is gone, too. Its pages may be pinned for as
 * long as anybody likes: they are never in ZONE_MOVABLE or a region of CMA.
 *
 * /dev/kdmabuf itself is, for each who opens it, one sparse file. Every buffer that
 * this open file has allocated or opened lies in it, at the offset that its
 * *window* has; the rest of the file are holes. The window gives the access that
 * the fd was asked for, as far as the file was opened for that, and is there as
 * long as the buffer is, whatever becomes of the fd:
 *
 * - mmap() maps any whole pages of one buffer (ENXIO: the offset is in a hole;
 *   EINVAL: the range passes the buffer's end, or the mapping is private; EACCES:
 *   more than the window gives). The mapping is one of a dma-buf, which is made
 *   for it (ENOMEM, ENFILE), and stays when the file is closed.
 * - read(), write(), pread(), pwritev() and so on move bytes up to the end of the
 *   buffer, with CPU access begun before and ended after. In a hole reading
 *   returns 0, and writing is ENOSPC; EACCES is as for mmap(). If memory of the
 *   caller faults after some bytes, their number is returned, else EFAULT. EINTR:
 *   a signal came while a device was waited for (restarted with SA_RESTART).
 *   What is written while a device has the buffer mapped only to write, and its
 *   DMA is bounced, is lost when the device's bytes are fetched.
 * - lseek() has SEEK_DATA and SEEK_HOLE to walk the windows (ENXIO: there is none
 *   any more), and SEEK_END at the end of the last one. No two windows are without
 *   a hole between them.
 *
 * So who gets the descriptor of /dev/kdmabuf itself, by a socket, fork() or exec(),
 * has all these buffers.
 *
 * Who allocates a buffer is charged for its pages until it is gone, whoever holds it
 * last, and while any of it is pinned: the effective user and, if he is in a user
 * namespace, who made that or, if root did, who is root in it (of nested ones, the
 * outermost).
 *
 * Rules for every ioctl here:
 *
 * - The size that the ioctl number encodes is that of the struct as the caller
 *   knows it. A struct may grow at its end. A shorter one than the kernel's (but
 *   not than the struct of the first version) is taken as if zeroes followed; a
 *   longer one is taken if what the kernel does not know is zero, else E2BIG,
 *   and that part comes back as zeroes.
 * - Unknown flags, non-zero reserved fields and non-zero output fields are
 *   EINVAL.
 * - Checks come in this order: struct size and readability (EINVAL, EFAULT,
 *   E2BIG), flags and reserved fields (EINVAL), the descriptor that the call is
 *   about (EBADF, EMEDIUMTYPE), sizes and the other fields in the order in which
 *   the struct has them, permission (EACCES, EPERM), resources (EMFILE, ENFILE,
 *   EDQUOT, ENOSPC, EINTR, ENOMEM, EFBIG), write-back of the struct (EFAULT).
 * - A call that fails has changed nothing: no descriptor, no memory.
 * - A command that the node does not know is ENOTTY; one of the dma-heap type is
 *   EINVAL, as from the kernel's heaps.
 * - The layouts are the same for 32-bit and 64-bit callers.
 */
#ifndef _UAPI_LINUX_KDMABUF_H
#define _UAPI_LINUX_KDMABUF_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* A type that Documentation/userspace-api/ioctl/ioctl-number.rst leaves free. */
#define KDMABUF_IOC_MAGIC 0xD8

/* Bytes in a buffer's name with its NUL; DMA_BUF_SET_NAME has the same limit. */
#define KDMABUF_NAME_LEN 32

/* Bytes in a process's name with its NUL, as in /proc/PID/comm. */
#define KDMABUF_COMM_LEN 16

/*
 * Flags of a buffer: struct kdmabuf_alloc (in), kdmabuf_query and kdmabuf_next
 * (out).
 */

/*
 * Not one contiguous run but pieces of at most 64 KiB, no two neighbours of
 * which are physically adjacent. For those who only need memory that a dma-buf
 * stands for, and as a control in tests of contiguity.
 */
#define KDMABUF_ALLOC_SCATTERED 0x1
/* Take the memory from the NUMA node in the field @node, and from no other. */
#define KDMABUF_ALLOC_ON_NODE 0x2
/*
 * No fd: the buffer is reached through its window alone, and lives until the open
 * file and its last mapping are gone. KDMABUF_IOCTL_OPEN on the same open file
 * makes a fd to it, if @fd_flags let it be read.
 */
#define KDMABUF_ALLOC_NO_FD 0x4

/**
 * struct kdmabuf_alloc - allocate a buffer and get a fd to it
 *
 * @size:	in: bytes, at least 1; out: the same rounded up to whole pages,
 *		which is the buffer's size. The memory is zero, all of it.
 * @flags:	in: KDMABUF_ALLOC_*
 * @fd_flags:	in: O_RDWR, O_RDONLY or O_WRONLY, and O_CLOEXEC. The access mode
 *		is that of the fd, so of CPU mappings (mmap with PROT_WRITE of an
 *		O_RDONLY one is EACCES); devices may write to the buffer whatever
 *		it is. To keep devices from writing, hand out a read-only view.
 *		With KDMABUF_ALLOC_NO_FD it is that of the window.
 * @alignment:	in: bytes; the address of the first byte is a multiple of it. A
 *		power of two, not above the size rounded up to a power of two; one
 *		below a page means a page, as does 0. Must be 0 with
 *		KDMABUF_ALLOC_SCATTERED.
 * @address_bits: in: the whole buffer lies below the physical address
 *		2^address_bits: 32 for a device that has 32 address lines. 0: no
 *		limit. Else 13 to 64 (17 to 64 where a page has 64 KiB).
 * @node:	in: NUMA node with KDMABUF_ALLOC_ON_NODE, else 0. Without the
 *		flag the memory comes from the node of the calling CPU if it can,
 *		else from another.
 * @fd:		in: 0; out: the fd of the new dma-buf; -1 with KDMABUF_ALLOC_NO_FD
 * @reserved:	in: 0
 * @id:		in: 0; out: the buffer's id: not 0, below 2^52, not used again while
 *		the module is loaded, and in no order
 * @name:	in: a name for people, NUL-terminated, may be empty. It appears in
 *		/proc/PID/fdinfo and debugfs's dma_buf/bufinfo, where
 *		DMA_BUF_SET_NAME can change it, and in kdmabuf_query and
 *		kdmabuf_next, which keep this first one.
 * @window:	in: 0; out: the offset in /dev/kdmabuf, as it was opened for this
 *		call, at which the buffer begins; a multiple of the size of a huge
 *		page, not 0
 *
 * Errors, in the order of the checks, after those that hold for every ioctl:
 *
 * EINVAL	an unknown flag in @flags or @fd_flags, or @fd, @reserved, @id,
 *		@window, or @node without its flag, is not 0
 * ERANGE	@size is 0, or rounded up to pages does not fit the kernel's
 *		size_t
 * EDOM		@alignment is not 0 and: not a power of two, above the size rounded
 *		up to a power of two, or given for a scattered buffer
 * EADDRNOTAVAIL @address_bits is out of its range, or the machine has no memory
 *		below it
 * ENXIO	@node is not an online NUMA node with memory
 * ENAMETOOLONG	@name has no NUL
 * EMFILE, ENFILE no free descriptor for the process, or for the system
 * EDQUOT	the user who is charged would have more than the module's parameter
 *		user_limit_mb allows
 * ENOSPC	all users together would have more than limit_mb allows
 * EDQUOT	the cgroup would have more than dmem.max allows, where the kernel has
 *		that
 * EINTR	killed while memory was being searched
 * ENOMEM	no such memory: the kernel log says how much there was, unless it
 *		was the kernel's own for the description of the buffer. As much as
 *		the machine has, or more, is ENOMEM whatever the limits are.
 * EFBIG	no room for the window: the file has 16 TiB
 *
 * Since: 0.1
 */
struct kdmabuf_alloc {
	__aligned_u64 size;
	__u32 flags;
	__u32 fd_flags;
	__aligned_u64 alignment;
	__u32 address_bits;
	__s32 node;
	__s32 fd;
	__u32 reserved;
	__aligned_u64 id;
	char name[KDMABUF_NAME_LEN];
	__aligned_u64 window;
};

/* Flags of a view, struct kdmabuf_query and kdmabuf_open_id (out). */

/* Neither CPU nor device may write through it. */
#define KDMABUF_VIEW_READ_ONLY 0x1

/**
 * struct kdmabuf_query - ask what a fd stands for
 *
 * @fd:		in: a dma-buf of this module
 * @view_flags:	in: 0; out: KDMABUF_VIEW_*
 * @size:	in: 0; out: bytes in the view
 * @offset:	in: 0; out: where in the buffer the view begins, bytes
 * @buffer_size: in: 0; out: bytes in the buffer
 * @id:		in: 0; out: the buffer's id
 * @flags:	in: 0; out: KDMABUF_ALLOC_SCATTERED or 0
 * @uid:	in: 0; out: the user who allocated the buffer, in the caller's user
 *		namespace (the overflow uid if it has none there)
 * @segments:	in: 0; out: physically contiguous runs that the view is made of;
 *		1 for every view of a contiguous buffer
 * @page_size:	in: 0; out: bytes that one entry of a page table maps, where the
 *		address and the offset are multiples of it: the size of a huge page
 *		if the view begins with the buffer, has room for one, and the
 *		memory could be had as huge pages
 * @attachments: in: 0; out: devices that are attached to the buffer, through
 *		this or another view
 * @node:	in: 0; out: NUMA node of the view's first byte
 * @physical_address: in: 0; out: of the view's first byte, for callers with
 *		CAP_SYS_ADMIN; 0 for others, as in /proc/PID/pagemap. It is no
 *		address for a device: only a driver that imports the dma-buf
 *		learns that one.
 * @name:	in: empty; out: the name given when the buffer was allocated
 * @window:	in: 0; out: where the buffer (not the view) begins in /dev/kdmabuf, as
 *		it was opened for this call; 0 if this open file has neither
 *		allocated nor opened it
 * @mode:	in: 0; out: as in struct kdmabuf_publish; 0: not published
 * @gid:	in: 0; out: the group that @mode is about, in the caller's user
 *		namespace; 0 if it is not published
 *
 * Errors, after those that hold for every ioctl:
 *
 * EINVAL	an output field is not 0
 * EBADF	@fd is not an open descriptor
 * EMEDIUMTYPE	@fd is not a dma-buf, or one of another exporter
 *
 * Since: 0.1
 */
struct kdmabuf_query {
	__s32 fd;
	__u32 view_flags;
	__aligned_u64 size;
	__aligned_u64 offset;
	__aligned_u64 buffer_size;
	__aligned_u64 id;
	__u32 flags;
	__u32 uid;
	__u32 segments;
	__u32 page_size;
	__u32 attachments;
	__s32 node;
	__aligned_u64 physical_address;
	char name[KDMABUF_NAME_LEN];
	__aligned_u64 window;
	__u32 mode;
	__u32 gid;
};

/**
 * struct kdmabuf_view - make a further view of a buffer
 *
 * @fd:		in: a dma-buf of this module; out: unchanged
 * @fd_flags:	in: the access that the view gives: O_RDONLY or O_RDWR, and
 *		O_CLOEXEC. An O_RDONLY view refuses PROT_WRITE mappings by any
 *		way (EACCES), devices that may write (EACCES when they map it, or,
 *		dynamic importers on kernels up to 6.14, when they attach; a
 *		driver that would map it into the kernel cannot, as that is not
 *		told from writing). Who holds one can still make others wait: the
 *		core lets any holder of a dma-buf add a fence
 *		(DMA_BUF_IOCTL_IMPORT_SYNC_FILE).
 * @flags:	in: 0
 * @view_fd:	in: 0; out: the fd of the new dma-buf
 * @offset:	in: bytes from the beginning of the view @fd, a multiple of the
 *		page size
 * @length:	in: bytes, a multiple of the page size, at least one page, not
 *		past the end of the view @fd
 *
 * Errors, in the order of the checks, after those that hold for every ioctl:
 *
 * EINVAL	unknown @fd_flags, O_WRONLY, or @flags or @view_fd is not 0
 * EBADF	@fd is not an open descriptor
 * EMEDIUMTYPE	@fd is not a dma-buf, or one of another exporter
 * EDOM		@offset or @length is not a multiple of the page size
 * ERANGE	@length is 0, or the range passes the end of the view
 * EACCES	more than @fd gives: O_RDWR of one that is O_RDONLY or a read-only
 *		view, or anything of one that is O_WRONLY
 * EMFILE, ENFILE no free descriptor for the process, or for the system
 * ENOMEM	no memory for the dma-buf itself
 *
 * Since: 0.1
 */
struct kdmabuf_view {
	__s32 fd;
	__u32 fd_flags;
	__u32 flags;
	__s32 view_fd;
	__aligned_u64 offset;
	__aligned_u64 length;
};

/**
 * struct kdmabuf_next - walk over the live buffers
 *
 * The caller's own buffers (those that its user allocated) and those that are
 * published so that it may open them, or all buffers for callers with
 * CAP_SYS_ADMIN; in the order of their ids, which is not that of their making.
 *
 * @id:		in: 0, or the id that the last call returned; out: the id of the
 *		next buffer
 * @size:	in: 0; out: bytes in the buffer
 * @flags:	in: 0; out: KDMABUF_ALLOC_SCATTERED or 0
 * @uid:	in: 0; out: as in struct kdmabuf_query
 * @pid:	in: 0; out: the process that allocated it, in the caller's PID
 *		namespace; 0 if it has no number there or has gone
 * @segments:	in: 0; out: physically contiguous runs in the buffer
 * @views:	in: 0; out: dma-bufs that stand on the buffer
 * @attachments: in: 0; out: devices that are attached to the buffer
 * @node:	in: 0; out: NUMA node of the buffer's first byte
 * @mode:	in: 0; out: as in struct kdmabuf_publish; 0: not published
 * @physical_address: in: 0; out: of the first byte, with CAP_SYS_ADMIN, else 0
 * @name:	in: empty; out: the name given at allocation
 * @comm:	in: empty; out: the name of the process that allocated it, as it
 *		was then
 *
 * Errors, after those that hold for every ioctl:
 *
 * EINVAL	an output field is not 0
 * ENOENT	no buffer that the caller may see has a higher id
 *
 * Since: 0.1
 */
struct kdmabuf_next {
	__aligned_u64 id;
	__aligned_u64 size;
	__u32 flags;
	__u32 uid;
	__s32 pid;
	__u32 segments;
	__u32 views;
	__u32 attachments;
	__s32 node;
	__u32 mode;
	__aligned_u64 physical_address;
	char name[KDMABUF_NAME_LEN];
	char comm[KDMABUF_COMM_LEN];
};

/* What @mode of struct kdmabuf_publish may have. */
#define KDMABUF_PUBLISH_MODES 0666

/**
 * struct kdmabuf_publish - let others open a buffer by its id
 *
 * For programs that cannot pass descriptors. The publication ends with the buffer,
 * or with a mode of 0; who has opened it before keeps what it has.
 *
 * @fd:		in: a dma-buf of this module, on a whole buffer and read-write
 * @mode:	in: permission bits as of a file, rw for the owner, the group and the
 *		others. The owner is the user who allocated the buffer; the group is
 *		the effective one of the owner who says so. A caller with CAP_SYS_ADMIN
 *		gives its own to a buffer that is not published, and leaves that of one
 *		that is. 0: nobody any more.
 * @flags:	in: 0
 * @reserved:	in: 0
 * @id:		in: 0; out: the buffer's id
 *
 * Errors, in the order of the checks, after those that hold for every ioctl:
 *
 * EINVAL	@mode has bits beyond KDMABUF_PUBLISH_MODES, or @flags, @reserved or
 *		@id is not 0
 * EBADF	@fd is not an open descriptor
 * EMEDIUMTYPE	@fd is not a dma-buf, or one of another exporter
 * EDOM		@mode lets somebody write who may not read
 * EACCES	@fd gives less than the whole buffer for reading and writing
 * EPERM	the caller's user did not allocate the buffer, and it has no
 *		CAP_SYS_ADMIN
 *
 * Since: 0.1
 */
struct kdmabuf_publish {
	__s32 fd;
	__u32 mode;
	__u32 flags;
	__u32 reserved;
	__aligned_u64 id;
};

/**
 * struct kdmabuf_open_id - get a fd to a buffer by its id
 *
 * To a buffer that is published so that the caller may read it, or that this open
 * file has a window of that can be read. The fd is a new view of the whole buffer.
 *
 * @id:		in: the buffer's id; out: unchanged
 * @fd_flags:	in: the access that the view shall give, O_RDONLY or O_RDWR, and
 *		O_CLOEXEC. If no more is allowed, O_RDWR gives a read-only view, too.
 * @flags:	in: 0
 * @fd:		in: 0; out: the fd of the new dma-buf
 * @view_flags:	in: 0; out: KDMABUF_VIEW_*
 * @window:	in: 0; out: as in struct kdmabuf_alloc. A buffer has one window in an
 *		open file, with all access that was ever given.
 *
 * Errors, in the order of the checks, after those that hold for every ioctl:
 *
 * EINVAL	unknown @fd_flags, O_WRONLY, or @flags or an output field is not 0
 * ENOENT	there is no such buffer, or it is not published, or not to the caller,
 *		or about to go: none of that is told from the others
 * EMFILE, ENFILE no free descriptor for the process, or for the system
 * ENOMEM	no memory for the dma-buf itself
 * EFBIG	as for struct kdmabuf_alloc
 *
 * Since: 0.1
 */
struct kdmabuf_open_id {
	__aligned_u64 id;
	__u32 fd_flags;
	__u32 flags;
	__s32 fd;
	__u32 view_flags;
	__aligned_u64 window;
};

/**
 * struct kdmabuf_sync - begin or end access of the CPU to some bytes
 *
 * As DMA_BUF_IOCTL_SYNC, which is about all bytes of a dma-buf: at the start waits
 * for devices that write (if the CPU will write, for those that read, too) and makes
 * visible what they wrote; at the end makes visible to devices what the CPU wrote.
 * Where that takes copying or work on caches, it is done for these bytes alone,
 * rounded to whole lines of a cache that the devices do not share. (On kernels with
 * CONFIG_DMA_API_DEBUG it is done for all.)
 *
 * @fd:		in: a dma-buf of this module
 * @flags:	in: DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE or DMA_BUF_SYNC_RW, and
 *		DMA_BUF_SYNC_START or DMA_BUF_SYNC_END (<linux/dma-buf.h>)
 * @offset:	in: bytes from the beginning of the view @fd
 * @length:	in: bytes, at least 1, not past the end of the view @fd
 *
 * Errors, in the order of the checks, after those that hold for every ioctl:
 *
 * EINVAL	@flags has an unknown bit, or neither read nor write
 * EBADF	@fd is not an open descriptor
 * EMEDIUMTYPE	@fd is not a dma-buf, or one of another exporter
 * ERANGE	@length is 0, or the range passes the end of the view
 * EACCES	DMA_BUF_SYNC_WRITE through a read-only view, or a fd that cannot be
 *		written
 * EINTR	a signal came while a device was waited for
 *
 * Since: 0.1
 */
struct kdmabuf_sync {
	__s32 fd;
	__u32 flags;
	__aligned_u64 offset;
	__aligned_u64 length;
};

#define KDMABUF_IOCTL_ALLOC _IOWR(KDMABUF_IOC_MAGIC, 0, struct kdmabuf_alloc)
#define KDMABUF_IOCTL_QUERY _IOWR(KDMABUF_IOC_MAGIC, 1, struct kdmabuf_query)
#define KDMABUF_IOCTL_VIEW _IOWR(KDMABUF_IOC_MAGIC, 2, struct kdmabuf_view)
#define KDMABUF_IOCTL_NEXT _IOWR(KDMABUF_IOC_MAGIC, 3, struct kdmabuf_next)
#define KDMABUF_IOCTL_PUBLISH \
	_IOWR(KDMABUF_IOC_MAGIC, 4, struct kdmabuf_publish)
#define KDMABUF_IOCTL_OPEN _IOWR(KDMABUF_IOC_MAGIC, 5, struct kdmabuf_open_id)
#define KDMABUF_IOCTL_SYNC _IOW(KDMABUF_IOC_MAGIC, 6, struct kdmabuf_sync)

#endif /* _UAPI_LINUX_KDMABUF_H */
