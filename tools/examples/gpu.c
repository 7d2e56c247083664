// SPDX-License-Identifier: MIT
/*
 * OpenGL ES without a window, by EGL, whose textures are dma-bufs
 */
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES2/gl2.h>
#include <GLES2/gl2ext.h>
#include <drm_fourcc.h>
#include <linux/dma-buf.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "gpu.h"

#define DEVICES_MAX 16

static EGLDisplay display;

static void *function(const char *name)
{
	void *address = (void *)eglGetProcAddress(name);

	if (!address)
		errx(EXIT_FAILURE, "EGL has no %s", name);
	return address;
}

static EGLDeviceEXT find_device(bool software)
{
	PFNEGLQUERYDEVICESEXTPROC query_devices =
		function("eglQueryDevicesEXT");
	PFNEGLQUERYDEVICESTRINGEXTPROC query_string =
		function("eglQueryDeviceStringEXT");
	EGLDeviceEXT devices[DEVICES_MAX];
	EGLint count = 0;

	query_devices(DEVICES_MAX, devices, &count);
	for (EGLint i = 0; i < count; i++) {
		const char *extensions =
			query_string(devices[i], EGL_EXTENSIONS);

		if (!software ||
		    (extensions &&
		     strstr(extensions, "EGL_MESA_device_software")))
			return devices[i];
	}
	errx(EXIT_FAILURE, "EGL has no such device");
}

static bool display_has(const char *extension)
{
	return strstr(eglQueryString(display, EGL_EXTENSIONS), extension);
}

void gpu_open(bool software)
{
	static const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, 2,
					     EGL_NONE };
	EGLContext context;

	display = eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT,
					find_device(software), NULL);
	if (!display)
		errx(EXIT_FAILURE, "eglGetPlatformDisplay: 0x%x",
		     eglGetError());
	if (!eglInitialize(display, NULL, NULL))
		errx(EXIT_FAILURE, "eglInitialize: 0x%x", eglGetError());
	if (!display_has("EGL_EXT_image_dma_buf_import_modifiers"))
		errx(EXIT_FAILURE, "this EGL device cannot import dma-bufs");
	eglBindAPI(EGL_OPENGL_ES_API);
	context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT,
				   attributes);
	if (!context)
		errx(EXIT_FAILURE, "eglCreateContext: 0x%x", eglGetError());
	if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context))
		errx(EXIT_FAILURE, "eglMakeCurrent: 0x%x", eglGetError());
}

