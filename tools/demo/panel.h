/* SPDX-License-Identifier: MIT */
/*
 * A picture on a panel that turns in space above a floor that mirrors it. Drawn into a
 * viewport of the shape of DEMO_WIDTH by DEMO_HEIGHT, whose first line is the upper one.
 */
#ifndef PANEL_H
#define PANEL_H

/* Its programs. */
struct panel {
	unsigned int faded, frame;
};

struct panel panel_make(void);

/*
 * Draws the external texture that is bound, turned by @angle about its upright middle,
 * into a viewport of that @height.
 */
void panel_draw(const struct panel *panel, float height, float angle);

#endif /* PANEL_H */
