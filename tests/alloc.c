// SPDX-License-Identifier: GPL-2.0
/*
 * KDMABUF_IOCTL_ALLOC: every error, the order in which they are checked for, and
 * what comes back.
 */
#include <sys/sysinfo.h>

#include "node.h"
#include "process.h"

/* A wrong argument: the bytes it stands in, what it is, what it gets. */
struct fault {
	const char *what;
	size_t offset;
	size_t size;
	uint64_t value;
	int error;
};

#define FAULT(field, value, error)                                    \
	{ #field " = " #value, offsetof(struct kdmabuf_alloc, field), \
	  sizeof(((struct kdmabuf_alloc *)0)->field), value, error }

/* In the order of the checks. A name is filled with bytes that are not NUL. */
static const struct fault faults[] = {
	FAULT(flags, 1 << 3, EINVAL),
	FAULT(flags, 1u << 31, EINVAL),
	FAULT(fd_flags, O_ACCMODE, EINVAL),
	FAULT(fd_flags, O_RDWR | O_APPEND, EINVAL),
	FAULT(fd_flags, O_RDWR | O_NONBLOCK, EINVAL),
	FAULT(fd_flags, O_RDWR | O_CREAT, EINVAL),
	FAULT(fd_flags, 1u << 31, EINVAL),
	FAULT(node, 1, EINVAL),
	FAULT(node, -1, EINVAL),
	FAULT(fd, 1, EINVAL),
	FAULT(fd, -1, EINVAL),
	FAULT(reserved, 1, EINVAL),
	FAULT(reserved, 1u << 31, EINVAL),
	FAULT(id, 1, EINVAL),
	FAULT(id, 1ull << 63, EINVAL),
	FAULT(window, 1, EINVAL),
	FAULT(window, 1ull << 63, EINVAL),
	FAULT(size, 0, ERANGE),
	FAULT(size, ~0ull, ERANGE),
	FAULT(size, ~0ull - PAGE + 2, ERANGE),
	FAULT(alignment, 3, EDOM),
	FAULT(alignment, PAGE + 1, EDOM),
	FAULT(alignment, 3 * PAGE, EDOM),
	FAULT(alignment, 2 * PAGE, EDOM),
	FAULT(alignment, 1ull << 63, EDOM),
	FAULT(alignment, ~0ull, EDOM),
	FAULT(address_bits, 1, EADDRNOTAVAIL),
	FAULT(address_bits, 12, EADDRNOTAVAIL),
	FAULT(address_bits, 65, EADDRNOTAVAIL),
	FAULT(address_bits, ~0u, EADDRNOTAVAIL),
	FAULT(name, 'n', ENAMETOOLONG),
};

static void commit(struct kdmabuf_alloc *alloc, const struct fault *fault)
{
	void *field = (char *)alloc + fault->offset;

	if (fault->size == KDMABUF_NAME_LEN)
		memset(field, fault->value, fault->size);
	else
		memcpy(field, &fault->value, fault->size);
}

FIXTURE_ON_NODE(alloc)

TEST_F(alloc, wrong_arguments_have_their_own_errors)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		struct kdmabuf_alloc alloc = request(PAGE, 0);

		commit(&alloc, &faults[i]);
		EXPECT_EQ(-faults[i].error, allocate_with(self->node, alloc))
		{
			TH_LOG("with %s", faults[i].what);
		}
	}
	EXPECT_EQ(self->live, live_buffers(self->node));
}

TEST_F(alloc, of_two_wrong_arguments_the_first_is_reported)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		for (j = i + 1; j < ARRAY_SIZE(faults); j++) {
			struct kdmabuf_alloc alloc = request(PAGE, 0);

			if (faults[i].offset == faults[j].offset)
				continue;
			commit(&alloc, &faults[j]);
			commit(&alloc, &faults[i]);
			EXPECT_EQ(-faults[i].error,
				  allocate_with(self->node, alloc))
			{
				TH_LOG("with %s and %s", faults[i].what,
				       faults[j].what);
			}
		}
	}
}

TEST_F(alloc, a_node_that_is_not_there_is_enxio)
{
	static const int nodes[] = { -1, INT32_MIN, 1 << 20, INT32_MAX };
	struct kdmabuf_alloc alloc;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		alloc = request(PAGE, KDMABUF_ALLOC_ON_NODE);
		alloc.node = nodes[i];
		EXPECT_EQ(-ENXIO, allocate_with(self->node, alloc));

		/* After the address limit, before the name. */
		alloc.address_bits = 12;
		EXPECT_EQ(-EADDRNOTAVAIL, allocate_with(self->node, alloc));
		alloc.address_bits = 0;
		memset(alloc.name, 'n', sizeof(alloc.name));
		EXPECT_EQ(-ENXIO, allocate_with(self->node, alloc));
	}
}

