// SPDX-License-Identifier: GPL-2.0
/*
 * pixels PICTURE WIDTH HEIGHT EXPECTED FRAME
 *
 * Compares every pixel of a picture, PNG, PPM or a raw frame of XRGB8888, with what
 * it has to be: the pattern of the examples in that frame, as it is or as EXPECTED
 * says: "pattern", "mirrored", "upside-down"; "nv12", what kdmabuf-example-egl draws;
 * or the picture whose path that is. Where one differs, or the size does, the picture,
 * what was expected and the difference, each as PNG, are left in /mnt/out, that is on
 * the host.
 */
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct picture {
	unsigned int width, height;
	unsigned char *rgb;
};

static void fail(const char *what)
{
	puts(what);
	exit(1);
}

static unsigned char *make_pixels(unsigned int width, unsigned int height)
{
	unsigned char *rgb = calloc(3, (size_t)width * height);

	if (!rgb)
		fail("no memory");
	return rgb;
}

static void read_bytes(FILE *file, unsigned char *bytes, size_t size)
{
	if (fread(bytes, 1, size, file) != size)
		fail("the picture ends too early");
}

static void read_raw(FILE *file, struct picture *picture)
{
	size_t pixels = (size_t)picture->width * picture->height, i;
	unsigned char bgrx[4], *rgb = picture->rgb;

	for (i = 0; i < pixels; i++, rgb += 3) {
		read_bytes(file, bgrx, sizeof(bgrx));
		rgb[0] = bgrx[2];
		rgb[1] = bgrx[1];
		rgb[2] = bgrx[0];
	}
}

/* The size is only for what does not tell. */
static struct picture read_picture(const char *path, unsigned int width,
				   unsigned int height)
{
	struct picture picture = { .width = width, .height = height };
	png_image png = { .version = PNG_IMAGE_VERSION };
	FILE *file = fopen(path, "r");
	bool is_png, is_ppm;

	if (!file)
		fail("there is no picture");
	is_ppm = fscanf(file, "P6 %u %u 255", &picture.width,
			&picture.height) == 2 &&
		 fgetc(file) == '\n';
	is_png = !is_ppm && png_image_begin_read_from_file(&png, path);
	if (is_png) {
		png.format = PNG_FORMAT_RGB;
		picture.width = png.width;
		picture.height = png.height;
	}
	picture.rgb = make_pixels(picture.width, picture.height);
	if (is_png) {
		if (!png_image_finish_read(&png, NULL, picture.rgb, 0, NULL))
			fail(png.message);
	} else if (is_ppm) {
		read_bytes(file, picture.rgb,
			   3 * (size_t)picture.width * picture.height);
	} else {
		rewind(file);
		read_raw(file, &picture);
	}
	if (!is_png && fgetc(file) != EOF)
		fail("the picture does not end where it should");
	fclose(file);
	return picture;
}

static void expect(unsigned char *rgb, unsigned int x, unsigned int y,
		   unsigned int frame)
{
	rgb[0] = x + 8 * frame;
	rgb[1] = y;
	rgb[2] = rgb[0] ^ rgb[1];
}

static unsigned char to_byte(double value)
{
	return value < 0 ? 0 : value > 255 ? 255 : (int)(value + 0.5);
}

/* By BT.601, of 16 to 235 or 240, as video has it. */
static void expect_nv12(unsigned char *rgb, unsigned int x, unsigned int y)
{
	double grey = (32 + (x + 2 * y) % 128 - 16) / 219.0 * 255;
	double cb = (96 + x / 2 % 64 - 128.0) / 224 * 255;
	double cr = (96 + y / 2 % 64 - 128.0) / 224 * 255;

	rgb[0] = to_byte(grey + 1.402 * cr);
	rgb[1] = to_byte(grey - 0.344136 * cb - 0.714136 * cr);
	rgb[2] = to_byte(grey + 1.772 * cb);
}

static struct picture make_expected(const struct picture *got, const char *kind,
				    unsigned int frame)
{
	struct picture expected = *got;
	unsigned int x, y;
	unsigned char *rgb;

	rgb = make_pixels(got->width, got->height);
	expected.rgb = rgb;
	for (y = 0; y < got->height; y++) {
		for (x = 0; x < got->width; x++, rgb += 3) {
			if (!strcmp(kind, "pattern"))
				expect(rgb, x, y, frame);
			else if (!strcmp(kind, "mirrored"))
				expect(rgb, got->width - 1 - x, y, frame);
			else if (!strcmp(kind, "upside-down"))
				expect(rgb, x, got->height - 1 - y, frame);
			else if (!strcmp(kind, "nv12"))
				expect_nv12(rgb, got->width - 1 - x, y);
			else
				fail("no such kind of picture");
		}
	}
	return expected;
}

/* Counts the pixels that differ; those that do not are black. */
static unsigned int subtract(const struct picture *got,
			     const struct picture *expected,
			     struct picture *difference)
{
	size_t pixels = (size_t)got->width * got->height, i, j;
	unsigned int differ = 0;

	*difference = *got;
	difference->rgb = make_pixels(got->width, got->height);
	for (i = 0; i < pixels; i++) {
		const unsigned char *is = got->rgb + 3 * i;
		const unsigned char *wanted = expected->rgb + 3 * i;

		if (!memcmp(is, wanted, 3))
			continue;
		if (!differ++)
			printf("pixel %zu,%zu is %02x%02x%02x, not %02x%02x%02x\n",
			       i % got->width, i / got->width, is[0], is[1],
			       is[2], wanted[0], wanted[1], wanted[2]);
		for (j = 0; j < 3; j++)
			difference->rgb[3 * i + j] =
				128 + (is[j] - wanted[j]) / 2;
	}
	return differ;
}

static void leave(const struct picture *picture, const char *path,
		  const char *what)
{
	const char *base = strrchr(path, '/');
	png_image png = {
		.version = PNG_IMAGE_VERSION,
		.width = picture->width,
		.height = picture->height,
		.format = PNG_FORMAT_RGB,
	};
	char name[256];

	base = base ? base + 1 : path;
	snprintf(name, sizeof(name), "/mnt/out/%.*s-%s.png",
		 (int)strcspn(base, "."), base, what);
	if (png_image_write_to_file(&png, name, 0, picture->rgb, 0, NULL))
		printf("%s\n", name);
	else
		printf("%s: %s\n", name, png.message);
}

int main(int argc, char **argv)
{
	struct picture got, expected, difference;
	unsigned int width, height, differ;

	if (argc != 6)
		return 2;
	width = atoi(argv[2]);
	height = atoi(argv[3]);
	if (!width || !height)
		fail("a picture has a size");
	got = read_picture(argv[1], width, height);
	if (*argv[4] == '/')
		expected = read_picture(argv[4], width, height);
	else
		expected = make_expected(&got, argv[4], atoi(argv[5]));
	if (got.width != expected.width || got.height != expected.height) {
		leave(&got, argv[1], "picture");
		leave(&expected, argv[1], "expected");
		fail("the pictures are not of one size");
	}
	differ = subtract(&got, &expected, &difference);
	if (differ) {
		leave(&got, argv[1], "picture");
		leave(&expected, argv[1], "expected");
		leave(&difference, argv[1], "difference");
	}
	printf("%ux%u, %u pixels differ\n", got.width, got.height, differ);
	return differ || got.width != width || got.height != height;
}
