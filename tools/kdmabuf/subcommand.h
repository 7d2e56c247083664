/* SPDX-License-Identifier: MIT */
/*
 * What main() knows of a subcommand, and what it answers
 */
#ifndef SUBCOMMAND_H
#define SUBCOMMAND_H

/* Exit statuses. run and recv end with their command's, or 126 or 127. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_CANNOT_EXECUTE = 126,
	STATUS_NOT_FOUND = 127,
};

struct subcommand {
	const char *name;
	const char *synopsis;
	const char *summary;
	/* What --help prints after those: remarks, and the options by lines. */
	const char *remarks;
	/* Those that it has in common with others, or NULL. */
	const char *shared_options;
	const char *options;
	/* @argv[0] is the program's name, arguments follow. Returns a status. */
	int (*main)(int argc, char **argv);
};

extern const struct subcommand alloc_subcommand;
extern const struct subcommand bench_subcommand;
extern const struct subcommand capture_subcommand;
extern const struct subcommand import_subcommand;
extern const struct subcommand info_subcommand;
extern const struct subcommand list_subcommand;
extern const struct subcommand open_subcommand;
extern const struct subcommand publish_subcommand;
extern const struct subcommand recv_subcommand;
extern const struct subcommand run_subcommand;
extern const struct subcommand send_subcommand;
extern const struct subcommand show_subcommand;

/* Prints the help and returns STATUS_OK. */
int print_help(const struct subcommand *subcommand);

#endif /* SUBCOMMAND_H */
