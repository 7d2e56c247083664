// SPDX-License-Identifier: MIT
/*
 * Options that several subcommands have
 */
#include <errno.h>
#include <stddef.h>

#include "number.h"
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

int take_size(uint64_t *size, const struct subcommand *subcommand,
	      const char *what, const char *text)
{
	switch (parse_size(text, size)) {
	case 0:
		return STATUS_OK;
	case -ERANGE:
		return usage_error(
			subcommand,
			"%s '%s' is too large: it does not fit into 64 bits",
			what, text);
	default:
		return usage_error(subcommand,
				   "bad %s '%s': expected " SIZE_SYNTAX, what,
				   text);
	}
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
