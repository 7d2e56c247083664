// SPDX-License-Identifier: GPL-2.0
/*
 * The driver of QEMU's edu device (docs/specs/edu in its sources), of which this
 * module uses one.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "compat.h"
#include "device.h"
#include "edu.h"

#define EDU_IDENTIFICATION 0x00
#define EDU_IS_IT(identification) (((identification) & 0xffff) == 0x00ed)
#define EDU_DMA_SOURCE 0x80
#define EDU_DMA_DESTINATION 0x88
#define EDU_DMA_COUNT 0x90
#define EDU_DMA_COMMAND 0x98
#define EDU_DMA_START 0x1
#define EDU_DMA_TO_MEMORY 0x2
/* Where its own buffer is, for its DMA engine. */
#define EDU_BUFFER 0x40000

/* A transfer takes a tenth of a second; an emulated machine may be a slow one. */
#define EDU_POLL_US 2000
#define EDU_TIMEOUT_US (30 * USEC_PER_SEC)

/*
 * The device in use. @lock protects all of it, and is held from the transfer into
 * its buffer to the end of that out of it. Taken under sessions' locks.
 */
static struct {
	struct mutex lock; /* of all of it, see above */
	struct pci_dev *device; /* NULL: there is none */
	void __iomem *registers;
	struct device_limits limits;
	unsigned int address_bits; /* that it is known to have */
	unsigned int users;
	bool stuck; /* a transfer did not end, and may yet happen */
	bool going; /* no new users */
	wait_queue_head_t unused;
} edu = {
	.lock = __MUTEX_INITIALIZER(edu.lock),
	.unused = __WAIT_QUEUE_HEAD_INITIALIZER(edu.unused),
};

/* A transfer that does not end may still happen, so then the device is cut off. */
static int transfer(u64 destination, u64 source, size_t length, u32 direction)
{
	u64 command;
	int ret;

	lockdep_assert_held(&edu.lock);
	writeq(source, edu.registers + EDU_DMA_SOURCE);
	writeq(destination, edu.registers + EDU_DMA_DESTINATION);
	writeq(length, edu.registers + EDU_DMA_COUNT);
	writeq(EDU_DMA_START | direction, edu.registers + EDU_DMA_COMMAND);
	ret = readq_poll_timeout(edu.registers + EDU_DMA_COMMAND, command,
				 !(command & EDU_DMA_START), EDU_POLL_US,
				 EDU_TIMEOUT_US);
	if (ret) {
		pci_clear_master(edu.device);
		edu.stuck = true;
	}
	return ret;
}

/*
 * QEMU cuts addresses off at the dma_mask that edu was given, which would have it
 * write to other memory than it was told to, and does not tell the mask. So find
 * out. Behind an IOMMU addresses are handed out from the limit downwards, but to PCI
 * devices from 4 GiB if that is less, while there are any, and but for small pieces,
 * which are handed out again. See whether edu copies at such a high one, where it can
 * do no harm: bits above it stay untried, and without effect as long as no address
 * has them. Else have it read what lies at the highest address bit above a known
 * place, and see whether it read that place.
 */
static int try_limits(const struct device_limits *limits)
{
	const size_t size = SZ_256K, length = 64, result = 2048;
	struct device *device = &edu.device->dev;
	bool translated = kdmabuf_is_translated(device);
	dma_addr_t address, source;
	u8 *bytes;
	int ret;

	if (translated) {
		ret = importer_device_set_limits(device, limits);
		if (ret)
			return ret;
	}
	bytes = dma_alloc_coherent(device, size, &address, GFP_KERNEL);
	if (!bytes)
		return -ENOMEM;
	get_random_bytes(bytes, length);
	memset(bytes + result, 0, length);
	source = address;
	if (!translated)
		source |= BIT_ULL(limits->address_bits - 1);

	/* Behind an IOMMU one that it is known to reach would show nothing. */
	ret = translated && !(address >> edu.address_bits) ? -EADDRNOTAVAIL : 0;
	/* Zeroes first: a read of nothing leaves the device's buffer as it was. */
	if (!ret)
		ret = transfer(EDU_BUFFER, address + result, length, 0);
	if (!ret)
		ret = transfer(EDU_BUFFER, source, length, 0);
	if (!ret)
		ret = transfer(address + result, EDU_BUFFER, length,
			       EDU_DMA_TO_MEMORY);
	if (!ret && !memcmp(bytes, bytes + result, length) != translated)
		ret = -EADDRNOTAVAIL;
	/* Memory that the device may still write to is lost. */
	if (!edu.stuck)
		dma_free_coherent(device, size, bytes, address);
	return ret;
}

static int set_limits(const struct device_limits *limits)
{
	int ret;

	if (limits->address_bits > edu.address_bits) {
		ret = try_limits(limits);
		if (ret)
			return ret;
		edu.address_bits = limits->address_bits;
	}
	return importer_device_set_limits(&edu.device->dev, limits);
}

