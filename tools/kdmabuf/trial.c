// SPDX-License-Identifier: MIT
/*
 * All steps with one buffer of one exporter
 */
#include <errno.h>
#include <kdmabuf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "importer.h"
#include "pool.h"
#include "procfs.h"
#include "touch.h"
#include "trial.h"
#include "vgem.h"

/* 0 if the kernel does not tell. */
static uint64_t page_table_bytes(void)
{
	return procfs_bytes("/proc/self/status", "VmPTE");
}

static int allocate(const struct bench *bench, const struct exporter *exporter,
		    int node, struct sample *sample)
{
	uint64_t before = 0, after = 0;
	bool counted = exporter->is_ours && pool_value(POOL_ZEROED, &before);
	int fd;

	sample_begin(sample, &bench->counter);
	fd = exporter->allocate(node, bench->size);
	sample_end(sample, &bench->counter, fd);
	if (counted && pool_value(POOL_ZEROED, &after))
		sample->bytes_zeroed = after - before;
	else if (exporter->zeroing == ZEROED_AT_ALLOCATION)
		sample->bytes_zeroed = bench->size;
	return fd;
}

static void synchronise(const struct bench *bench, int fd,
			struct sample *sample)
{
	int error;

	sample_begin(sample, &bench->counter);
	error = kdmabuf_begin_cpu_access(fd, DMA_BUF_SYNC_RW);
	if (!error)
		error = kdmabuf_end_cpu_access(fd, DMA_BUF_SYNC_RW);
	sample_end(sample, &bench->counter, error);
}

/* Done twice: what the loop itself costs is known from where nothing faults. */
static void touch_pages(const struct bench *bench, char *bytes,
			struct sample *sample)
{
	struct sample loop;

	sample_begin(sample, &bench->counter);
	touch(bytes, bench->size);
	sample_end(sample, &bench->counter, 0);
	sample_begin(&loop, &bench->counter);
	touch(bytes, bench->size);
	sample_end(&loop, &bench->counter, 0);
	sample->count -= loop.count;
}

static struct sample sum_of(const struct sample *samples,
			    const enum step *steps, unsigned int count)
{
	struct sample sum = { .done = true };

	for (unsigned int i = 0; i < count; i++) {
		const struct sample *part = &samples[steps[i]];

		sum.done &= part->done;
		sum.count += part->count;
		sum.faults += part->faults;
		sum.bytes_zeroed += part->bytes_zeroed;
		sum.page_table_bytes += part->page_table_bytes;
	}
	return sum;
}

static void map_and_touch(const struct bench *bench,
			  const struct exporter *exporter, int fd,
			  struct sample *samples)
{
	static const enum step parts[] = { STEP_MAP, STEP_TOUCH, STEP_UNMAP };
	struct sample *sample = &samples[STEP_MAP];
	uint64_t tables = page_table_bytes();
	void *bytes;
	int error;

	sample_begin(sample, &bench->counter);
	error = map_whole(fd, bench->size, exporter->is_ours, &bytes);
	sample_end(sample, &bench->counter, error);
	if (error)
		return;
	if (exporter->zeroing == ZEROED_AT_MAP)
		sample->bytes_zeroed = bench->size;

	sample = &samples[STEP_TOUCH];
	touch_pages(bench, bytes, sample);
	sample->page_table_bytes = page_table_bytes() - tables;
	if (exporter->zeroing == ZEROED_AT_TOUCH)
		sample->bytes_zeroed = bench->size;

	sample = &samples[STEP_REREAD];
	sample_begin(sample, &bench->counter);
	reread(bytes, bench->size);
	sample_end(sample, &bench->counter, 0);

	sample = &samples[STEP_UNMAP];
	sample_begin(sample, &bench->counter);
	munmap(bytes, bench->size);
	sample_end(sample, &bench->counter, 0);

	samples[STEP_MAP_TOUCH_UNMAP] = sum_of(samples, parts, 3);
}

/* By the test importer, whose device has no limits. */
static void map_for_device(const struct bench *bench, int fd,
			   struct sample *samples)
{
	struct kdmabuf_importer_map map = {
		.direction = KDMABUF_IMPORTER_BIDIRECTIONAL,
	};
	struct kdmabuf_importer_attach attach = { 0 };
	struct kdmabuf_importer_get get = { .fd = fd };
	int session = open_importer();
	struct sample *sample;
	int error;

