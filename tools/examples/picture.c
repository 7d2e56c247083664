// SPDX-License-Identifier: MIT
/*
 * Writing an image to a PNG file
 */
#include <errno.h>
#include <png.h>
#include <stdio.h>

#include "picture.h"

static int write_rows(FILE *file, const unsigned char *pixels, uint32_t width,
		      uint32_t height, uint32_t stride)
{
	png_structp png;
	png_infop info;

	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	if (!png)
		return -ENOMEM;
	info = png_create_info_struct(png);
	/* Where libpng jumps to when it fails, after a message. */
	if (!info || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return -EIO;
	}

	png_init_io(png, file);
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		     PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	png_set_bgr(png);
	png_set_filler(png, 0, PNG_FILLER_AFTER);
	for (uint32_t row = 0; row < height; row++)
		png_write_row(png, pixels + (size_t)row * stride);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return 0;
}

int picture_write(const char *path, const void *pixels, uint32_t width,
		  uint32_t height, uint32_t stride)
{
	FILE *file = fopen(path, "wbe");
	int error;

	if (!file)
		return -errno;
	error = write_rows(file, pixels, width, height, stride);
	if (fclose(file) && !error)
		error = -errno;
	return error;
}
