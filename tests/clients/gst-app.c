// SPDX-License-Identifier: GPL-2.0
/*
 * gst-app PIPELINE [FILE]
 *
 * An application of GStreamer. Into the appsrc that is called source, if there is one,
 * it puts the pictures that it reads, each in a buffer of kdmabuf, until its input
 * ends; the caps of it, of four bytes a pixel, say how large they are. What comes out
 * of the appsink that is called sink, if there is one, it writes to FILE, and tells how
 * many pictures that are, how many of them kdmabuf has exported, and how many were in
 * the buffers that went in.
 */
#include <err.h>
#include <gst/allocators/allocators.h>
#include <gst/app/app.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFERS 4

struct app {
	/* The dma-bufs that went in. */
	ino_t own[BUFFERS];
	/* Of the pictures that came out. */
	unsigned int pictures, of_kdmabuf, in_own;
	FILE *file;
};

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

static gboolean is_of_kdmabuf(GstBuffer *buffer)
{
	GstMemory *memory = gst_buffer_peek_memory(buffer, 0);
	char line[256], exporter[32] = "";
	FILE *file;

	if (!gst_is_dmabuf_memory(memory))
		return FALSE;
	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d",
		 gst_dmabuf_memory_get_fd(memory));
	file = fopen(line, "re");
	if (!file)
		err(1, "%s", line);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "exp_name: %31s", exporter);
	fclose(file);
	return !strcmp(exporter, "kdmabuf");
}

static GstFlowReturn take(GstAppSink *sink, gpointer data)
{
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstBuffer *buffer = gst_sample_get_buffer(sample);
	struct app *app = data;
	GstMapInfo info;
	int i;

	if (!gst_buffer_map(buffer, &info, GST_MAP_READ))
		errx(1, "a picture cannot be mapped");
	if (fwrite(info.data, 1, info.size, app->file) != info.size)
		err(1, "a picture cannot be written");
	gst_buffer_unmap(buffer, &info);

	app->pictures++;
	app->of_kdmabuf += is_of_kdmabuf(buffer);
	for (i = 0; i < BUFFERS; i++)
		if (app->own[i] && app->own[i] == inode_of(buffer))
			app->in_own++;
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static GstBufferPool *make_pool(GstElement *source)
{
	GstBufferPool *pool = gst_buffer_pool_new();
	GstStructure *config = gst_buffer_pool_get_config(pool);
	GstCaps *caps = gst_app_src_get_caps(GST_APP_SRC(source));
	GstAllocator *allocator;
	gint width, height;

	if (!caps || !gst_structure_get(gst_caps_get_structure(caps, 0),
					"width", G_TYPE_INT, &width, "height",
					G_TYPE_INT, &height, NULL))
		errx(1, "no size in the caps of the source");
	if (!gst_plugin_load_by_name("kdmabuf"))
		errx(1, "no plugin kdmabuf");
	allocator = g_object_new(g_type_from_name("GstKdmabufAllocator"),
				 "address-bits", 32, NULL);
	gst_object_ref_sink(allocator);
	gst_buffer_pool_config_set_params(config, caps, 4 * width * height,
					  BUFFERS, BUFFERS);
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

/* The next picture that is read, NULL if there is none. */
static GstBuffer *read_picture(GstBufferPool *pool)
{
	GstBuffer *buffer;
	GstMapInfo info;
	gboolean whole;

	if (gst_buffer_pool_acquire_buffer(pool, &buffer, NULL) ||
	    !gst_buffer_map(buffer, &info, GST_MAP_WRITE))
		errx(1, "no buffer of kdmabuf");
	whole = fread(info.data, 1, info.size, stdin) == info.size;
	gst_buffer_unmap(buffer, &info);
	if (!whole)
		gst_clear_buffer(&buffer);
	return buffer;
}

static void put(struct app *app, GstElement *source)
{
	GstBufferPool *pool = make_pool(source);
	GstBuffer *buffer;
	unsigned int n;

	for (n = 0; (buffer = read_picture(pool)); n++) {
		GST_BUFFER_PTS(buffer) = n * GST_SECOND / 30;
		GST_BUFFER_DURATION(buffer) = GST_SECOND / 30;
		remember(app, inode_of(buffer));
		if (gst_app_src_push_buffer(GST_APP_SRC(source), buffer))
			break;
	}
	gst_app_src_end_of_stream(GST_APP_SRC(source));
	gst_buffer_pool_set_active(pool, FALSE);
	gst_object_unref(pool);
}

static GstBusSyncReply exit_on_error(GstBus *bus, GstMessage *message,
				     gpointer data)
{
	GError *error;

	if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR)
		return GST_BUS_PASS;
	gst_message_parse_error(message, &error, NULL);
	warnx("%s", error->message);
	_exit(1);
}

int main(int argc, char **argv)
{
	GstAppSinkCallbacks callbacks = { .new_sample = take };
	GstElement *pipeline, *source, *sink;
	struct app app = { 0 };
	GError *error = NULL;
	GstBus *bus;

	if (argc != 2 && argc != 3)
		return 2;
	gst_init(NULL, NULL);
	pipeline = gst_parse_launch(argv[1], &error);
	if (error)
		errx(1, "%s", error->message);
	bus = gst_element_get_bus(pipeline);
	gst_bus_set_sync_handler(bus, exit_on_error, NULL, NULL);
	source = gst_bin_get_by_name(GST_BIN(pipeline), "source");
	sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
	if (sink) {
		if (argc != 3)
			return 2;
		app.file = fopen(argv[2], "we");
		if (!app.file)
			err(1, "%s", argv[2]);
		gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, &app,
					   NULL);
	}
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	if (source)
		put(&app, source);
	/* Until all has been played. */
	gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS);
	gst_element_set_state(pipeline, GST_STATE_NULL);

	if (!sink)
		return 0;
	if (fclose(app.file))
		err(1, "%s", argv[2]);
	printf("%u pictures, %u of kdmabuf, %u in the buffers that went in\n",
	       app.pictures, app.of_kdmabuf, app.in_own);
	return 0;
}
