// SPDX-License-Identifier: MIT
/*
 * Showing a benchmark's results to people: a table, grouped by what is done
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "amount.h"
#include "benchmark.h"
#include "number.h"

#define TITLE_WIDTH 18

/* Which columns tell something about a step. */
static bool is_of_mapping(enum step step)
{
	return step == STEP_TOUCH || step == STEP_MAP_TOUCH_UNMAP ||
	       step == STEP_LIFE;
}

static bool is_allocation(enum step step)
{
	return step == STEP_FIRST_ALLOCATION || step == STEP_ALLOCATE;
}

static bool is_of_device(enum step step)
{
	return step == STEP_DEVICE_MAP || step == STEP_DEVICE_MAP_AGAIN;
}

static void print_cost(const struct benchmark *benchmark,
		       const struct entry *entry, enum step step)
{
	const struct statistics *count = &entry->steps[step].count;
	char amount[AMOUNT_TEXT_LENGTH], times[AMOUNT_TEXT_LENGTH] = "-";
	double spread = spread_of(count), ratio;

	if (!counter_unit(&benchmark->counter))
		return;
	if (cost_ratio(benchmark, entry, step, &ratio))
		format_ratio(ratio, times);
	printf(" %12s", format_amount(count->median, amount));
	if (isinf(spread))
		printf(" %6s", "-");
	else
		printf(" %4.0f %%", spread);
	printf(" %7s", times);
}

static void print_size(int width, bool shown, uint64_t bytes)
{
	char text[SIZE_TEXT_LENGTH];

	printf(" %*s", width, shown ? format_size(bytes, text) : "");
}

static void print_step(const struct benchmark *benchmark,
		       const struct entry *entry, enum step step)
{
	const struct step_result *result = &entry->steps[step];
	char segments[16] = "";

	printf("  %-*s", TITLE_WIDTH, entry->title);
	if (!result->done) {
		printf(" %s\n", strerror(-result->error));
		return;
	}
	if (is_of_device(step))
		snprintf(segments, sizeof(segments), "%u", result->segments);
	print_cost(benchmark, entry, step);
	printf(" %7jd", (intmax_t)result->faults.median);
	print_size(7, is_of_mapping(step), result->page_table_bytes);
	printf(" %8s", segments);
	print_size(7, true, result->bytes_zeroed.median);
	print_size(8, true, result->bytes_copied);
	puts(is_allocation(step) && entry->allocates_later ? "  no memory yet" :
							     "");
}

static void print_steps(const struct benchmark *benchmark, enum step step)
{
	bool begun = false;

	for (unsigned int i = 0; i < benchmark->nr_entries; i++) {
		const struct entry *entry = &benchmark->entries[i];

		if (!entry->steps[step].done && !entry->steps[step].error)
			continue;
		if (!begun)
			printf("\n%s\n", step_names[step].title);
		begun = true;
		print_step(benchmark, entry, step);
	}
}

static void print_head(const struct benchmark *benchmark)
{
	const char *unit = counter_unit(&benchmark->counter);
	char size[SIZE_TEXT_LENGTH];

	printf("Linux %s, %s: buffers of %s, medians of %u runs\n",
	       benchmark->machine.release, benchmark->machine.machine,
	       format_size(benchmark->size, size), benchmark->runs);
	printf("cost: %s\n\n", counter_origin(&benchmark->counter));
	printf("  %-*s", TITLE_WIDTH, "");
	if (unit)
		printf(" %12s %6s %7s", unit, "spread", "to ours");
	printf(" %7s %7s %8s %7s %8s\n", "faults", "tables", "segments",
	       "zeroed", "copied");
}

static void print_absent(const struct benchmark *benchmark)
{
	const char *before = "\nabsent:\n";

	for (unsigned int i = 0; i < benchmark->nr_entries; i++) {
		const struct entry *entry = &benchmark->entries[i];

		if (!*entry->absence)
			continue;
		printf("%s  %-*s %s\n", before, TITLE_WIDTH, entry->title,
		       entry->absence);
		before = "";
	}
	if (!benchmark->has_importer)
		puts("\nNo device was attached: that takes kdmabuf_importer, and root.");
	if (benchmark->vgem_error)
		printf("\nNothing was imported through vgem: %s.\n",
		       benchmark->vgem_error == -ENOENT ?
			       "its module is not loaded" :
			       strerror(-benchmark->vgem_error));
}

static void print_background(const struct benchmark *benchmark)
{
	const struct entry *ours = benchmark->entries;
	char size[SIZE_TEXT_LENGTH];

	if (ours->background_bytes_zeroed)
		printf("\nNot counted: what %s zeroed in the background, %s in each run.\n",
		       ours->title,
		       format_size(ours->background_bytes_zeroed, size));
}

void print_benchmark(const struct benchmark *benchmark, bool all_steps)
{
	print_head(benchmark);
	for (enum step step = 0; step < STEPS; step++)
		if (all_steps || !step_names[step].is_detail)
			print_steps(benchmark, step);
	print_absent(benchmark);
	print_background(benchmark);
	if (benchmark->counter.kind == COUNTER_ICOUNT)
		puts("\nIn QEMU an instruction that clears or copies many bytes counts once for\n"
		     "each of its steps, mostly a byte: see the columns zeroed and copied, too.");
}
