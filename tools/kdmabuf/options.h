/* SPDX-License-Identifier: MIT */
/*
 * Options that several subcommands have
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "subcommand.h"

#define OPTIONS_MAX 16

/*
 * Fills @all with the options of two tables for getopt_long(). Each ends with an
 * entry of zeroes.
 */
void join_options(struct option all[OPTIONS_MAX], const struct option *some,
		  const struct option *others);

/*
 * Takes a size that @text gives for @what. Returns STATUS_OK, or STATUS_USAGE after
 * a complaint.
 */
int take_size(uint64_t *size, const struct subcommand *subcommand,
	      const char *what, const char *text);

/*
 * Parses the options of a subcommand that has only --json and --help. Returns true
 * if that was all there is to do, with the exit status in @status.
 */
bool parse_json_option(const struct subcommand *subcommand, int argc,
		       char **argv, bool *json, int *status);

#endif /* OPTIONS_H */
