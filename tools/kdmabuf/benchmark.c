// SPDX-License-Identifier: MIT
/*
 * All steps with all exporters, several times, and what that comes to
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benchmark.h"
#include "exporter.h"
#include "pool.h"
#include "progress.h"
#include "report.h"
#include "trial.h"
#include "vgem.h"

#define IMPORTER "/dev/kdmabuf_importer"

/* Not through an exporter, but by copying. */
struct copy {
	const char *name;
	const char *title;
	int (*hand_over)(const struct consumer *consumer, int64_t *faults);
	uint64_t bytes;
};

static const struct copy copies[] = {
	/* Into the pipe and out of it. */
	{ "pipe", "copied, pipe", write_to_pipe, 2 * FRAME_BYTES },
	{ "memfd_copy", "copied, memfd", copy_to_memfd, FRAME_BYTES },
	{ 0 },
};

const struct step_name step_names[STEPS] = {
	[STEP_FIRST_ALLOCATION] = { "first_allocation",
				    "allocate, before the runs" },
	[STEP_ALLOCATE] = { "allocate", "allocate" },
	[STEP_SYNC] = { "sync", "begin and end CPU access, no device", true },
	[STEP_MAP] = { "map", "map", true },
	[STEP_TOUCH] = { "touch", "touch", true },
	[STEP_UNMAP] = { "unmap", "unmap", true },
	[STEP_MAP_TOUCH_UNMAP] = { "map_touch_unmap", "map, touch, unmap" },
	[STEP_REREAD] = { "reread", "reread each 4K" },
	[STEP_DEVICE_ATTACH] = { "device_attach", "attach a new device", true },
	[STEP_DEVICE_MAP] = { "device_map", "map for a device" },
	[STEP_DEVICE_MAP_AGAIN] = { "device_map_again",
				    "unmap, map for the same device", true },
	[STEP_VGEM_IMPORT] = { "vgem_import", "import through vgem" },
	[STEP_PASS] = { "pass", "pass over a socket" },
	[STEP_FREE] = { "free", "free" },
	[STEP_LIFE] = { "life", "allocate, map, touch, unmap, free" },
	[STEP_FRAME] = { "frame", "one 1080p frame to another process" },
};

static void add_entry(struct benchmark *benchmark, const char *name,
		      const char *title)
{
	struct entry *entry = &benchmark->entries[benchmark->nr_entries++];

	entry->name = name;
	entry->title = title;
}

void benchmark_init(struct benchmark *benchmark)
{
	const struct exporter *exporter;
	const struct copy *copy;

	memset(benchmark, 0, sizeof(*benchmark));
	uname(&benchmark->machine);
	for (exporter = exporters; exporter->name; exporter++)
		add_entry(benchmark, exporter->name, exporter->title);
	for (copy = copies; copy->name; copy++)
		add_entry(benchmark, copy->name, copy->title);
}

struct entry *benchmark_entry(struct benchmark *benchmark, const char *name)
{
	for (unsigned int i = 0; i < benchmark->nr_entries; i++)
		if (!strcmp(benchmark->entries[i].name, name))
			return &benchmark->entries[i];
	return NULL;
}

/* What @runs samples of one step come to. @samples has STEPS for each run. */
static struct step_result summarise(const struct sample *samples,
				    unsigned int runs, int64_t *values)
{
	struct step_result result = {
		.done = true,
		.page_table_bytes = samples->page_table_bytes,
		.bytes_copied = samples->bytes_copied,
		.segments = samples->segments,
	};
	unsigned int i;

	for (i = 0; i < runs; i++) {
		result.done &= samples[i * STEPS].done;
		if (samples[i * STEPS].error)
			result.error = samples[i * STEPS].error;
		values[i] = samples[i * STEPS].count;
	}
	result.count = statistics_of(values, runs);
	for (i = 0; i < runs; i++)
		values[i] = samples[i * STEPS].faults;
	result.faults = statistics_of(values, runs);
	for (i = 0; i < runs; i++)
		values[i] = samples[i * STEPS].bytes_zeroed;
	result.bytes_zeroed = statistics_of(values, runs);
	return result;
}

static void be_absent(struct entry *entry, const char *what, int error,
		      const char *hint)
{
	snprintf(entry->absence, sizeof(entry->absence), "%s: %s%s%s", what,
		 strerror(-error), hint ? ": " : "", hint ? hint : "");
}

/* Room for what one exporter's runs give, and the progress of all. */
struct work {
	struct benchmark *benchmark;
	struct bench bench;
	struct sample *samples;
	int64_t *values;
	unsigned int done, total;
};

static void show_progress(struct work *work, const struct entry *entry)
{
	progress_show(work->done++, work->total, entry->title);
}

static void summarise_all(const struct work *work, struct entry *entry)
{
	for (enum step step = 0; step < STEPS; step++)
		entry->steps[step] = summarise(&work->samples[step],
					       work->benchmark->runs,
					       work->values);
}

