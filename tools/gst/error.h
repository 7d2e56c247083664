/* SPDX-License-Identifier: MIT */
/*
 * Errors of the library as those of an element, for who has set its properties
 */
#ifndef KDMABUF_GST_ERROR_H
#define KDMABUF_GST_ERROR_H

#include <gst/gst.h>
#include <kdmabuf.h>

/* @error is what kdmabuf_open() has returned. */
GError *gst_kdmabuf_open_error(int error);

/* @error is what kdmabuf_alloc_with() has returned for @request. */
GError *gst_kdmabuf_alloc_error(const struct kdmabuf_alloc *request, int error);

#endif /* KDMABUF_GST_ERROR_H */
