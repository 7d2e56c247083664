/* SPDX-License-Identifier: MIT */
/*
 * Programs of OpenGL ES, and what they draw: rectangles, flat or in space. What fails
 * ends the process.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

/* Where a corner is, as OpenGL has it, and what it shows: across, down, how much. */
struct program_corner {
	float position[4];
	float place[3];
};

/* Its fragments know the place, interpolated, as "at". */
unsigned int program_make(const char *fragment_shader);

/* Draws one of four corners, in the order of writing. */
void program_draw(const struct program_corner *corners);

#endif /* PROGRAM_H */