TEST_F(alloc, a_node_that_is_not_online_is_enxio)
{
	struct kdmabuf_alloc alloc = request(PAGE, KDMABUF_ALLOC_ON_NODE);
	char path[64];

	/* As many as x86-64 kernels can have, and more. */
	for (alloc.node = 1; alloc.node < 2048; alloc.node++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d",
			 alloc.node);
		if (access(path, F_OK))
			EXPECT_EQ(-ENXIO, allocate_with(self->node, alloc));
	}
}

TEST_F(alloc, scattered_memory_has_no_alignment)
{
	static const uint64_t alignments[] = { 1, PAGE, KIB(64), 3 };
	struct kdmabuf_alloc alloc = request(KIB(64), KDMABUF_ALLOC_SCATTERED);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(alignments); i++) {
		alloc.alignment = alignments[i];
		EXPECT_EQ(-EDOM, allocate_with(self->node, alloc));
	}
}

TEST_F(alloc, alignment_may_reach_the_size_rounded_to_a_power_of_two)
{
	struct kdmabuf_alloc alloc = request(5 * PAGE - 1, 0);
	int fd;

	alloc.alignment = 8 * PAGE;
	fd = allocate_with(self->node, alloc);
	EXPECT_LE(0, fd);
	close(fd);
	alloc.alignment = 16 * PAGE;
	EXPECT_EQ(-EDOM, allocate_with(self->node, alloc));
}

TEST_F(alloc, more_than_the_machine_has_is_enomem)
{
	static const uint32_t flags[] = { 0, KDMABUF_ALLOC_SCATTERED };
	struct sysinfo info;
	uint64_t ram;
	size_t i;

	ASSERT_EQ(0, sysinfo(&info));
	ram = (uint64_t)info.totalram * info.mem_unit;
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(-ENOMEM, allocate_with(self->node,
						 request(ram + 1, flags[i])));
		/* Sizes whose bytes, pages or both do not fit 32 or 63 bits. */
		EXPECT_EQ(-ENOMEM,
			  allocate_with(self->node,
					request(1ull << 44, flags[i])));
		EXPECT_EQ(-ENOMEM,
			  allocate_with(self->node, request((1ull << 44) + PAGE,
							    flags[i])));
		EXPECT_EQ(-ENOMEM,
			  allocate_with(self->node,
					request(1ull << 63, flags[i])));
		EXPECT_EQ(-ENOMEM,
			  allocate_with(self->node, request(-PAGE, flags[i])));
	}
	EXPECT_EQ(-ENOMEM, allocate(self->node, ram));
	if (ram < 1ull << 32)
		EXPECT_EQ(-ENOMEM, allocate(self->node, (1ull << 32) + PAGE));
}

TEST_F(alloc, a_number_that_32_bits_would_cut_is_not_cut)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);

	/* Each would be something that is allowed. */
	alloc.alignment = 1ull << 32;
	EXPECT_EQ(-EDOM, allocate_with(self->node, alloc));
	alloc.alignment = (1ull << 32) + PAGE;
	EXPECT_EQ(-EDOM, allocate_with(self->node, alloc));
	alloc = request(PAGE, 0);
	alloc.id = 1ull << 32;
	EXPECT_EQ(-EINVAL, allocate_with(self->node, alloc));
}

TEST_F(alloc, without_a_free_descriptor_is_emfile_before_enomem)
{
	struct kdmabuf_alloc named = request(PAGE, 0);

	memset(named.name, 'n', sizeof(named.name));
	ASSERT_EQ(0, limit_fds(lowest_free_fd()));

	EXPECT_EQ(-EMFILE, allocate(self->node, PAGE));
	EXPECT_EQ(-EMFILE, allocate(self->node, 1ull << 50));
	EXPECT_EQ(-ENAMETOOLONG, allocate_with(self->node, named));
	EXPECT_EQ(self->live, live_buffers(self->node));
}

