/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels we support, by feature. Kbuild looks in the
 * headers of the kernel and defines KDMABUF_HAVE_*. Nothing else belongs here.
 */
#ifndef KDMABUF_COMPAT_H
#define KDMABUF_COMPAT_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>

/* The namespace is a token up to 6.12 and a string since 6.13. */
#ifdef KDMABUF_HAVE_IMPORT_NS_TOKEN
#define KDMABUF_IMPORT_NS(ns) MODULE_IMPORT_NS(ns)
#else
#define KDMABUF_IMPORT_NS(ns) MODULE_IMPORT_NS(#ns)
#endif

/* The highest order of the buddy allocator: MAX_ORDER was exclusive in 6.1. */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER (MAX_ORDER - 1)
#endif

/* vm_flags became read-only in 6.3. */
#ifndef KDMABUF_HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* The third argument was a migrate type before it became flags (7.0). */
#ifdef KDMABUF_HAVE_ACR_FLAGS
#define KDMABUF_ACR_DEFAULT ACR_FLAGS_NONE
#else
#define KDMABUF_ACR_DEFAULT MIGRATE_MOVABLE
#endif

#endif /* KDMABUF_COMPAT_H */
