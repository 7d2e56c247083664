// SPDX-License-Identifier: MIT
/*
 * A display, by the kernel's mode setting (KMS), that shows dma-bufs
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
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

/* Looks for the property @name of an object. Returns its id, or 0. */
static uint32_t find_property(const struct display *display, uint32_t object,
			      const char *name, uint64_t *value)
{
	drmModeObjectProperties *properties = drmModeObjectGetProperties(
		display->fd, object, DRM_MODE_OBJECT_ANY);
	uint32_t id = 0;

	for (uint32_t i = 0; properties && i < properties->count_props; i++) {
		drmModePropertyRes *property =
			drmModeGetProperty(display->fd, properties->props[i]);

		if (property && !strcmp(property->name, name)) {
			id = property->prop_id;
			*value = properties->prop_values[i];
		}
		drmModeFreeProperty(property);
	}
	drmModeFreeObjectProperties(properties);
	return id;
}

/* Atomic commits name the plane that covers the display. */
static int find_plane(struct display *display)
{
	drmModePlaneRes *planes = drmModeGetPlaneResources(display->fd);
	uint64_t type = 0;

	for (uint32_t i = 0; planes && i < planes->count_planes; i++) {
		drmModePlane *plane =
			drmModeGetPlane(display->fd, planes->planes[i]);

		if (plane &&
		    plane->possible_crtcs & (1u << display->crtc_index) &&
		    find_property(display, plane->plane_id, "type", &type) &&
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
	int error, worst = -ENODEV;

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
		if (error != -ENOENT && error != -ENODEV)
			worst = error;
	}
	return worst;
}

int display_import(const struct display *display,
		   const struct display_image *image, uint32_t *framebuffer)
{
	uint32_t handles[4] = { 0 };
	int error;

	if (drmPrimeFDToHandle(display->fd, image->fd, &handles[0]))
		return -errno;
	error = drmModeAddFB2(display->fd, image->width, image->height,
			      image->format, handles,
			      (uint32_t[4]){ image->stride },
			      (uint32_t[4]){ image->offset }, framebuffer, 0);
	/* The framebuffer holds on to the memory. */
	drmCloseBufferHandle(display->fd, handles[0]);
	return error;
}

static int set(const struct display *display, drmModeAtomicReq *commit,
	       uint32_t object, const char *name, uint64_t value)
{
	uint64_t was;
	uint32_t id = find_property(display, object, name, &was);

	if (!id)
		return -ENOENT;
	return drmModeAtomicAddProperty(commit, object, id, value) < 0 ?
		       -ENOMEM :
		       0;
}

/* What the first commit sets besides the framebuffer: the mode, without scaling. */
static int set_mode(const struct display *display, drmModeAtomicReq *commit)
{
	const drmModeModeInfo *mode = &display->mode;
	const struct {
		const char *name;
		uint64_t value;
	} plane[] = {
		{ "CRTC_ID", display->crtc },
		/* Of the image, in 1/65536 of a pixel. */
		{ "SRC_X", 0 },
		{ "SRC_Y", 0 },
		{ "SRC_W", (uint64_t)mode->hdisplay << 16 },
		{ "SRC_H", (uint64_t)mode->vdisplay << 16 },
		/* Of the display. */
		{ "CRTC_X", 0 },
		{ "CRTC_Y", 0 },
		{ "CRTC_W", mode->hdisplay },
		{ "CRTC_H", mode->vdisplay },
	};
	uint32_t blob;
	int error = drmModeCreatePropertyBlob(display->fd, mode, sizeof(*mode),
					      &blob);

	error = error ?:
			set(display, commit, display->connector, "CRTC_ID",
			    display->crtc);
	error = error ?: set(display, commit, display->crtc, "MODE_ID", blob);
	error = error ?: set(display, commit, display->crtc, "ACTIVE", 1);
	for (size_t i = 0; i < sizeof(plane) / sizeof(*plane); i++)
		error = error ?:
				set(display, commit, display->plane,
				    plane[i].name, plane[i].value);
	return error;
}

/* Such a commit returns when the display shows it. */
static int commit_atomic(struct display *display, uint32_t framebuffer)
{
	drmModeAtomicReq *commit = drmModeAtomicAlloc();
	uint32_t flags = 0;
	int error;

	if (!commit)
		return -ENOMEM;
	error = set(display, commit, display->plane, "FB_ID", framebuffer);
	if (!display->is_on) {
		error = error ?: set_mode(display, commit);
		flags = DRM_MODE_ATOMIC_ALLOW_MODESET;
	}
	error = error ?: drmModeAtomicCommit(display->fd, commit, flags, NULL);
	drmModeAtomicFree(commit);
	return error;
}

/* The older way: the event that the page was flipped is waited for. */
static int flip_page(const struct display *display, uint32_t framebuffer)
{
	drmEventContext context = { .version = 2 };
	struct pollfd wait = { .fd = display->fd, .events = POLLIN };

	if (drmModePageFlip(display->fd, display->crtc, framebuffer,
			    DRM_MODE_PAGE_FLIP_EVENT, NULL))
		return -errno;
	if (poll(&wait, 1, -1) < 0)
		return -errno;
	return drmHandleEvent(display->fd, &context) ? -EIO : 0;
}

int display_show(struct display *display, uint32_t framebuffer)
{
	int error;

	if (display->atomic)
		error = commit_atomic(display, framebuffer);
	else if (display->is_on)
		error = flip_page(display, framebuffer);
	else
		error = drmModeSetCrtc(display->fd, display->crtc, framebuffer,
				       0, 0, &display->connector, 1,
				       &display->mode);
	display->is_on = display->is_on || !error;
	return error;
}

void display_close(struct display *display)
{
	close(display->fd);
}
