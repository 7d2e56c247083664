// SPDX-License-Identifier: MIT
/*
 * What a piece of work costs: instructions, else nanoseconds
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "counter.h"
#include "emulator.h"
#include "report.h"

/* Measurements of nothing, of which the least is what measuring costs. */
#define CALIBRATIONS 64

#define NOT_COUNTED_IN_EMULATOR                                     \
	"not counted: times in an emulator mean nothing, and QEMU " \
	"counts instructions only with -icount shift=0"

const char *const counter_names[] = {
	[COUNTER_ICOUNT] = "icount", [COUNTER_PERF] = "perf",
	[COUNTER_CLOCK] = "clock",   [COUNTER_NONE] = "none",
	[COUNTER_AUTO] = "auto",     NULL,
};

const char *counter_unit(const struct counter *counter)
{
	switch (counter->kind) {
	case COUNTER_ICOUNT:
	case COUNTER_PERF:
		return "instructions";
	case COUNTER_CLOCK:
		return "nanoseconds";
	default:
		return NULL;
	}
}

const char *counter_origin(const struct counter *counter)
{
	switch (counter->kind) {
	case COUNTER_ICOUNT:
		return "instructions of the guest, of all its processes, by QEMU's -icount";
	case COUNTER_PERF:
		return "instructions by perf_event_open(2)";
	case COUNTER_CLOCK:
		return "nanoseconds by clock_gettime(2)";
	default:
		return is_emulated() ? NOT_COUNTED_IN_EMULATOR : "not counted";
	}
}

/* Returns a descriptor, or a negative errno. */
static int open_perf(void)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(event),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.inherit = 1,
	};
	int fd = syscall(SYS_perf_event_open, &event, 0, -1, -1,
			 PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int refuse(const char *name, int error, const char *hint)
{
	return fail(name, "count", error, "%s", hint);
}

static int open_kind(struct counter *counter)
{
	switch (counter->kind) {
	case COUNTER_ICOUNT:
		if (!is_emulated() || !clock_counts_instructions())
			return refuse(
				"icount", -ENODEV,
				"it takes QEMU, without KVM and with -icount shift=0,sleep=off");
		return STATUS_OK;
	case COUNTER_PERF:
		counter->fd = open_perf();
		if (counter->fd < 0)
			return refuse(
				"perf", counter->fd,
				"it takes a processor that counts, and CAP_PERFMON or kernel.perf_event_paranoid=1");
		return STATUS_OK;
	case COUNTER_CLOCK:
		if (is_emulated())
			return refuse(
				"clock", -EOPNOTSUPP,
				"times in an emulator mean nothing: try QEMU's -icount");
		return STATUS_OK;
	default:
		return STATUS_OK;
	}
}

static void choose(struct counter *counter)
{
	if (is_emulated()) {
		counter->kind = clock_counts_instructions() ? COUNTER_ICOUNT :
							      COUNTER_NONE;
		return;
	}
	counter->fd = open_perf();
	counter->kind = counter->fd < 0 ? COUNTER_CLOCK : COUNTER_PERF;
}

static void calibrate(struct counter *counter)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < CALIBRATIONS; i++) {
		uint64_t begin = counter_read(counter);
		uint64_t count = counter_read(counter) - begin;

		if (count < least)
			least = count;
	}
	counter->overhead = least;
}

int counter_open(struct counter *counter, enum counter_kind kind)
{
	int status = STATUS_OK;

	*counter = (struct counter){ .kind = kind, .fd = -1 };
	if (kind == COUNTER_AUTO)
		choose(counter);
	else
		status = open_kind(counter);
	calibrate(counter);
	return status;
}

uint64_t counter_read(const struct counter *counter)
{
	struct timespec time;
	uint64_t count = 0;

	switch (counter->kind) {
	case COUNTER_ICOUNT:
		return emulator_clock();
	case COUNTER_PERF:
		if (read(counter->fd, &count, sizeof(count)) < 0)
			return 0;
		return count;
	case COUNTER_CLOCK:
		clock_gettime(CLOCK_MONOTONIC_RAW, &time);
		return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
	default:
		return 0;
	}
}

int64_t counter_since(const struct counter *counter, uint64_t begin)
{
	return (int64_t)(counter_read(counter) - begin - counter->overhead);
}
