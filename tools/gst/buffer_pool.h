/* SPDX-License-Identifier: MIT */
/*
 * GstKdmabufBufferPool: GStreamer's pool of pictures, which also takes caps of dma-bufs
 *
 * Elements configure the pool that they are offered with the caps they have. From
 * those of dma-bufs GstVideoBufferPool (as of 1.26) learns no planes.
 */
#ifndef KDMABUF_GST_BUFFER_POOL_H
#define KDMABUF_GST_BUFFER_POOL_H

#include <gst/video/video.h>

#define GST_TYPE_KDMABUF_BUFFER_POOL gst_kdmabuf_buffer_pool_get_type()
G_DECLARE_FINAL_TYPE(GstKdmabufBufferPool, gst_kdmabuf_buffer_pool, GST,
		     KDMABUF_BUFFER_POOL, GstVideoBufferPool)

/**
 * gst_kdmabuf_parse_caps() - find how pictures lie in memory
 * @caps:	fixed, of video/x-raw, with memory:DMABuf if its layout is linear
 * @info:	(out): filled in
 *
 * Returns: FALSE for other caps.
 */
gboolean gst_kdmabuf_parse_caps(const GstCaps *caps, GstVideoInfo *info);

#endif /* KDMABUF_GST_BUFFER_POOL_H */
