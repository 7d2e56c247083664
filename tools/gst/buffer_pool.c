// SPDX-License-Identifier: MIT
/*
 * GstKdmabufBufferPool: caps of dma-bufs as those of the same pictures in memory
 */
#include "buffer_pool.h"

struct _GstKdmabufBufferPool {
	GstVideoBufferPool parent;
};

G_DEFINE_TYPE(GstKdmabufBufferPool, gst_kdmabuf_buffer_pool,
	      GST_TYPE_VIDEO_BUFFER_POOL)

gboolean gst_kdmabuf_parse_caps(const GstCaps *caps, GstVideoInfo *info)
{
	GstVideoInfoDmaDrm drm_info;

	if (!gst_video_is_dma_drm_caps(caps))
		return gst_video_info_from_caps(info, caps);
	return gst_video_info_dma_drm_from_caps(&drm_info, caps) &&
	       gst_video_info_dma_drm_to_video_info(&drm_info, info);
}

static gboolean gst_kdmabuf_buffer_pool_set_config(GstBufferPool *pool,
						   GstStructure *config)
{
	GstVideoInfo info;
	guint size, min, max;
	GstCaps *caps;

	if (!gst_buffer_pool_config_get_params(config, &caps, &size, &min,
					       &max) ||
	    !caps || !gst_kdmabuf_parse_caps(caps, &info))
		return FALSE;
	caps = gst_video_info_to_caps(&info);
	gst_buffer_pool_config_set_params(config, caps, size, min, max);
	gst_caps_unref(caps);
	return GST_BUFFER_POOL_CLASS(gst_kdmabuf_buffer_pool_parent_class)
		->set_config(pool, config);
}

static void gst_kdmabuf_buffer_pool_class_init(GstKdmabufBufferPoolClass *klass)
{
	GST_BUFFER_POOL_CLASS(klass)->set_config =
		gst_kdmabuf_buffer_pool_set_config;
}

static void
gst_kdmabuf_buffer_pool_init(G_GNUC_UNUSED GstKdmabufBufferPool *self)
{
}