static int run_trials(struct work *work, const struct exporter *exporter,
		      int node, struct entry *entry)
{
	struct sample first;
	int error;

	/* This warms up. Of it only the allocation is kept. */
	show_progress(work, entry);
	error = try_exporter(&work->bench, exporter, node, work->samples);
	first = work->samples[STEP_ALLOCATE];
	for (unsigned int run = 0; !error && run < work->benchmark->runs;
	     run++) {
		show_progress(work, entry);
		error = try_exporter(&work->bench, exporter, node,
				     &work->samples[run * STEPS]);
	}
	if (error)
		return error;
	summarise_all(work, entry);
	entry->steps[STEP_FIRST_ALLOCATION] =
		summarise(&first, 1, work->values);
	return 0;
}

static void run_exporter(struct work *work, const struct exporter *exporter,
			 struct entry *entry)
{
	uint64_t before = 0, after = 0;
	int node = exporter->open(), error;

	if (node < 0) {
		be_absent(entry, "open", node,
			  node == -ENOENT ? exporter->open_hint : NULL);
		return;
	}
	pool_settle();
	entry->allocates_later = exporter->zeroing != ZEROED_AT_ALLOCATION;
	entry->zeroing_is_counted =
		exporter->is_ours &&
		pool_value(POOL_ZEROED_IN_BACKGROUND, &before);
	error = run_trials(work, exporter, node, entry);
	close(node);
	if (error) {
		be_absent(entry, "allocate", error, exporter->allocate_hint);
		return;
	}
	pool_settle();
	if (entry->zeroing_is_counted &&
	    pool_value(POOL_ZEROED_IN_BACKGROUND, &after))
		entry->background_bytes_zeroed =
			(after - before) / (work->benchmark->runs + 1);
}

static void run_copy(struct work *work, const struct copy *copy,
		     struct entry *entry)
{
	memset(work->samples, 0,
	       work->benchmark->runs * STEPS * sizeof(*work->samples));
	for (unsigned int run = 0; run <= work->benchmark->runs; run++) {
		struct sample *sample =
			&work->samples[(run ? run - 1 : 0) * STEPS + STEP_FRAME];
		int64_t faults = 0;
		int error;

		show_progress(work, entry);
		sample_begin(sample, &work->bench.counter);
		error = copy->hand_over(&work->bench.consumer, &faults);
		sample_end(sample, &work->bench.counter, error);
		sample->faults += faults;
		sample->bytes_copied = copy->bytes;
	}
	summarise_all(work, entry);
}

static void run_all(struct work *work)
{
	struct benchmark *benchmark = work->benchmark;
	struct entry *entry = benchmark->entries;
	const struct exporter *exporter;
	const struct copy *copy;

	for (unsigned int i = 0; i < benchmark->nr_entries; i++)
		if (benchmark->entries[i].wanted)
			work->total += benchmark->runs + 1;
	for (exporter = exporters; exporter->name; exporter++, entry++)
		if (entry->wanted)
			run_exporter(work, exporter, entry);
	for (copy = copies; copy->name; copy++, entry++)
		if (entry->wanted)
			run_copy(work, copy, entry);
	progress_clear();
}

static int run_with_vgem(struct work *work)
{
	struct bench *bench = &work->bench;

	bench->vgem = vgem_open();
	work->benchmark->vgem_error = bench->vgem < 0 ? bench->vgem : 0;
	bench->has_importer = !access(IMPORTER, R_OK | W_OK);
	work->benchmark->has_importer = bench->has_importer;
	run_all(work);
	if (bench->vgem >= 0)
		close(bench->vgem);
	return STATUS_OK;
}

static int run_with_room(struct work *work)
{
	unsigned int runs = work->benchmark->runs;
	int status;

	work->samples = calloc((size_t)runs * STEPS, sizeof(*work->samples));
	work->values = calloc(runs, sizeof(*work->values));
	if (work->samples && work->values)
		status = run_with_vgem(work);
	else
		status = fail("results", "allocate", -ENOMEM, NULL);
	free(work->samples);
	free(work->values);
	return status;
}

int benchmark_run(struct benchmark *benchmark, enum counter_kind kind)
{
	struct work work = {
		.benchmark = benchmark,
		.bench.size = benchmark->size,
	};
	struct bench *bench = &work.bench;
	int status, error;

	status = counter_open(&bench->counter, kind);
	if (status != STATUS_OK)
		return status;
	benchmark->counter = bench->counter;
	/* Before this process has anything mapped that the other would have too. */
	error = consumer_start(&bench->consumer);
	if (error)
		return fail("another process", "start", error, NULL);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
		       bench->socket)) {
		status = fail("socket", "make", -errno, NULL);
	} else {
		status = run_with_room(&work);
		close(bench->socket[0]);
		close(bench->socket[1]);
	}
	consumer_stop(&bench->consumer);
	return status;
}

bool cost_ratio(const struct benchmark *benchmark, const struct entry *entry,
		enum step step, double *ratio)
{
	const struct step_result *ours = &benchmark->entries[0].steps[step];
	const struct step_result *result = &entry->steps[step];

	if (!counter_unit(&benchmark->counter) || !result->done ||
	    !ours->done || ours->count.median <= 0)
		return false;
	*ratio = (double)result->count.median / ours->count.median;
	return true;
}
