/* SPDX-License-Identifier: MIT */
/*
 * All steps with all exporters, several times, and what that comes to; gathered
 * apart from how it is shown
 */
#ifndef BENCHMARK_H
#define BENCHMARK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/utsname.h>

#include "counter.h"
#include "sample.h"
#include "statistics.h"

/* The exporters, and two ways to hand over a frame without one. */
#define ENTRIES_MAX 16

struct step_result {
	bool done;
	/* If it is not: a negative errno, or 0 if it cannot be done there. */
	int error;
	struct statistics count;
	struct statistics faults;
	struct statistics bytes_zeroed;
	uint64_t page_table_bytes;
	uint64_t bytes_copied;
	uint32_t segments;
};

struct entry {
	const char *name;
	const char *title;
	/* To be measured. */
	bool wanted;
	/* Why it could not be measured, or empty. */
	char absence[256];
	/* bytes_zeroed is what the exporter counted, not what its source says. */
	bool zeroing_is_counted;
	/* For all buffers of a run, between the steps, which do not count it. */
	uint64_t background_bytes_zeroed;
	/* It has memory only when that is mapped or touched. */
	bool allocates_later;
	struct step_result steps[STEPS];
};

struct benchmark {
	uint64_t size;
	unsigned int runs;
	struct counter counter;
	struct utsname machine;
	bool has_importer;
	/* Why nothing was imported through vgem: a negative errno, or 0. */
	int vgem_error;
	/* The first is ours. */
	struct entry entries[ENTRIES_MAX];
	unsigned int nr_entries;
};

struct step_name {
	/* In JSON, and for people. */
	const char *name;
	const char *title;
	/* Part of what another step tells. */
	bool is_detail;
};

extern const struct step_name step_names[STEPS];

/* Fills in the entries' names. None is wanted yet. */
void benchmark_init(struct benchmark *benchmark);

/* NULL if there is none of that name. */
struct entry *benchmark_entry(struct benchmark *benchmark, const char *name);

/* Returns STATUS_OK, or STATUS_FAILED after a complaint. */
int benchmark_run(struct benchmark *benchmark, enum counter_kind kind);

/*
 * The step's cost, as a multiple of what ours costs. False if that cannot be told.
 */
bool cost_ratio(const struct benchmark *benchmark, const struct entry *entry,
		enum step step, double *ratio);

/* Text, with all steps or without the details. */
void print_benchmark(const struct benchmark *benchmark, bool all_steps);
json_t *benchmark_json(const struct benchmark *benchmark);

#endif /* BENCHMARK_H */
