// SPDX-License-Identifier: GPL-2.0
/*
 * ACCESS: fill, check and sum up a buffer, as the kernel or as a device.
 *
 * The device is a DMA engine in software: it has a DMA address translated as the
 * hardware between a device and memory would, and touches what lies there: the
 * bounce buffer, if there is one, as only the DMA API's own copies may hide that.
 */
#include <linux/crc32.h>
#include <linux/dma-buf.h>
#include <linux/dma-direct.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/iommu.h>
#include <linux/kdmabuf_importer.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "attachment.h"
#include "import.h"
#include "ioctl.h"
#include "mapping.h"

/* Bytes that are looked at in one go. */
#define CHUNK 4096

/* Returns whether there is memory at the address; if so, where. */
static bool translate(struct device *device, dma_addr_t address,
		      phys_addr_t *physical)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(device);

	*physical = domain ? iommu_iova_to_phys(domain, address) :
			     dma_to_phys(device, address);
	/* An IOMMU's driver says 0 for what is not mapped. */
	return !(domain && !*physical) && page_is_ram(PHYS_PFN(*physical));
}

/* One transfer of the engine, @length bytes at @offset of the buffer. */
static int transfer(const struct mapping *mapping, u64 offset, void *bytes,
		    size_t length, bool device_writes)
{
	struct device *device = mapping->attachment->device;

	while (length) {
		dma_addr_t address;
		phys_addr_t physical;
		size_t nr, in_page;
		void *page;

		nr = importer_mapping_run(mapping, offset, length, &address);
		in_page = offset_in_page(address);
		nr = min_t(size_t, nr, PAGE_SIZE - in_page);
		if (!translate(device, address, &physical))
			return -EREMOTEIO;

		page = kmap_local_pfn(PHYS_PFN(physical));
		if (device_writes)
			memcpy(page + in_page, bytes, nr);
		else
			memcpy(bytes, page + in_page, nr);
		kunmap_local(page);
		offset += nr;
		bytes += nr;
		length -= nr;
	}
	return 0;
}

/* Between @bytes and the buffer, whichever way @target stands for. */
static int copy(struct object *target, u64 offset, void *bytes, size_t length,
		bool write)
{
	struct import *import;

	if (target->kind == &importer_mapping_kind)
		return transfer(container_of(target, struct mapping, object),
				offset, bytes, length, write);

	import = container_of(target, struct import, object);
	if (write)
		iosys_map_memcpy_to(&import->kernel, offset, bytes, length);
	else
		iosys_map_memcpy_from(bytes, &import->kernel, offset, length);
	return 0;
}

/*
 * The pattern of @length bytes from @offset on. It is made of whole words, so there
 * has to be room for one more than @length needs; returns where in @words it begins.
 */
static u8 *make_pattern(void *words, u64 seed, u64 offset, size_t length)
{
	u64 first = round_down(offset, sizeof(u64));
	u64 *word = words;
	u64 at;

	for (at = first; at < offset + length; at += sizeof(u64))
		*word++ = KDMABUF_IMPORTER_PATTERN(seed, at);
	return words + (offset - first);
}

/* Whether @bytes are the pattern; tells the first that is not. */
static bool is_pattern(struct kdmabuf_importer_access *access, const u8 *bytes,
		       const u8 *pattern, size_t length)
{
	size_t i = 0;

	if (!memcmp(bytes, pattern, length)) {
		access->matching += length;
		return true;
	}
	while (bytes[i] == pattern[i])
		i++;
	access->matching += i;
	access->expected = pattern[i];
	access->found = bytes[i];
	return false;
}

/* @bytes: room for a chunk, @words: for a word more */
static int walk(struct object *target, struct kdmabuf_importer_access *access,
		u8 *bytes, void *words)
{
	u64 offset = access->offset, end = offset + access->length;
	bool write = access->operation == KDMABUF_IMPORTER_FILL;
	bool crc = access->operation == KDMABUF_IMPORTER_CRC32;
	u8 *pattern = bytes;
	size_t nr;
	int ret;

	if (crc)
		access->crc32 = ~0;
	for (; offset < end; offset += nr) {
		if (fatal_signal_pending(current))
			return -EINTR;
		nr = min_t(u64, end - offset, CHUNK);
		if (!crc)
			pattern = make_pattern(words, access->seed, offset, nr);
		ret = copy(target, offset, write ? pattern : bytes, nr, write);
		if (ret)
			return ret;
		if (crc)
			access->crc32 = crc32_le(access->crc32, bytes, nr);
		else if (!write && !is_pattern(access, bytes, pattern, nr))
			break;
		cond_resched();
	}
	if (crc)
		access->crc32 = ~access->crc32;
	return 0;
}

static int check_target(const struct object *target,
			const struct kdmabuf_importer_access *access)
{
	const struct import *import;

	if (target->kind == &importer_mapping_kind)
		return importer_mapping_check(
			container_of(target, struct mapping, object),
			access->offset, access->length,
			access->operation == KDMABUF_IMPORTER_FILL);

	import = container_of(target, struct import, object);
	if (access->offset > import->dmabuf->size ||
	    access->length > import->dmabuf->size - access->offset)
		return -ERANGE;
	return import->vmaps ? 0 : -ENXIO;
}

int importer_access(struct session *session, void *arguments,
		    struct object **made)
{
	struct kdmabuf_importer_access *access = arguments;
	struct object *target;
	u8 *bytes;
	int ret;

	if (access->operation > KDMABUF_IMPORTER_CRC32 || access->matching ||
	    access->crc32 || access->expected || access->found ||
	    access->reserved)
		return -EINVAL;
	if (access->operation == KDMABUF_IMPORTER_CRC32 && access->seed)
		return -EINVAL;
	target = importer_session_find_any(session, access->target);
	if (!target || (target->kind != &importer_import_kind &&
			target->kind != &importer_mapping_kind))
		return -ENOENT;
	ret = check_target(target, access);
	if (ret)
		return ret;

	bytes = kmalloc(2 * CHUNK + sizeof(u64), GFP_KERNEL);
	if (!bytes)
		return -ENOMEM;
	ret = walk(target, access, bytes, bytes + CHUNK);
	kfree(bytes);
	return ret;
}
