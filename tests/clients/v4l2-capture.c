// SPDX-License-Identifier: GPL-2.0
/*
 * v4l2-capture DEVICE REFERENCE contiguous|scattered|readonly
 *
 * Has a V4L2 capture device write one frame into each of several buffers of ours,
 * and compares every byte with those in the file REFERENCE. Takes the format as it
 * is. Exits with 0 if all are equal; else the last line that it prints says what
 * failed and how: "VIDIOC_QBUF EFAULT".
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <linux/videodev2.h>

#include "../node.h"

/* What the driver wants before it begins, and one more. */
#define BUFFERS 4
#define UNTOUCHED 0x5a

struct buffer {
	int fd; /* what the device gets */
	unsigned char *bytes;
};

static void fail(const char *what, int error)
{
	printf("%s %s\n", what, strerrorname_np(-error));
	exit(1);
}

static void try(int device, unsigned long command, void *argument,
		const char *what)
{
	int ret = call(device, command, argument);

	if (ret < 0)
		fail(what, ret);
}

#define TRY(device, command, argument) try(device, command, argument, #command)

static unsigned char *read_reference(const char *path, size_t size)
{
	unsigned char *bytes = malloc(size);
	int file = open(path, O_RDONLY);

	if (!bytes || file < 0 || read(file, bytes, size) != (ssize_t)size)
		fail(path, -EIO);
	close(file);
	return bytes;
}

static struct buffer make_buffer(int node, size_t size, const char *kind)
{
	bool scattered = !strcmp(kind, "scattered");
	struct buffer buffer;

	buffer.fd = allocate_with(
		node, request(size, scattered ? KDMABUF_ALLOC_SCATTERED : 0));
	if (buffer.fd < 0)
		fail("KDMABUF_IOCTL_ALLOC", buffer.fd);
	buffer.bytes = map(buffer.fd, size, PROT_READ | PROT_WRITE);
	if (buffer.bytes == MAP_FAILED)
		fail("mmap", -errno);
	memset(buffer.bytes, UNTOUCHED, size);
	if (!strcmp(kind, "readonly"))
		buffer.fd = make_view(node, buffer.fd, O_RDONLY, 0, size);
	if (buffer.fd < 0)
		fail("KDMABUF_IOCTL_VIEW", buffer.fd);
	return buffer;
}

/* The frame is the reference's, and the page behind it is as it was. */
static void check_frame(const struct buffer *buffer,
			const unsigned char *reference, size_t size,
			size_t buffer_size)
{
	struct dma_buf_sync sync = {
		.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
	};
	size_t i;

	TRY(buffer->fd, DMA_BUF_IOCTL_SYNC, &sync);
	if (memcmp(buffer->bytes, reference, size))
		fail("frame", -EILSEQ);
	for (i = size; i < buffer_size; i++)
		if (buffer->bytes[i] != UNTOUCHED)
			fail("behind the frame", -EILSEQ);
	sync.flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ;
	TRY(buffer->fd, DMA_BUF_IOCTL_SYNC, &sync);
}

static struct v4l2_buffer v4l2_buffer(int index, int fd)
{
	return (struct v4l2_buffer){
		.index = index,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
		.m.fd = fd,
	};
}

int main(int argc, char **argv)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE, device, node, i;
	struct v4l2_format format = { .type = type };
	struct v4l2_requestbuffers requested = {
		.count = BUFFERS,
		.type = type,
		.memory = V4L2_MEMORY_DMABUF,
	};
	struct buffer buffers[BUFFERS];
	unsigned char *reference;
	size_t frame, size;

	if (argc != 4)
		return 2;
	node = open(NODE, O_RDWR | O_CLOEXEC);
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (node < 0 || device < 0)
		fail("open", -errno);
	TRY(device, VIDIOC_G_FMT, &format);
	frame = format.fmt.pix.sizeimage;
	size = (frame + PAGE - 1) / PAGE * PAGE + PAGE;
	reference = read_reference(argv[2], frame);

	TRY(device, VIDIOC_REQBUFS, &requested);
	if (requested.count != BUFFERS)
		fail("VIDIOC_REQBUFS", -ENOBUFS);
	for (i = 0; i < BUFFERS; i++) {
		struct v4l2_buffer queued;

		buffers[i] = make_buffer(node, size, argv[3]);
		queued = v4l2_buffer(i, buffers[i].fd);
		TRY(device, VIDIOC_QBUF, &queued);
	}
	TRY(device, VIDIOC_STREAMON, &type);
	for (i = 0; i < BUFFERS; i++) {
		struct v4l2_buffer filled = v4l2_buffer(0, 0);

		TRY(device, VIDIOC_DQBUF, &filled);
		if (filled.bytesused != frame ||
		    filled.flags & V4L2_BUF_FLAG_ERROR)
			fail("VIDIOC_DQBUF", -EBADMSG);
		check_frame(&buffers[filled.index], reference, frame, size);
	}
	TRY(device, VIDIOC_STREAMOFF, &type);
	printf("%d frames of %zu bytes\n", BUFFERS, frame);
	return 0;
}
