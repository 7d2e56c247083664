/* SPDX-License-Identifier: MIT */
/*
 * What both elements negotiate: caps of dma-bufs, and pools of them
 */
#ifndef KDMABUF_GST_NEGOTIATION_H
#define KDMABUF_GST_NEGOTIATION_H

#include <gst/video/video.h>

#include "allocator.h"

/**
 * gst_kdmabuf_parse_caps() - find how pictures lie in memory
 * @caps:	fixed, of video/x-raw, with memory:DMABuf if its layout is linear
 * @info:	(out): filled in
 *
 * Returns: FALSE for other caps.
 */
gboolean gst_kdmabuf_parse_caps(const GstCaps *caps, GstVideoInfo *info);

/**
 * gst_kdmabuf_set_pool() - let an ALLOCATION query say that memory is kdmabuf's
 * @query:	as it was answered by elements that take the buffers: how many they
 *		need, with what alignment and padding, is kept
 * @info:	of the pictures
 * @allocator:	to take the memory from
 *
 * Returns: (transfer full): the pool that the query names first.
 */
GstBufferPool *gst_kdmabuf_set_pool(GstQuery *query, const GstVideoInfo *info,
				    GstKdmabufAllocator *allocator);

#endif /* KDMABUF_GST_NEGOTIATION_H */
