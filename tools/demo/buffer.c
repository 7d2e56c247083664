// SPDX-License-Identifier: MIT
/*
 * A buffer of the demo, as one of its processes has it mapped
 */
#include <fcntl.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

#include "../examples/check.h"
#include "buffer.h"

void buffers_make(struct buffer *buffers, uint32_t count, uint32_t size,
		  uint32_t address_bits, const char *name)
{
	struct kdmabuf_alloc request = {
		.size = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.address_bits = address_bits,
	};
	int device = kdmabuf_open();
	void *memory;

	check(device, "/dev/kdmabuf");
	snprintf((char *)request.name, sizeof(request.name), "%s", name);
	for (uint32_t i = 0; i < count; i++) {
		buffers[i].size = size;
		buffers[i].fd =
			kdmabuf_alloc_with(device, &request, sizeof(request));
		check(buffers[i].fd, "allocate a buffer");
		check(kdmabuf_map(buffers[i].fd, 0, size, PROT_READ, &memory),
		      "map a buffer");
		buffers[i].memory = memory;
	}
	close(device);
}

/* What the kernel tells this process about one of its descriptors. */
static void read_exporter(int fd, struct demo_report *report)
{
	char line[256];
	FILE *file;

	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d", fd);
	file = fopen(line, "re");
	if (!file)
		err(EXIT_FAILURE, "%s", line);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "exp_name: %31s", report->exporter);
	fclose(file);
}

void buffers_take(struct buffer *buffers, const int *fds, uint32_t count,
		  uint32_t size, struct demo_report *report)
{
	int device = kdmabuf_open();
	struct kdmabuf_query query;
	void *memory;

	check(device, "/dev/kdmabuf");
	for (uint32_t i = 0; i < count; i++) {
		check(kdmabuf_map(fds[i], 0, size, PROT_READ, &memory),
		      "map a buffer");
		/* This fails if another exporter has made it. */
		check(kdmabuf_query(device, fds[i], &query, sizeof(query)),
		      "query a buffer");
		buffers[i] = (struct buffer){
			.fd = fds[i],
			.memory = memory,
			.size = size,
			.physical_address = query.physical_address,
		};
		read_exporter(fds[i], report);
		if (query.segments > report->segments_most)
			report->segments_most = query.segments;
	}
	close(device);
	report->buffers = count;
	report->fds = count;
	report->buffer_size = size;
}

uint32_t buffer_checksum(const struct buffer *buffer)
{
	uint32_t sum;

	check(kdmabuf_begin_cpu_access(buffer->fd, DMA_BUF_SYNC_READ),
	      "begin reading a buffer");
	sum = crc32_z(0, buffer->memory, buffer->size);
	check(kdmabuf_end_cpu_access(buffer->fd, DMA_BUF_SYNC_READ),
	      "end reading a buffer");
	return sum;
}
