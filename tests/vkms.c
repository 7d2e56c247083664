// SPDX-License-Identifier: GPL-2.0
/*
 * A display without hardware, vkms, that writes what it shows into another buffer:
 * out of one of ours into one of ours, each pixel. Other kernels than the debug
 * kernel do not have it.
 */
#include <drm_fourcc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "node.h"

#define WIDTH 640
#define HEIGHT 480
#define SIZE ((uint64_t)WIDTH * HEIGHT * 4)

FIXTURE(vkms)
{
	int node;
	int live;
	int card;
	uint32_t crtc;
	uint32_t plane;
	uint32_t connector;
	uint32_t mode;
	/* What is shown, and where that is written. */
	int fds[2];
	uint32_t framebuffers[2];
	uint32_t *pixels[2];
};

FIXTURE_VARIANT(vkms)
{
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(vkms, contiguous){};

FIXTURE_VARIANT_ADD(vkms, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

static int open_vkms(void)
{
	char path[32];
	int i;

	if (system("modprobe -q vkms"))
		return -ENOENT;
	for (i = 0; i < 16; i++) {
		drmVersion *version;
		bool is_vkms;
		int card;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		card = open(path, O_RDWR | O_CLOEXEC);
		if (card < 0)
			continue;
		version = drmGetVersion(card);
		is_vkms = version && !strcmp(version->name, "vkms");
		drmFreeVersion(version);
		if (is_vkms)
			return card;
		close(card);
	}
	return -ENOENT;
}

/* The number of an object's property, and its value if that is asked for. */
static uint32_t find_property(int card, uint32_t object, const char *name,
			      uint64_t *value)
{
	drmModeObjectProperties *properties =
		drmModeObjectGetProperties(card, object, DRM_MODE_OBJECT_ANY);
	uint32_t id = 0, i;

	for (i = 0; properties && i < properties->count_props; i++) {
		drmModePropertyRes *property =
			drmModeGetProperty(card, properties->props[i]);

		if (property && !strcmp(property->name, name)) {
			id = property->prop_id;
			if (value)
				*value = properties->prop_values[i];
		}
		drmModeFreeProperty(property);
	}
	drmModeFreeObjectProperties(properties);
	return id;
}

/* The connector that writes to memory, and the number of a mode of our size. */
static uint32_t find_writeback(int card, uint32_t *mode)
{
	drmModeRes *resources = drmModeGetResources(card);
	uint32_t found = 0;
	int i, j;

	for (i = 0; resources && i < resources->count_connectors; i++) {
		drmModeConnector *connector =
			drmModeGetConnector(card, resources->connectors[i]);

		if (connector &&
		    connector->connector_type == DRM_MODE_CONNECTOR_WRITEBACK) {
			for (j = 0; j < connector->count_modes && !*mode; j++) {
				drmModeModeInfo *info = &connector->modes[j];

				if (info->hdisplay == WIDTH &&
				    info->vdisplay == HEIGHT)
					drmModeCreatePropertyBlob(card, info,
								  sizeof(*info),
								  mode);
			}
			found = connector->connector_id;
		}
		drmModeFreeConnector(connector);
	}
	drmModeFreeResources(resources);
	return found;
}

static uint32_t find_primary_plane(int card)
{
	drmModePlaneRes *planes = drmModeGetPlaneResources(card);
	uint32_t found = 0, i;
	uint64_t type;

	for (i = 0; planes && i < planes->count_planes && !found; i++)
		if (find_property(card, planes->planes[i], "type", &type) &&
		    type == DRM_PLANE_TYPE_PRIMARY)
			found = planes->planes[i];
	drmModeFreePlaneResources(planes);
	return found;
}

static uint32_t first_crtc(int card)
{
	drmModeRes *resources = drmModeGetResources(card);
	uint32_t crtc = resources ? resources->crtcs[0] : 0;

	drmModeFreeResources(resources);
	return crtc;
}

static uint32_t import(int card, int fd)
{
	uint32_t handles[4] = { 0 }, framebuffer = 0;

	if (drmPrimeFDToHandle(card, fd, &handles[0]))
		return 0;
	drmModeAddFB2(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888, handles,
		      (uint32_t[4]){ WIDTH * 4 }, (uint32_t[4]){ 0 },
		      &framebuffer, 0);
	drmCloseBufferHandle(card, handles[0]);
	return framebuffer;
}

FIXTURE_SETUP(vkms)
{
	int i;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->card = open_vkms();
	if (self->card < 0)
		SKIP(return, "this kernel has no vkms");
	ASSERT_EQ(0, drmSetClientCap(self->card, DRM_CLIENT_CAP_ATOMIC, 1));
	ASSERT_EQ(0, drmSetClientCap(self->card,
				     DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1));
	self->crtc = first_crtc(self->card);
	self->plane = find_primary_plane(self->card);
	self->connector = find_writeback(self->card, &self->mode);
	ASSERT_NE(0, self->connector);
	ASSERT_NE(0, self->mode);
	for (i = 0; i < 2; i++) {
		self->fds[i] = allocate_with(self->node,
					     request(SIZE, variant->flags));
		ASSERT_LE(0, self->fds[i]);
		self->framebuffers[i] = import(self->card, self->fds[i]);
		ASSERT_NE(0, self->framebuffers[i]);
		self->pixels[i] =
			map(self->fds[i], SIZE, PROT_READ | PROT_WRITE);
		ASSERT_NE(MAP_FAILED, self->pixels[i]);
	}
}

FIXTURE_TEARDOWN_PARENT(vkms)
{
	/* Whoever looks for a display would find it. */
	system("modprobe -q -r vkms");
	expect_live(_metadata, self->live);
}

/* Shows the one, and waits until the other has it. */
static void show(struct __test_metadata *_metadata, FIXTURE_DATA(vkms) * self)
{
	struct {
		uint32_t object;
		const char *name;
		uint64_t value;
	} const values[] = {
		{ self->crtc, "MODE_ID", self->mode },
		{ self->crtc, "ACTIVE", 1 },
		{ self->plane, "CRTC_ID", self->crtc },
		{ self->plane, "FB_ID", self->framebuffers[0] },
		{ self->plane, "SRC_X", 0 },
		{ self->plane, "SRC_Y", 0 },
		{ self->plane, "SRC_W", WIDTH << 16 },
		{ self->plane, "SRC_H", HEIGHT << 16 },
		{ self->plane, "CRTC_X", 0 },
		{ self->plane, "CRTC_Y", 0 },
		{ self->plane, "CRTC_W", WIDTH },
		{ self->plane, "CRTC_H", HEIGHT },
		{ self->connector, "CRTC_ID", self->crtc },
		{ self->connector, "WRITEBACK_FB_ID", self->framebuffers[1] },
		{ self->connector, "WRITEBACK_OUT_FENCE_PTR", 0 },
	};
	drmModeAtomicReq *commit = drmModeAtomicAlloc();
	struct pollfd written = { .events = POLLIN };
	int32_t fence = -1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		uint32_t property = find_property(self->card, values[i].object,
						  values[i].name, NULL);
		uint64_t value = values[i].value;

		if (i == ARRAY_SIZE(values) - 1)
			value = (uintptr_t)&fence;
		ASSERT_NE(0, property)
		{
			TH_LOG("no %s", values[i].name);
		}
		drmModeAtomicAddProperty(commit, values[i].object, property,
					 value);
	}
	ASSERT_EQ(0, drmModeAtomicCommit(self->card, commit,
					 DRM_MODE_ATOMIC_ALLOW_MODESET, NULL));
	drmModeAtomicFree(commit);
	ASSERT_LE(0, fence);
	written.fd = fence;
	ASSERT_EQ(1, poll(&written, 1, 60000));
	close(fence);
}

TEST_F(vkms, what_is_shown_out_of_a_buffer_is_written_into_another)
{
	const uint32_t seeds[] = { 1, 2 };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(seeds); i++) {
		ASSERT_EQ(0, sync_fd(self->fds[0],
				     DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_START));
		/* What is no colour it writes as 255. */
		for (j = 0; j < SIZE / 4; j++)
			self->pixels[0][j] =
				(uint32_t)(j * 2654435761u * seeds[i]) |
				0xff000000;
		ASSERT_EQ(0, sync_fd(self->fds[0],
				     DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_END));
		show(_metadata, self);
		ASSERT_EQ(0, sync_fd(self->fds[1],
				     DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START));
		EXPECT_EQ(0, memcmp(self->pixels[0], self->pixels[1], SIZE));
		ASSERT_EQ(0, sync_fd(self->fds[1],
				     DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END));
	}
}

TEST_HARNESS_MAIN
