// SPDX-License-Identifier: MIT
/*
 * Pools of our memory in ALLOCATION queries
 */
#include "buffer_pool.h"
#include "negotiation.h"

/* A pool of @allocator's, or NULL if there can be none like that. */
static GstBufferPool *make_pool(GstKdmabufAllocator *allocator,
				const GstAllocationParams *params,
				GstCaps *caps, guint size, guint min, guint max)
{
	GstBufferPool *pool = g_object_new(GST_TYPE_KDMABUF_BUFFER_POOL, NULL);
	GstStructure *config = gst_buffer_pool_get_config(pool);

	gst_object_ref_sink(pool);
	gst_buffer_pool_config_set_params(config, caps, size, min, max);
	gst_buffer_pool_config_set_allocator(config, GST_ALLOCATOR(allocator),
					     params);
	gst_buffer_pool_config_add_option(config,
					  GST_BUFFER_POOL_OPTION_VIDEO_META);
	if (!gst_buffer_pool_set_config(pool, config))
		gst_clear_object(&pool);
	return pool;
}

gboolean gst_kdmabuf_set_pool(GstQuery *query, GstKdmabufAllocator *allocator)
{
	const gboolean has_params = gst_query_get_n_allocation_params(query);
	const gboolean has_pool = gst_query_get_n_allocation_pools(query);
	guint size = 0, min = 0, max = 0;
	GstAllocationParams params;
	GstBufferPool *pool;
	GstVideoInfo info;
	GstCaps *caps;

	gst_query_parse_allocation(query, &caps, NULL);
	if (!caps || !gst_kdmabuf_parse_caps(caps, &info))
		return FALSE;
	gst_allocation_params_init(&params);
	if (has_params)
		gst_query_parse_nth_allocation_param(query, 0, NULL, &params);
	if (has_pool)
		gst_query_parse_nth_allocation_pool(query, 0, NULL, &size, &min,
						    &max);
	size = MAX(size, GST_VIDEO_INFO_SIZE(&info));
	pool = make_pool(allocator, &params, caps, size, min, max);
	if (!pool)
		return FALSE;

	if (has_params)
		gst_query_set_nth_allocation_param(
			query, 0, GST_ALLOCATOR(allocator), &params);
	else
		gst_query_add_allocation_param(query, GST_ALLOCATOR(allocator),
					       &params);
	if (has_pool)
		gst_query_set_nth_allocation_pool(query, 0, pool, size, min,
						  max);
	else
		gst_query_add_allocation_pool(query, pool, size, min, max);
	gst_object_unref(pool);
	return TRUE;
}