static bool same_limits(const struct device_limits *a,
			const struct device_limits *b)
{
	return a->address_bits == b->address_bits &&
	       a->max_segment_size == b->max_segment_size &&
	       a->segment_boundary == b->segment_boundary;
}

/**
 * importer_edu_take - use the device for an attachment
 * @limits: what it shall be taken to be able to do
 *
 * Returns the device, until importer_edu_give_back(), -ENODEV, -EBUSY if it is used
 * with other limits, -EADDRNOTAVAIL, -ENOMEM, -ETIMEDOUT, or -EINTR if killed while
 * waiting for others that use it.
 */
struct device *importer_edu_take(const struct device_limits *limits)
{
	int ret;

	ret = mutex_lock_killable(&edu.lock);
	if (ret)
		return ERR_PTR(ret);
	if (!edu.device || edu.stuck || edu.going)
		ret = -ENODEV;
	else if (edu.users && !same_limits(&edu.limits, limits))
		ret = -EBUSY;
	else if (!edu.users)
		ret = set_limits(limits);
	if (!ret) {
		edu.limits = *limits;
		edu.users++;
	}
	mutex_unlock(&edu.lock);
	return ret ? ERR_PTR(ret) : &edu.device->dev;
}

void importer_edu_give_back(void)
{
	mutex_lock(&edu.lock);
	if (!--edu.users)
		wake_up(&edu.unused);
	mutex_unlock(&edu.lock);
}

/**
 * importer_edu_copy - two transfers: memory to device, device to memory
 * @destination: where to, an address of the device's
 * @source: where from, too
 * @length: bytes, at most EDU_TRANSFER_MAX
 *
 * The device has been taken. Returns 0, -ENODEV, -EINTR if killed while waiting for
 * others that use it, or -ETIMEDOUT, and then the device is cut off from memory and
 * not used again.
 */
int importer_edu_copy(dma_addr_t destination, dma_addr_t source, size_t length)
{
	int ret;

	ret = mutex_lock_killable(&edu.lock);
	if (ret)
		return ret;
	ret = edu.stuck ? -ENODEV : 0;
	if (!ret)
		ret = transfer(EDU_BUFFER, source, length, 0);
	if (!ret)
		ret = transfer(destination, EDU_BUFFER, length,
			       EDU_DMA_TO_MEMORY);
	mutex_unlock(&edu.lock);
	return ret;
}

static int edu_probe(struct pci_dev *device, const struct pci_device_id *id)
{
	void __iomem *registers;
	int ret;

	ret = pci_enable_device(device);
	if (ret)
		return ret;
	ret = pci_request_regions(device, KBUILD_MODNAME);
	if (ret)
		goto err_enabled;
	ret = -ENODEV;
	registers = pci_iomap(device, 0, 0);
	if (!registers)
		goto err_regions;
	if (!EDU_IS_IT(readl(registers + EDU_IDENTIFICATION)))
		goto err_iomap;
	ret = dma_set_mask_and_coherent(&device->dev,
					DMA_BIT_MASK(EDU_ADDRESS_BITS));
	if (ret)
		goto err_iomap;
	pci_set_master(device);

	ret = -ENODEV;
	mutex_lock(&edu.lock);
	if (edu.device) {
		mutex_unlock(&edu.lock);
		goto err_master;
	}
	edu.device = device;
	edu.registers = registers;
	edu.address_bits = EDU_ADDRESS_BITS;
	edu.stuck = false;
	edu.going = false;
	mutex_unlock(&edu.lock);
	return 0;

err_master:
	pci_clear_master(device);
err_iomap:
	pci_iounmap(device, registers);
err_regions:
	pci_release_regions(device);
err_enabled:
	pci_disable_device(device);
	return ret;
}

/*
 * The device is being pulled out. Mappings have to be undone before it goes, and only
 * the sessions can do that, so wait for them. A session cannot be open when it is
 * the module that goes. But one may be that of the process which writes to "unbind"
 * or "remove" in sysfs: that waits for itself, for good. We may not fail, and one
 * that gave up would leave a mapping of a device without a driver.
 */
static void edu_remove(struct pci_dev *device)
{
	void __iomem *registers;

	mutex_lock(&edu.lock);
	edu.going = true;
	mutex_unlock(&edu.lock);
	wait_event(edu.unused, !READ_ONCE(edu.users));

	mutex_lock(&edu.lock);
	registers = edu.registers;
	edu.device = NULL;
	mutex_unlock(&edu.lock);
	pci_clear_master(device);
	pci_iounmap(device, registers);
	pci_release_regions(device);
	pci_disable_device(device);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{},
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

int importer_edu_register(void)
{
	return pci_register_driver(&edu_driver);
}

void importer_edu_unregister(void)
{
	pci_unregister_driver(&edu_driver);
}
