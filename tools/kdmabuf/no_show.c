// SPDX-License-Identifier: MIT
/*
 * What "kdmabuf show" says where it was built without libdrm
 */
#include "report.h"

static int show_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return fail_because("show", "begin",
			    "this kdmabuf was built without libdrm");
}

const struct subcommand show_subcommand = {
	.name = "show",
	.summary = "Put a buffer on a display (not built: no libdrm)",
	.main = show_main,
};
