/* SPDX-License-Identifier: MIT */
/*
 * kdmabufsrc: a test picture in buffers of kdmabuf
 */
#ifndef KDMABUF_GST_SOURCE_H
#define KDMABUF_GST_SOURCE_H

#include <gst/base/gstpushsrc.h>

#define GST_TYPE_KDMABUF_SRC gst_kdmabuf_src_get_type()
G_DECLARE_FINAL_TYPE(GstKdmabufSrc, gst_kdmabuf_src, GST, KDMABUF_SRC,
		     GstPushSrc)

#endif /* KDMABUF_GST_SOURCE_H */
