// SPDX-License-Identifier: GPL-2.0
/*
 * What is done with a buffer, with a fault in every place in turn. fail_alloc.c does
 * that to its allocation, fail_importer.c to its import.
 */
#include <kdmabuf.h>
#include <sys/wait.h>

#include "bytes.h"
#include "fail_nth.h"

/* Enough for the library to care where its mapping lies. */
#define SIZE MIB(2)

FIXTURE(fail_exporter)
{
	struct injection injection;
	int node;
	int live;
	int fd;
};

FIXTURE_SETUP(fail_exporter)
{
	char *bytes;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0 || !begin_injection(_metadata, &self->injection))
		return;
	self->fd = allocate(self->node, SIZE);
	ASSERT_LE(0, self->fd);
	bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, 1, 0, SIZE);
	munmap(bytes, SIZE);
}

FIXTURE_TEARDOWN_PARENT(fail_exporter)
{
	end_injection(_metadata, &self->injection);
	expect_live(_metadata, self->live);
}

static int open_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

TEST_F(fail_exporter, open)
{
	static const char *const paths[] = { NODE, HEAP };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

		while (NEXT_FAULT(faults)) {
			int fd = END_FAULT(faults, open_path(paths[i], O_RDWR));

			if (fd >= 0)
				close(fd);
		}
	}
}

static int allocate_from_heap(int heap)
{
	struct dma_heap_allocation_data data = {
		.len = SIZE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};

	return call(heap, DMA_HEAP_IOCTL_ALLOC, &data) ?: (int)data.fd;
}

TEST_F(fail_exporter, alloc_of_the_heap)
{
	int nodes[] = { self->node, open(HEAP, O_RDWR | O_CLOEXEC) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

		while (NEXT_FAULT(faults)) {
			int fd =
				END_FAULT(faults, allocate_from_heap(nodes[i]));

			if (fd >= 0)
				close(fd);
		}
	}
}

TEST_F(fail_exporter, query_and_next)
{
	struct faults query_faults = FAULTS(ERRNO(EFAULT));
	struct faults next_faults = FAULTS(ERRNO(EFAULT));
	struct kdmabuf_query answer;
	struct kdmabuf_next next;

	while (NEXT_FAULT(query_faults))
		END_FAULT(query_faults, query(self->node, self->fd, &answer));
	while (NEXT_FAULT(next_faults)) {
		next.id = answer.id - 1;
		END_FAULT(next_faults, next_buffer(self->node, &next));
	}
}

TEST_F(fail_exporter, view)
{
	static const int accesses[] = { O_RDWR, O_RDONLY };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(accesses); i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

		while (NEXT_FAULT(faults)) {
			int fd = END_FAULT(faults,
					   make_view(self->node, self->fd,
						     accesses[i], PAGE, PAGE));

			if (fd >= 0)
				close(fd);
		}
	}
}

/* The list for people. */
static int read_buffers(void)
{
	char text[4096];
	int file = open_path("/sys/kernel/debug/kdmabuf/buffers", O_RDONLY);
	int ret;

	if (file < 0)
		return file;
	ret = read(file, text, sizeof(text)) < 0 ? -errno : 0;
	close(file);
	return ret;
}

TEST_F(fail_exporter, list_of_buffers)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

	while (NEXT_FAULT(faults))
		END_FAULT(faults, read_buffers());
}

TEST_F(fail_exporter, set_name)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM) | ERRNO(EFAULT));

	while (NEXT_FAULT(faults))
		END_FAULT(faults,
			  call(self->fd, DMA_BUF_SET_NAME_B, "a new name"));
}

TEST_F(fail_exporter, sync)
{
	static const uint64_t steps[] = { DMA_BUF_SYNC_START,
					  DMA_BUF_SYNC_END };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		uint64_t flags = steps[i] | DMA_BUF_SYNC_RW;
		struct faults all_faults = FAULTS(ERRNO(EFAULT));
		struct faults range_faults = FAULTS(ERRNO(EFAULT));

		while (NEXT_FAULT(all_faults))
			END_FAULT(all_faults, sync_fd(self->fd, flags));
		while (NEXT_FAULT(range_faults))
			END_FAULT(range_faults, sync_range(self->node, self->fd,
							   flags, PAGE, PAGE));
	}
}

TEST_F(fail_exporter, mmap)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));

	while (NEXT_FAULT(faults)) {
		void *bytes;

		if (!END_FAULT(faults, map_into(self->fd, SIZE, 0, &bytes)))
			munmap(bytes, SIZE);
	}
}

