// SPDX-License-Identifier: GPL-2.0
/*
 * gst-pattern FORMAT WIDTH HEIGHT PICTURES [FIRST]
 *
 * Writes what kdmabufsrc has to give, as GStreamer lays pictures out: each line of a
 * plane is a multiple of 4 bytes, and the bytes behind its samples are 0.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The bytes of a sample, which stands for @across times @down pixels: 'c' is the first
 * one's column, 'd' its right neighbour's, 'r' the row, 'n' the picture's number, 'x'
 * has all bits set. '<' and '>' are the lower and the upper byte of these in 5, 6 and
 * 5 bits.
 */
struct plane {
	const char *bytes;
	unsigned int across, down;
};

static const struct format {
	const char *name;
	struct plane planes[3];
} formats[] = {
	{ "BGRx", { { "nrcx", 1, 1 } } },
	{ "BGRA", { { "nrcx", 1, 1 } } },
	{ "RGBx", { { "crnx", 1, 1 } } },
	{ "RGBA", { { "crnx", 1, 1 } } },
	{ "RGB16", { { "<>", 1, 1 } } },
	{ "RGB", { { "crn", 1, 1 } } },
	{ "BGR", { { "nrc", 1, 1 } } },
	{ "NV12", { { "c", 1, 1 }, { "rn", 2, 2 } } },
	{ "NV16", { { "c", 1, 1 }, { "rn", 2, 1 } } },
	{ "I420", { { "c", 1, 1 }, { "r", 2, 2 }, { "n", 2, 2 } } },
	{ "YUY2", { { "crdn", 2, 1 } } },
	{ "UYVY", { { "rcnd", 2, 1 } } },
	{ "GRAY8", { { "c", 1, 1 } } },
};

static unsigned char value(char byte, unsigned char c, unsigned char r,
			   unsigned char n)
{
	unsigned int word = c >> 3 << 11 | r >> 2 << 5 | n >> 3;

	switch (byte) {
	case 'c':
		return c;
	case 'd':
		return c + 1;
	case 'r':
		return r;
	case 'n':
		return n;
	case '<':
		return word;
	case '>':
		return word >> 8;
	default:
		return 0xff;
	}
}

static bool write_plane(const struct plane *plane, unsigned int width,
			unsigned int height, unsigned int number)
{
	unsigned int samples = (width + plane->across - 1) / plane->across;
	size_t size = strlen(plane->bytes);
	size_t stride = (samples * size + 3) / 4 * 4, i;
	unsigned char *line = calloc(1, stride);
	bool written = line;
	unsigned int y;

	for (y = 0; written && y < height; y += plane->down) {
		for (i = 0; i < samples * size; i++)
			line[i] = value(plane->bytes[i % size],
					i / size * plane->across, y, number);
		written = fwrite(line, 1, stride, stdout) == stride;
	}
	free(line);
	return written;
}

static const struct format *find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct format *format;
	unsigned int width, height, first, count, n, p;

	if (argc < 5 || argc > 6)
		return 2;
	format = find(argv[1]);
	if (!format)
		return 2;
	width = atoi(argv[2]);
	height = atoi(argv[3]);
	count = atoi(argv[4]);
	first = argc > 5 ? atoi(argv[5]) : 0;
	for (n = first; n < first + count; n++)
		for (p = 0; p < 3 && format->planes[p].bytes; p++)
			if (!write_plane(&format->planes[p], width, height, n))
				return 1;
	return fflush(stdout) ? 1 : 0;
}
