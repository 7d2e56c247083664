// SPDX-License-Identifier: GPL-2.0
/*
 * DMA_HEAP_IOCTL_ALLOC as the kernel's own heaps have it, odd corners included. The
 * same tests run on a heap of the kernel's, to show that they ask for no more than
 * it does.
 */
#include "node.h"
#include "process.h"

FIXTURE(heap)
{
	int heap;
	int live;
};

FIXTURE_VARIANT(heap)
{
	const char *path;
	bool knows_types; /* of commands; heaps look only at their number */
};

FIXTURE_VARIANT_ADD(heap, contiguous){
	.path = HEAP,
};

FIXTURE_VARIANT_ADD(heap, kdmabuf){
	.path = NODE,
	.knows_types = true,
};

FIXTURE_VARIANT_ADD(heap, of_the_kernel){
	.path = "/dev/dma_heap/system",
};

FIXTURE_SETUP(heap)
{
	int node = open_node(_metadata, &self->live);

	if (node < 0)
		return;
	close(node);
	self->heap = open(variant->path, O_RDWR | O_CLOEXEC);
	if (self->heap < 0 && errno == ENOENT)
		SKIP(return, "no %s in this kernel", variant->path);
	ASSERT_LE(0, self->heap);
}

FIXTURE_TEARDOWN_PARENT(heap)
{
	expect_live(_metadata, self->live);
}

static struct dma_heap_allocation_data data(uint64_t len)
{
	return (struct dma_heap_allocation_data){
		.len = len,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
}

static int heap_alloc(int heap, struct dma_heap_allocation_data data)
{
	int ret = call(heap, DMA_HEAP_IOCTL_ALLOC, &data);

	return ret ?: (int)data.fd;
}

static unsigned long sized(size_t size)
{
	return _IOC(_IOC_READ | _IOC_WRITE, DMA_HEAP_IOC_MAGIC, 0, size);
}

TEST_F(heap, length_is_rounded_up_to_pages)
{
	static const uint64_t lengths[] = { 1, 4095, 4096, 4097, MIB(1) - 1 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		int fd = heap_alloc(self->heap, data(lengths[i]));

		ASSERT_LE(0, fd);
		EXPECT_EQ((lengths[i] + PAGE - 1) / PAGE * PAGE,
			  lseek(fd, 0, SEEK_END));
		close(fd);
	}
}

TEST_F(heap, length_comes_back_unchanged)
{
	struct dma_heap_allocation_data argument = data(4097);

	ASSERT_EQ(0, call(self->heap, DMA_HEAP_IOCTL_ALLOC, &argument));
	EXPECT_EQ(4097, argument.len);
	EXPECT_EQ(O_RDWR | O_CLOEXEC, argument.fd_flags);
	EXPECT_EQ(0, argument.heap_flags);
}

TEST_F(heap, no_length_and_one_that_wraps_are_einval)
{
	EXPECT_EQ(-EINVAL, heap_alloc(self->heap, data(0)));
	EXPECT_EQ(-EINVAL, heap_alloc(self->heap, data(~0ull)));
	EXPECT_EQ(-EINVAL, heap_alloc(self->heap, data(-PAGE + 1)));
}

TEST_F(heap, a_fd_that_is_not_zero_is_einval)
{
	struct dma_heap_allocation_data argument = data(PAGE);

	argument.fd = 1;
	EXPECT_EQ(-EINVAL, heap_alloc(self->heap, argument));
	argument.fd = ~0u;
	EXPECT_EQ(-EINVAL, heap_alloc(self->heap, argument));
}

TEST_F(heap, unknown_fd_flags_are_einval)
{
	int bit;

	for (bit = 0; bit < 32; bit++) {
		struct dma_heap_allocation_data argument = data(PAGE);

		if (1u << bit & (O_ACCMODE | O_CLOEXEC))
			continue;
		argument.fd_flags |= 1u << bit;
		EXPECT_EQ(-EINVAL, heap_alloc(self->heap, argument));
	}
}

TEST_F(heap, heap_flags_are_einval)
{
	int bit;

	for (bit = 0; bit < 64; bit++) {
		struct dma_heap_allocation_data argument = data(PAGE);

		argument.heap_flags = 1ull << bit;
		EXPECT_EQ(-EINVAL, heap_alloc(self->heap, argument));
	}
}

TEST_F(heap, access_and_cloexec_are_those_asked_for)
{
	static const uint32_t flags[] = {
		O_RDONLY,	    O_WRONLY, O_RDWR, O_RDONLY | O_CLOEXEC,
		O_RDWR | O_CLOEXEC,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct dma_heap_allocation_data argument = data(PAGE);
		int fd;

		argument.fd_flags = flags[i];
		fd = heap_alloc(self->heap, argument);
		ASSERT_LE(0, fd);
		EXPECT_EQ(flags[i] & O_ACCMODE, fcntl(fd, F_GETFL) & O_ACCMODE);
		EXPECT_EQ(flags[i] & O_CLOEXEC ? FD_CLOEXEC : 0,
			  fcntl(fd, F_GETFD));
		close(fd);
	}
}

TEST_F(heap, both_access_bits_are_taken)
{
	struct dma_heap_allocation_data argument = data(PAGE);
	int fd;

	argument.fd_flags = O_ACCMODE;
	fd = heap_alloc(self->heap, argument);
	EXPECT_LE(0, fd);
	EXPECT_EQ(-EACCES, try_map(fd, PAGE, PROT_READ, MAP_SHARED, 0));
}

TEST_F(heap, a_struct_that_is_shorter_is_taken_as_if_zeroes_followed)
{
	struct dma_heap_allocation_data argument = data(PAGE);

	argument.heap_flags = ~0ull;
	EXPECT_EQ(0, call(self->heap, sized(16), &argument));
	EXPECT_LT(0, argument.fd);
	EXPECT_EQ(~0ull, argument.heap_flags);

	/* Only the length: the fd is made, and the caller not told its number. */
	argument = data(PAGE);
	argument.fd = ~0u;
	EXPECT_EQ(0, call(self->heap, sized(8), &argument));
	EXPECT_EQ(~0u, argument.fd);
	EXPECT_EQ(-EINVAL, call(self->heap, sized(0), &argument));
}

TEST_F(heap, a_struct_that_is_longer_is_taken_whatever_follows)
{
	static const size_t sizes[] = { 25, 32, 128, 129, 4096, 16383 };
	static unsigned char argument[16384];
	size_t i, byte;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct dma_heap_allocation_data known = data(PAGE);

		memset(argument, 0xa5, sizeof(argument));
		memcpy(argument, &known, sizeof(known));
		ASSERT_EQ(0, call(self->heap, sized(sizes[i]), argument));
		for (byte = sizeof(known); byte < sizeof(argument); byte++)
			ASSERT_EQ(0xa5, argument[byte]);
	}
}

