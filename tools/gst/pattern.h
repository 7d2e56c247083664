/* SPDX-License-Identifier: MIT */
/*
 * The test picture, in which each pixel tells where it belongs
 */
#ifndef KDMABUF_GST_PATTERN_H
#define KDMABUF_GST_PATTERN_H

#include <gst/video/video.h>

/* Formats that it can be drawn in, each with a name in DRM. */
#define GST_KDMABUF_PATTERN_FORMATS                                            \
	"BGRx", "BGRA", "RGBx", "RGBA", "RGB16", "RGB", "BGR", "NV12", "NV16", \
		"I420", "YUY2", "UYVY", "GRAY8"

/**
 * gst_kdmabuf_pattern_draw() - draw the picture
 * @frame:	mapped for writing, one of the formats above
 * @number:	of the picture
 *
 * Modulo 256, a pixel's red is its column, its green is its row and its blue is
 * @number; where there are Y, U and V they take the places of red, green and blue.
 */
void gst_kdmabuf_pattern_draw(GstVideoFrame *frame, guint number);

#endif /* KDMABUF_GST_PATTERN_H */
