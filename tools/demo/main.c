// SPDX-License-Identifier: MIT
/*
 * kdmabuf-demo: a camera's frames on a display, by way of OpenGL ES, without a copy
 *
 * Starts the three processes at the ends of two sockets, and tells what they have
 * seen.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"

#define USAGE 2

static const char *const names[] = {
	[CAMERA] = "demo camera",
	[RENDERER] = "demo renderer",
	[SCREEN] = "demo screen",
};

static void print_usage(void)
{
	fputs("Usage: kdmabuf-demo [OPTION]...\n"
	      "A camera writes frames into buffers of kdmabuf; another process draws with them,\n"
	      "by OpenGL ES, into further ones, which a third shows on a display. No process\n"
	      "copies a pixel, and each checks that: it fails if one is lost, wrong or copied.\n"
	      "\n"
	      "  -n, --frames N         end after N frames (300)\n"
	      "  -c, --camera PATH      else the first of /dev/video* that will do, as vivid\n"
	      "  -d, --display PATH     else the first of /dev/dri/card* with one plugged in\n"
	      "  -s, --software         OpenGL ES by Mesa's software, even if there is a GPU\n"
	      "  -o, --output FILE.png  write the last frame to it, out of its buffer\n"
	      "  -e, --each COMMAND     run by sh for each frame while it is shown; its number\n"
	      "                         is in $KDMABUF_FRAME\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "It needs a console without a desktop.\n",
	      stdout);
}

/* The ends of two sockets, two by two. */
enum end { TO_RENDERER, FROM_CAMERA, TO_SCREEN, FROM_RENDERER, ENDS };

static void run_process(enum demo_process process,
			const struct demo_options *options,
			struct demo_report *report, const int *ends)
{
	static const int own[PROCESSES][2] = {
		[CAMERA] = { TO_RENDERER, TO_RENDERER },
		[RENDERER] = { FROM_CAMERA, TO_SCREEN },
		[SCREEN] = { FROM_RENDERER, FROM_RENDERER },
	};
	int first = ends[own[process][0]], second = ends[own[process][1]];

	program_invocation_short_name = (char *)names[process];
	prctl(PR_SET_NAME, names[process]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* A process is told that its peer has ended if nobody else has its end. */
	for (int i = 0; i < ENDS; i++)
		if (ends[i] != first && ends[i] != second)
			close(ends[i]);
	switch (process) {
	case CAMERA:
		demo_capture(options, report, first);
		break;
	case RENDERER:
		demo_render(options, report, first, second);
		break;
	default:
		demo_show(options, report, first);
	}
}

static pid_t start(enum demo_process process,
		   const struct demo_options *options,
		   struct demo_report *report, const int *ends)
{
	pid_t pid = fork();

	if (pid < 0)
		err(EXIT_FAILURE, "fork");
	if (!pid) {
		run_process(process, options, report, ends);
		_exit(EXIT_SUCCESS);
	}
	return pid;
}

/* Waits for one of them. Returns false if it has not done what it should. */
static bool wait_for_one(const pid_t *pids)
{
	int status;
	pid_t pid = wait(&status);

	for (int i = 0; i < PROCESSES; i++)
		if (pid == pids[i] && WIFSIGNALED(status))
			warnx("%s: %s", names[i], strsignal(WTERMSIG(status)));
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

static bool run(const struct demo_options *options)
{
	struct demo_report *reports = mmap(NULL, PROCESSES * sizeof(*reports),
					   PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[PROCESSES];
	bool good = true;
	int ends[ENDS];

	if (reports == MAP_FAILED)
		err(EXIT_FAILURE, "mmap");
	/* What they say does not get mixed up. */
	setlinebuf(stderr);
	for (int i = 0; i < ENDS; i += 2)
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			       &ends[i]) < 0)
			err(EXIT_FAILURE, "socketpair");
	for (int i = 0; i < PROCESSES; i++)
		pids[i] = start(i, options, &reports[i], ends);
	for (int i = 0; i < ENDS; i++)
		close(ends[i]);
	for (int i = 0; i < PROCESSES; i++)
		good = wait_for_one(pids) && good;
	return good && demo_print_table(options, reports);
}

/* A number from 1 on that fits into 32 bits. */
static uint32_t read_count(const char *text)
{
	char *end;
	long count = strtol(text, &end, 10);

	if (end == text || *end || count < 1 || count > INT_MAX)
		errx(USAGE, "bad --frames '%s': expected a number from 1",
		     text);
	return count;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "frames", required_argument, NULL, 'n' },
		{ "camera", required_argument, NULL, 'c' },
		{ "display", required_argument, NULL, 'd' },
		{ "software", no_argument, NULL, 's' },
		{ "output", required_argument, NULL, 'o' },
		{ "each", required_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct demo_options options = { .frames = 300 };
	int option;

	while ((option = getopt_long(argc, argv, "n:c:d:so:e:h", long_options,
				     NULL)) >= 0) {
		switch (option) {
		case 'n':
			options.frames = read_count(optarg);
			break;
		case 'c':
			options.camera = optarg;
			break;
		case 'd':
			options.display = optarg;
			break;
		case 's':
			options.software = true;
			break;
		case 'o':
			options.output = optarg;
			break;
		case 'e':
			options.each = optarg;
			break;
		case 'h':
			print_usage();
			return EXIT_SUCCESS;
		default:
			return USAGE;
		}
	}
	if (optind < argc)
		errx(USAGE, "no argument '%s' is expected; see --help",
		     argv[optind]);
	return run(&options) ? EXIT_SUCCESS : EXIT_FAILURE;
}
