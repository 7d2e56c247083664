// SPDX-License-Identifier: GPL-2.0
/*
 * Structs of any size: what callers that were compiled against an older or a newer
 * header than the module's get. One variant for each command.
 */
#include "node.h"

/* What an ioctl number can encode. */
#define SIZE_MAX_IOCTL 16383

FIXTURE(struct_size)
{
	int node;
	int live;
	int fd; /* of a buffer, for the commands that are about one */
	uint64_t id; /* of that buffer */
	char *argument; /* ends where the page after it cannot be touched */
};

FIXTURE_VARIANT(struct_size)
{
	unsigned long command;
	size_t size;
	size_t flags_offset; /* a field that does not like 1 << 31 */
};

FIXTURE_VARIANT_ADD(struct_size, alloc){
	.command = KDMABUF_IOCTL_ALLOC,
	.size = sizeof(struct kdmabuf_alloc),
	.flags_offset = offsetof(struct kdmabuf_alloc, flags),
};

FIXTURE_VARIANT_ADD(struct_size, query){
	.command = KDMABUF_IOCTL_QUERY,
	.size = sizeof(struct kdmabuf_query),
	.flags_offset = offsetof(struct kdmabuf_query, view_flags),
};

FIXTURE_VARIANT_ADD(struct_size, view){
	.command = KDMABUF_IOCTL_VIEW,
	.size = sizeof(struct kdmabuf_view),
	.flags_offset = offsetof(struct kdmabuf_view, flags),
};

FIXTURE_VARIANT_ADD(struct_size, next){
	.command = KDMABUF_IOCTL_NEXT,
	.size = sizeof(struct kdmabuf_next),
	.flags_offset = offsetof(struct kdmabuf_next, flags),
};

FIXTURE_VARIANT_ADD(struct_size, publish){
	.command = KDMABUF_IOCTL_PUBLISH,
	.size = sizeof(struct kdmabuf_publish),
	.flags_offset = offsetof(struct kdmabuf_publish, flags),
};

FIXTURE_VARIANT_ADD(struct_size, open){
	.command = KDMABUF_IOCTL_OPEN,
	.size = sizeof(struct kdmabuf_open_id),
	.flags_offset = offsetof(struct kdmabuf_open_id, flags),
};

FIXTURE_VARIANT_ADD(struct_size, sync){
	.command = KDMABUF_IOCTL_SYNC,
	.size = sizeof(struct kdmabuf_sync),
	.flags_offset = offsetof(struct kdmabuf_sync, flags),
};

FIXTURE_SETUP(struct_size)
{
	struct kdmabuf_query answer;
	char *memory;

	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	self->fd = allocate(self->node, PAGE);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, query(self->node, self->fd, &answer));
	self->id = answer.id;

	memory = mmap(NULL, 6 * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, mprotect(memory + 5 * PAGE, PAGE, PROT_NONE));
	self->argument = memory + 5 * PAGE;
}

FIXTURE_TEARDOWN_PARENT(struct_size)
{
	expect_live(_metadata, self->live);
}

static unsigned long command(const FIXTURE_VARIANT(struct_size) * variant,
			     size_t size)
{
	return (variant->command & ~(unsigned long)IOCSIZE_MASK) |
	       size << IOCSIZE_SHIFT;
}

