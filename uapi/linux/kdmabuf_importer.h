/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * kdmabuf_importer: see any dma-buf as a device driver in the kernel sees it
 *
 * /dev/kdmabuf_importer takes a dma-buf of any exporter and does with it, one step
 * at a time, what drivers do: attach a device, map the buffer for it, read and
 * write it as that device and as the kernel, put fences on it. It is made for
 * tests of exporters, and not for anybody but root: a fence that is not signalled
 * holds up all who wait for it.
 *
 * Each open file of the node is a *session*. What it makes is known by handles:
 * numbers above 0, of which the session gives each to one thing at a time. Four
 * kinds of thing have them:
 *
 *	import		a dma-buf that the session holds	GET, PUT
 *	attachment	a device attached to an import		ATTACH, DETACH
 *	mapping		an attachment mapped for DMA		MAP, UNMAP
 *	fence		a fence of the session's own		FENCE, SIGNAL
 *
 * A thing that others stand on cannot be undone (EBUSY): first UNMAP, then
 * DETACH, VUNMAP, PUT. The last close of the file undoes all that is left, in the
 * right order, and first signals the fences that are left with the error
 * ECANCELED: that is what those who wait for a signaller that died get to see.
 * An import keeps its dma-buf alive, whoever closes the fd that it came from.
 *
 * Rules for every ioctl here:
 *
 * - The size that the ioctl number encodes is that of the struct as the caller
 *   knows it. A struct may grow at its end. A shorter one than the kernel's (but
 *   not than the struct of the first version) is taken as if zeroes followed; a
 *   longer one is taken if what the kernel does not know is zero, else E2BIG,
 *   and that part comes back as zeroes.
 * - Unknown flags, non-zero reserved fields and non-zero output fields are
 *   EINVAL, and so is a number that stands for a direction, a device or an
 *   operation and is none of those defined here.
 * - A handle that the session does not have, or one of another kind than the
 *   field asks for, is ENOENT.
 * - Checks come in this order: struct size and readability (EINVAL, EFAULT,
 *   E2BIG), flags and reserved fields (EINVAL), descriptor and handles (EBADF,
 *   EMEDIUMTYPE, ENOENT, EXDEV), then what the ioctl says, in its order, then
 *   resources (ENOMEM), write-back of the struct if it has output fields (EFAULT).
 * - A call that fails has made or undone nothing. But ACCESS, MESSAGE and COPY may
 *   have changed bytes of the buffer. And if the struct cannot be written back,
 *   SIGNAL has signalled the fence and ended it, and FENCE leaves one on the
 *   dma-buf that is signalled, with the error ECANCELED unless it was before.
 * - A call of one session waits for those before it, except that CPU_ACCESS and
 *   MESSAGE wait for fences without keeping others waiting. EINTR: the process
 *   was killed, or a signal came, while the call was waiting or at work; but DETACH,
 *   and the end of a session, wait for the transfers of others with edu.
 * - What an exporter answers is handed on as it is: any errno may come out of
 *   ATTACH, MAP, VMAP, CPU_ACCESS and MESSAGE.
 * - An unknown command is ENOTTY.
 * - The layouts are the same for 32-bit and 64-bit callers.
 *
 * mmap() of the node brings an exporter a mapping by way of a driver
 * (dma_buf_mmap()): the upper 32 bits of the offset are an import's handle, the
 * lower 32 where in the dma-buf the mapping begins. ENOENT: no such import. Until
 * the exporter takes the mapping over, a fault in it is a SIGBUS.
 */
#ifndef _UAPI_LINUX_KDMABUF_IMPORTER_H
#define _UAPI_LINUX_KDMABUF_IMPORTER_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* A type that Documentation/userspace-api/ioctl/ioctl-number.rst leaves free. */
#define KDMABUF_IMPORTER_IOC_MAGIC 0xD9

/* Bytes in a name with its NUL; a longer one is cut. */
#define KDMABUF_IMPORTER_NAME_LEN 32

/* Bytes in a message with its NUL. */
#define KDMABUF_IMPORTER_TEXT_LEN 256

