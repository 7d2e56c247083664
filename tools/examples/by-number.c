// SPDX-License-Identifier: MIT
/*
 * A buffer that two processes share by its number, and by nothing else. The first
 * allocates it and starts the second with the number as its argument, as anybody
 * could who has been told it. If it is root who starts this, the second is another
 * user, who may read the buffer but not write to it.
 */
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE ((size_t)1 << 20)
#define NOBODY 65534

static int failed(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-error));
	return 1;
}

/* The second process: whoever it is, opens the device himself. */
static int read_buffer(const char *number)
{
	int device = kdmabuf_open();
	void *memory;
	int fd;

	if (device < 0)
		return failed("/dev/kdmabuf", device);
	/* It asks for more, and gets what it may have. */
	fd = kdmabuf_open_id(device, strtoull(number, NULL, 10), O_RDWR);
	if (fd < 0)
		return failed(number, fd);
	if (kdmabuf_map(fd, 0, SIZE, PROT_READ, &memory))
		return 1;
	printf("read by uid %d: %s\n", (int)getuid(), (char *)memory);
	if (kdmabuf_map(fd, 0, SIZE, PROT_READ | PROT_WRITE, &memory))
		puts("it cannot write to it");
	return 0;
}

/*
 * Root becomes a user who is in the group that may use the device, in no other and
 * never in root's. Groups go first: afterwards there is no right to change them.
 */
static int drop_privileges(void)
{
	struct stat device;

	if (getuid())
		return 0;
	if (stat("/dev/kdmabuf", &device))
		return -1;
	return setgroups(device.st_gid ? 1 : 0, &device.st_gid) ||
	       setresgid(NOBODY, NOBODY, NOBODY) ||
	       setresuid(NOBODY, NOBODY, NOBODY);
}

int main(int argc, char **argv)
{
	int device, fd, status;
	char number[24];
	void *memory;
	uint64_t id;

	if (argc > 1)
		return read_buffer(argv[1]);

	device = kdmabuf_open();
	fd = kdmabuf_alloc(device, SIZE);
	if (fd < 0 || kdmabuf_map(fd, 0, SIZE, PROT_READ | PROT_WRITE, &memory))
		return 1;
	sprintf(memory, "hello from uid %d", (int)getuid());
	/* Its owner may write, everybody may read. */
	if (kdmabuf_publish(device, fd, 0644, &id))
		return 1;
	snprintf(number, sizeof(number), "%" PRIu64, id);

	if (!fork()) {
		if (!drop_privileges())
			execl("/proc/self/exe", argv[0], number, NULL);
		perror(argv[0]);
		_exit(1);
	}
	/* The buffer has to live until the other has opened it. */
	return wait(&status) < 0 || status;
}
