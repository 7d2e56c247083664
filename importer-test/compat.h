/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels we support, by feature. Kbuild looks in the
 * headers of the kernel and defines KDMABUF_HAVE_*. Nothing else belongs here.
 */
#ifndef IMPORTER_COMPAT_H
#define IMPORTER_COMPAT_H

#include <linux/dma-buf.h>
#include <linux/iommu.h>
#include <linux/module.h>

/* The namespace is a token up to 6.12 and a string since 6.13. */
#ifdef KDMABUF_HAVE_IMPORT_NS_TOKEN
#define KDMABUF_IMPORT_NS(ns) MODULE_IMPORT_NS(ns)
#else
#define KDMABUF_IMPORT_NS(ns) MODULE_IMPORT_NS(#ns)
#endif

/*
 * Since 6.2 every importer holds the reservation lock when it maps or unmaps, and
 * vmap and vunmap have variants that take it. Before, only dynamic importers did,
 * and vmap had a mutex of its own.
 */
#ifdef KDMABUF_HAVE_LOCKED_MAPPING
#define KDMABUF_STATIC_IMPORTERS_LOCK true
#else
#define KDMABUF_STATIC_IMPORTERS_LOCK false
#define dma_buf_vmap_unlocked dma_buf_vmap
#define dma_buf_vunmap_unlocked dma_buf_vunmap
#endif

/* The callback's name changed in 7.1. */
#ifdef KDMABUF_HAVE_INVALIDATE_MAPPINGS
#define KDMABUF_INVALIDATE_MAPPINGS invalidate_mappings
#else
#define KDMABUF_INVALIDATE_MAPPINGS move_notify
#endif

/*
 * Whether an IOMMU stands between the addresses that the device uses and memory. A
 * kernel without IOMMUs has domains of no type.
 */
static inline bool kdmabuf_is_translated(struct device *device)
{
#ifdef CONFIG_IOMMU_API
	struct iommu_domain *domain = iommu_get_domain_for_dev(device);

	return domain && domain->type != IOMMU_DOMAIN_IDENTITY;
#else
	return false;
#endif
}

#endif /* IMPORTER_COMPAT_H */
