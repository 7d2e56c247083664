// SPDX-License-Identifier: MIT
/*
 * What does not move in the demo's picture
 */
#include <cairo.h>
#include <kdmabuf.h>
#include <math.h>

#include "../examples/canvas.h"
#include "../examples/check.h"
#include "demo.h"
#include "still.h"

#define MARGIN 48

#define LINKS 5
#define LINK_WIDTH 196
#define LINK_HEIGHT 64
#define LINK_GAP \
	((DEMO_WIDTH - 2 * MARGIN - LINKS * LINK_WIDTH) / (LINKS - 1.0))
#define LINK_Y 608

struct colour {
	double red, green, blue;
};

static const struct colour white = { 0.96, 0.97, 1.00 };
static const struct colour grey = { 0.66, 0.72, 0.83 };
static const struct colour green = { 0.36, 0.90, 0.62 };
static const struct colour navy = { 0.08, 0.12, 0.21 };

static const struct {
	const char *name, *how;
	/* The process it is in, or NULL for a buffer. */
	const char *process;
} chain[LINKS] = {
	{ "camera", "V4L2, its own DMA", "process 1" },
	{ "buffer A", "kdmabuf", NULL },
	{ "OpenGL ES", "EGL images", "process 2" },
	{ "buffer B", "kdmabuf", NULL },
	{ "display", "GBM, page flips", "process 3" },
};

static void set_colour(cairo_t *cairo, const struct colour *colour)
{
	cairo_set_source_rgb(cairo, colour->red, colour->green, colour->blue);
}

/* @align: 0 to begin at @x, 0.5 to be centred there, 1 to end there. */
static void write_text(cairo_t *cairo, const char *text, double size, bool bold,
		       double x, double y, double align)
{
	cairo_text_extents_t extents;

	cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
			       bold ? CAIRO_FONT_WEIGHT_BOLD :
				      CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cairo, size);
	cairo_text_extents(cairo, text, &extents);
	cairo_move_to(cairo, x - align * extents.x_advance, y);
	cairo_show_text(cairo, text);
}

/* A night sky with a glow behind the picture. */
static void draw_sky(cairo_t *cairo, double width, double height)
{
	cairo_pattern_t *glow = cairo_pattern_create_radial(
		width / 2, 0.45 * height, 0, width / 2, 0.45 * height,
		0.6 * width);

	cairo_pattern_add_color_stop_rgb(glow, 0, 0.14, 0.23, 0.41);
	cairo_pattern_add_color_stop_rgb(glow, 0.5, 0.07, 0.11, 0.21);
	cairo_pattern_add_color_stop_rgb(glow, 1, 0.02, 0.03, 0.06);
	cairo_set_source(cairo, glow);
	cairo_rectangle(cairo, 0, 0, width, height);
	cairo_fill(cairo);
	cairo_pattern_destroy(glow);
}

static void draw_title(cairo_t *cairo)
{
	double right = DEMO_WIDTH - MARGIN;

	set_colour(cairo, &white);
	write_text(cairo, "Camera to GPU to display, without a copy", 32, true,
		   MARGIN, 52, 0);
	set_colour(cairo, &grey);
	write_text(
		cairo,
		"Three processes hand each other descriptors of contiguous memory, once, and then only numbers.",
		16, false, MARGIN, 80, 0);
	write_text(cairo, "frame", 18, false, STILL_NUMBER_X - 8, 45, 1);
	set_colour(cairo, &green);
	write_text(cairo, "0 bytes copied between them", 16, true, right, 80,
		   1);
}

static void round_rectangle(cairo_t *cairo, double x, double y, double width,
			    double height, double radius)
{
	double right = x + width - radius, bottom = y + height - radius;

	cairo_new_sub_path(cairo);
	cairo_arc(cairo, right, y + radius, radius, -M_PI_2, 0);
	cairo_arc(cairo, right, bottom, radius, 0, M_PI_2);
	cairo_arc(cairo, x + radius, bottom, radius, M_PI_2, M_PI);
	cairo_arc(cairo, x + radius, y + radius, radius, M_PI, 3 * M_PI_2);
	cairo_close_path(cairo);
}

