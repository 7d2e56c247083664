/* SPDX-License-Identifier: MIT */
/*
 * The three processes of kdmabuf-demo, and what they tell each other
 *
 * The camera's process has a ring of buffers, A, that the renderer gets once; the
 * renderer has one, B, that the screen's process gets once. After that struct
 * demo_frame says that a frame is in a buffer, and struct demo_return gives the
 * buffer back: only then is it written to again. All end when all has come back.
 */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>
#include <stdint.h>

#define DEMO_A_BUFFERS 4
#define DEMO_B_BUFFERS 3

/* Of what the camera gives, and of what the display has if it can. */
#define DEMO_WIDTH 1280
#define DEMO_HEIGHT 720

enum demo_process { CAMERA, RENDERER, SCREEN, PROCESSES };

/* Before the renderer makes its buffers the screen's process says which. */
struct demo_screen {
	uint32_t width, height;
	/* Address lines of the display, or 0: what it can reach. */
	uint32_t address_bits;
};

/* Comes with the descriptors. A pixel is B, G, R and an unused byte. */
struct demo_ring {
	uint32_t width, height, stride, size;
};

struct demo_frame {
	uint32_t buffer;
	/* From 0, without a gap. */
	uint32_t number;
	/* CRC-32 of the buffer, as who has filled it reads it. */
	uint32_t checksum;
};

struct demo_return {
	uint32_t buffer;
};

struct demo_options {
	uint32_t frames;
	/* Paths, or NULL for the first that will do. */
	const char *camera, *display;
	/* OpenGL ES by Mesa's software, even where there is a GPU. */
	bool software;
	/* A file for the last frame, and a command for each; or NULL. */
	const char *output, *each;
};

/* What a process has seen, in memory that it shares with the one that started it. */
struct demo_report {
	/* A driver, or what OpenGL ES says that it is. */
	char device[64];
	uint32_t width, height;
	/* Those of the ring that it got from its peer; the camera's, that it made. */
	uint32_t buffers, buffer_size, fds, segments_most;
	char exporter[32];
	/* Mappings of those in this process, and pages there that are not theirs. */
	uint32_t mappings, foreign_pages;
	uint32_t frames, lost, wrong;
	/* Of the frames: what was where the peer wrote it, and what was not. */
	uint64_t bytes_in_place, bytes_copied;
	bool pages_are_hidden;
	/* Frames that the camera had no buffer for. */
	uint32_t missed;
	/* Page faults until the frames that are counted, of which there are: */
	uint32_t faults_before, faults, counted;
	uint64_t cpu_nanoseconds;
};

/* What the processes do. They return when all frames have passed. */
void demo_capture(const struct demo_options *options,
		  struct demo_report *report, int renderer);
void demo_render(const struct demo_options *options, struct demo_report *report,
		 int camera, int screen);
void demo_show(const struct demo_options *options, struct demo_report *report,
	       int renderer);

/* Prints what they have seen. Returns false if something was lost or copied. */
bool demo_print_table(const struct demo_options *options,
		      const struct demo_report *reports);

#endif /* DEMO_H */