TEST_F(fail_exporter, map_of_the_library)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));

	while (NEXT_FAULT(faults)) {
		void *bytes;

		if (!END_FAULT(faults, kdmabuf_map(self->fd, 0, SIZE, PROT_READ,
						   &bytes)))
			kdmabuf_unmap(bytes, SIZE);
	}
}

/* So far from all other mappings that no table of theirs leads to it. */
#define FAR ((char *)(32ull << 40))

static int map_far_into(int fd, uint64_t size, uint64_t offset)
{
	void *bytes = mmap(FAR, size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_FIXED_NOREPLACE, fd, offset);

	return bytes == MAP_FAILED ? -errno : 0;
}

static char *map_far(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, map_far_into(fd, SIZE, 0));
	return FAR;
}

/* What no huge entry can map is mapped at once. */
TEST_F(fail_exporter, mmap_of_huge_and_other_pages)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));
	uint64_t size = SIZE + PAGE;
	int fd = allocate(self->node, size);

	ASSERT_LE(0, fd);
	while (NEXT_FAULT(faults)) {
		if (END_FAULT(faults, map_far_into(fd, size, 0)))
			continue;
		EXPECT_EQ(size, zeroes(FAR, size));
		munmap(FAR, size);
	}
}

static int read_byte(const char *bytes)
{
	return (unsigned char)__atomic_load_n(bytes, __ATOMIC_RELAXED);
}

/*
 * A fault is one of the processor's here, too. Where it finds no memory for a page
 * table, the kernel just lets the process try again: no signal comes of it.
 */
TEST_F(fail_exporter, access_is_repeated_until_there_is_memory)
{
	struct faults faults = FAULTS(NO_ERRNO);
	char *bytes = map_far(_metadata, self->fd);

	while (NEXT_FAULT(faults)) {
		END_FAULT(faults, read_byte(bytes));
		EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
		munmap(bytes, SIZE);
		bytes = map_far(_metadata, self->fd);
	}
}

/* Who asks the kernel to do it is told. */
TEST_F(fail_exporter, populate)
{
	static const int advices[] = { MADV_POPULATE_READ,
				       MADV_POPULATE_WRITE };
	/* From the second page on no huge entry fits. */
	static const uint64_t offsets[] = { 0, PAGE };
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(advices); i++) {
		struct faults faults = FAULTS(ERRNO(ENOMEM));
		uint64_t offset = offsets[i / 2], size = SIZE - offset;

		ASSERT_EQ(0, map_far_into(self->fd, size, offset));
		while (NEXT_FAULT(faults)) {
			END_FAULT(faults, madvise(FAR, size, advices[i % 2]) ?
						  -errno :
						  0);
			EXPECT_EQ(size, matching(FAR, 1, offset, size));
			munmap(FAR, size);
			ASSERT_EQ(0, map_far_into(self->fd, size, offset));
		}
		munmap(FAR, size);
	}
}

TEST_F(fail_exporter, munmap_of_the_middle)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));
	char *bytes = map_far(_metadata, self->fd);

	while (NEXT_FAULT(faults)) {
		int ret = END_FAULT(faults,
				    munmap(bytes + PAGE, PAGE) ? -errno : 0);

		EXPECT_EQ(ret ? SIZE : PAGE,
			  matching(bytes, 1, 0, ret ? SIZE : PAGE));
		munmap(bytes, SIZE);
		bytes = map_far(_metadata, self->fd);
	}
}

static int fork_once(pid_t *child)
{
	*child = fork();
	if (!*child)
		_exit(0);
	return *child < 0 ? -errno : 0;
}

/*
 * Where there is no memory for a process's kernel stack, the kernel reports that with
 * a trace on the console. So only those allocations fail that our mapping and our
 * descriptor make necessary.
 */
TEST_F(fail_exporter, fork)
{
	struct faults faults = FAULTS(ERRNO(ENOMEM));
	char *bytes = map_far(_metadata, self->fd);

	faults.last_kind = SLABS;
	choose_slabs("*", false);
	choose_slabs("vm_area_struct", true);
	choose_slabs("maple_node", true);
	choose_slabs("files_cache", true);
	while (NEXT_FAULT(faults)) {
		pid_t child;

		if (!END_FAULT(faults, fork_once(&child)))
			EXPECT_TRUE(ended_well(child));
		EXPECT_EQ(SIZE, matching(bytes, 1, 0, SIZE));
	}
}

TEST_HARNESS_MAIN
