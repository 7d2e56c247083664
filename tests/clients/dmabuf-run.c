// SPDX-License-Identifier: GPL-2.0
/*
 * dmabuf-run EXPORTER FILE COMMAND [ARGUMENT]...
 *
 * Runs a command that has a dma-buf with the bytes of FILE, whole pages, as its
 * descriptor 3. EXPORTER is system-heap, udmabuf, vgem, or inherited: the dma-buf
 * that is descriptor 3 already gets the bytes. Exits with 4 if this kernel has no
 * such exporter, with 1 if something else fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../exporters.h"
#include "../importer.h"

#define FD 3
#define SKIPPED 4

static int export_named(const char *name, uint64_t size)
{
	if (!strcmp(name, "system-heap"))
		return export_from(SYSTEM_HEAP, size);
	if (!strcmp(name, "udmabuf"))
		return export_from(UDMABUF, size);
	if (!strcmp(name, "vgem"))
		return export_from(VGEM, size);
	return strcmp(name, "inherited") ? -EINVAL : FD;
}

static bool copy_file(int file, size_t size, int fd)
{
	void *bytes = map(fd, size, PROT_READ | PROT_WRITE);

	return bytes != MAP_FAILED &&
	       !sync_fd(fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE) &&
	       read(file, bytes, size) == (ssize_t)size &&
	       !sync_fd(fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE);
}

int main(int argc, char **argv)
{
	struct stat stat;
	int file, fd;

	if (argc < 4)
		return 2;
	file = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &stat))
		return 1;
	/* Not the number that the dma-buf is to get. */
	file = fcntl(file, F_DUPFD_CLOEXEC, FD + 1);
	fd = export_named(argv[1], stat.st_size);
	if (fd == -ENOENT)
		return SKIPPED;
	if (fd < 0 || !copy_file(file, stat.st_size, fd) ||
	    (fd != FD && dup2(fd, FD) < 0))
		return 1;
	execvp(argv[3], argv + 3);
	return 127;
}
