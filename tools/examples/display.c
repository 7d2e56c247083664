// SPDX-License-Identifier: MIT
/*
 * A display, by the kernel's mode setting (KMS), that shows dma-bufs
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <xf86drm.h>

#include "address_bits.h"
#include "display.h"

#define CARDS 64

/* A CRTC that can drive the connector, best the one that does already. */
static int find_crtc(struct display *display, const drmModeRes *resources,
		     const drmModeConnector *connector)
{
	uint32_t possible = 0, current = 0;

	for (int i = 0; i < connector->count_encoders; i++) {
		drmModeEncoder *encoder =
			drmModeGetEncoder(display->fd, connector->encoders[i]);

		if (!encoder)
			continue;
		possible |= encoder->possible_crtcs;
		if (encoder->encoder_id == connector->encoder_id)
			current = encoder->crtc_id;
		drmModeFreeEncoder(encoder);
	}
	for (int i = 0; i < resources->count_crtcs; i++) {
		if (!(possible & (1u << i)) ||
		    (display->crtc && resources->crtcs[i] != current))
			continue;
		display->crtc = resources->crtcs[i];
		display->crtc_index = i;
	}
	return display->crtc ? 0 : -ENODEV;
}

static int find_mode(struct display *display, const drmModeConnector *connector,
		     uint32_t width, uint32_t height)
{
	for (int i = 0; i < connector->count_modes; i++) {
		const drmModeModeInfo *mode = &connector->modes[i];

		if ((width && mode->hdisplay != width) ||
		    (height && mode->vdisplay != height))
			continue;
		display->mode = *mode;
		display->connector = connector->connector_id;
		return 0;
	}
	return -EDOM;
}

static int find_connector(struct display *display, uint32_t width,
			  uint32_t height)
{
	drmModeRes *resources = drmModeGetResources(display->fd);
	int error = -ENODEV;

	for (int i = 0; resources && error && i < resources->count_connectors;
	     i++) {
		drmModeConnector *connector = drmModeGetConnector(
			display->fd, resources->connectors[i]);

		if (!connector)
			continue;
		if (connector->connection == DRM_MODE_CONNECTED &&
		    connector->count_modes) {
			error = find_mode(display, connector, width, height);
			error = error ?:
					find_crtc(display, resources,
						  connector);
		}
		drmModeFreeConnector(connector);
	}
	drmModeFreeResources(resources);
	return error;
}

/* Atomic commits name the plane that covers the display: not one of another's. */
static int find_plane(struct display *display)
{
	drmModePlaneRes *planes = drmModeGetPlaneResources(display->fd);
	uint64_t type = 0;

	for (uint32_t i = 0;
	     planes && !display->plane && i < planes->count_planes; i++) {
		drmModePlane *plane =
			drmModeGetPlane(display->fd, planes->planes[i]);

		if (plane &&
		    plane->possible_crtcs & (1u << display->crtc_index) &&
		    (!plane->crtc_id || plane->crtc_id == display->crtc) &&
		    display_property(display, plane->plane_id, "type", &type) &&
		    type == DRM_PLANE_TYPE_PRIMARY)
			display->plane = plane->plane_id;
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(planes);
	return display->plane ? 0 : -ENODEV;
}

static int try_open(struct display *display, uint32_t width, uint32_t height)
{
	int error;

	display->fd = open(display->path, O_RDWR | O_CLOEXEC);
	if (display->fd < 0)
		return -errno;
	error = find_connector(display, width, height);
	if (error) {
		close(display->fd);
		return error;
	}
	display->atomic =
		!drmSetClientCap(display->fd, DRM_CLIENT_CAP_ATOMIC, 1) &&
		!find_plane(display);
	display->address_bits = address_bits_of(display->fd);
	return 0;
}

int display_open(struct display *display, const char *path, uint32_t width,
		 uint32_t height)
{
	int error, reason = -ENODEV;

	*display = (struct display){ 0 };
	if (path) {
		snprintf(display->path, sizeof(display->path), "%s", path);
		return try_open(display, width, height);
	}
	for (int card = 0; card < CARDS; card++) {
		snprintf(display->path, sizeof(display->path),
			 "/dev/dri/card%d", card);
		error = try_open(display, width, height);
		if (!error)
			return 0;
		/* Of these one will not do, the others are none. */
		if (error == -EDOM ? reason == -ENODEV :
				     error != -ENOENT && error != -ENODEV)
			reason = error;
	}
	return reason;
}

void display_close(struct display *display)
{
	close(display->fd);
}
