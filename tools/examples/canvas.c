// SPDX-License-Identifier: MIT
/*
 * The picture that the examples show, send and compute with
 */
#include <fcntl.h>
#include <kdmabuf.h>
#include <unistd.h>

#include "canvas.h"
#include "check.h"

struct canvas canvas_make(uint32_t width, uint32_t height,
			  uint32_t address_bits)
{
	struct canvas canvas = {
		.width = width,
		.height = height,
		.stride = 4 * width,
	};
	struct kdmabuf_alloc request = {
		.size = (uint64_t)canvas.stride * height,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.address_bits = address_bits,
	};
	int device = kdmabuf_open();
	void *pixels;

	check(device, "/dev/kdmabuf");
	canvas.fd = kdmabuf_alloc_with(device, &request, sizeof(request));
	check(canvas.fd, "allocate a buffer");
	check(kdmabuf_map(canvas.fd, 0, request.size, PROT_READ | PROT_WRITE,
			  &pixels),
	      "map the buffer");
	canvas.pixels = pixels;
	close(device);
	return canvas;
}

void canvas_draw(const struct canvas *canvas, uint32_t frame)
{
	check(kdmabuf_begin_cpu_access(canvas->fd, DMA_BUF_SYNC_WRITE),
	      "begin drawing");
	for (uint32_t y = 0; y < canvas->height; y++) {
		unsigned char *pixel = canvas->pixels + y * canvas->stride;

		for (uint32_t x = 0; x < canvas->width; x++, pixel += 4) {
			pixel[2] = x + 8 * frame;
			pixel[1] = y;
			pixel[0] = pixel[2] ^ pixel[1];
		}
	}
	check(kdmabuf_end_cpu_access(canvas->fd, DMA_BUF_SYNC_WRITE),
	      "end drawing");
}
