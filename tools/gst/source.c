// SPDX-License-Identifier: MIT
/*
 * kdmabufsrc: draws the test picture into buffers of a pool of its own
 */
#include "buffer_pool.h"
#include "negotiation.h"
#include "pattern.h"
#include "source.h"

#define GST_CAT_DEFAULT gst_kdmabuf_debug

struct _GstKdmabufSrc {
	GstPushSrc parent;

	GstKdmabufAllocator *allocator;
	GstVideoInfo info;
	/* Pictures drawn since the start, and how many when the caps were set. */
	guint64 drawn;
	guint64 drawn_before;
	/* The running time at which the caps were set. */
	GstClockTime began;
};

enum {
	PROP_0,
	PROP_IS_LIVE,
	PROP_OF_ALLOCATOR,
};

G_DEFINE_TYPE(GstKdmabufSrc, gst_kdmabuf_src, GST_TYPE_PUSH_SRC)

/* A DRM format's name is its fourcc, as no modifier means that it is linear. */
static void append_drm_format(GValue *list, const gchar *format)
{
	GValue value = G_VALUE_INIT;
	guint32 fourcc = gst_video_dma_drm_fourcc_from_format(
		gst_video_format_from_string(format));

	g_value_init(&value, G_TYPE_STRING);
	g_value_take_string(&value,
			    gst_video_dma_drm_fourcc_to_string(fourcc, 0));
	gst_value_list_append_and_take_value(list, &value);
}

static void append_format(GValue *list, const gchar *format)
{
	GValue value = G_VALUE_INIT;

	g_value_init(&value, G_TYPE_STRING);
	g_value_set_static_string(&value, format);
	gst_value_list_append_and_take_value(list, &value);
}

/* dma-bufs to who knows what to do with them, else memory that can be mapped. */
static GstCaps *all_caps(void)
{
	static const gchar *const formats[] = { GST_KDMABUF_PATTERN_FORMATS };
	GstCaps *caps = gst_caps_from_string(GST_VIDEO_DMA_DRM_CAPS_MAKE
					     "; " GST_VIDEO_CAPS_MAKE("NONE"));
	GValue drm_list = G_VALUE_INIT, list = G_VALUE_INIT;

	gst_value_list_init(&drm_list, G_N_ELEMENTS(formats));
	gst_value_list_init(&list, G_N_ELEMENTS(formats));
	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		append_drm_format(&drm_list, formats[i]);
		append_format(&list, formats[i]);
	}
	gst_structure_take_value(gst_caps_get_structure(caps, 0), "drm-format",
				 &drm_list);
	gst_structure_take_value(gst_caps_get_structure(caps, 1), "format",
				 &list);
	return caps;
}

static GstCaps *gst_kdmabuf_src_fixate(GstBaseSrc *base, GstCaps *caps)
{
	GstStructure *structure;

	caps = gst_caps_make_writable(gst_caps_truncate(caps));
	structure = gst_caps_get_structure(caps, 0);
	gst_structure_fixate_field_nearest_int(structure, "width", 320);
	gst_structure_fixate_field_nearest_int(structure, "height", 240);
	gst_structure_fixate_field_nearest_fraction(structure, "framerate", 30,
						    1);
	return GST_BASE_SRC_CLASS(gst_kdmabuf_src_parent_class)
		->fixate(base, caps);
}

static GstClockTime duration_of(GstKdmabufSrc *self, guint64 pictures)
{
	return gst_util_uint64_scale(
		pictures, GST_VIDEO_INFO_FPS_D(&self->info) * GST_SECOND,
		GST_VIDEO_INFO_FPS_N(&self->info));
}

static gboolean gst_kdmabuf_src_set_caps(GstBaseSrc *base, GstCaps *caps)
{
	GstKdmabufSrc *self = GST_KDMABUF_SRC(base);
	GstVideoInfo info;

	if (!gst_kdmabuf_parse_caps(caps, &info))
		return FALSE;
	if (GST_VIDEO_INFO_FPS_N(&self->info))
		self->began +=
			duration_of(self, self->drawn - self->drawn_before);
	self->drawn_before = self->drawn;
	self->info = info;
	return TRUE;
}

static gboolean gst_kdmabuf_src_decide_allocation(GstBaseSrc *base,
						  GstQuery *query)
{
	return gst_kdmabuf_set_pool(query, GST_KDMABUF_SRC(base)->allocator);
}

static gboolean gst_kdmabuf_src_start(GstBaseSrc *base)
{
	GstKdmabufSrc *self = GST_KDMABUF_SRC(base);

	gst_video_info_init(&self->info);
	self->drawn = 0;
	self->drawn_before = 0;
	self->began = 0;
	return gst_kdmabuf_allocator_check(self->allocator);
}

