// SPDX-License-Identifier: MIT
/*
 * Caps of dma-bufs, and pools of them
 */
#include "negotiation.h"

gboolean gst_kdmabuf_parse_caps(const GstCaps *caps, GstVideoInfo *info)
{
	GstVideoInfoDmaDrm drm_info;

	if (!gst_video_is_dma_drm_caps(caps))
		return gst_video_info_from_caps(info, caps);
	return gst_video_info_dma_drm_from_caps(&drm_info, caps) &&
	       gst_video_info_dma_drm_to_video_info(&drm_info, info);
}

GstBufferPool *gst_kdmabuf_set_pool(GstQuery *query, const GstVideoInfo *info,
				    GstKdmabufAllocator *allocator)
{
	GstBufferPool *pool = gst_video_buffer_pool_new();
	GstStructure *config = gst_buffer_pool_get_config(pool);
	guint size = GST_VIDEO_INFO_SIZE(info), min = 0, max = 0;
	GstAllocationParams params;
	/* Of plain pictures: the pool need not know what they are shared by. */
	GstCaps *caps = gst_video_info_to_caps(info);

	gst_allocation_params_init(&params);
	if (gst_query_get_n_allocation_params(query)) {
		gst_query_parse_nth_allocation_param(query, 0, NULL, &params);
		gst_query_set_nth_allocation_param(
			query, 0, GST_ALLOCATOR(allocator), &params);
	} else {
		gst_query_add_allocation_param(query, GST_ALLOCATOR(allocator),
					       &params);
	}
	if (gst_query_get_n_allocation_pools(query)) {
		guint wanted;

		gst_query_parse_nth_allocation_pool(query, 0, NULL, &wanted,
						    &min, &max);
		size = MAX(size, wanted);
		gst_query_set_nth_allocation_pool(query, 0, pool, size, min,
						  max);
	} else {
		gst_query_add_allocation_pool(query, pool, size, min, max);
	}

	gst_buffer_pool_config_set_params(config, caps, size, min, max);
	gst_buffer_pool_config_set_allocator(config, GST_ALLOCATOR(allocator),
					     &params);
	gst_buffer_pool_config_add_option(config,
					  GST_BUFFER_POOL_OPTION_VIDEO_META);
	gst_buffer_pool_set_config(pool, config);
	gst_caps_unref(caps);
	return pool;
}
