/* SPDX-License-Identifier: GPL-2.0 */
/* A block device that lies in memory. */
#ifndef TESTS_DISK_H
#define TESTS_DISK_H

#include <linux/loop.h>
#include <stdlib.h>

#include "node.h"

/*
 * A block device opened with @flags, whose bytes lie in the file @backing. It goes
 * with its last fd. -ENODEV if the kernel has none.
 */
static inline int open_disk(int backing, int flags)
{
	struct loop_config config = {
		.fd = backing,
		.block_size = 512,
		.info.lo_flags = LO_FLAGS_AUTOCLEAR,
	};
	int control, number, disk, ret;
	char path[32];

	if (system("modprobe -q loop"))
		return -ENODEV;
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	close(control);
	if (number < 0)
		return -ENODEV;
	snprintf(path, sizeof(path), "/dev/loop%d", number);
	disk = open(path, flags | O_CLOEXEC);
	if (disk < 0)
		return -errno;
	ret = call(disk, LOOP_CONFIGURE, &config);
	if (ret)
		close(disk);
	return ret ?: disk;
}

#endif /* TESTS_DISK_H */
