// SPDX-License-Identifier: MIT
/*
 * A picture on a panel that turns in space above a floor that mirrors it
 */
#include <GLES2/gl2.h>
#include <math.h>

#include "demo.h"
#include "panel.h"
#include "program.h"

/* Half its size, and as how large it is seen from how far. */
#define HALF_WIDTH 1.6f
#define HALF_HEIGHT 0.9f
#define ZOOM 2.95f
#define DISTANCE 5.4f
/* Where its middle is on the screen, in halves of the screen's height. */
#define PANEL_Y (-0.13f)
/* Between it and its mirror image, and how much of that is seen. */
#define GAP 0.06f
#define MIRRORED 0.17f

/* As much of the picture as is to be seen. */
static const char faded_shader[] =
	"#extension GL_OES_EGL_image_external : require\n"
	"precision highp float;\n"
	"uniform samplerExternalOES picture;\n"
	"varying vec3 at;\n"
	"void main() {\n"
	"	gl_FragColor = vec4(texture2D(picture, at.xy).rgb, 1.0) * at.z;\n"
	"}\n";

/* A light line of 4 pixels with smooth edges along those of the picture. */
static const char frame_shader[] =
	"precision highp float;\n"
	"uniform vec2 size;\n"
	"varying vec3 at;\n"
	"void main() {\n"
	"	vec2 from_edge = min(at.xy, 1.0 - at.xy) * size;\n"
	"	float edge = min(from_edge.x, from_edge.y);\n"
	"	gl_FragColor = vec4(0.93, 0.95, 1.0, 1.0) * at.z *\n"
	"		clamp(edge, 0.0, 1.0) * clamp(5.0 - edge, 0.0, 1.0);\n"
	"}\n";

/* Of the panel, from 0 to 1 to the right and down. */
struct part {
	float left, top, right, bottom;
};

/*
 * A part of the panel, which is turned by @angle about its upright middle; or its
 * mirror image, which fades away.
 */
static void draw_part(float angle, bool mirrored, const struct part *part)
{
	float ratio = (float)DEMO_HEIGHT / DEMO_WIDTH, middle;
	struct program_corner corners[4];
	float nearer = HALF_WIDTH * sinf(angle) / DISTANCE;

	/* What is nearer is larger: where the middle of the screen is then. */
	middle = ZOOM * ratio * HALF_WIDTH * cosf(angle) / DISTANCE * -nearer /
		 (1 - nearer * nearer);
	for (int i = 0; i < 4; i++) {
		float right = i & 1 ? part->right : part->left;
		float down = i >> 1 ? part->bottom : part->top;
		float x = (2 * right - 1) * HALF_WIDTH;
		float y = (2 * down - 1) * HALF_HEIGHT;
		float w = DISTANCE + x * sinf(angle);

		if (mirrored)
			y = 2 * (HALF_HEIGHT + GAP) - y;
		corners[i] = (struct program_corner){
			{ ZOOM * ratio * x * cosf(angle) - middle * w,
			  ZOOM * y + PANEL_Y * w, 0, w },
			{ right, down,
			  mirrored ? 0.35f * (1 - (1 - down) / MIRRORED) : 1 },
		};
	}
	program_draw(corners);
}

static void draw_frame(float angle, bool mirrored, float across, float along)
{
	float top = mirrored ? 1 - MIRRORED : 0;
	const struct part parts[] = {
		{ 0, top, across, 1 },
		{ 1 - across, top, 1, 1 },
		{ across, 1 - along, 1 - across, 1 },
		{ across, 0, 1 - across, along },
	};

	/* The upper line is not in the part that is mirrored. */
	for (int i = 0; i < (mirrored ? 3 : 4); i++)
		draw_part(angle, mirrored, &parts[i]);
}

struct panel panel_make(void)
{
	return (struct panel){ program_make(faded_shader),
			       program_make(frame_shader) };
}

void panel_draw(const struct panel *panel, float height, float angle)
{
	float across = height * ZOOM * HALF_WIDTH / DISTANCE * cosf(angle);
	float along = height * ZOOM * HALF_HEIGHT / DISTANCE;
	/* To the middle of the line around it. */
	float x = 2.5f / across, y = 2.5f / along;
	const struct part all = { x, y, 1 - x, 1 - y };
	const struct part low = { x, 1 - MIRRORED, 1 - x, 1 - y };

	glUseProgram(panel->faded);
	glDisable(GL_BLEND);
	draw_part(angle, false, &all);
	glEnable(GL_BLEND);
	draw_part(angle, true, &low);
	glUseProgram(panel->frame);
	glUniform2f(glGetUniformLocation(panel->frame, "size"), across, along);
	/* 5 pixels in the middle are up to 6 where it is nearer. */
	draw_frame(angle, false, 6 / across, 6 / along);
	draw_frame(angle, true, 6 / across, 6 / along);
}
