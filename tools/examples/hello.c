// SPDX-License-Identifier: MIT
/*
 * A message from the kernel, read where it wrote it; changed there; and read back by
 * the kernel. The kernel's side is the test importer, which stands for any driver
 * that has the buffer mapped.
 */
#include <ctype.h>
#include <fcntl.h>
#include <kdmabuf.h>
#include <linux/kdmabuf_importer.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

int main(void)
{
	struct kdmabuf_importer_message message = {
		.operation = KDMABUF_IMPORTER_MESSAGE_WRITE,
	};
	int importer = open("/dev/kdmabuf_importer", O_RDWR | O_CLOEXEC);
	int device = kdmabuf_open();
	struct kdmabuf_importer_get get = {
		.fd = kdmabuf_alloc(device, 4096),
	};
	unsigned int length;
	void *memory;
	char *letter;

	if (importer < 0 || get.fd < 0 ||
	    ioctl(importer, KDMABUF_IMPORTER_IOCTL_GET, &get) ||
	    kdmabuf_map(get.fd, 0, 4096, PROT_READ | PROT_WRITE, &memory))
		return 1;

	message.import = get.import;
	if (ioctl(importer, KDMABUF_IMPORTER_IOCTL_MESSAGE, &message))
		return 1;
	length = message.length;

	/* Only these bytes have to be synchronised. */
	kdmabuf_begin_cpu_access_partial(device, get.fd, DMA_BUF_SYNC_RW, 0,
					 length);
	printf("the kernel wrote: %s\n", (char *)memory);
	for (letter = memory; *letter; letter++)
		*letter = toupper(*letter);
	kdmabuf_end_cpu_access_partial(device, get.fd, DMA_BUF_SYNC_RW, 0,
				       length);

	message = (struct kdmabuf_importer_message){
		.import = get.import,
		.operation = KDMABUF_IMPORTER_MESSAGE_READ,
	};
	if (ioctl(importer, KDMABUF_IMPORTER_IOCTL_MESSAGE, &message))
		return 1;
	printf("the kernel reads: %s\n", message.text);
	return 0;
}
