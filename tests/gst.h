/* SPDX-License-Identifier: GPL-2.0 */
/* GStreamer with few plugins: it would look at all there are before it begins. */
#ifndef TESTS_GST_H
#define TESTS_GST_H

#include <gst/gst.h>

#include "node.h"

/* Loads one; GST_PLUGINS is where GStreamer has them. */
static inline void load_plugin(struct __test_metadata *_metadata,
			       const char *name)
{
	gchar *path = g_strdup_printf(GST_PLUGINS "/libgst%s.so", name);
	GstPlugin *plugin = gst_plugin_load_file(path, NULL);

	ASSERT_NE(NULL, plugin)
	{
		TH_LOG("%s cannot be loaded", path);
	}
	gst_object_unref(plugin);
	g_free(path);
}

static inline void load_kdmabuf(struct __test_metadata *_metadata)
{
	ASSERT_EQ(0, setenv("GST_REGISTRY_DISABLE", "yes", 1));
	gst_init(NULL, NULL);
	load_plugin(_metadata, "kdmabuf");
}

#endif /* TESTS_GST_H */
