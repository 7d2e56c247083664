// SPDX-License-Identifier: MIT
/*
 * Options that several subcommands have
 */
#include <stddef.h>

#include "options.h"
#include "report.h"

void join_options(struct option all[OPTIONS_MAX], const struct option *some,
		  const struct option *others)
{
	while (some->name)
		*all++ = *some++;
	while (others->name)
		*all++ = *others++;
	*all = (struct option){ 0 };
}

bool parse_json_option(const struct subcommand *subcommand, int argc,
		       char **argv, bool *json, int *status)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option;

	*json = false;
	while ((option = getopt_long(argc, argv, "hj", options, NULL)) >= 0) {
		switch (option) {
		case 'h':
			*status = print_help(subcommand);
			return true;
		case 'j':
			*json = true;
			break;
		default:
			*status = usage_hint(subcommand);
			return true;
		}
	}
	return false;
}
