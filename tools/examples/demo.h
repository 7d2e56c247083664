/* SPDX-License-Identifier: MIT */
/*
 * What kdmabuf-demo-capture and kdmabuf-demo-viewer tell each other
 *
 * First the capture process sends struct demo_start with the descriptors of all
 * buffers, then struct demo_frame for each frame. A frame belongs to the viewer
 * until it sends struct demo_return; only then may the camera write to that buffer
 * again. The capture process closes its end when all has come back.
 */
#ifndef DEMO_H
#define DEMO_H

#include <stdint.h>

#define DEMO_BUFFERS 4

/* Long enough for a guest without hardware virtualization. */
#define DEMO_FRAME_TIMEOUT_SECONDS 30

struct demo_start {
	uint32_t width;
	uint32_t height;
	/* Bytes from one line to the next; a pixel is B, G, R and an unused one. */
	uint32_t stride;
	uint32_t buffer_size;
	uint32_t frames;
};

struct demo_frame {
	uint32_t buffer;
	/* The camera counts frames, including those it had no buffer for. */
	uint32_t sequence;
	uint32_t bytes;
	/* CRC-32 of those bytes, as the capture process read them. */
	uint32_t checksum;
};

struct demo_return {
	uint32_t buffer;
};

#endif /* DEMO_H */
