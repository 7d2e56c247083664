// SPDX-License-Identifier: MIT
/*
 * kdmabuf: allocate, look at and hand over dma-bufs from a shell
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "subcommand.h"

static const struct subcommand *const subcommands[] = {
	&alloc_subcommand,
	&run_subcommand,
	&info_subcommand,
	&list_subcommand,
	&import_subcommand,
	&send_subcommand,
	&recv_subcommand,
	&publish_subcommand,
	&open_subcommand,
	&capture_subcommand,
	&show_subcommand,
	&bench_subcommand,
	NULL,
};

int print_help(const struct subcommand *subcommand)
{
	printf("Usage: kdmabuf %s %s\n%s.\n\n%s\nOptions:\n%s%s",
	       subcommand->name, subcommand->synopsis, subcommand->summary,
	       subcommand->remarks,
	       subcommand->shared_options ? subcommand->shared_options : "",
	       subcommand->options);
	puts("  -h, --help         this text");
	return STATUS_OK;
}

static void print_usage(FILE *stream)
{
	const struct subcommand *const *subcommand;

	fputs("Usage: kdmabuf COMMAND [ARGUMENT]...\n"
	      "Physically contiguous memory for user space, as dma-bufs.\n"
	      "\n"
	      "Commands:\n",
	      stream);
	for (subcommand = subcommands; *subcommand; subcommand++)
		fprintf(stream, "  %-7s %s\n", (*subcommand)->name,
			(*subcommand)->summary);
	fputs("\n"
	      "Options:\n"
	      "  -h, --help     this text; after a command, the command's\n"
	      "  -V, --version  the version\n"
	      "\n"
	      "Exit status: 0 success, 1 failure, 2 wrong usage. See kdmabuf(1).\n",
	      stream);
}

static int run_subcommand_named(const char *name, int argc, char **argv)
{
	const struct subcommand *const *subcommand;

	for (subcommand = subcommands; *subcommand; subcommand++) {
		if (strcmp((*subcommand)->name, name))
			continue;
		/* getopt_long() begins its messages with it. */
		argv[0] = (char *)"kdmabuf";
		optind = 0;
		return (*subcommand)->main(argc, argv);
	}
	return usage_error(NULL, "no command '%s'", name);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int option = getopt_long(argc, argv, "+hV", options, NULL);

	switch (option) {
	case 'h':
		print_usage(stdout);
		return STATUS_OK;
	case 'V':
		puts("kdmabuf " KDMABUF_VERSION);
		return STATUS_OK;
	case '?':
		return usage_hint(NULL);
	}

	if (optind == argc) {
		print_usage(stderr);
		return STATUS_USAGE;
	}
	return run_subcommand_named(argv[optind], argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
	int status;

	/* Which characters of a buffer's name can be printed depends on it. */
	setlocale(LC_CTYPE, "");
	status = run(argc, argv);
	if (status == STATUS_OK && (fflush(stdout) || ferror(stdout)))
		return fail("standard output", "write", -errno, NULL);
	return status;
}
