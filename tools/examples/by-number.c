// SPDX-License-Identifier: MIT
/*
 * A buffer that two processes share by its number, which one prints and the other
 * reads. If it is root who starts this, the other is another user, who may read the
 * buffer but not write to it.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE ((size_t)1 << 20)
#define NOBODY 65534

/* Knows a number, and nothing else. */
static int read_buffer(FILE *numbers)
{
	int device = kdmabuf_open();
	void *memory;
	uint64_t id;
	int fd;

	if (!getuid() && (setgid(NOBODY) || setuid(NOBODY)))
		return 1;
	if (fscanf(numbers, "%" SCNu64, &id) != 1)
		return 1;

	/* It asks for more, and gets what it may have. */
	fd = kdmabuf_open_id(device, id, O_RDWR);
	if (fd < 0 || kdmabuf_map(fd, 0, SIZE, PROT_READ, &memory))
		return 1;
	printf("read by uid %d: %s\n", (int)getuid(), (char *)memory);
	if (kdmabuf_map(fd, 0, SIZE, PROT_READ | PROT_WRITE, &memory))
		puts("it cannot write to it");
	return 0;
}

static int publish_buffer(FILE *numbers)
{
	int device = kdmabuf_open();
	int fd = kdmabuf_alloc(device, SIZE);
	void *memory;
	uint64_t id;
	int status;

	if (fd < 0 || kdmabuf_map(fd, 0, SIZE, PROT_READ | PROT_WRITE, &memory))
		return 1;
	sprintf(memory, "hello from uid %d", (int)getuid());
	/* Its owner may write, everybody may read. */
	if (kdmabuf_publish(device, fd, 0644, &id))
		return 1;
	fprintf(numbers, "%" PRIu64 "\n", id);
	fclose(numbers);
	/* It has to live until the other has opened it. */
	return wait(&status) < 0 || status;
}

int main(void)
{
	int ends[2];

	if (pipe(ends))
		return 1;
	switch (fork()) {
	case -1:
		return 1;
	case 0:
		close(ends[1]);
		return read_buffer(fdopen(ends[0], "r"));
	default:
		close(ends[0]);
		return publish_buffer(fdopen(ends[1], "w"));
	}
}
