// SPDX-License-Identifier: MIT
/*
 * Pools of our memory in ALLOCATION queries
 */
#include "buffer_pool.h"
#include "negotiation.h"

gboolean gst_kdmabuf_set_pool(GstQuery *query, GstKdmabufAllocator *allocator)
{
	guint size, min = 0, max = 0;
	GstAllocationParams params;
	GstStructure *config;
	GstBufferPool *pool;
	GstVideoInfo info;
	GstCaps *caps;

	gst_query_parse_allocation(query, &caps, NULL);
	if (!caps || !gst_kdmabuf_parse_caps(caps, &info))
		return FALSE;
	size = GST_VIDEO_INFO_SIZE(&info);
	pool = g_object_new(GST_TYPE_KDMABUF_BUFFER_POOL, NULL);
	gst_object_ref_sink(pool);

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

	config = gst_buffer_pool_get_config(pool);
	gst_buffer_pool_config_set_params(config, caps, size, min, max);
	gst_buffer_pool_config_set_allocator(config, GST_ALLOCATOR(allocator),
					     &params);
	gst_buffer_pool_config_add_option(config,
					  GST_BUFFER_POOL_OPTION_VIDEO_META);
	gst_buffer_pool_set_config(pool, config);
	gst_object_unref(pool);
	return TRUE;
}
