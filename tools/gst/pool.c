// SPDX-License-Identifier: MIT
/*
 * kdmabufpool: answers the ALLOCATION queries of the elements before it
 *
 * What passes it is left alone. Elements that take what they are offered, as most
 * sources, decoders and converters do, then write to memory of kdmabuf.
 */
#include "negotiation.h"
#include "pool.h"

struct _GstKdmabufPool {
	GstBaseTransform parent;

	GstKdmabufAllocator *allocator;
};

/* Neither encoded video nor memory of a GPU is ours to allocate. */
#define CAPS "video/x-raw; video/x-raw(memory:DMABuf)"

static GstStaticPadTemplate sink = GST_STATIC_PAD_TEMPLATE(
	"sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(CAPS));
static GstStaticPadTemplate source = GST_STATIC_PAD_TEMPLATE(
	"src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(CAPS));

G_DEFINE_TYPE(GstKdmabufPool, gst_kdmabuf_pool, GST_TYPE_BASE_TRANSFORM)

static gboolean gst_kdmabuf_pool_propose_allocation(GstBaseTransform *transform,
						    GstQuery *decide_query,
						    GstQuery *query)
{
	GstKdmabufPool *self = GST_KDMABUF_POOL(transform);

	/* Asks the elements behind it, which may have nothing to say. */
	gboolean answered =
		GST_BASE_TRANSFORM_CLASS(gst_kdmabuf_pool_parent_class)
			->propose_allocation(transform, decide_query, query);

	return gst_kdmabuf_set_pool(query, self->allocator) || answered;
}

static void gst_kdmabuf_pool_set_property(GObject *object,
					  G_GNUC_UNUSED guint id,
					  const GValue *value,
					  GParamSpec *pspec)
{
	g_object_set_property(G_OBJECT(GST_KDMABUF_POOL(object)->allocator),
			      pspec->name, value);
}

static void gst_kdmabuf_pool_get_property(GObject *object,
					  G_GNUC_UNUSED guint id, GValue *value,
					  GParamSpec *pspec)
{
	g_object_get_property(G_OBJECT(GST_KDMABUF_POOL(object)->allocator),
			      pspec->name, value);
}

static void gst_kdmabuf_pool_finalize(GObject *object)
{
	gst_object_unref(GST_KDMABUF_POOL(object)->allocator);
	G_OBJECT_CLASS(gst_kdmabuf_pool_parent_class)->finalize(object);
}

static void gst_kdmabuf_pool_class_init(GstKdmabufPoolClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);
	GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
	GstBaseTransformClass *transform_class =
		GST_BASE_TRANSFORM_CLASS(klass);

	object_class->set_property = gst_kdmabuf_pool_set_property;
	object_class->get_property = gst_kdmabuf_pool_get_property;
	object_class->finalize = gst_kdmabuf_pool_finalize;
	gst_kdmabuf_allocator_install_properties(object_class, 1);

	gst_element_class_set_static_metadata(
		element_class, "Pool of kdmabuf memory", "Generic",
		"Has the elements before it write video to physically contiguous dma-bufs from /dev/kdmabuf. Each buffer carries the element's name",
		"kdmabuf");
	gst_element_class_add_static_pad_template(element_class, &sink);
	gst_element_class_add_static_pad_template(element_class, &source);

	transform_class->passthrough_on_same_caps = TRUE;
	transform_class->propose_allocation =
		gst_kdmabuf_pool_propose_allocation;
}

static void gst_kdmabuf_pool_init(GstKdmabufPool *self)
{
	self->allocator = gst_kdmabuf_allocator_new_for(GST_ELEMENT(self));
}
