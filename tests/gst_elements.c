// SPDX-License-Identifier: GPL-2.0
/*
 * The elements of the plugin for GStreamer: what they negotiate, and what they say
 * when there is no memory. What is in the pictures clients/gstreamer.sh compares.
 */
#include <gst/allocators/allocators.h>
#include <gst/app/gstappsink.h>
#include <sched.h>
#include <sys/mount.h>

#include "account.h"
#include "gst.h"
#include "process.h"

#define CAPS "video/x-raw,format=BGRx,width=64,height=64,framerate=30/1"

FIXTURE(gst_elements)
{
	int node;
	int live;
	GstElement *pipeline;
	GstAppSink *sink;
	GSList *samples;
};

FIXTURE_SETUP(gst_elements)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	load_kdmabuf(_metadata);
	load_plugin(_metadata, "coreelements");
	load_plugin(_metadata, "app");
	load_plugin(_metadata, "videotestsrc");
}

FIXTURE_TEARDOWN_PARENT(gst_elements)
{
	expect_live(_metadata, self->live);
}

static GstElement *parse(struct __test_metadata *_metadata, const char *text)
{
	GError *error = NULL;
	GstElement *pipeline = gst_parse_launch(text, &error);

	ASSERT_EQ(NULL, error)
	{
		TH_LOG("%s: %s", text, error->message);
	}
	return pipeline;
}

static void make(struct __test_metadata *_metadata,
		 FIXTURE_DATA(gst_elements) * self, const char *text)
{
	self->pipeline = parse(_metadata, text);
	self->sink = GST_APP_SINK(
		gst_bin_get_by_name(GST_BIN(self->pipeline), "sink"));
}

static void play(struct __test_metadata *_metadata,
		 FIXTURE_DATA(gst_elements) * self)
{
	ASSERT_NE(GST_STATE_CHANGE_FAILURE,
		  gst_element_set_state(self->pipeline, GST_STATE_PLAYING));
}

/* The next picture, which stays until stop(). */
static GstBuffer *pull(struct __test_metadata *_metadata,
		       FIXTURE_DATA(gst_elements) * self)
{
	GstSample *sample = gst_app_sink_pull_sample(self->sink);

	ASSERT_NE(NULL, sample);
	self->samples = g_slist_prepend(self->samples, sample);
	return gst_sample_get_buffer(sample);
}

