// SPDX-License-Identifier: MIT
/*
 * GstKdmabufAllocator: allocation and its constraints
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <string.h>
#include <unistd.h>

#include "allocator.h"
#include "error.h"

#define GST_CAT_DEFAULT gst_kdmabuf_debug

struct _GstKdmabufAllocator {
	GstDmaBufAllocator parent;

	/* Whose allocator it is, if an element's that is still there. */
	GWeakRef element;
	/* Protected by the object's lock. */
	guint address_bits;
	guint64 alignment;
	/* -1: any */
	gint node;
};

enum {
	PROP_0,
	PROP_ADDRESS_BITS,
	PROP_ALIGNMENT,
	PROP_NODE,
};

G_DEFINE_TYPE(GstKdmabufAllocator, gst_kdmabuf_allocator,
	      GST_TYPE_DMABUF_ALLOCATOR)

/* Tells the element's application, or, where there is none, the log. */
static void report(GstKdmabufAllocator *self, GError *error)
{
	GstElement *element = g_weak_ref_get(&self->element);

	GST_WARNING_OBJECT(self, "%s", error->message);
	if (element) {
		gst_element_message_full(element, GST_MESSAGE_ERROR,
					 error->domain, error->code,
					 g_strdup(error->message), NULL,
					 __FILE__, GST_FUNCTION, __LINE__);
		gst_object_unref(element);
	}
	g_error_free(error);
}

/* Names buffers by who is to use them, as far as there is room. */
static void write_name(GstKdmabufAllocator *self, gchar *name, gsize size)
{
	GstElement *element = g_weak_ref_get(&self->element);
	GstObject *owner = element ? GST_OBJECT(element) : GST_OBJECT(self);
	gchar *text = gst_object_get_name(owner);

	g_strlcpy(name, text, size);
	g_free(text);
	g_clear_pointer(&element, gst_object_unref);
}

static int open_device(GstKdmabufAllocator *self)
{
	int device = kdmabuf_open();

	if (device < 0)
		report(self, gst_kdmabuf_open_error(device));
	return device;
}

