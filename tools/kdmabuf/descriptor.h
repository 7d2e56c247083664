/* SPDX-License-Identifier: MIT */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include "subcommand.h"

/*
 * Finds the one descriptor that the arguments from @optind on name: a number, for
 * one that this process has inherited; /dev/fd/N and /proc/self/fd/N, which are
 * the same; /proc/PID/fd/N, for one of another process. Returns it, or a negative
 * number after a complaint, and then the exit status in @status.
 */
int take_descriptor(const struct subcommand *subcommand, int argc, char **argv,
		    int *status);

#endif /* DESCRIPTOR_H */
