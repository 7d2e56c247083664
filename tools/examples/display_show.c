// SPDX-License-Identifier: MIT
/*
 * What a display shows: framebuffers made of dma-bufs, by atomic commits or the
 * older calls
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <xf86drm.h>

#include "display.h"

uint32_t display_property(const struct display *display, uint32_t object,
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
			      (uint32_t[4]){ 0 }, framebuffer, 0);
	/* The framebuffer holds on to the memory. */
	drmCloseBufferHandle(display->fd, handles[0]);
	return error;
}

void display_forget(const struct display *display, uint32_t framebuffer)
{
	drmModeRmFB(display->fd, framebuffer);
}

static int set(const struct display *display, drmModeAtomicReq *commit,
	       uint32_t object, const char *name, uint64_t value)
{
	uint64_t was;
	uint32_t id = display_property(display, object, name, &was);

	if (!id)
		return -ENOENT;
	return drmModeAtomicAddProperty(commit, object, id, value) < 0 ?
		       -ENOMEM :
		       0;
}

/*
 * What the first commit sets besides the framebuffer: the mode, without scaling. It
 * is in @blob, which may go when that is committed.
 */
static int set_mode(const struct display *display, drmModeAtomicReq *commit,
		    uint32_t *blob)
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
	int error = drmModeCreatePropertyBlob(display->fd, mode, sizeof(*mode),
					      blob);

	error = error ?:
			set(display, commit, display->connector, "CRTC_ID",
			    display->crtc);
	error = error ?: set(display, commit, display->crtc, "MODE_ID", *blob);
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
	uint32_t flags = 0, blob = 0;
	int error;

	if (!commit)
		return -ENOMEM;
	error = set(display, commit, display->plane, "FB_ID", framebuffer);
	if (!display->is_on) {
		error = error ?: set_mode(display, commit, &blob);
		flags = DRM_MODE_ATOMIC_ALLOW_MODESET;
	}
	error = error ?: drmModeAtomicCommit(display->fd, commit, flags, NULL);
	drmModeAtomicFree(commit);
	if (blob)
		drmModeDestroyPropertyBlob(display->fd, blob);
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