/* While the process is still there, so that nobody else gives buffers back. */
static void stop(struct __test_metadata *_metadata,
		 FIXTURE_DATA(gst_elements) * self)
{
	g_slist_free_full(self->samples, (GDestroyNotify)gst_sample_unref);
	gst_element_set_state(self->pipeline, GST_STATE_NULL);
	gst_object_unref(self->sink);
	gst_object_unref(self->pipeline);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

static int fd_of(GstBuffer *buffer)
{
	return gst_dmabuf_memory_get_fd(gst_buffer_peek_memory(buffer, 0));
}

TEST_F(gst_elements, source_has_its_name_and_constraints_on_its_buffers)
{
	struct kdmabuf_query answer;
	GstBuffer *buffer;

	make(_metadata, self,
	     "kdmabufsrc name=camera num-buffers=1 address-bits=24 alignment=16384 node=0 ! " CAPS
	     " ! appsink name=sink");
	play(_metadata, self);
	buffer = pull(_metadata, self);
	EXPECT_EQ(1, gst_buffer_n_memory(buffer));
	ASSERT_EQ(0, query(self->node, fd_of(buffer), &answer));
	EXPECT_STREQ("camera", answer.name);
	EXPECT_NE(0, answer.physical_address);
	EXPECT_GT(MIB(16), answer.physical_address);
	EXPECT_EQ(0, answer.physical_address % KIB(16));
	stop(_metadata, self);
}

TEST_F(gst_elements, source_prefers_caps_of_dma_bufs)
{
	GstCapsFeatures *features;
	GstCaps *caps;

	make(_metadata, self, "kdmabufsrc num-buffers=1 ! appsink name=sink");
	play(_metadata, self);
	pull(_metadata, self);
	caps = gst_sample_get_caps(self->samples->data);
	features = gst_caps_get_features(caps, 0);
	EXPECT_TRUE(gst_caps_features_contains(features, "memory:DMABuf"));
	EXPECT_STREQ("XR24",
		     gst_structure_get_string(gst_caps_get_structure(caps, 0),
					      "drm-format"));
	stop(_metadata, self);
}

TEST_F(gst_elements, source_numbers_and_times_its_pictures)
{
	GstBuffer *buffer;
	guint64 n, time, next;

	make(_metadata, self,
	     "kdmabufsrc num-buffers=40 ! " CAPS
	     " ! appsink name=sink sync=false");
	play(_metadata, self);
	for (n = 0, time = 0; n < 40; n++, time = next) {
		next = (n + 1) * GST_SECOND / 30;
		buffer = pull(_metadata, self);
		EXPECT_EQ(n, GST_BUFFER_OFFSET(buffer));
		EXPECT_EQ(time, GST_BUFFER_PTS(buffer));
		EXPECT_EQ(next - time, GST_BUFFER_DURATION(buffer));
	}
	EXPECT_EQ(NULL, gst_app_sink_pull_sample(self->sink));
	EXPECT_TRUE(gst_app_sink_is_eos(self->sink));
	stop(_metadata, self);
}

TEST_F(gst_elements, source_is_live_if_asked_to_be)
{
	GstQuery *query = gst_query_new_latency();
	GstElement *source;
	gboolean live;

	make(_metadata, self,
	     "kdmabufsrc name=source is-live=true num-buffers=2 ! " CAPS
	     " ! appsink name=sink");
	source = gst_bin_get_by_name(GST_BIN(self->pipeline), "source");
	EXPECT_EQ(GST_STATE_CHANGE_NO_PREROLL,
		  gst_element_set_state(self->pipeline, GST_STATE_PAUSED));
	ASSERT_TRUE(gst_element_query(source, query));
	gst_query_parse_latency(query, &live, NULL, NULL);
	EXPECT_TRUE(live);
	gst_query_unref(query);
	gst_object_unref(source);
	play(_metadata, self);
	EXPECT_EQ(0, GST_BUFFER_OFFSET(pull(_metadata, self)));
	EXPECT_EQ(1, GST_BUFFER_OFFSET(pull(_metadata, self)));
	stop(_metadata, self);
}

TEST_F(gst_elements, source_without_a_rate_gives_one_picture)
{
	make(_metadata, self,
	     "kdmabufsrc ! video/x-raw,framerate=0/1 ! appsink name=sink");
	play(_metadata, self);
	EXPECT_EQ(0, GST_BUFFER_PTS(pull(_metadata, self)));
	EXPECT_EQ(NULL, gst_app_sink_pull_sample(self->sink));
	EXPECT_TRUE(gst_app_sink_is_eos(self->sink));
	stop(_metadata, self);
}

/* Pictures of 16 KiB, each with space around it, five of them, no more. */
static gboolean ask_for_space(GstAppSink *sink, GstQuery *query, gpointer data)
{
	GstAllocationParams params = { .align = 255,
				       .prefix = 100,
				       .padding = 5000 };

	gst_query_add_allocation_param(query, NULL, &params);
	gst_query_add_allocation_pool(query, NULL, KIB(16) + 10, 5, 5);
	return TRUE;
}

static void expect_space(struct __test_metadata *_metadata,
			 FIXTURE_DATA(gst_elements) * self)
{
	gsize offset, whole;
	int i;

	g_object_set(self->sink, "emit-signals", TRUE, NULL);
	g_signal_connect(self->sink, "propose-allocation",
			 G_CALLBACK(ask_for_space), NULL);
	play(_metadata, self);
	for (i = 0; i < 5; i++) {
		GstBuffer *buffer = pull(_metadata, self);

		EXPECT_LE(KIB(16),
			  gst_buffer_get_sizes(buffer, &offset, &whole));
		EXPECT_EQ(256, offset);
		EXPECT_EQ(256 + KIB(16) + 10 + 5000, whole);
	}
	EXPECT_EQ(self->live + 5, live_buffers(self->node));
	stop(_metadata, self);
}

TEST_F(gst_elements, source_gives_who_is_behind_it_the_space_it_needs)
{
	make(_metadata, self, "kdmabufsrc ! " CAPS " ! appsink name=sink");
	expect_space(_metadata, self);
}

TEST_F(gst_elements, pool_gives_who_is_behind_it_the_space_it_needs)
{
	make(_metadata, self,
	     "videotestsrc ! " CAPS " ! kdmabufpool ! appsink name=sink");
	expect_space(_metadata, self);
}

TEST_F(gst_elements, pool_has_others_write_to_its_memory)
{
	struct kdmabuf_query answer;

	make(_metadata, self,
	     "videotestsrc num-buffers=1 ! " CAPS
	     " ! kdmabufpool name=pool address-bits=24 ! appsink name=sink");
	play(_metadata, self);
	ASSERT_EQ(0, query(self->node, fd_of(pull(_metadata, self)), &answer));
	EXPECT_STREQ("pool", answer.name);
	EXPECT_NE(0, answer.physical_address);
	EXPECT_GT(MIB(16), answer.physical_address);
	stop(_metadata, self);
}

FIXTURE(gst_errors)
{
	int node;
	int live;
	struct limits limits;
};

FIXTURE_VARIANT(gst_errors)
{
	const char *source;
	gint code;
	const char *words; /* of the message */
	unsigned int user_limit, limit;
	uid_t uid;
	bool no_node;
};

FIXTURE_VARIANT_ADD(gst_errors, no_node){
	.source = "kdmabufsrc",
	.code = GST_RESOURCE_ERROR_NOT_FOUND,
	.words = "modprobe kdmabuf",
	.no_node = true,
};

FIXTURE_VARIANT_ADD(gst_errors, no_node_for_others){
	.source = "videotestsrc ! kdmabufpool",
	.code = GST_RESOURCE_ERROR_NOT_FOUND,
	.words = "modprobe kdmabuf",
	.no_node = true,
};

FIXTURE_VARIANT_ADD(gst_errors, no_permission){
	.source = "kdmabufsrc",
	.code = GST_RESOURCE_ERROR_NOT_AUTHORIZED,
	.words = "group 'video'",
	.uid = NOBODY,
};

FIXTURE_VARIANT_ADD(gst_errors, address_bits){
	.source = "kdmabufsrc address-bits=12",
	.code = GST_RESOURCE_ERROR_SETTINGS,
	.words = "address-bits=12",
};

FIXTURE_VARIANT_ADD(gst_errors, alignment){
	.source = "kdmabufsrc alignment=3",
	.code = GST_RESOURCE_ERROR_SETTINGS,
	.words = "alignment=3 ",
};

FIXTURE_VARIANT_ADD(gst_errors, node){
	.source = "kdmabufsrc node=1000",
	.code = GST_RESOURCE_ERROR_SETTINGS,
	.words = "node=1000",
};

FIXTURE_VARIANT_ADD(gst_errors, user_limit){
	.source = "kdmabufsrc ! video/x-raw,format=BGRx,width=1024,height=1024",
	.code = GST_RESOURCE_ERROR_NO_SPACE_LEFT,
	.words = "user_limit_mb",
	.user_limit = 3,
};

FIXTURE_VARIANT_ADD(gst_errors, limit){
	.source = "kdmabufsrc ! video/x-raw,format=BGRx,width=1024,height=1024",
	.code = GST_RESOURCE_ERROR_NO_SPACE_LEFT,
	.words = "/limit_mb",
	.limit = 3,
};

FIXTURE_VARIANT_ADD(gst_errors, memory){
	.source =
		"kdmabufsrc ! video/x-raw,format=BGRx,width=32000,height=16000",
	.code = GST_RESOURCE_ERROR_NO_SPACE_LEFT,
	.words = "dmesg",
};

FIXTURE_SETUP(gst_errors)
{
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	lift_limits(_metadata, &self->limits);
	if (self->live)
		SKIP(return, "somebody has buffers");
	set_limits(_metadata, variant->user_limit, variant->limit);
	/* Before GStreamer has threads, which would stay as they are. */
	if (variant->no_node) {
		ASSERT_EQ(0, unshare(CLONE_NEWNS));
		ASSERT_EQ(0, mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL));
		ASSERT_EQ(0, mount("none", "/dev", "tmpfs", 0, NULL));
	}
	if (variant->uid)
		ASSERT_TRUE(become(variant->uid));
	load_kdmabuf(_metadata);
	load_plugin(_metadata, "coreelements");
	load_plugin(_metadata, "videotestsrc");
}

FIXTURE_TEARDOWN_PARENT(gst_errors)
{
	restore_limits(_metadata, &self->limits);
	expect_live(_metadata, self->live);
}

TEST_F(gst_errors, first_message_tells_what_to_do)
{
	gchar *text =
		g_strdup_printf("%s ! fakesink num-buffers=2", variant->source);
	GstElement *pipeline = parse(_metadata, text);
	GstBus *bus = gst_element_get_bus(pipeline);
	GError *error = NULL;
	GstMessage *message;

	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	message = gst_bus_timed_pop_filtered(
		bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
	ASSERT_EQ(GST_MESSAGE_ERROR, GST_MESSAGE_TYPE(message));
	gst_message_parse_error(message, &error, NULL);
	EXPECT_TRUE(g_error_matches(error, GST_RESOURCE_ERROR, variant->code))
	{
		TH_LOG("%s %d: %s", g_quark_to_string(error->domain),
		       error->code, error->message);
	}
	EXPECT_NE(NULL, strstr(error->message, variant->words))
	{
		TH_LOG("'%s' is not in '%s'", variant->words, error->message);
	}
	g_error_free(error);
	g_free(text);
	gst_message_unref(message);
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(bus);
	gst_object_unref(pipeline);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_HARNESS_MAIN
