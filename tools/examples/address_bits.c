// SPDX-License-Identifier: MIT
/*
 * Which memory a device reaches
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "address_bits.h"

uint32_t address_bits_of(int fd)
{
	struct stat node;
	uint32_t bits = 0;
	char path[64];
	FILE *file;

	if (fstat(fd, &node))
		return 0;
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/dma_mask_bits",
		 major(node.st_rdev), minor(node.st_rdev));
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%u", &bits) != 1)
		bits = 0;
	fclose(file);
	return bits;
}
