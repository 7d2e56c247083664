// SPDX-License-Identifier: MIT
/*
 * The plugin: what "gst-inspect-1.0 kdmabuf" shows
 */
#include "allocator.h"
#include "pool.h"
#include "source.h"

/* What GST_PLUGIN_DEFINE() wants. */
#define PACKAGE "kdmabuf"

GST_DEBUG_CATEGORY(gst_kdmabuf_debug);

static gboolean plugin_init(GstPlugin *plugin)
{
	GstAllocator *allocator;

	GST_DEBUG_CATEGORY_INIT(gst_kdmabuf_debug, "kdmabuf", 0,
				"memory from /dev/kdmabuf");
	/* For applications: gst_allocator_find("kdmabuf") */
	allocator = g_object_new(GST_TYPE_KDMABUF_ALLOCATOR, "name", "kdmabuf",
				 NULL);
	gst_allocator_register("kdmabuf", gst_object_ref_sink(allocator));
	return gst_element_register(plugin, "kdmabufsrc", GST_RANK_NONE,
				    GST_TYPE_KDMABUF_SRC) &&
	       gst_element_register(plugin, "kdmabufpool", GST_RANK_NONE,
				    GST_TYPE_KDMABUF_POOL);
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, kdmabuf,
		  "Physically contiguous memory, as dma-bufs, from /dev/kdmabuf",
		  plugin_init, KDMABUF_VERSION, "MIT/X11", "kdmabuf", "kdmabuf")
