// SPDX-License-Identifier: MIT
/*
 * kdmabuf-demo-viewer: reads the frames of kdmabuf-demo-capture where the camera
 * has written them, checks them, writes the last one to a file and tells what it
 * has seen
 */
#include <errno.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "check.h"
#include "demo.h"
#include "picture.h"

/* In an entry of /proc/PID/pagemap: which page frame, 0 if that is not for us. */
#define PAGEMAP_FRAME ((1ull << 55) - 1)

struct buffer {
	int fd;
	const void *memory;
	/* Where the memory is, 0 if that is not for us. */
	uint64_t physical_address;
	uint32_t segments;
	char exporter[32];
};

struct viewer {
	int socket;
	const char *output;
	struct demo_start start;
	struct buffer buffers[DEMO_BUFFERS];
	/* What the table tells. */
	uint32_t frames;
	uint32_t mismatches;
	uint32_t dropped;
	uint64_t bytes_read;
	/* Of those, what was in other pages than the buffer's. */
	uint64_t bytes_copied;
	bool pages_are_hidden;
	uint32_t messages;
	uint64_t message_bytes;
};

/* What the kernel tells this process about one of its descriptors. */
static void read_exporter(struct buffer *buffer)
{
	char line[256];
	FILE *file;

	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d", buffer->fd);
	file = fopen(line, "re");
	if (!file)
		err(EXIT_FAILURE, "%s", line);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "exp_name: %31s", buffer->exporter) == 1)
			break;
	}
	fclose(file);
}

static void use_buffers(struct viewer *viewer, const int *fds)
{
	int device = kdmabuf_open();
	struct kdmabuf_query query;
	void *memory;

	check(device, "/dev/kdmabuf");
	for (int i = 0; i < DEMO_BUFFERS; i++) {
		struct buffer *buffer = &viewer->buffers[i];

		buffer->fd = fds[i];
		check(kdmabuf_map(fds[i], 0, viewer->start.buffer_size,
				  PROT_READ, &memory),
		      "map a buffer");
		buffer->memory = memory;
		check(kdmabuf_query(device, fds[i], &query, sizeof(query)),
		      "query a buffer");
		buffer->physical_address = query.physical_address;
		buffer->segments = query.segments;
		read_exporter(buffer);
	}
	close(device);
}

/* Returns false if there will not be another message. */
static bool receive(struct viewer *viewer, int *fds, size_t *count,
		    void *message, size_t size)
{
	struct pollfd wait = { .fd = viewer->socket, .events = POLLIN };
	ssize_t length;
	int ready = poll(&wait, 1, 2 * DEMO_FRAME_TIMEOUT_SECONDS * 1000);

	if (ready < 0)
		err(EXIT_FAILURE, "poll");
	if (!ready)
		errx(EXIT_FAILURE, "no frame from the capture process");
	length = kdmabuf_recv(viewer->socket, fds, count, message, size);
	if (length == -ENODATA)
		return false;
	check(length, "message from the capture process");
	viewer->messages++;
	viewer->message_bytes += length;
	if ((size_t)length != size)
		errx(EXIT_FAILURE, "the capture process sent nonsense");
	return true;
}

static void receive_buffers(struct viewer *viewer)
{
	int fds[DEMO_BUFFERS];
	size_t count = DEMO_BUFFERS;

	if (!receive(viewer, fds, &count, &viewer->start,
		     sizeof(viewer->start)))
		errx(EXIT_FAILURE, "the capture process has given up");
	if (count != DEMO_BUFFERS)
		errx(EXIT_FAILURE, "%zu buffers instead of %d", count,
		     DEMO_BUFFERS);
	use_buffers(viewer, fds);
}

/*
 * Compares the pages under the mapping, of a frame that was just read, with where
 * the exporter says that the buffer is.
 */
static void find_copies(struct viewer *viewer, const struct buffer *buffer,
			uint32_t bytes)
{
	size_t page = sysconf(_SC_PAGESIZE), pages = (bytes + page - 1) / page;
	uint64_t *entries = calloc(pages, sizeof(*entries)), frame;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (!entries || pagemap < 0 ||
	    pread(pagemap, entries, pages * sizeof(*entries),
		  (uintptr_t)buffer->memory / page * sizeof(*entries)) !=
		    (ssize_t)(pages * sizeof(*entries)))
		err(EXIT_FAILURE, "/proc/self/pagemap");
	for (size_t i = 0; i < pages; i++) {
		frame = entries[i] & PAGEMAP_FRAME;
		if (!frame || !buffer->physical_address)
			viewer->pages_are_hidden = true;
		if (frame != buffer->physical_address / page + i)
			viewer->bytes_copied +=
				i + 1 < pages ? page : bytes - i * page;
	}
	close(pagemap);
	free(entries);
}

