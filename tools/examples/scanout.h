/* SPDX-License-Identifier: MIT */
/*
 * Images in dma-bufs for a display, imported by GBM, as compositors do
 */
#ifndef SCANOUT_H
#define SCANOUT_H

#include <gbm.h>

#include "display.h"

/*
 * Makes the image one that display_show() can show, with the modifier that says that
 * it is linear if @with_modifier is set. Returns a negative errno when it fails. The
 * framebuffer goes with @display, @bo with gbm_bo_destroy().
 */
int scanout_import(const struct display *display, struct gbm_device *gbm,
		   const struct display_image *image, bool with_modifier,
		   struct gbm_bo **bo, uint32_t *framebuffer);

#endif /* SCANOUT_H */