/* Directions: who will write. The numbers are those of the kernel's own enum. */
#define KDMABUF_IMPORTER_BIDIRECTIONAL 0
#define KDMABUF_IMPORTER_TO_DEVICE 1
#define KDMABUF_IMPORTER_FROM_DEVICE 2

/**
 * struct kdmabuf_importer_get - hold a dma-buf
 *
 * @fd:		in: a dma-buf of any exporter; it may be closed afterwards
 * @import:	in: 0; out: handle of the import. Each call makes a new one.
 * @size:	in: 0; out: bytes in the dma-buf
 * @exporter:	in: empty; out: who made the dma-buf, NUL-terminated
 *
 * EBADF	@fd is not an open descriptor
 * EMEDIUMTYPE	@fd is not a dma-buf
 *
 * Since: 0.1
 */
struct kdmabuf_importer_get {
	__s32 fd;
	__u32 import;
	__aligned_u64 size;
	char exporter[KDMABUF_IMPORTER_NAME_LEN];
};

/**
 * struct kdmabuf_importer_put - let a dma-buf go
 *
 * @import:	in: handle of the import, which ends. Its fences stay.
 * @reserved:	in: 0
 *
 * EBUSY	it is attached, or has a kernel mapping
 *
 * Since: 0.1
 */
struct kdmabuf_importer_put {
	__u32 import;
	__u32 reserved;
};

/* The device of an attachment. */

/*
 * One of its own for each attachment, with the limits that the caller chooses. It
 * has no hardware: KDMABUF_IMPORTER_IOCTL_ACCESS does its DMA, in software.
 */
#define KDMABUF_IMPORTER_VIRTUAL 0
/*
 * QEMU's "edu" PCI device; KDMABUF_IMPORTER_IOCTL_COPY has it do DMA. Its driver is
 * not unbound, nor the device removed, before all attachments of it have ended, and
 * who writes that to sysfs is not killed meanwhile: do not while having one.
 */
#define KDMABUF_IMPORTER_EDU 1

/* Flags of an attachment. */

/*
 * Attach as a dynamic importer: one that bears being told that the buffer moves.
 * It pins the buffer while it has it mapped. If the exporter takes the memory away
 * all the same, the mapping is of no more use (ESTALE) and should be undone.
 */
#define KDMABUF_IMPORTER_DYNAMIC 0x1

/**
 * struct kdmabuf_importer_attach - attach a device to a dma-buf
 *
 * @import:	in: handle of the import
 * @flags:	in: KDMABUF_IMPORTER_DYNAMIC or 0
 * @device:	in: KDMABUF_IMPORTER_VIRTUAL or KDMABUF_IMPORTER_EDU
 * @address_bits: in: the device reaches addresses below 2^address_bits. 0: 64 for
 *		a virtual device, and for edu 28, which is what it has unless
 *		QEMU was told else (dma_mask=). More than that is tried out by a
 *		transfer before it is believed; behind an IOMMU only as far as
 *		the kernel hands out addresses, to PCI devices those below
 *		4 GiB first.
 * @segment_boundary: in: bytes; no segment crosses a multiple of it. A power of
 *		two, at least a page; 0: none.
 * @max_segment_size: in: bytes; the longest segment that the device takes, at
 *		least a page; 0: 2^32 - 1. Drivers that say nothing have 65536.
 * @attachment:	in: 0; out: handle of the attachment
 * @name:	in: empty; out: the device's name, as in debugfs's dma_buf/bufinfo
 *
 * EADDRNOTAVAIL @address_bits is above 64
 * EDOM		@segment_boundary is not a power of two, or below a page
 * ERANGE	@max_segment_size is below a page, but not 0
 * ENODEV	there is no edu device, or it stopped answering
 * EBUSY	edu is attached already, with other limits
 * EADDRNOTAVAIL the kernel or the device cannot do with so few @address_bits, or
 *		with so many
 * ETIMEDOUT	edu did not finish a transfer while @address_bits was tried out
 *
 * Since: 0.1
 */
struct kdmabuf_importer_attach {
	__u32 import;
	__u32 flags;
	__u32 device;
	__u32 address_bits;
	__aligned_u64 segment_boundary;
	__u32 max_segment_size;
	__u32 attachment;
	char name[KDMABUF_IMPORTER_NAME_LEN];
};