/* A dma-buf of @size bytes, at an address that has the bits in @align clear. */
static int allocate(GstKdmabufAllocator *self, gsize size, gsize align)
{
	struct kdmabuf_alloc request = {
		.size = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int device, fd;

	GST_OBJECT_LOCK(self);
	request.address_bits = self->address_bits;
	request.alignment = self->alignment;
	if (self->node >= 0) {
		request.flags |= KDMABUF_ALLOC_ON_NODE;
		request.node = self->node;
	}
	GST_OBJECT_UNLOCK(self);
	write_name(self, request.name, sizeof(request.name));
	/* Every buffer begins with a page. */
	if (align >= (gsize)sysconf(_SC_PAGESIZE))
		request.alignment = MAX(request.alignment, align + 1);

	device = open_device(self);
	if (device < 0)
		return device;
	fd = kdmabuf_alloc_with(device, &request, sizeof(request));
	close(device);
	if (fd < 0) {
		report(self, gst_kdmabuf_alloc_error(&request, fd));
	} else {
		GST_DEBUG_OBJECT(self,
				 "buffer %" G_GUINT64_FORMAT
				 " of %" G_GUINT64_FORMAT " bytes, fd %d",
				 (guint64)request.id, (guint64)request.size,
				 fd);
	}
	return fd;
}

static GstMemory *gst_kdmabuf_allocator_alloc(GstAllocator *allocator,
					      gsize size,
					      GstAllocationParams *params)
{
	GstKdmabufAllocator *self = GST_KDMABUF_ALLOCATOR(allocator);
	gsize prefix, whole;
	GstMemory *memory;
	int fd;

	/* What is used begins aligned, too. New buffers are zero. */
	prefix = (params->prefix + params->align) & ~params->align;
	if (prefix < params->prefix ||
	    !g_size_checked_add(&whole, prefix, size) ||
	    !g_size_checked_add(&whole, whole, params->padding)) {
		const struct kdmabuf_alloc request = { .size = G_MAXUINT64 };

		report(self, gst_kdmabuf_alloc_error(&request, -ERANGE));
		return NULL;
	}
	fd = allocate(self, whole, params->align);
	if (fd < 0)
		return NULL;

	/* Mapped once, not for each frame. */
	memory = gst_dmabuf_allocator_alloc_with_flags(
		allocator, fd, whole, GST_FD_MEMORY_FLAG_KEEP_MAPPED);
	memory->align = params->align;
	gst_memory_resize(memory, prefix, size);
	return memory;
}

/*
 * Into ordinary memory, as of every dma-buf of GStreamer's: who copies wants bytes of
 * its own. That of GStreamer would take it from here, and not see if there is none.
 */
static GstMemory *gst_kdmabuf_allocator_copy(GstMemory *memory, gssize offset,
					     gssize size)
{
	GstAllocationParams params = { .align = memory->align };
	GstMapInfo from, to;
	GstMemory *copy;

	if (!gst_memory_map(memory, &from, GST_MAP_READ))
		return NULL;
	if (size < 0)
		size = MAX((gssize)from.size - offset, 0);
	copy = gst_allocator_alloc(NULL, size, &params);
	if (copy && gst_memory_map(copy, &to, GST_MAP_WRITE)) {
		memcpy(to.data, from.data + offset, size);
		gst_memory_unmap(copy, &to);
	} else {
		g_clear_pointer(&copy, gst_memory_unref);
	}
	gst_memory_unmap(memory, &from);
	return copy;
}

static void gst_kdmabuf_allocator_set_property(GObject *object, guint id,
					       const GValue *value,
					       GParamSpec *pspec)
{
	GstKdmabufAllocator *self = GST_KDMABUF_ALLOCATOR(object);

	GST_OBJECT_LOCK(self);
	switch (id) {
	case PROP_ADDRESS_BITS:
		self->address_bits = g_value_get_uint(value);
		break;
	case PROP_ALIGNMENT:
		self->alignment = g_value_get_uint64(value);
		break;
	case PROP_NODE:
		self->node = g_value_get_int(value);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
	}
	GST_OBJECT_UNLOCK(self);
}

static void gst_kdmabuf_allocator_get_property(GObject *object, guint id,
					       GValue *value, GParamSpec *pspec)
{
	GstKdmabufAllocator *self = GST_KDMABUF_ALLOCATOR(object);

	GST_OBJECT_LOCK(self);
	switch (id) {
	case PROP_ADDRESS_BITS:
		g_value_set_uint(value, self->address_bits);
		break;
	case PROP_ALIGNMENT:
		g_value_set_uint64(value, self->alignment);
		break;
	case PROP_NODE:
		g_value_set_int(value, self->node);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
	}
	GST_OBJECT_UNLOCK(self);
}

static void gst_kdmabuf_allocator_finalize(GObject *object)
{
	g_weak_ref_clear(&GST_KDMABUF_ALLOCATOR(object)->element);
	G_OBJECT_CLASS(gst_kdmabuf_allocator_parent_class)->finalize(object);
}

static void gst_kdmabuf_allocator_class_init(GstKdmabufAllocatorClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);

	object_class->set_property = gst_kdmabuf_allocator_set_property;
	object_class->get_property = gst_kdmabuf_allocator_get_property;
	object_class->finalize = gst_kdmabuf_allocator_finalize;
	gst_kdmabuf_allocator_install_properties(object_class,
						 PROP_ADDRESS_BITS);
	GST_ALLOCATOR_CLASS(klass)->alloc = gst_kdmabuf_allocator_alloc;
}

static void gst_kdmabuf_allocator_init(GstKdmabufAllocator *self)
{
	g_weak_ref_init(&self->element, NULL);
	self->node = -1;
	/* What it is derived from can only wrap descriptors. */
	GST_OBJECT_FLAG_UNSET(self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
	GST_ALLOCATOR(self)->mem_copy = gst_kdmabuf_allocator_copy;
}

GstKdmabufAllocator *gst_kdmabuf_allocator_new_for(GstElement *element)
{
	GstKdmabufAllocator *self;

	self = g_object_new(GST_TYPE_KDMABUF_ALLOCATOR, NULL);
	g_weak_ref_set(&self->element, element);
	return gst_object_ref_sink(self);
}

gboolean gst_kdmabuf_allocator_check(GstKdmabufAllocator *self)
{
	int device = open_device(self);

	if (device < 0)
		return FALSE;
	close(device);
	return TRUE;
}

void gst_kdmabuf_allocator_install_properties(GObjectClass *klass,
					      guint first_id)
{
	const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
				  GST_PARAM_MUTABLE_READY;

	g_object_class_install_property(
		klass, first_id++,
		g_param_spec_uint(
			"address-bits", "Address bits",
			"The memory lies below the physical address 2^N, for devices with N address lines (0 = no limit, else 13 to 64)",
			0, 64, 0, flags));
	g_object_class_install_property(
		klass, first_id++,
		g_param_spec_uint64(
			"alignment", "Alignment",
			"The physical address is a multiple of so many bytes, a power of two (0 = a page)",
			0, G_MAXUINT64, 0, flags));
	g_object_class_install_property(
		klass, first_id,
		g_param_spec_int(
			"node", "NUMA node",
			"Take the memory from this NUMA node alone (-1 = any)",
			-1, G_MAXINT, -1, flags));
}
