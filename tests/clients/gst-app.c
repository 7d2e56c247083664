// SPDX-License-Identifier: GPL-2.0
/*
 * gst-app PIPELINE PICTURES
 *
 * An application of GStreamer. Into the appsrc that is called source, if there is one,
 * it puts pictures in buffers of kdmabuf; each pixel of what comes out of the appsink
 * called sink, if there is one, it compares with what has to be there. Tells how many
 * pictures came, who has exported them, and how many were in the buffers that went in.
 * Exits with 1 if something went wrong.
 */
#include <err.h>
#include <gst/allocators/allocators.h>
#include <gst/app/app.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WIDTH 64
#define HEIGHT 48
#define SIZE (WIDTH * HEIGHT * 4)
#define CAPS "video/x-raw,format=BGRx,width=64,height=48,framerate=30/1"

#define BUFFERS 4

struct app {
	/* The dma-bufs that went in. */
	ino_t own[BUFFERS];
	/* Pictures that came out. */
	unsigned int pictures, in_own, wrong;
	char exporter[32];
};

/* What is right, in the layout of BGRx: as kdmabufsrc draws it. */
static void draw(unsigned char *bytes, unsigned int number)
{
	unsigned int x, y;

	for (y = 0; y < HEIGHT; y++) {
		for (x = 0; x < WIDTH; x++) {
			*bytes++ = number;
			*bytes++ = y;
			*bytes++ = x;
			*bytes++ = 0xff;
		}
	}
}

/* Which dma-buf a picture is in, 0 if in none. */
static ino_t inode_of(GstBuffer *buffer)
{
	GstMemory *memory = gst_buffer_peek_memory(buffer, 0);
	struct stat stat;

	if (!gst_is_dmabuf_memory(memory) ||
	    fstat(gst_dmabuf_memory_get_fd(memory), &stat))
		return 0;
	return stat.st_ino;
}

static void read_exporter(GstBuffer *buffer, char exporter[32])
{
	GstMemory *memory = gst_buffer_peek_memory(buffer, 0);
	char line[256];
	FILE *file;

	strcpy(exporter, "nobody");
	if (!gst_is_dmabuf_memory(memory))
		return;
	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d",
		 gst_dmabuf_memory_get_fd(memory));
	file = fopen(line, "re");
	if (!file)
		err(1, "%s", line);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "exp_name: %31s", exporter);
	fclose(file);
}

static GstFlowReturn take(GstAppSink *sink, gpointer data)
{
	static unsigned char right[SIZE];
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstBuffer *buffer = gst_sample_get_buffer(sample);
	struct app *app = data;
	GstMapInfo info;
	int i;

	draw(right, app->pictures);
	if (!gst_buffer_map(buffer, &info, GST_MAP_READ))
		errx(1, "a picture cannot be mapped");
	if (info.size != SIZE || memcmp(info.data, right, SIZE))
		app->wrong++;
	gst_buffer_unmap(buffer, &info);

	if (!app->pictures++)
		read_exporter(buffer, app->exporter);
	for (i = 0; i < BUFFERS; i++)
		if (app->own[i] && app->own[i] == inode_of(buffer))
			app->in_own++;
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static GstBufferPool *make_pool(void)
{
	GstBufferPool *pool = gst_buffer_pool_new();
	GstStructure *config = gst_buffer_pool_get_config(pool);
	GstCaps *caps = gst_caps_from_string(CAPS);
	GstAllocator *allocator;

	if (!gst_plugin_load_by_name("kdmabuf"))
		errx(1, "no plugin kdmabuf");
	allocator = gst_allocator_find("kdmabuf");
	gst_buffer_pool_config_set_params(config, caps, SIZE, BUFFERS, BUFFERS);
	gst_buffer_pool_config_set_allocator(config, allocator, NULL);
	if (!gst_buffer_pool_set_config(pool, config) ||
	    !gst_buffer_pool_set_active(pool, TRUE))
		errx(1, "no pool of kdmabuf");
	gst_caps_unref(caps);
	gst_object_unref(allocator);
	return pool;
}

static void remember(struct app *app, ino_t inode)
{
	int i;

	for (i = 0; i < BUFFERS && app->own[i] != inode; i++) {
		if (!app->own[i]) {
			app->own[i] = inode;
			return;
		}
	}
}

static void put(struct app *app, GstAppSrc *source, unsigned int pictures)
{
	GstBufferPool *pool = make_pool();
	unsigned int n;

	for (n = 0; n < pictures; n++) {
		GstBuffer *buffer;
		GstMapInfo info;

		if (gst_buffer_pool_acquire_buffer(pool, &buffer, NULL) ||
		    !gst_buffer_map(buffer, &info, GST_MAP_WRITE))
			errx(1, "no buffer of kdmabuf");
		draw(info.data, n);
		gst_buffer_unmap(buffer, &info);
		GST_BUFFER_PTS(buffer) = n * GST_SECOND / 30;
		GST_BUFFER_DURATION(buffer) = GST_SECOND / 30;
		remember(app, inode_of(buffer));
		if (gst_app_src_push_buffer(source, buffer))
			break;
	}
	gst_app_src_end_of_stream(source);
	gst_buffer_pool_set_active(pool, FALSE);
	gst_object_unref(pool);
}

/* Until all has been played. */
static void wait_for_end(GstElement *pipeline)
{
	GstBus *bus = gst_element_get_bus(pipeline);
	GstMessage *message = gst_bus_timed_pop_filtered(
		bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
	GError *error;

	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		gst_message_parse_error(message, &error, NULL);
		errx(1, "%s", error->message);
	}
	gst_message_unref(message);
	gst_object_unref(bus);
}

int main(int argc, char **argv)
{
	GstAppSinkCallbacks callbacks = { .new_sample = take };
	GstElement *pipeline, *source, *sink;
	struct app app = { 0 };
	GError *error = NULL;

	if (argc != 3)
		return 2;
	gst_init(NULL, NULL);
	pipeline = gst_parse_launch(argv[1], &error);
	if (error)
		errx(1, "%s", error->message);
	source = gst_bin_get_by_name(GST_BIN(pipeline), "source");
	sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
	if (sink)
		gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, &app,
					   NULL);
	if (source)
		gst_util_set_object_arg(G_OBJECT(source), "caps", CAPS);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	if (source)
		put(&app, GST_APP_SRC(source), atoi(argv[2]));
	wait_for_end(pipeline);
	gst_element_set_state(pipeline, GST_STATE_NULL);

	if (sink)
		printf("%u pictures from %s, %u in the buffers that went in, %u wrong\n",
		       app.pictures, app.exporter, app.in_own, app.wrong);
	return app.wrong ||
	       (sink && app.pictures != (unsigned int)atoi(argv[2]));
}