/* A struct that is right, at the very end of the memory, then zeroes. */
static void *right_argument(const FIXTURE_DATA(struct_size) * self,
			    const FIXTURE_VARIANT(struct_size) * variant,
			    size_t size)
{
	static const struct kdmabuf_next next = { 0 };
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_query query = { .fd = self->fd };
	struct kdmabuf_view view = {
		.fd = self->fd,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.length = PAGE,
	};
	struct kdmabuf_publish publish = { .fd = self->fd, .mode = 0600 };
	struct kdmabuf_open_id open = {
		.id = self->id,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	struct kdmabuf_sync sync = {
		.fd = self->fd,
		.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW,
		.length = PAGE,
	};
	const void *arguments[] = {
		&alloc, &query, &view, &next, &publish, &open, &sync,
	};
	char *argument = self->argument - size;

	memset(argument, 0, size);
	memcpy(argument, arguments[_IOC_NR(variant->command)],
	       size < variant->size ? size : variant->size);
	return argument;
}

/* Closes the fd that came back. */
static void discard(const FIXTURE_VARIANT(struct_size) * variant,
		    const void *argument)
{
	if (variant->command == KDMABUF_IOCTL_ALLOC)
		close(((const struct kdmabuf_alloc *)argument)->fd);
	else if (variant->command == KDMABUF_IOCTL_VIEW)
		close(((const struct kdmabuf_view *)argument)->view_fd);
	else if (variant->command == KDMABUF_IOCTL_OPEN)
		close(((const struct kdmabuf_open_id *)argument)->fd);
}

TEST_F(struct_size, shorter_than_the_first_version_is_einval)
{
	size_t size;

	for (size = 0; size < variant->size; size++) {
		void *argument = right_argument(self, variant, size);

		ASSERT_EQ(-EINVAL,
			  call(self->node, command(variant, size), argument))
		{
			TH_LOG("size %zu", size);
		}
		/* Before the struct is read. */
		ASSERT_EQ(-EINVAL,
			  call(self->node, command(variant, size), NULL));
	}
}

TEST_F(struct_size, longer_is_taken_and_comes_back_with_zeroes)
{
	static const size_t more[] = { 0, 1, 4, 8, 127, 4096, 5000 };
	size_t i;

	for (i = 0; i <= ARRAY_SIZE(more); i++) {
		size_t size = i < ARRAY_SIZE(more) ? variant->size + more[i] :
						     SIZE_MAX_IOCTL;
		char *argument = right_argument(self, variant, size);
		size_t byte;

		ASSERT_EQ(0, call(self->node, command(variant, size), argument))
		{
			TH_LOG("size %zu", size);
		}
		for (byte = variant->size; byte < size; byte++)
			ASSERT_EQ(0, argument[byte])
			{
				TH_LOG("byte %zu of %zu", byte, size);
			}
		discard(variant, argument);
	}
}

TEST_F(struct_size, any_longer_one_with_a_byte_that_is_not_zero_is_e2big)
{
	size_t size;

	for (size = variant->size + 1; size <= SIZE_MAX_IOCTL; size++) {
		char *argument = right_argument(self, variant, size);

		argument[size - 1] = 1;
		ASSERT_EQ(-E2BIG,
			  call(self->node, command(variant, size), argument))
		{
			TH_LOG("last byte of %zu", size);
		}
		argument[size - 1] = 0;
		argument[variant->size] = 0x80;
		ASSERT_EQ(-E2BIG,
			  call(self->node, command(variant, size), argument))
		{
			TH_LOG("byte %zu of %zu", variant->size, size);
		}
	}
}

TEST_F(struct_size, e2big_comes_before_unknown_flags)
{
	size_t size = variant->size + 8;
	char *argument = right_argument(self, variant, size);
	uint32_t flags = 1u << 31;

	memcpy(argument + variant->flags_offset, &flags, sizeof(flags));
	EXPECT_EQ(-EINVAL, call(self->node, command(variant, size), argument));
	argument[size - 1] = 1;
	EXPECT_EQ(-E2BIG, call(self->node, command(variant, size), argument));
}

TEST_F(struct_size, a_struct_that_cannot_be_read_is_efault)
{
	static const size_t missing[] = { 1, 8, 30 };
	size_t i;

	EXPECT_EQ(-EFAULT,
		  call(self->node, command(variant, variant->size), NULL));
	for (i = 0; i < ARRAY_SIZE(missing); i++) {
		char *argument = right_argument(self, variant, variant->size);

		/* The end of the struct, then the end of what follows it. */
		EXPECT_EQ(-EFAULT,
			  call(self->node, command(variant, variant->size),
			       argument + missing[i]));
		argument = right_argument(self, variant, variant->size);
		EXPECT_EQ(-EFAULT,
			  call(self->node,
			       command(variant, variant->size + missing[i]),
			       argument));
	}
}

TEST_HARNESS_MAIN