/**
 * struct kdmabuf_importer_detach - detach a device
 *
 * @import:	in: handle of the import that it is attached to
 * @attachment:	in: handle of the attachment, which ends
 *
 * EXDEV	@attachment is one to another import
 * EBUSY	it is mapped
 *
 * Since: 0.1
 */
struct kdmabuf_importer_detach {
	__u32 import;
	__u32 attachment;
};

/* What a mapping is like. */

/* Every segment begins where the one before it ends, for the device. */
#define KDMABUF_IMPORTER_MAP_CONTIGUOUS 0x1
/* The device sees what is in the CPU's caches. */
#define KDMABUF_IMPORTER_MAP_COHERENT 0x2
/*
 * The exporter may have to synchronise CPU and device. Without this it need not.
 * Where no IOMMU is, the device is not coherent, or part of the mapping is a bounce
 * buffer. Behind one the kernel may say so of any mapping; 6.1 does, and so does
 * one with CONFIG_DMA_API_DEBUG.
 */
#define KDMABUF_IMPORTER_MAP_NEEDS_SYNC 0x4

/* What is wrong with a mapping. None of these should ever be seen. */

/* The segments have more or fewer bytes than the dma-buf. */
#define KDMABUF_IMPORTER_BAD_SIZE 0x1
/* The table has more segments than there is room for in it. */
#define KDMABUF_IMPORTER_BAD_COUNT 0x2
/* A segment without bytes. */
#define KDMABUF_IMPORTER_BAD_LENGTH 0x4
/* A segment that begins or ends inside a page. */
#define KDMABUF_IMPORTER_BAD_ALIGNMENT 0x8
/* A segment longer than the device's longest. */
#define KDMABUF_IMPORTER_BAD_SEGMENT_SIZE 0x10
/* A segment that crosses the device's boundary. */
#define KDMABUF_IMPORTER_BAD_BOUNDARY 0x20
/* A segment that the device's address lines do not reach. */
#define KDMABUF_IMPORTER_BAD_ADDRESS 0x40

/**
 * struct kdmabuf_importer_map - map a dma-buf for a device's DMA
 *
 * An attachment may have several mappings at once. Up to 6.14 the kernel gives them
 * all the same addresses where the exporter is dynamic and the attachment is not,
 * or the other way round. It has the exporter map in ATTACH then, for both
 * directions: what the exporter answers comes from there, and it does not get to
 * see @direction. An exporter may also ask for that to be done with its first
 * mapping (cache_sgt_mapping); then EBUSY is the answer to another direction, if
 * that first one's was not BIDIRECTIONAL.
 *
 * @attachment:	in: handle of the attachment
 * @direction:	in: KDMABUF_IMPORTER_TO_DEVICE, FROM_DEVICE or BIDIRECTIONAL
 * @mapping:	in: 0; out: handle of the mapping
 * @flags:	in: 0; out: KDMABUF_IMPORTER_MAP_*
 * @bad:	in: 0; out: KDMABUF_IMPORTER_BAD_*; 0 if all is well
 * @segments:	in: 0; out: number of segments
 * @bytes:	in: 0; out: bytes in all segments together
 *
 * Since: 0.1
 */
struct kdmabuf_importer_map {
	__u32 attachment;
	__u32 direction;
	__u32 mapping;
	__u32 flags;
	__u32 bad;
	__u32 segments;
	__aligned_u64 bytes;
};

/**
 * struct kdmabuf_importer_unmap - undo a mapping
 *
 * @attachment:	in: handle of the attachment that was mapped
 * @mapping:	in: handle of the mapping, which ends
 *
 * EXDEV	@mapping is one of another attachment
 *
 * Since: 0.1
 */
struct kdmabuf_importer_unmap {
	__u32 attachment;
	__u32 mapping;
};

/**
 * struct kdmabuf_importer_segment - what the device sees as one run of bytes
 *
 * @address:	its first byte's address, for the device
 * @length:	bytes
 */
struct kdmabuf_importer_segment {
	__aligned_u64 address;
	__aligned_u64 length;
};

