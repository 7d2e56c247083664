// SPDX-License-Identifier: MIT
/*
 * Drawing the test picture, a line at a time
 */
#include "pattern.h"

/* Of the formats that GStreamer's functions pack from: ARGB and AYUV. */
struct pixel {
	guint8 alpha;
	guint8 components[3];
};

void gst_kdmabuf_pattern_draw(GstVideoFrame *frame, guint number)
{
	const GstVideoFormatInfo *format = frame->info.finfo;
	const guint width = GST_VIDEO_FRAME_WIDTH(frame);
	const guint height = GST_VIDEO_FRAME_HEIGHT(frame);
	struct pixel *line = g_new(struct pixel, width);

	for (guint y = 0; y < height; y++) {
		for (guint x = 0; x < width; x++)
			line[x] = (struct pixel){ 0xff, { x, y, number } };
		format->pack_func(format, GST_VIDEO_PACK_FLAG_NONE, line, 0,
				  frame->data, frame->info.stride,
				  frame->info.chroma_site, y, width);
	}
	g_free(line);
}
