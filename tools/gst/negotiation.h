/* SPDX-License-Identifier: MIT */
/*
 * What both elements negotiate: pools of our memory
 */
#ifndef KDMABUF_GST_NEGOTIATION_H
#define KDMABUF_GST_NEGOTIATION_H

#include "allocator.h"

/**
 * gst_kdmabuf_set_pool() - let an ALLOCATION query say that memory is kdmabuf's
 * @query:	as it was answered by elements that take the buffers: how many they
 *		need, with what alignment and padding, is kept
 * @allocator:	to take the memory from
 *
 * Returns: FALSE if the query's caps are none that gst_kdmabuf_parse_caps() takes, or
 *	    there can be no pool for them. The query is as it was then.
 */
gboolean gst_kdmabuf_set_pool(GstQuery *query, GstKdmabufAllocator *allocator);

#endif /* KDMABUF_GST_NEGOTIATION_H */