/**
 * struct kdmabuf_importer_segments - list the segments of a mapping
 *
 * @mapping:	in: handle of the mapping
 * @first:	in: which segment to begin with, from 0
 * @count:	in: how many there is room for; out: how many were there
 * @reserved:	in: 0
 * @segments:	in: the address of an array of @count struct
 *		kdmabuf_importer_segment
 *
 * ERANGE	@first is not below the mapping's number of segments
 * EFAULT	the array cannot be written
 *
 * Since: 0.1
 */
struct kdmabuf_importer_segments {
	__u32 mapping;
	__u32 first;
	__u32 count;
	__u32 reserved;
	__aligned_u64 segments;
};

/* The kernel mapping is of a device's memory, not of the machine's. */
#define KDMABUF_IMPORTER_VMAP_IOMEM 0x1

/**
 * struct kdmabuf_importer_vmap - map a dma-buf into the kernel
 *
 * @import:	in: handle of the import. It counts: each VMAP needs its VUNMAP.
 * @flags:	in: 0; out: KDMABUF_IMPORTER_VMAP_IOMEM or 0
 *
 * EOPNOTSUPP	the exporter does not offer it
 *
 * Since: 0.1
 */
struct kdmabuf_importer_vmap {
	__u32 import;
	__u32 flags;
};

/**
 * struct kdmabuf_importer_vunmap - undo one VMAP
 *
 * @import:	in: handle of the import
 * @reserved:	in: 0
 *
 * ENXIO	it has no kernel mapping
 *
 * Since: 0.1
 */
struct kdmabuf_importer_vunmap {
	__u32 import;
	__u32 reserved;
};

/* Begin CPU access, or end it. */
#define KDMABUF_IMPORTER_CPU_BEGIN 0
#define KDMABUF_IMPORTER_CPU_END 1

/**
 * struct kdmabuf_importer_cpu_access - bracket accesses by the kernel's CPU
 *
 * What DMA_BUF_IOCTL_SYNC is for user space. Nothing counts whether each begin has
 * its end: exporters have to bear that. A begin waits for fences: for the writers',
 * and if the direction is not KDMABUF_IMPORTER_FROM_DEVICE, for all.
 *
 * @import:	in: handle of the import
 * @operation:	in: KDMABUF_IMPORTER_CPU_BEGIN or KDMABUF_IMPORTER_CPU_END
 * @direction:	in: KDMABUF_IMPORTER_FROM_DEVICE: the CPU reads, TO_DEVICE: it
 *		writes, BIDIRECTIONAL: both
 * @reserved:	in: 0
 *
 * Since: 0.1
 */
struct kdmabuf_importer_cpu_access {
	__u32 import;
	__u32 operation;
	__u32 direction;
	__u32 reserved;
};

/*
 * The pattern, made so that bytes that are missing, moved or from elsewhere are
 * noticed: the 64-bit word, in the CPU's byte order, that lies @offset bytes into
 * the buffer. @offset is a multiple of 8.
 */
#define KDMABUF_IMPORTER_PATTERN(seed, offset) \
	((((__u64)(offset)) + 8) * 0x9e3779b97f4a7c15ULL ^ ((__u64)(seed)) << 1)

/* What ACCESS does. */

/* Write the pattern. */
#define KDMABUF_IMPORTER_FILL 0
/* Look whether the pattern is there. */
#define KDMABUF_IMPORTER_CHECK 1
/* Compute the CRC-32 of zlib, gzip and PNG. */
#define KDMABUF_IMPORTER_CRC32 2

