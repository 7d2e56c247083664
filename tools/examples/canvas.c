// SPDX-License-Identifier: MIT
/*
 * The picture that the examples show, send and compute with
 */
#include <fcntl.h>
#include <kdmabuf.h>
#include <string.h>
#include <unistd.h>

#include "canvas.h"
#include "check.h"

struct canvas canvas_map(int fd, uint32_t width, uint32_t height,
			 int protection)
{
	struct canvas canvas = {
		.fd = fd,
		.width = width,
		.height = height,
		.stride = 4 * width,
	};
	off_t size = lseek(fd, 0, SEEK_END);
	void *pixels;

	if (size < 0)
		err(EXIT_FAILURE, "a buffer");
	canvas.size = size;
	check(kdmabuf_map(fd, 0, canvas.size, protection, &pixels),
	      "map a buffer");
	canvas.pixels = pixels;
	return canvas;
}

struct canvas canvas_make(uint32_t width, uint32_t height,
			  uint32_t address_bits)
{
	struct kdmabuf_alloc request = {
		.size = (uint64_t)4 * width * height,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.address_bits = address_bits,
	};
	int device = kdmabuf_open(), fd;

	check(device, "/dev/kdmabuf");
	fd = kdmabuf_alloc_with(device, &request, sizeof(request));
	check(fd, "allocate a buffer");
	close(device);
	return canvas_map(fd, width, height, PROT_READ | PROT_WRITE);
}

static void pixel_of(unsigned char *pixel, uint32_t x, uint32_t y,
		     uint32_t frame)
{
	pixel[2] = x + 8 * frame;
	pixel[1] = y;
	pixel[0] = pixel[2] ^ pixel[1];
}

void canvas_draw(const struct canvas *canvas, uint32_t frame)
{
	check(kdmabuf_begin_cpu_access(canvas->fd, DMA_BUF_SYNC_WRITE),
	      "begin drawing");
	for (uint32_t y = 0; y < canvas->height; y++)
		for (uint32_t x = 0; x < canvas->width; x++)
			pixel_of(canvas->pixels + y * canvas->stride + 4 * x, x,
				 y, frame);
	check(kdmabuf_end_cpu_access(canvas->fd, DMA_BUF_SYNC_WRITE),
	      "end drawing");
}

uint32_t canvas_differs(const struct canvas *canvas, uint32_t frame)
{
	unsigned char expected[3];
	uint32_t wrong = 0;

	for (uint32_t y = 0; y < canvas->height; y++) {
		for (uint32_t x = 0; x < canvas->width; x++) {
			pixel_of(expected, x, y, frame);
			if (memcmp(canvas->pixels + y * canvas->stride + 4 * x,
				   expected, sizeof(expected)))
				wrong++;
		}
	}
	return wrong;
}