static GstFlowReturn gst_kdmabuf_src_fill(GstPushSrc *push, GstBuffer *buffer)
{
	GstKdmabufSrc *self = GST_KDMABUF_SRC(push);
	guint64 number = self->drawn - self->drawn_before;
	gboolean still = !GST_VIDEO_INFO_FPS_N(&self->info);
	GstVideoFrame frame;

	/* Of a picture that stands still there is one. */
	if (still && number)
		return GST_FLOW_EOS;
	if (!gst_video_frame_map(&frame, &self->info, buffer, GST_MAP_WRITE)) {
		GST_ELEMENT_ERROR(self, RESOURCE, WRITE,
				  ("A buffer cannot be mapped."), (NULL));
		return GST_FLOW_ERROR;
	}
	gst_kdmabuf_pattern_draw(&frame, self->drawn);
	gst_video_frame_unmap(&frame);

	GST_BUFFER_PTS(buffer) = self->began;
	if (!still) {
		GST_BUFFER_PTS(buffer) += duration_of(self, number);
		GST_BUFFER_DURATION(buffer) = self->began +
					      duration_of(self, number + 1) -
					      GST_BUFFER_PTS(buffer);
	}
	GST_BUFFER_OFFSET(buffer) = self->drawn++;
	GST_BUFFER_OFFSET_END(buffer) = self->drawn;
	return GST_FLOW_OK;
}

/* A live source gives each picture at its time. */
static void gst_kdmabuf_src_get_times(GstBaseSrc *base, GstBuffer *buffer,
				      GstClockTime *start, GstClockTime *end)
{
	*start = GST_CLOCK_TIME_NONE;
	*end = GST_CLOCK_TIME_NONE;
	if (!gst_base_src_is_live(base))
		return;
	*start = GST_BUFFER_PTS(buffer);
	if (GST_BUFFER_DURATION_IS_VALID(buffer))
		*end = *start + GST_BUFFER_DURATION(buffer);
}

static void gst_kdmabuf_src_set_property(GObject *object, guint id,
					 const GValue *value, GParamSpec *pspec)
{
	GstKdmabufSrc *self = GST_KDMABUF_SRC(object);

	if (id == PROP_IS_LIVE)
		gst_base_src_set_live(GST_BASE_SRC(self),
				      g_value_get_boolean(value));
	else
		g_object_set_property(G_OBJECT(self->allocator), pspec->name,
				      value);
}

static void gst_kdmabuf_src_get_property(GObject *object, guint id,
					 GValue *value, GParamSpec *pspec)
{
	GstKdmabufSrc *self = GST_KDMABUF_SRC(object);

	if (id == PROP_IS_LIVE)
		g_value_set_boolean(value,
				    gst_base_src_is_live(GST_BASE_SRC(self)));
	else
		g_object_get_property(G_OBJECT(self->allocator), pspec->name,
				      value);
}

static void gst_kdmabuf_src_finalize(GObject *object)
{
	gst_object_unref(GST_KDMABUF_SRC(object)->allocator);
	G_OBJECT_CLASS(gst_kdmabuf_src_parent_class)->finalize(object);
}

static void gst_kdmabuf_src_class_init(GstKdmabufSrcClass *klass)
{
	GObjectClass *object_class = G_OBJECT_CLASS(klass);
	GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
	GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS(klass);
	GstCaps *caps = all_caps();

	object_class->set_property = gst_kdmabuf_src_set_property;
	object_class->get_property = gst_kdmabuf_src_get_property;
	object_class->finalize = gst_kdmabuf_src_finalize;
	g_object_class_install_property(
		object_class, PROP_IS_LIVE,
		g_param_spec_boolean(
			"is-live", "Is live",
			"Give each picture when its time has come, as a camera does",
			FALSE,
			G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
				GST_PARAM_MUTABLE_READY));
	gst_kdmabuf_allocator_install_properties(object_class,
						 PROP_OF_ALLOCATOR);

	gst_element_class_set_static_metadata(
		element_class, "Test picture in kdmabuf memory", "Source/Video",
		"Draws into physically contiguous dma-bufs from /dev/kdmabuf: red is a pixel's column, green its row, blue the picture's number; of YUV formats these are Y, U and V. Each buffer carries the element's name",
		"kdmabuf");
	gst_element_class_add_pad_template(
		element_class,
		gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
	gst_caps_unref(caps);

	base_class->fixate = gst_kdmabuf_src_fixate;
	base_class->set_caps = gst_kdmabuf_src_set_caps;
	base_class->decide_allocation = gst_kdmabuf_src_decide_allocation;
	base_class->start = gst_kdmabuf_src_start;
	base_class->get_times = gst_kdmabuf_src_get_times;
	GST_PUSH_SRC_CLASS(klass)->fill = gst_kdmabuf_src_fill;
}

static void gst_kdmabuf_src_init(GstKdmabufSrc *self)
{
	self->allocator = gst_kdmabuf_allocator_new_for(GST_ELEMENT(self));
	gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}
