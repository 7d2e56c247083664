// SPDX-License-Identifier: MIT
/*
 * What went wrong, in GStreamer's terms, and what to do about it
 */
#include <errno.h>

#include "error.h"

GError *gst_kdmabuf_open_error(int error)
{
	switch (-error) {
	case ENOENT:
		return g_error_new(
			GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
			"There is no /dev/kdmabuf: load the module, 'modprobe kdmabuf'.");
	case EACCES:
		return g_error_new(
			GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
			"This user may not open /dev/kdmabuf: make it a member of the group 'video'.");
	default:
		return g_error_new(GST_RESOURCE_ERROR,
				   GST_RESOURCE_ERROR_OPEN_READ_WRITE,
				   "/dev/kdmabuf cannot be opened: %s.",
				   g_strerror(-error));
	}
}

GError *gst_kdmabuf_alloc_error(const struct kdmabuf_alloc *request, int error)
{
	const gint settings = GST_RESOURCE_ERROR_SETTINGS;
	const gint no_space = GST_RESOURCE_ERROR_NO_SPACE_LEFT;
	const GQuark domain = GST_RESOURCE_ERROR;

	switch (-error) {
	case ERANGE:
		return g_error_new(
			domain, no_space,
			"A buffer of %" G_GUINT64_FORMAT
			" bytes is more than this machine can address.",
			(guint64)request->size);
	case EDOM:
		return g_error_new(
			domain, settings,
			"alignment=%" G_GUINT64_FORMAT
			" is no power of two, or above the size of a buffer (%" G_GUINT64_FORMAT
			" bytes) rounded up to one.",
			(guint64)request->alignment, (guint64)request->size);
	case EADDRNOTAVAIL:
		return g_error_new(
			domain, settings,
			"address-bits=%u: this machine has no memory below 2^%u, or it is not 0 and not from 13 to 64.",
			request->address_bits, request->address_bits);
	case ENXIO:
		return g_error_new(
			domain, settings,
			"node=%d: no such NUMA node with memory; /sys/devices/system/node/has_memory lists those there are.",
			request->node);
	case EDQUOT:
		return g_error_new(
			domain, no_space,
			"A buffer of %" G_GUINT64_FORMAT
			" bytes is more than this user may still have: raise /sys/module/kdmabuf/parameters/user_limit_mb, or dmem.max of its cgroup.",
			(guint64)request->size);
	case ENOSPC:
		return g_error_new(
			domain, no_space,
			"A buffer of %" G_GUINT64_FORMAT
			" bytes is more than all users may still have: raise /sys/module/kdmabuf/parameters/limit_mb.",
			(guint64)request->size);
	case ENOMEM:
		return g_error_new(
			domain, no_space,
			"There are no %" G_GUINT64_FORMAT
			" bytes of free memory in one run: 'dmesg' tells how much there was. Start earlier, ask for less, or load the module with 'reserve='.",
			(guint64)request->size);
	case EMFILE:
		return g_error_new(
			domain, GST_RESOURCE_ERROR_FAILED,
			"This process may not open more files: raise 'ulimit -n'.");
	default:
		return g_error_new(domain, GST_RESOURCE_ERROR_FAILED,
				   "No buffer of %" G_GUINT64_FORMAT
				   " bytes: %s.",
				   (guint64)request->size, g_strerror(-error));
	}
}