/**
 * struct kdmabuf_importer_access - read or write a buffer, as kernel or as device
 *
 * As a device: each byte is found by its DMA address, through the IOMMU's tables
 * if the device is behind one, and in the bounce buffer if there is one. So only
 * what the exporter has synchronised is seen; this call does not do that. As the
 * kernel: through the mapping that VMAP made, between CPU_ACCESS begin and end if
 * the caller wants it to be right.
 *
 * @target:	in: handle of a mapping: as its device; or of an import: as the
 *		kernel
 * @operation:	in: KDMABUF_IMPORTER_FILL, CHECK or CRC32
 * @offset:	in: bytes from the beginning of the buffer, any
 * @length:	in: bytes, any
 * @seed:	in: of the pattern, for FILL and CHECK, else 0
 * @matching:	in: 0; out, of CHECK: how many bytes, from @offset on, are right;
 *		@length if all are
 * @crc32:	in: 0; out, of CRC32
 * @expected:	in: 0; out, of CHECK that met a wrong byte: what it should be
 * @found:	in: 0; out: what it is
 * @reserved:	in: 0
 *
 * ERANGE	the range passes the end of the buffer, or of what the segments
 *		have of it
 * ENXIO	the import has no kernel mapping
 * EACCES	the device of this mapping does not read, or does not write: FILL
 *		needs FROM_DEVICE or BIDIRECTIONAL, the others TO_DEVICE or
 *		BIDIRECTIONAL
 * ESTALE	the exporter has taken the mapping's memory away
 * EREMOTEIO	the mapping's addresses are not ones of the machine's memory
 *
 * Since: 0.1
 */
struct kdmabuf_importer_access {
	__u32 target;
	__u32 operation;
	__aligned_u64 offset;
	__aligned_u64 length;
	__aligned_u64 seed;
	__aligned_u64 matching;
	__u32 crc32;
	__u8 expected;
	__u8 found;
	__u16 reserved;
};

/* The kernel writes a text into the buffer, or reads one from it. */
#define KDMABUF_IMPORTER_MESSAGE_WRITE 0
#define KDMABUF_IMPORTER_MESSAGE_READ 1

/**
 * struct kdmabuf_importer_message - a text between kernel and user space
 *
 * The oldest use of memory that both have mapped. The call does all that a driver
 * would: begins CPU access, maps the buffer into the kernel, copies, undoes both.
 *
 * @import:	in: handle of the import
 * @operation:	in: KDMABUF_IMPORTER_MESSAGE_WRITE or READ
 * @offset:	in: where in the buffer the text begins, bytes
 * @length:	in: 0; out: bytes in the text, without its NUL
 * @reserved:	in: 0
 * @text:	in: empty; out: what the kernel wrote: a sentence of its own, NUL
 *		included, which tells its version and the buffer's exporter; or
 *		what it read: up to a NUL, the end of the buffer or 255 bytes
 *
 * ERANGE	@offset is not inside the buffer, or the sentence passes its end
 * EOPNOTSUPP	the exporter does not let its memory be mapped into the kernel
 *
 * Since: 0.1
 */
struct kdmabuf_importer_message {
	__u32 import;
	__u32 operation;
	__aligned_u64 offset;
	__u32 length;
	__u32 reserved;
	char text[KDMABUF_IMPORTER_TEXT_LEN];
};

/* Flags of a fence. */

/* The fence of a writer, for whom all others wait; else of a reader. */
#define KDMABUF_IMPORTER_FENCE_WRITE 0x1
/* Signalled as soon as it is on the buffer. */
#define KDMABUF_IMPORTER_FENCE_SIGNALLED 0x2
/* Signalled after @delay_ms, never sooner. */
#define KDMABUF_IMPORTER_FENCE_DELAYED 0x4

/**
 * struct kdmabuf_importer_fence - put a fence on a dma-buf
 *
 * Each fence has a timeline of its own, so that any number of them can be on a
 * buffer and be signalled in any order.
 *
 * @import:	in: handle of the import
 * @flags:	in: KDMABUF_IMPORTER_FENCE_*; SIGNALLED and DELAYED exclude each
 *		other; without either the fence waits for SIGNAL
 * @delay_ms:	in: milliseconds with KDMABUF_IMPORTER_FENCE_DELAYED, else 0
 * @error:	in: with SIGNALLED or DELAYED the error that it is signalled with,
 *		as a negative errno, or 0; else 0
 * @fence:	in: 0; out: handle of the fence
 * @reserved:	in: 0
 *
 * ERANGE	@error is above 0 or below -4095
 *
 * Since: 0.1
 */
struct kdmabuf_importer_fence {
	__u32 import;
	__u32 flags;
	__u32 delay_ms;
	__s32 error;
	__u32 fence;
	__u32 reserved;
};

