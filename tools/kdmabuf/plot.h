/* SPDX-License-Identifier: MIT */
#ifndef PLOT_H
#define PLOT_H

#include "benchmark.h"

/*
 * Has gnuplot draw the results into an SVG file; if the name of the file ends in
 * .gnuplot, writes what gnuplot would read instead. Returns STATUS_OK, or
 * STATUS_FAILED after a complaint.
 */
int plot_benchmark(const struct benchmark *benchmark, const char *path);

#endif /* PLOT_H */
