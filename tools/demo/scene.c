// SPDX-License-Identifier: MIT
/*
 * What the demo's renderer draws by OpenGL ES
 *
 * The first line of a target is at the bottom for OpenGL, and at the top for all
 * others: here y grows down, as theirs.
 */
#include <GLES2/gl2.h>
#include <GLES2/gl2ext.h>
#include <drm_fourcc.h>
#include <math.h>

#include "../examples/check.h"
#include "demo.h"
#include "panel.h"
#include "program.h"
#include "scene.h"

/* Of the turning, in frames, and the angle it goes to. */
#define PERIOD 160
#define SWING 0.5f

static const char plain_shader[] =
	"#extension GL_OES_EGL_image_external : require\n"
	"precision highp float;\n"
	"uniform samplerExternalOES picture;\n"
	"varying vec3 at;\n"
	"void main() {\n"
	"	gl_FragColor = texture2D(picture, at.xy);\n"
	"}\n";

/* A rectangle of the target that shows one of the still picture, in its pixels. */
static void draw_still(const struct scene *scene, float x, float y, float width,
		       float height, float from_x, float from_y)
{
	struct program_corner corners[4];

	for (int i = 0; i < 4; i++) {
		float right = width * (i & 1), down = height * (i >> 1);

		corners[i] = (struct program_corner){
			{ 2 * (x + right) / scene->width - 1,
			  2 * (y + down) / scene->height - 1, 0, 1 },
			{ (from_x + right) / scene->still.width,
			  (from_y + down) / scene->still.height, 1 },
		};
	}
	glUseProgram(scene->plain);
	glBindTexture(GL_TEXTURE_EXTERNAL_OES, scene->background);
	program_draw(corners);
}

/* The same for what is to be as it was. */
static void restore(const struct scene *scene, float x, float y, float width,
		    float height)
{
	glDisable(GL_BLEND);
	draw_still(scene, x, y, width, height, x, y);
	glEnable(GL_BLEND);
}

static void draw_number(const struct scene *scene, uint32_t number)
{
	const struct still *still = &scene->still;
	float width = still->scale * STILL_DIGIT_WIDTH;
	float height = still->scale * STILL_DIGIT_HEIGHT;
	float x = still->x + still->scale * STILL_NUMBER_X;
	float y = still->y + still->scale * STILL_NUMBER_Y;

	restore(scene, x, y, STILL_DIGITS * width, height);
	for (int i = STILL_DIGITS - 1; i >= 0; i--, number /= 10)
		draw_still(scene, x + i * width, y, width, height,
			   number % 10 * width, scene->height);
}

void scene_draw(const struct scene *scene, unsigned int target,
		unsigned int source, uint32_t number)
{
	const struct still *still = &scene->still;
	float angle = SWING * sinf(2 * (float)M_PI * number / PERIOD);
	/* Where the panel is, wherever it turns. */
	float x = floorf(still->x + still->scale * 0.22f * DEMO_WIDTH);
	float y = floorf(still->y + still->scale * STILL_FREE_TOP);
	float width = floorf(still->scale * 0.56f * DEMO_WIDTH);
	float height =
		floorf(still->scale * (STILL_FREE_BOTTOM - STILL_FREE_TOP));

	glBindFramebuffer(GL_FRAMEBUFFER, target);
	glViewport(0, 0, scene->width, scene->height);
	draw_number(scene, number);
	restore(scene, x, y, width, height);
	glEnable(GL_SCISSOR_TEST);
	glScissor(x, y, width, height);
	/* The layout is in the middle, whatever the display's shape is. */
	glViewport(still->x, still->y, still->scale * DEMO_WIDTH,
		   still->scale * DEMO_HEIGHT);
	glBindTexture(GL_TEXTURE_EXTERNAL_OES, source);
	panel_draw(&scene->panel, still->scale * DEMO_HEIGHT, angle);
	glDisable(GL_SCISSOR_TEST);
	if (glGetError())
		errx(EXIT_FAILURE, "OpenGL has refused something");
}

static GLuint import(const struct gpu_image *image, GLenum target)
{
	GLuint texture;

	glGenTextures(1, &texture);
	glBindTexture(target, texture);
	gpu_import(image, target);
	return texture;
}

unsigned int scene_source(const struct gpu_image *image)
{
	GLenum target = GL_TEXTURE_EXTERNAL_OES;
	GLuint texture = import(image, target);

	glTexParameteri(target, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
	glTexParameteri(target, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
	return texture;
}

unsigned int scene_target(const struct scene *scene,
			  const struct gpu_image *image)
{
	GLuint framebuffer, texture = import(image, GL_TEXTURE_2D);

	glGenFramebuffers(1, &framebuffer);
	glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
	glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
			       GL_TEXTURE_2D, texture, 0);
	if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
		errx(EXIT_FAILURE, "OpenGL does not draw to dma-bufs here");
	glViewport(0, 0, scene->width, scene->height);
	restore(scene, 0, 0, scene->width, scene->height);
	return framebuffer;
}

void scene_make(struct scene *scene, uint32_t width, uint32_t height)
{
	struct still still = still_make(width, height);
	const struct gpu_image image = {
		.fd = still.fd,
		.width = still.width,
		.height = still.height,
		.stride = still.stride,
		.format = DRM_FORMAT_ARGB8888,
	};

	*scene = (struct scene){
		.still = still,
		.width = width,
		.height = height,
		.plain = program_make(plain_shader),
		.panel = panel_make(),
		.background = import(&image, GL_TEXTURE_EXTERNAL_OES),
	};
	glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}
