// SPDX-License-Identifier: MIT
/*
 * kdmabuf bench: what it costs to allocate, map, share and free memory, with us and
 * with others
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "benchmark.h"
#include "number.h"
#include "options.h"
#include "plot.h"
#include "procfs.h"
#include "report.h"
#include "text.h"

#define DEFAULT_SIZE ((uint64_t)32 << 20)
#define DEFAULT_RUNS 5
#define RUNS_MAX 1000

struct bench_options {
	struct benchmark benchmark;
	enum counter_kind counter;
	bool all_wanted;
	bool all_steps;
	bool json;
	const char *output;
	const char *plot;
};

static int take_exporter(struct bench_options *options, const char *name)
{
	struct entry *entry = benchmark_entry(&options->benchmark, name);

	if (!entry)
		return usage_error(
			&bench_subcommand,
			"unknown exporter '%s': 'kdmabuf bench --help' names those there are",
			name);
	entry->wanted = true;
	options->all_wanted = false;
	return STATUS_OK;
}

static int take_counter(struct bench_options *options, const char *name)
{
	for (int i = 0; counter_names[i]; i++) {
		if (!strcmp(counter_names[i], name)) {
			options->counter = i;
			return STATUS_OK;
		}
	}
	return usage_error(
		&bench_subcommand,
		"bad --counter '%s': expected auto, icount, perf, clock or none",
		name);
}

static int take_option(struct bench_options *options, int option,
		       const char *value)
{
	struct benchmark *benchmark = &options->benchmark;
	uint64_t runs;
	int status;

	switch (option) {
	case 's':
		status = take_size(&benchmark->size, &bench_subcommand,
				   "--size", value);
		if (status == STATUS_OK && !benchmark->size)
			return usage_error(
				&bench_subcommand,
				"bad --size '%s': expected at least 1 byte",
				value);
		return status;
	case 'r':
		if (!parse_number(value, RUNS_MAX, &runs) || !runs)
			return usage_error(
				&bench_subcommand,
				"bad --runs '%s': expected a number from 1 to %d",
				value, RUNS_MAX);
		benchmark->runs = runs;
		return STATUS_OK;
	case 'e':
		return take_exporter(options, value);
	case 'c':
		return take_counter(options, value);
	case 'a':
		options->all_steps = true;
		return STATUS_OK;
	case 'j':
		options->json = true;
		return STATUS_OK;
	case 'o':
		options->output = value;
		return STATUS_OK;
	case 'p':
		options->plot = value;
		return STATUS_OK;
	default:
		return usage_hint(&bench_subcommand);
	}
}

/*
 * Others' buffers, and memfds, have no limit: the kernel would kill processes when
 * there is no memory left.
 */
static int check_size(uint64_t size)
{
	uint64_t available = procfs_bytes("/proc/meminfo", "MemAvailable");
	char text[SIZE_TEXT_LENGTH];

	if (!available || size <= available / 2)
		return STATUS_OK;
	return fail_because(
		format_size(size, text), "bench",
		"that is more than half of the memory that is available; see --size");
}

static int write_output(const struct bench_options *options)
{
	json_t *json = benchmark_json(&options->benchmark);
	int error = -1;

	if (json) {
		error = json_dump_file(json, options->output, JSON_INDENT(2));
		json_decref(json);
	}
	return error ? fail(options->output, "write", -errno, NULL) : STATUS_OK;
}

static int show(const struct bench_options *options)
{
	const struct benchmark *benchmark = &options->benchmark;
	const struct entry *ours = &benchmark->entries[0];
	int status = STATUS_OK;

	if (options->json)
		status = print_json(benchmark_json(benchmark));
	else
		print_benchmark(benchmark, options->all_steps);
	if (options->output)
		status |= write_output(options);
	if (options->plot)
		status |= plot_benchmark(benchmark, options->plot);
	if (*ours->absence)
		status |= fail_because(ours->name, "bench", ours->absence);
	return status;
}

static int bench_main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "size", required_argument, NULL, 's' },
		{ "runs", required_argument, NULL, 'r' },
		{ "exporter", required_argument, NULL, 'e' },
		{ "counter", required_argument, NULL, 'c' },
		{ "all-steps", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		{ "plot", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct bench_options options = {
		.counter = COUNTER_AUTO,
		.all_wanted = true,
	};
	struct benchmark *benchmark = &options.benchmark;
	int option, status;

	benchmark_init(benchmark);
	benchmark->size = DEFAULT_SIZE;
	benchmark->runs = DEFAULT_RUNS;
	while ((option = getopt_long(argc, argv, "s:r:e:c:ajo:p:h",
				     long_options, NULL)) >= 0) {
		if (option == 'h')
			return print_help(&bench_subcommand);
		status = take_option(&options, option, optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (optind < argc)
		return usage_error(&bench_subcommand,
				   "no argument '%s' is expected",
				   argv[optind]);
	for (unsigned int i = 0;
	     options.all_wanted && i < benchmark->nr_entries; i++)
		benchmark->entries[i].wanted = true;
	status = check_size(benchmark->size);
	if (status != STATUS_OK)
		return status;
	status = benchmark_run(benchmark, options.counter);
	return status == STATUS_OK ? show(&options) : status;
}

const struct subcommand bench_subcommand = {
	.name = "bench",
	.synopsis = "[OPTION]...",
	.summary =
		"Measure what buffers cost, ours and those of other exporters",
	.remarks =
		"Allocates, maps, touches, imports, passes and frees a buffer of each exporter that\n"
		"there is, and hands a video frame to another process. Exporters: kdmabuf,\n"
		"system_heap, cma_heap, udmabuf, udmabuf_hugetlb, vgem, memfd; and for the frame\n"
		"pipe and memfd_copy. Root sees most.\n",
	.options =
		"  -s, --size SIZE    of the buffers (32M)\n"
		"  -r, --runs N       median of N runs, after one more (5)\n"
		"  -e, --exporter NAME\n"
		"                     only this one; may be repeated\n"
		"  -c, --counter WHICH\n"
		"                     icount, perf, clock, none, or the first that works (auto)\n"
		"  -a, --all-steps    show more steps\n"
		"  -j, --json         print a JSON object instead\n"
		"  -o, --output FILE  write the JSON object to a file\n"
		"  -p, --plot FILE.svg\n"
		"                     draw the results, by gnuplot\n",
	.main = bench_main,
};
