// SPDX-License-Identifier: MIT
/*
 * Opening the device, and what to do if it does not open
 */
#include <errno.h>
#include <kdmabuf.h>

#include "device.h"
#include "report.h"

int open_device(void)
{
	int device = kdmabuf_open();
	const char *hint = NULL;

	if (device >= 0)
		return device;
	if (device == -ENOENT)
		hint = "the module is not loaded: try 'modprobe kdmabuf' as root";
	else if (device == -EACCES)
		hint = "only root and the members of its group, video, may use it";
	fail("/dev/kdmabuf", "open", device, hint ? "%s" : NULL, hint);
	return -1;
}
