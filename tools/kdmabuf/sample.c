// SPDX-License-Identifier: MIT
/*
 * One step of the benchmark, done and measured once
 */
#include <sys/resource.h>

#include "sample.h"

int64_t faults_so_far(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* The counter is read last, so that it counts nothing of this. */
void sample_begin(struct sample *sample, const struct counter *counter)
{
	*sample = (struct sample){ 0 };
	sample->faults = -faults_so_far();
	sample->count = (int64_t)counter_read(counter);
}

void sample_end(struct sample *sample, const struct counter *counter, int error)
{
	sample->count = counter_since(counter, (uint64_t)sample->count);
	sample->faults += faults_so_far();
	sample->error = error < 0 ? error : 0;
	sample->done = !sample->error;
}
