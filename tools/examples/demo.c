// SPDX-License-Identifier: MIT
/*
 * kdmabuf-demo: camera frames in kdmabuf buffers, read by another process
 *
 * Starts kdmabuf-demo-capture and kdmabuf-demo-viewer, which lie beside it, at two
 * ends of a socket.
 */
#include <err.h>
#include <getopt.h>
#include <limits.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE 2

static void print_usage(FILE *stream)
{
	fputs("Usage: kdmabuf-demo [OPTION]...\n"
	      "A camera writes frames into kdmabuf buffers, another process reads them there.\n"
	      "\n"
	      "  --output FILE.png  write the last frame to it\n"
	      "  --frames N         end after N frames (100)\n"
	      "  --device PATH      the camera; else the first that will do, as vivid\n"
	      "  --help             this text\n",
	      stream);
}

/*
 * Starts the program @name with @socket. Its arguments are the descriptor's number
 * and two more, of which the last, or both, may be NULL.
 */
static pid_t start(const char *name, int socket, const char *second,
		   const char *third)
{
	char path[PATH_MAX], program[PATH_MAX + 64], number[16];
	ssize_t length;
	pid_t pid;

	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length < 0)
		err(EXIT_FAILURE, "/proc/self/exe");
	path[length] = '\0';
	snprintf(program, sizeof(program), "%s/%s", dirname(path), name);

	pid = fork();
	if (pid < 0)
		err(EXIT_FAILURE, "fork");
	if (!pid) {
		/* The duplicate has no FD_CLOEXEC, as both ends have. */
		snprintf(number, sizeof(number), "%d", dup(socket));
		execl(program, program, number, second, third, NULL);
		err(EXIT_FAILURE, "%s", program);
	}
	return pid;
}

static bool succeeded(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* True if @text is a number from 1 on that fits into 32 bits. */
static bool is_count(const char *text)
{
	char *end;
	long count = strtol(text, &end, 10);

	return end != text && !*end && count >= 1 && count <= INT_MAX;
}

static bool run(const char *frames, const char *device, const char *output)
{
	pid_t capture, viewer;
	bool captured, viewed;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(EXIT_FAILURE, "socketpair");
	capture = start("kdmabuf-demo-capture", ends[0], frames, device);
	viewer = start("kdmabuf-demo-viewer", ends[1], output, NULL);
	/* A process is told that the other has ended if nobody else has its end. */
	close(ends[0]);
	close(ends[1]);
	captured = succeeded(capture);
	viewed = succeeded(viewer);
	return captured && viewed;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "frames", required_argument, NULL, 'n' },
		{ "device", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *frames = "100", *device = NULL, *output = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "o:n:d:h", options, NULL)) >=
	       0) {
		switch (option) {
		case 'o':
			output = optarg;
			break;
		case 'n':
			frames = optarg;
			break;
		case 'd':
			device = optarg;
			break;
		case 'h':
			print_usage(stdout);
			return EXIT_SUCCESS;
		default:
			return USAGE;
		}
	}
	if (optind < argc)
		errx(USAGE, "no argument '%s' is expected; see --help",
		     argv[optind]);
	if (!is_count(frames))
		errx(USAGE, "bad --frames '%s': expected a number from 1",
		     frames);
	return run(frames, device, output) ? EXIT_SUCCESS : EXIT_FAILURE;
}