/**
 * struct kdmabuf_importer_signal - signal a fence and forget it
 *
 * @fence:	in: handle of the fence, which ends
 * @error:	in: a negative errno, or 0. Of no effect if the fence is signalled
 *		already.
 * @signalled:	in: 0; out: 1 if the fence was signalled before this call, else 0
 * @reserved:	in: 0
 *
 * ERANGE	@error is above 0 or below -4095
 *
 * Since: 0.1
 */
struct kdmabuf_importer_signal {
	__u32 fence;
	__s32 error;
	__u32 signalled;
	__u32 reserved;
};

/**
 * struct kdmabuf_importer_copy - have edu copy from one mapping to another
 *
 * By DMA of the emulated hardware, in pieces of its 4 KiB buffer. QEMU lets each
 * piece take a tenth of a second in either direction.
 *
 * @source:	in: handle of a mapping of edu, TO_DEVICE or BIDIRECTIONAL
 * @destination: in: handle of a mapping of edu, FROM_DEVICE or BIDIRECTIONAL; may
 *		be the same
 * @source_offset: in: bytes from the beginning of the one buffer
 * @destination_offset: in: bytes from the beginning of the other
 * @length:	in: bytes; may be 0
 * @transfers:	in: 0; out: how many transfers the device did, for both directions
 * @reserved:	in: 0
 *
 * EXDEV	a mapping is not one of edu
 *
 * Then, of the source first and after that of the destination:
 *
 * ERANGE	the range passes the end of its buffer, or of what the segments have
 *		of it
 * EACCES	the mapping has the wrong direction
 * ESTALE	its exporter has taken the memory away
 *
 * And of the device:
 *
 * ENODEV	the device did not finish an earlier transfer
 * ETIMEDOUT	the device does not finish; it is not used any more
 *
 * Since: 0.1
 */
struct kdmabuf_importer_copy {
	__u32 source;
	__u32 destination;
	__aligned_u64 source_offset;
	__aligned_u64 destination_offset;
	__aligned_u64 length;
	__u32 transfers;
	__u32 reserved;
};

#define KDMABUF_IMPORTER_IOCTL_GET \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 0, struct kdmabuf_importer_get)
#define KDMABUF_IMPORTER_IOCTL_PUT \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 1, struct kdmabuf_importer_put)
#define KDMABUF_IMPORTER_IOCTL_ATTACH \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 2, struct kdmabuf_importer_attach)
#define KDMABUF_IMPORTER_IOCTL_DETACH \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 3, struct kdmabuf_importer_detach)
#define KDMABUF_IMPORTER_IOCTL_MAP \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 4, struct kdmabuf_importer_map)
#define KDMABUF_IMPORTER_IOCTL_UNMAP \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 5, struct kdmabuf_importer_unmap)
#define KDMABUF_IMPORTER_IOCTL_SEGMENTS \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 6, struct kdmabuf_importer_segments)
#define KDMABUF_IMPORTER_IOCTL_VMAP \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 7, struct kdmabuf_importer_vmap)
#define KDMABUF_IMPORTER_IOCTL_VUNMAP \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 8, struct kdmabuf_importer_vunmap)
#define KDMABUF_IMPORTER_IOCTL_CPU_ACCESS \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 9, struct kdmabuf_importer_cpu_access)
#define KDMABUF_IMPORTER_IOCTL_ACCESS \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 10, struct kdmabuf_importer_access)
#define KDMABUF_IMPORTER_IOCTL_MESSAGE \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 11, struct kdmabuf_importer_message)
#define KDMABUF_IMPORTER_IOCTL_FENCE \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 12, struct kdmabuf_importer_fence)
#define KDMABUF_IMPORTER_IOCTL_SIGNAL \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 13, struct kdmabuf_importer_signal)
#define KDMABUF_IMPORTER_IOCTL_COPY \
	_IOWR(KDMABUF_IMPORTER_IOC_MAGIC, 14, struct kdmabuf_importer_copy)

#endif /* _UAPI_LINUX_KDMABUF_IMPORTER_H */
