/* SPDX-License-Identifier: MIT */
/*
 * GstKdmabufAllocator: memory of GStreamer that is a dma-buf of kdmabuf
 *
 * A GstDmaBufAllocator, with the constraints of an allocation as its properties. An
 * application gets one by gst_allocator_find("kdmabuf") or, with constraints of its
 * own, by g_object_new() of the type "GstKdmabufAllocator", once the plugin is
 * loaded.
 */
#ifndef KDMABUF_GST_ALLOCATOR_H
#define KDMABUF_GST_ALLOCATOR_H

#include <gst/allocators/allocators.h>

/* Of the whole plugin: GST_DEBUG=kdmabuf:5 */
GST_DEBUG_CATEGORY_EXTERN(gst_kdmabuf_debug);

#define GST_TYPE_KDMABUF_ALLOCATOR gst_kdmabuf_allocator_get_type()
G_DECLARE_FINAL_TYPE(GstKdmabufAllocator, gst_kdmabuf_allocator, GST,
		     KDMABUF_ALLOCATOR, GstDmaBufAllocator)

/**
 * gst_kdmabuf_allocator_new_for() - make the allocator of an element
 * @element:	whose name the buffers get, and which posts an error, with what to do
 *		about it, when there is no memory; not kept alive
 *
 * Returns: (transfer full): an allocator
 */
GstKdmabufAllocator *gst_kdmabuf_allocator_new_for(GstElement *element);

/**
 * gst_kdmabuf_allocator_check() - see whether the device can be opened
 * @self:	an allocator
 *
 * Returns: FALSE if not; an error is posted as if there were no memory.
 */
gboolean gst_kdmabuf_allocator_check(GstKdmabufAllocator *self);

/**
 * gst_kdmabuf_allocator_install_properties() - give a class those of the allocator
 * @klass:	whose objects hand them on to an allocator of theirs, with
 *		g_object_set_property() and g_object_get_property()
 * @first_id:	of the properties, which are the last ones that the class has
 */
void gst_kdmabuf_allocator_install_properties(GObjectClass *klass,
					      guint first_id);

#endif /* KDMABUF_GST_ALLOCATOR_H */