	if (session < 0)
		return;
	error = importer_get(session, &get);
	if (error)
		goto out;

	attach.import = get.import;
	sample = &samples[STEP_DEVICE_ATTACH];
	sample_begin(sample, &bench->counter);
	error = importer_attach(session, &attach);
	sample_end(sample, &bench->counter, error);
	if (error)
		goto out;

	map.attachment = attach.attachment;
	sample = &samples[STEP_DEVICE_MAP];
	sample_begin(sample, &bench->counter);
	error = importer_map(session, &map);
	sample_end(sample, &bench->counter, error);
	sample->segments = map.segments;
	if (error)
		goto out;

	sample = &samples[STEP_DEVICE_MAP_AGAIN];
	sample_begin(sample, &bench->counter);
	error = importer_unmap(session, attach.attachment, map.mapping);
	map = (struct kdmabuf_importer_map){
		.attachment = attach.attachment,
		.direction = KDMABUF_IMPORTER_BIDIRECTIONAL,
	};
	if (!error)
		error = importer_map(session, &map);
	sample_end(sample, &bench->counter, error);
	sample->segments = map.segments;
out:
	close(session);
}

static void import(const struct bench *bench, int fd, struct sample *sample)
{
	int handle, error = 0;

	sample_begin(sample, &bench->counter);
	handle = vgem_import(bench->vgem, fd);
	if (handle > 0)
		error = vgem_close_handle(bench->vgem, handle);
	sample_end(sample, &bench->counter, handle < 0 ? handle : error);
}

static void pass(const struct bench *bench, int fd, struct sample *sample)
{
	size_t count = 1;
	char byte = 0;
	ssize_t ret;
	int passed;

	sample_begin(sample, &bench->counter);
	ret = kdmabuf_send(bench->socket[0], &fd, 1, &byte, 1);
	if (!ret)
		ret = kdmabuf_recv(bench->socket[1], &passed, &count, &byte, 1);
	if (ret > 0)
		close(passed);
	sample_end(sample, &bench->counter, ret);
}

static void release(const struct bench *bench, int fd, struct sample *sample)
{
	sample_begin(sample, &bench->counter);
	close(fd);
	sample_end(sample, &bench->counter, 0);
}

/* The frame is in the buffer before, as a camera's would be. */
static void hand_over_frame(const struct bench *bench,
			    const struct exporter *exporter, int node,
			    struct sample *sample)
{
	int fd = exporter->allocate(node, FRAME_BYTES);
	int64_t faults = 0;
	void *frame;
	int error;

	if (fd < 0) {
		sample->error = fd;
		return;
	}
	error = map_whole(fd, FRAME_BYTES, exporter->is_ours, &frame);
	if (error) {
		sample->error = error;
		close(fd);
		return;
	}
	touch(frame, FRAME_BYTES);
	pool_settle();
	sample_begin(sample, &bench->counter);
	error = hand_over(&bench->consumer, fd, exporter->is_ours, &faults);
	sample_end(sample, &bench->counter, error);
	sample->faults += faults;
	munmap(frame, FRAME_BYTES);
	close(fd);
}

int try_exporter(const struct bench *bench, const struct exporter *exporter,
		 int node, struct sample samples[STEPS])
{
	static const enum step parts[] = { STEP_ALLOCATE, STEP_MAP_TOUCH_UNMAP,
					   STEP_FREE };
	int fd;

	memset(samples, 0, STEPS * sizeof(*samples));
	pool_settle();
	fd = allocate(bench, exporter, node, &samples[STEP_ALLOCATE]);
	if (fd < 0)
		return fd;
	if (exporter->is_dma_buf)
		synchronise(bench, fd, &samples[STEP_SYNC]);
	map_and_touch(bench, exporter, fd, samples);
	if (exporter->is_dma_buf && bench->has_importer)
		map_for_device(bench, fd, samples);
	/* vgem would only find its own again. */
	if (exporter->is_dma_buf && bench->vgem >= 0 &&
	    exporter->open != vgem_open)
		import(bench, fd, &samples[STEP_VGEM_IMPORT]);
	pass(bench, fd, &samples[STEP_PASS]);
	release(bench, fd, &samples[STEP_FREE]);
	samples[STEP_LIFE] = sum_of(samples, parts, 3);
	hand_over_frame(bench, exporter, node, &samples[STEP_FRAME]);
	return 0;
}