static void view(struct viewer *viewer, const struct demo_frame *frame)
{
	const struct buffer *buffer = &viewer->buffers[frame->buffer];
	const struct demo_start *start = &viewer->start;

	check(kdmabuf_begin_cpu_access(buffer->fd, DMA_BUF_SYNC_READ),
	      "begin reading a frame");
	if (crc32_z(0, buffer->memory, frame->bytes) != frame->checksum)
		viewer->mismatches++;
	viewer->bytes_read += frame->bytes;
	find_copies(viewer, buffer, frame->bytes);
	if (++viewer->frames == start->frames && viewer->output)
		check(picture_write(viewer->output, buffer->memory,
				    start->width, start->height, start->stride),
		      viewer->output);
	check(kdmabuf_end_cpu_access(buffer->fd, DMA_BUF_SYNC_READ),
	      "end reading a frame");
}

static void view_all(struct viewer *viewer)
{
	struct demo_frame frame;
	struct demo_return back;
	uint32_t expected = 0;

	while (receive(viewer, NULL, NULL, &frame, sizeof(frame))) {
		if (frame.buffer >= DEMO_BUFFERS ||
		    frame.bytes > viewer->start.buffer_size)
			errx(EXIT_FAILURE, "the capture process sent nonsense");
		if (viewer->frames)
			viewer->dropped += frame.sequence - expected;
		expected = frame.sequence + 1;
		view(viewer, &frame);
		back.buffer = frame.buffer;
		check(kdmabuf_send(viewer->socket, NULL, 0, &back,
				   sizeof(back)),
		      "give a buffer back");
	}
}

static bool print_table(const struct viewer *viewer)
{
	const struct demo_start *start = &viewer->start;
	const struct buffer *buffers = viewer->buffers;
	bool good = viewer->frames == start->frames && !viewer->mismatches;

	printf("frames                      %u of %u, %ux%u\n", viewer->frames,
	       start->frames, start->width, start->height);
	if (viewer->pages_are_hidden) {
		puts("frame bytes read in place   unknown (needs CAP_SYS_ADMIN)");
		puts("bytes that crossed by copy  unknown (needs CAP_SYS_ADMIN)");
	} else {
		printf("frame bytes read in place   %ju\n",
		       (uintmax_t)(viewer->bytes_read - viewer->bytes_copied));
		printf("bytes that crossed by copy  %ju\n",
		       (uintmax_t)viewer->bytes_copied);
		good = good && !viewer->bytes_copied;
	}
	printf("bytes through the socket    %ju, in %u messages\n",
	       (uintmax_t)viewer->message_bytes, viewer->messages);
	printf("buffers                     %d of %u bytes\n", DEMO_BUFFERS,
	       start->buffer_size);
	printf("segments per buffer        ");
	for (int i = 0; i < DEMO_BUFFERS; i++) {
		printf(" %u", buffers[i].segments);
		good = good && buffers[i].segments == 1;
	}
	printf("\nexporter in viewer's fdinfo");
	for (int i = 0; i < DEMO_BUFFERS; i++) {
		if (!i || strcmp(buffers[i].exporter, buffers[0].exporter))
			printf(" %s", buffers[i].exporter);
		good = good && !strcmp(buffers[i].exporter, "kdmabuf");
	}
	printf("\nchecksum mismatches         %u\n", viewer->mismatches);
	printf("frames the camera dropped   %u\n", viewer->dropped);
	return good;
}

int main(int argc, char **argv)
{
	struct viewer viewer = { 0 };

	if (argc < 2 || argc > 3)
		errx(2, "usage: kdmabuf-demo-viewer SOCKET-FD [FILE.png]");
	viewer.socket = atoi(argv[1]);
	viewer.output = argv[2];

	receive_buffers(&viewer);
	view_all(&viewer);
	return print_table(&viewer) ? EXIT_SUCCESS : EXIT_FAILURE;
}
