// SPDX-License-Identifier: MIT
/*
 * What the frames cost a process
 */
#include <sys/resource.h>
#include <time.h>

#include "cost.h"

/* Of all of its threads, and of the kernel on their behalf. */
static uint64_t cpu_nanoseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void cost_resume(struct cost *cost)
{
	cost->since = cpu_nanoseconds();
}

void cost_pause(struct cost *cost)
{
	cost->report->cpu_nanoseconds += cpu_nanoseconds() - cost->since;
}

void cost_of_frame(struct cost *cost, uint32_t number)
{
	struct demo_report *report = cost->report;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	if (number < COST_WARM_UP) {
		report->faults_before = usage.ru_minflt + usage.ru_majflt;
		report->cpu_nanoseconds = 0;
		return;
	}
	report->faults =
		usage.ru_minflt + usage.ru_majflt - report->faults_before;
	report->counted++;
}