TEST_F(heap, the_direction_in_the_number_says_what_is_copied)
{
	struct dma_heap_allocation_data argument = data(PAGE);
	int fds = open_fds();

	/* Nothing read: no length. */
	EXPECT_EQ(-EINVAL,
		  call(self->heap, _IOR(DMA_HEAP_IOC_MAGIC, 0, argument),
		       &argument));
	EXPECT_EQ(-EINVAL,
		  call(self->heap, _IO(DMA_HEAP_IOC_MAGIC, 0), &argument));
	/* Nothing written back: a fd that the caller has to guess. */
	EXPECT_EQ(0, call(self->heap, _IOW(DMA_HEAP_IOC_MAGIC, 0, argument),
			  &argument));
	EXPECT_EQ(0, argument.fd);
	EXPECT_EQ(fds + 1, open_fds());
}

TEST_F(heap, of_a_heaps_command_only_the_number_counts)
{
	struct dma_heap_allocation_data argument = data(PAGE);
	unsigned int nr;

	if (variant->knows_types) {
		EXPECT_EQ(-ENOTTY,
			  call(self->heap, _IOWR('Z', 0, argument), &argument));
		return;
	}
	for (nr = 1; nr < 256; nr++)
		EXPECT_EQ(-EINVAL, call(self->heap,
					_IOWR(DMA_HEAP_IOC_MAGIC, nr, argument),
					&argument));
	EXPECT_EQ(0, call(self->heap, _IOWR('Z', 0, argument), &argument));
	EXPECT_LT(0, argument.fd);
}

TEST_F(heap, a_struct_that_cannot_be_read_is_efault)
{
	int fds = open_fds();

	EXPECT_EQ(-EFAULT, call(self->heap, DMA_HEAP_IOCTL_ALLOC, NULL));
	EXPECT_EQ(-EFAULT, call(self->heap, sized(16383), (void *)8));
	EXPECT_EQ(fds, open_fds());
}

TEST_F(heap, a_struct_that_cannot_be_written_leaves_nothing)
{
	struct dma_heap_allocation_data *argument =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds = open_fds(), lowest = lowest_free_fd();

	ASSERT_NE(MAP_FAILED, argument);
	*argument = data(PAGE);
	ASSERT_EQ(0, mprotect(argument, PAGE, PROT_READ));
	EXPECT_EQ(-EFAULT, call(self->heap, DMA_HEAP_IOCTL_ALLOC, argument));
	EXPECT_EQ(fds, open_fds());
	EXPECT_EQ(lowest, lowest_free_fd());
	EXPECT_EQ(0, argument->fd);
}

TEST_F(heap, without_a_free_descriptor_is_emfile)
{
	int fds = open_fds();

	ASSERT_EQ(0, limit_fds(lowest_free_fd()));
	EXPECT_EQ(-EMFILE, heap_alloc(self->heap, data(PAGE)));
	ASSERT_EQ(0, limit_fds(MANY_FDS));
	EXPECT_EQ(fds, open_fds());
}

/* The kernel's heap would try, and processes be killed for it. */
FIXTURE_ON_NODE(our_heap)

TEST_F(our_heap, more_than_the_machine_has_is_enomem)
{
	int heap = open(HEAP, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, heap);
	EXPECT_EQ(-ENOMEM, heap_alloc(heap, data(1ull << 44)));
	EXPECT_EQ(-ENOMEM, heap_alloc(heap, data((1ull << 44) + PAGE)));
	EXPECT_EQ(-ENOMEM, heap_alloc(heap, data(-PAGE)));
	EXPECT_EQ(-ENOMEM, heap_alloc(self->node, data(-PAGE)));
}

TEST_HARNESS_MAIN
