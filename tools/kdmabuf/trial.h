/* SPDX-License-Identifier: MIT */
/*
 * All steps with one buffer of one exporter, from its allocation to its end
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "exporter.h"
#include "frame.h"
#include "sample.h"

/* What the steps are done with. */
struct bench {
	struct counter counter;
	struct consumer consumer;
	uint64_t size;
	/* Two ends of a socket in this process. */
	int socket[2];
	/* A card, or a negative errno. */
	int vgem;
	bool has_importer;
};

/*
 * Measures the steps of which @exporter is capable. @node: from its open(). Returns
 * 0, or a negative errno if there is no buffer.
 */
int try_exporter(const struct bench *bench, const struct exporter *exporter,
		 int node, struct sample samples[STEPS]);

#endif /* TRIAL_H */