TEST_F(alloc, size_comes_back_in_whole_pages)
{
	static const uint64_t sizes[] = { 1, 4095, 4096, 4097, 12288 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct kdmabuf_alloc alloc = request(sizes[i], 0);
		uint64_t rounded = (sizes[i] + PAGE - 1) / PAGE * PAGE;

		ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		EXPECT_EQ(rounded, alloc.size);
		EXPECT_EQ(rounded, lseek(alloc.fd, 0, SEEK_END));
		close(alloc.fd);
	}
}

TEST_F(alloc, what_is_only_input_is_left_alone)
{
	struct kdmabuf_alloc before = {
		.size = 8 * PAGE,
		.flags = KDMABUF_ALLOC_ON_NODE,
		.fd_flags = O_RDWR | O_CLOEXEC,
		.alignment = 4 * PAGE,
		.address_bits = 32,
		.name = "left alone",
	}, after = before;

	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &after));
	EXPECT_LE(0, after.fd);
	EXPECT_NE(0, after.id);
	before.fd = after.fd;
	before.id = after.id;
	before.window = after.window;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	close(after.fd);
}

TEST_F(alloc, fd_flags_are_those_of_the_fd)
{
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct kdmabuf_alloc alloc = request(PAGE, 0);
		int fd;

		alloc.fd_flags = modes[i] | O_CLOEXEC;
		fd = allocate_with(self->node, alloc);
		ASSERT_LE(0, fd);
		EXPECT_EQ(modes[i], fcntl(fd, F_GETFL) & O_ACCMODE);
		EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
		close(fd);

		alloc.fd_flags = modes[i];
		fd = allocate_with(self->node, alloc);
		ASSERT_LE(0, fd);
		EXPECT_EQ(modes[i], fcntl(fd, F_GETFL) & O_ACCMODE);
		EXPECT_EQ(0, fcntl(fd, F_GETFD));
		close(fd);
	}
}

static int compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

TEST_F(alloc, ids_are_never_used_again_and_in_no_order)
{
	uint64_t ids[1000];
	int rising = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct kdmabuf_alloc alloc = request(PAGE, 0);

		ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		ASSERT_NE(0, alloc.id);
		ASSERT_GT(1ull << 52, alloc.id);
		ids[i] = alloc.id;
		close(alloc.fd);
		rising += i && ids[i - 1] < ids[i];
	}
	/* About half of them; so far from it once in 10^21 times. */
	EXPECT_LT(350, rising);
	EXPECT_GT(650, rising);
	qsort(ids, ARRAY_SIZE(ids), sizeof(*ids), compare_ids);
	for (i = 1; i < ARRAY_SIZE(ids); i++)
		ASSERT_NE(ids[i - 1], ids[i]);
	/* Nor does the distance tell how many came between. */
	EXPECT_LT(1ull << 32, ids[ARRAY_SIZE(ids) - 1] - ids[0]);
}

TEST_F(alloc, the_longest_name_has_31_bytes)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_query answer;
	int fd;

	memset(alloc.name, 'n', KDMABUF_NAME_LEN - 1);
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_STREQ(alloc.name, answer.name);
	close(fd);
}

TEST_F(alloc, bytes_after_the_end_of_the_name_are_not_kept)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_query answer;
	int fd;

	memcpy(alloc.name, "short\0secret", 13);
	fd = allocate_with(self->node, alloc);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(0, memcmp("short\0\0\0\0\0\0\0\0", answer.name, 13));
	close(fd);
}

TEST_F(alloc, commands_of_nobody_are_enotty)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	unsigned int nr;

	for (nr = 6; nr < 256; nr++)
		EXPECT_EQ(-ENOTTY,
			  call(self->node, _IOWR(KDMABUF_IOC_MAGIC, nr, alloc),
			       &alloc));
	/* The same number with another direction is another command. */
	EXPECT_EQ(-ENOTTY,
		  call(self->node, _IOW(KDMABUF_IOC_MAGIC, 0, alloc), &alloc));
	EXPECT_EQ(-ENOTTY,
		  call(self->node, _IOR(KDMABUF_IOC_MAGIC, 0, alloc), &alloc));
	EXPECT_EQ(-ENOTTY, call(self->node, _IO(KDMABUF_IOC_MAGIC, 0), &alloc));
	EXPECT_EQ(-ENOTTY, call(self->node, _IOWR('K', 0, alloc), &alloc));
	EXPECT_EQ(-ENOTTY, call(self->node, 0, &alloc));
	EXPECT_EQ(self->live, live_buffers(self->node));
}

TEST_HARNESS_MAIN
