// SPDX-License-Identifier: MIT
/*
 * What the demo prints in the end
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../kdmabuf/emulator.h"
#include "cost.h"

#define WRONG_EXPORTER(report) strcmp((report)->exporter, "kdmabuf")

/* The longest line of a picture that cirrus has; longer ones become 24-bit pixels. */
#define CIRRUS_PITCH_MAX 4088

static void print_hop(const char *from, const char *to,
		      const struct demo_report *report)
{
	char pages[64] = "unknown (needs CAP_SYS_ADMIN)";

	if (!report->pages_are_hidden)
		snprintf(pages, sizeof(pages), "%" PRIu64 " of %" PRIu64,
			 report->bytes_copied,
			 report->bytes_copied + report->bytes_in_place);
	printf("%-10s > %-10s  %u x %u  %3u  %8u  %-8s  %s\n", from, to,
	       report->buffers, report->buffer_size, report->fds,
	       report->segments_most, report->exporter, pages);
}

static void print_process(const char *name, const struct demo_report *report,
			  const char *unit)
{
	char cost[32] = "-", faults[32] = "-";

	if (report->counted) {
		snprintf(faults, sizeof(faults), "%u", report->faults);
		snprintf(cost, sizeof(cost), "%" PRIu64,
			 report->cpu_nanoseconds / report->counted / 1000);
	}
	printf("%-10s  %6u  %4u  %5u  %12u  %12s", name, report->frames,
	       report->lost, report->wrong, report->faults_before, faults);
	printf(unit ? "  %*s\n" : "\n", unit ? (int)strlen(unit) : 0, cost);
}

/* What a frame costs is counted in, or NULL in an emulator, where times mean nothing. */
static const char *unit_of_cost(void)
{
	if (!is_emulated())
		return "CPU microseconds/frame";
	return clock_counts_instructions() ? "1000 instructions/frame" : NULL;
}

static void print_processes(const struct demo_report *reports)
{
	static const char *const names[] = { "camera", "renderer", "screen" };
	const char *unit = unit_of_cost();
	char from[32];

	snprintf(from, sizeof(from), "faults, 1-%d", COST_WARM_UP);
	printf("\n%-10s  %6s  %4s  %5s  %12s  %12s", "process", "frames",
	       "lost", "wrong", from, "faults, rest");
	printf(unit ? "  %s\n" : "\n", unit);
	for (int i = 0; i < PROCESSES; i++)
		print_process(names[i], &reports[i], unit);
}

static bool begins(const char *text, const char *beginning)
{
	return !strncmp(text, beginning, strlen(beginning));
}

/* What touches pixels by the CPU in drivers that are not of real devices. */
static void print_emulated(const struct demo_report *report)
{
	const char *device = report->device;
	uint32_t pixels = report->width * report->height;

	if (begins(device, "vivid"))
		printf("- vivid has no sensor: the CPU draws into buffer A, %u bytes a frame\n",
		       4 * pixels);
	else if (begins(device, "llvmpipe"))
		puts("- llvmpipe has no GPU: the CPU reads buffer A and draws into buffer B");
	else if (begins(device, "cirrus"))
		printf("- cirrus shows its own memory: its driver copies %u bytes a frame there\n",
		       (4 * report->width > CIRRUS_PITCH_MAX ? 3 : 4) * pixels);
}

static void print_notes(const struct demo_report *reports)
{
	for (int i = 0; i < PROCESSES; i++)
		print_emulated(&reports[i]);
	printf("- buffers A are mapped %u times by the renderer and its OpenGL; other pages: %u\n",
	       reports[RENDERER].mappings, reports[RENDERER].foreign_pages);
	printf("- the camera, which does not wait, had no buffer for %u further frames\n",
	       reports[CAMERA].missed);
}

static bool is_good(const struct demo_options *options,
		    const struct demo_report *report)
{
	return report->frames == options->frames && !report->lost &&
	       !report->wrong;
}

/* OpenGL in software that reads the buffers where they are maps them, too. */
static bool draws_from_buffers(const struct demo_report *report)
{
	return !begins(report->device, "llvmpipe") ||
	       report->mappings >= 2 * DEMO_A_BUFFERS;
}

/* The same for who got buffers of a peer. */
static bool got_the_same(const struct demo_report *report)
{
	return report->segments_most == 1 && !WRONG_EXPORTER(report) &&
	       (report->pages_are_hidden ||
		(!report->bytes_copied && !report->foreign_pages));
}

bool demo_print_table(const struct demo_options *options,
		      const struct demo_report *reports)
{
	printf("%u frames: %ux%u of %s, drawn by %s, shown as %ux%u by %s\n\n",
	       options->frames, reports[CAMERA].width, reports[CAMERA].height,
	       reports[CAMERA].device, reports[RENDERER].device,
	       reports[SCREEN].width, reports[SCREEN].height,
	       reports[SCREEN].device);
	printf("%-23s  %-11s  %3s  %8s  %-8s  %s\n", "hop", "buffers", "fds",
	       "segments", "exporter", "bytes copied");
	print_hop("camera", "renderer", &reports[RENDERER]);
	print_hop("renderer", "screen", &reports[SCREEN]);
	print_processes(reports);
	putchar('\n');
	print_notes(reports);
	return is_good(options, &reports[CAMERA]) &&
	       is_good(options, &reports[RENDERER]) &&
	       is_good(options, &reports[SCREEN]) &&
	       got_the_same(&reports[RENDERER]) &&
	       draws_from_buffers(&reports[RENDERER]) &&
	       got_the_same(&reports[SCREEN]);
}
