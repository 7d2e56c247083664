/* SPDX-License-Identifier: MIT */
/*
 * kdmabufpool: has the elements before it allocate from kdmabuf
 */
#ifndef KDMABUF_GST_POOL_H
#define KDMABUF_GST_POOL_H

#include <gst/base/gstbasetransform.h>

#define GST_TYPE_KDMABUF_POOL gst_kdmabuf_pool_get_type()
G_DECLARE_FINAL_TYPE(GstKdmabufPool, gst_kdmabuf_pool, GST, KDMABUF_POOL,
		     GstBaseTransform)

#endif /* KDMABUF_GST_POOL_H */