static void draw_arrow(cairo_t *cairo, double x, double y)
{
	double end = x + LINK_GAP - 8;

	set_colour(cairo, &grey);
	cairo_set_line_width(cairo, 2);
	cairo_move_to(cairo, x + 8, y);
	cairo_line_to(cairo, end - 8, y);
	cairo_stroke(cairo);
	cairo_move_to(cairo, end, y);
	cairo_line_to(cairo, end - 11, y - 6);
	cairo_line_to(cairo, end - 11, y + 6);
	cairo_fill(cairo);
}

static void draw_link(cairo_t *cairo, int i)
{
	double x = MARGIN + i * (LINK_WIDTH + LINK_GAP), y = LINK_Y;
	double middle = x + LINK_WIDTH / 2.0;

	round_rectangle(cairo, x, y, LINK_WIDTH, LINK_HEIGHT, 10);
	set_colour(cairo, &navy);
	cairo_fill_preserve(cairo);
	set_colour(cairo, chain[i].process ? &grey : &green);
	cairo_set_line_width(cairo, chain[i].process ? 1.5 : 2.5);
	cairo_stroke(cairo);
	set_colour(cairo, &white);
	write_text(cairo, chain[i].name, 20, true, middle, y + 28, 0.5);
	set_colour(cairo, &grey);
	write_text(cairo, chain[i].how, 15, false, middle, y + 51, 0.5);
	if (chain[i].process)
		write_text(cairo, chain[i].process, 15, false, middle,
			   y + LINK_HEIGHT + 24, 0.5);
	if (i + 1 < LINKS)
		draw_arrow(cairo, x + LINK_WIDTH, y + LINK_HEIGHT / 2.0);
}

static void draw_digits(cairo_t *cairo)
{
	char digit[2] = "0";

	set_colour(cairo, &white);
	for (int i = 0; i < 10; i++, digit[0]++)
		write_text(cairo, digit, 22, true,
			   (i + 0.5) * STILL_DIGIT_WIDTH, 21, 0.5);
}

static void draw(cairo_t *cairo, const struct still *still, uint32_t height)
{
	draw_sky(cairo, still->width, height);
	cairo_save(cairo);
	cairo_translate(cairo, still->x, still->y);
	cairo_scale(cairo, still->scale, still->scale);
	draw_title(cairo);
	for (int i = 0; i < LINKS; i++)
		draw_link(cairo, i);
	cairo_restore(cairo);
	cairo_translate(cairo, 0, height);
	cairo_scale(cairo, still->scale, still->scale);
	draw_digits(cairo);
}

struct still still_make(uint32_t width, uint32_t height)
{
	float scale =
		fminf((float)width / DEMO_WIDTH, (float)height / DEMO_HEIGHT);
	uint32_t digits = ceilf(scale * STILL_DIGIT_HEIGHT);
	struct canvas canvas = canvas_make(width, height + digits, 0);
	struct still still = {
		.fd = canvas.fd,
		.width = canvas.width,
		.height = canvas.height,
		.stride = canvas.stride,
		.scale = scale,
		.x = (width - scale * DEMO_WIDTH) / 2,
		.y = (height - scale * DEMO_HEIGHT) / 2,
	};
	cairo_surface_t *surface;
	cairo_t *cairo;

	check(kdmabuf_begin_cpu_access(canvas.fd, DMA_BUF_SYNC_WRITE),
	      "begin drawing");
	surface = cairo_image_surface_create_for_data(
		canvas.pixels, CAIRO_FORMAT_ARGB32, canvas.width, canvas.height,
		canvas.stride);
	cairo = cairo_create(surface);
	draw(cairo, &still, height);
	if (cairo_status(cairo))
		errx(EXIT_FAILURE, "cairo: %s",
		     cairo_status_to_string(cairo_status(cairo)));
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	check(kdmabuf_end_cpu_access(canvas.fd, DMA_BUF_SYNC_WRITE),
	      "end drawing");
	return still;
}
