/* SPDX-License-Identifier: MIT */
/*
 * What the demo's renderer draws by OpenGL ES: a picture on a panel that turns, before
 * a background, and the number of the frame. A context has to be current.
 */
#ifndef SCENE_H
#define SCENE_H

#include "../examples/gpu.h"
#include "panel.h"
#include "still.h"

struct scene {
	struct still still;
	uint32_t width, height;
	struct panel panel;
	/* The program for, and the texture of, what stands still. */
	unsigned int plain, background;
};

/* For targets of that size. */
void scene_make(struct scene *scene, uint32_t width, uint32_t height);

/* Imports a picture to draw. */
unsigned int scene_source(const struct gpu_image *image);

/* Imports what is drawn to, with what stands still in it. */
unsigned int scene_target(const struct scene *scene,
			  const struct gpu_image *image);

/* Draws what moves of frame @number, with the picture @source, to @target. */
void scene_draw(const struct scene *scene, unsigned int target,
		unsigned int source, uint32_t number);

#endif /* SCENE_H */