bool gpu_try_import(const struct gpu_image *image, unsigned int target)
{
	PFNGLEGLIMAGETARGETTEXTURE2DOESPROC image_target =
		function("glEGLImageTargetTexture2DOES");
	const EGLAttrib attributes[] = {
		EGL_WIDTH,
		image->width,
		EGL_HEIGHT,
		image->height,
		EGL_LINUX_DRM_FOURCC_EXT,
		image->format,
		EGL_DMA_BUF_PLANE0_FD_EXT,
		image->fd,
		EGL_DMA_BUF_PLANE0_OFFSET_EXT,
		image->offset,
		EGL_DMA_BUF_PLANE0_PITCH_EXT,
		image->stride,
		EGL_DMA_BUF_PLANE0_MODIFIER_LO_EXT,
		DRM_FORMAT_MOD_LINEAR & UINT32_MAX,
		EGL_DMA_BUF_PLANE0_MODIFIER_HI_EXT,
		DRM_FORMAT_MOD_LINEAR >> 32,
		/* Attributes end here if there is one plane, of RGB. */
		image->second_offset ? EGL_DMA_BUF_PLANE1_FD_EXT : EGL_NONE,
		image->fd,
		EGL_DMA_BUF_PLANE1_OFFSET_EXT,
		image->second_offset,
		EGL_DMA_BUF_PLANE1_PITCH_EXT,
		image->stride,
		EGL_DMA_BUF_PLANE1_MODIFIER_LO_EXT,
		DRM_FORMAT_MOD_LINEAR & UINT32_MAX,
		EGL_DMA_BUF_PLANE1_MODIFIER_HI_EXT,
		DRM_FORMAT_MOD_LINEAR >> 32,
		EGL_YUV_COLOR_SPACE_HINT_EXT,
		EGL_ITU_REC601_EXT,
		EGL_SAMPLE_RANGE_HINT_EXT,
		EGL_YUV_NARROW_RANGE_EXT,
		EGL_NONE,
	};
	EGLImage imported;

	imported = eglCreateImage(display, EGL_NO_CONTEXT,
				  EGL_LINUX_DMA_BUF_EXT, NULL, attributes);
	if (!imported)
		return false;
	image_target(target, imported);
	/* The texture holds on to it. */
	eglDestroyImage(display, imported);
	glTexParameteri(target, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
	glTexParameteri(target, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
	glTexParameteri(target, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
	glTexParameteri(target, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
	return true;
}

void gpu_import(const struct gpu_image *image, unsigned int target)
{
	if (!gpu_try_import(image, target))
		errx(EXIT_FAILURE, "eglCreateImage: 0x%x", eglGetError());
}

bool gpu_has_fences(void)
{
	return display_has("EGL_ANDROID_native_fence_sync");
}

/* One that a descriptor is of, which it takes, or of all that was drawn so far. */
static EGLSync make_fence(int fd)
{
	const EGLAttrib attributes[] = { EGL_SYNC_NATIVE_FENCE_FD_ANDROID, fd,
					 EGL_NONE };
	EGLSync fence = eglCreateSync(display, EGL_SYNC_NATIVE_FENCE_ANDROID,
				      attributes);

	if (!fence)
		errx(EXIT_FAILURE, "eglCreateSync: 0x%x", eglGetError());
	return fence;
}

/* @access: DMA_BUF_SYNC_READ, which has to wait for who writes, or _WRITE: for all. */
static void wait_to_access(int fd, uint32_t access)
{
	struct pollfd others = {
		.fd = fd,
		.events = access == DMA_BUF_SYNC_READ ? POLLIN : POLLOUT,
	};
	struct dma_buf_export_sync_file fences = { .flags = access };
	EGLSync fence;

	if (!gpu_has_fences()) {
		if (poll(&others, 1, -1) < 0)
			err(EXIT_FAILURE, "wait for a buffer");
		return;
	}
	if (ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &fences))
		err(EXIT_FAILURE, "get the fences of a buffer");
	fence = make_fence(fences.fd);
	if (!eglWaitSync(display, fence, 0))
		errx(EXIT_FAILURE, "eglWaitSync: 0x%x", eglGetError());
	eglDestroySync(display, fence);
}

void gpu_wait_for(int fd)
{
	wait_to_access(fd, DMA_BUF_SYNC_READ);
}

void gpu_wait_to_draw_on(int fd)
{
	wait_to_access(fd, DMA_BUF_SYNC_WRITE);
}

void gpu_writes_to(int fd)
{
	const uint32_t access = DMA_BUF_SYNC_WRITE;
	PFNEGLDUPNATIVEFENCEFDANDROIDPROC dup_fence;
	struct dma_buf_import_sync_file drawing = { .flags = access };
	EGLSync fence;

	if (!gpu_has_fences()) {
		glFinish();
		return;
	}
	dup_fence = function("eglDupNativeFenceFDANDROID");
	fence = make_fence(EGL_NO_NATIVE_FENCE_FD_ANDROID);
	/* It has a descriptor when it is on its way. */
	glFlush();
	drawing.fd = dup_fence(display, fence);
	if (drawing.fd < 0)
		errx(EXIT_FAILURE, "eglDupNativeFenceFDANDROID: 0x%x",
		     eglGetError());
	if (ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &drawing))
		err(EXIT_FAILURE, "give a fence to a buffer");
	close(drawing.fd);
	eglDestroySync(display, fence);
}
