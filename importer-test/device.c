// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual devices. A platform device that no driver binds to: the kernel's own code
 * releases it, so it does not matter who still looks at it when this module goes,
 * and the DMA API treats it like any other device that is not behind an IOMMU.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/platform_device.h>

#include "device.h"

/* Returns 0, or -EADDRNOTAVAIL if there cannot be such a device. */
int importer_device_set_limits(struct device *device,
			       const struct device_limits *limits)
{
	if (dma_set_mask_and_coherent(device,
				      DMA_BIT_MASK(limits->address_bits)))
		return -EADDRNOTAVAIL;
	dma_set_max_seg_size(device, limits->max_segment_size);
	dma_set_seg_boundary(device, limits->segment_boundary);
	return 0;
}

/* A device of the caller's own, -EADDRNOTAVAIL, or -ENOMEM. */
struct device *importer_device_create(const struct device_limits *limits)
{
	struct platform_device_info info = {
		.name = KBUILD_MODNAME,
		.id = PLATFORM_DEVID_AUTO,
		.dma_mask = DMA_BIT_MASK(64),
	};
	struct platform_device *device = platform_device_register_full(&info);
	int ret;

	/* Where there is no memory for a name the core says EINVAL. */
	if (IS_ERR(device))
		return ERR_PTR(-ENOMEM);
	ret = importer_device_set_limits(&device->dev, limits);
	if (ret) {
		platform_device_unregister(device);
		return ERR_PTR(ret);
	}
	return &device->dev;
}

void importer_device_destroy(struct device *device)
{
	platform_device_unregister(to_platform_device(device));
}
