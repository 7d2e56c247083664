// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing a buffer as the kernel and as a device: every range, every
 * page, checksums, and messages between kernel and user space.
 */
#include <string.h>

#include "attached.h"
#include "bytes.h"

FIXTURE_ATTACHED(import_access)

FIXTURE_VARIANT_ADD(import_access, contiguous){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(import_access, scattered){
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_VARIANT_ADD(import_access, window){
	.offset = 3 * PAGE,
};

FIXTURE_VARIANT_ADD(import_access, scattered_window){
	.flags = KDMABUF_ALLOC_SCATTERED,
	.offset = 3 * PAGE,
};

FIXTURE_SETUP(import_access)
{
	attach_buffer(_metadata, self, variant);
}

FIXTURE_TEARDOWN_PARENT(import_access)
{
	expect_live(_metadata, self->live);
}

TEST_F(import_access, every_page_is_in_its_place_in_the_kernel)
{
	fill(self->bytes, 9, 0, SIZE);
	ASSERT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(SIZE,
		  matching_target(self->session, self->import, 9, 0, SIZE));
	ASSERT_EQ(0, fill_target(self->session, self->import, 10, 0, SIZE));
	EXPECT_EQ(SIZE, matching(self->bytes, 10, 0, SIZE));
}

/* Mappings that the exporter has made in the kernel's address space. */
static int kernel_mappings(void)
{
	FILE *file = fopen("/proc/vmallocinfo", "r");
	char line[256];
	int n = 0;

	while (file && fgets(line, sizeof(line), file))
		n += strstr(line, "[kdmabuf]") && strstr(line, " vmap");
	if (file)
		fclose(file);
	return n;
}

TEST_F(import_access, a_kernel_mapping_goes_with_its_last_user)
{
	int before = kernel_mappings();

	ASSERT_EQ(0, map_kernel(self->session, self->import));
	ASSERT_EQ(0, map_kernel(self->session, self->import));
	/* Contiguous memory needs none. */
	EXPECT_EQ(before + !!variant->flags, kernel_mappings());
	ASSERT_EQ(0, unmap_kernel(self->session, self->import));
	EXPECT_EQ(before + !!variant->flags, kernel_mappings());
	ASSERT_EQ(0, unmap_kernel(self->session, self->import));
	EXPECT_EQ(before, kernel_mappings());
}

TEST_F(import_access, any_range_is_written_and_nothing_else)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, 1 },
		{ 3, 1 },
		{ 5, 11 },
		{ 4095, 2 },
		{ 4090, 4103 },
		{ 65535, 3 },
		{ KIB(64) - 1, KIB(130) },
		{ SIZE - 1, 1 },
		{ SIZE, 0 },
	};
	char *expected = malloc(SIZE);
	int s = self->session, target = self->import;
	size_t i, j;

	ASSERT_NE(NULL, expected);
	ASSERT_EQ(0, map_kernel(s, self->import));
	/* As the kernel, while no device has it mapped, then as a device. */
	for (i = 0; i < 2; i++) {
		for (j = 0; j < ARRAY_SIZE(ranges); j++) {
			uint64_t offset = ranges[j].offset;
			uint64_t length = ranges[j].length;
			uint64_t end = offset + length;

			ASSERT_EQ(0, fill_target(s, target, 1, 0, SIZE));
			ASSERT_EQ(0, fill_target(s, target, 2, offset, length));
			EXPECT_EQ(length, matching_target(s, target, 2, offset,
							  length));
			EXPECT_EQ(offset,
				  matching_target(s, target, 1, 0, offset));
			ASSERT_EQ(0,
				  sync_fd(self->fd, DMA_BUF_SYNC_START |
							    DMA_BUF_SYNC_RW));
			fill(expected, 2, 0, SIZE);
			EXPECT_EQ(0, memcmp(expected + offset,
					    self->bytes + offset, length));
			fill(expected, 1, 0, SIZE);
			EXPECT_EQ(0, memcmp(expected, self->bytes, offset));
			EXPECT_EQ(0, memcmp(expected + end, self->bytes + end,
					    SIZE - end));
			ASSERT_EQ(0,
				  sync_fd(self->fd,
					  DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
		}
		target = map_device(s, self->attachment, BOTH);
		ASSERT_LT(0, target);
	}
	free(expected);
}

TEST_F(import_access, a_range_that_passes_the_end_is_erange)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, SIZE + 1 }, { SIZE, 1 },	{ SIZE + 1, 0 }, { 1, SIZE },
		{ -8ull, 8 },	 { -8ull, 16 }, { 8, -8ull },	 { 0, -1ull },
	};
	int mapping = map_device(self->session, self->attachment, BOTH);
	size_t i;

	ASSERT_EQ(0, map_kernel(self->session, self->import));
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		EXPECT_EQ(-ERANGE,
			  fill_target(self->session, mapping, 0,
				      ranges[i].offset, ranges[i].length));
		EXPECT_EQ(-ERANGE,
			  fill_target(self->session, self->import, 0,
				      ranges[i].offset, ranges[i].length));
	}
}

TEST_F(import_access, a_device_does_only_what_it_was_mapped_for)
{
	int s = self->session;
	int reader = map_device(s, self->attachment, TO_DEVICE);
	int writer = map_device(s, self->attachment, FROM_DEVICE);

	EXPECT_EQ(-EACCES, fill_target(s, reader, 0, 0, 8));
	EXPECT_EQ(-EACCES, matching_target(s, writer, 0, 0, 8));
	EXPECT_EQ(0, fill_target(s, writer, 0, 0, 8));
	EXPECT_LE(0, matching_target(s, reader, 0, 0, 8));
}

TEST_F(import_access, a_wrong_byte_is_found_where_it_is)
{
	static const uint64_t places[] = { 0, 7, 4095, 4096, 70001, SIZE - 1 };
	size_t i;

	ASSERT_EQ(0, map_kernel(self->session, self->import));
	fill(self->bytes, 1, 0, SIZE);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct kdmabuf_importer_access check = {
			.target = self->import,
			.operation = KDMABUF_IMPORTER_CHECK,
			.length = SIZE,
			.seed = 1,
		};
		uint8_t right = self->bytes[places[i]];

		self->bytes[places[i]] = ~right;
		ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_ACCESS,
				  &check));
		EXPECT_EQ(places[i], check.matching);
		EXPECT_EQ(right, check.expected);
		EXPECT_EQ((uint8_t)~right, check.found);
		self->bytes[places[i]] = right;
	}
}

/* The CRC-32 of zlib. */
static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
	uint32_t crc = ~0u;
	size_t i;
	int bit;

	for (i = 0; i < size; i++) {
		crc ^= bytes[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

TEST_F(import_access, checksums_are_those_of_the_bytes)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = { { 0, 0 }, { 0, 9 }, { 3, 70000 }, { SIZE - 5001, 5001 } };
	int targets[2] = {
		self->import,
		map_device(self->session, self->attachment, TO_DEVICE),
	};
	size_t i, j;

	EXPECT_EQ(0xcbf43926, crc32_of((uint8_t *)"123456789", 9));
	ASSERT_EQ(0, map_kernel(self->session, self->import));
	fill(self->bytes, 11, 0, SIZE);
	memcpy(self->bytes, "123456789", 9);
	ASSERT_EQ(0, sync_fd(self->fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE));
	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		for (j = 0; j < ARRAY_SIZE(ranges); j++) {
			struct kdmabuf_importer_access sum = {
				.target = targets[i],
				.operation = KDMABUF_IMPORTER_CRC32,
				.offset = ranges[j].offset,
				.length = ranges[j].length,
			};

			ASSERT_EQ(0, call(self->session,
					  KDMABUF_IMPORTER_IOCTL_ACCESS, &sum));
			EXPECT_EQ(crc32_of((uint8_t *)self->bytes +
						   ranges[j].offset,
					   ranges[j].length),
				  sum.crc32);
		}
	}
}

TEST_F(import_access, a_message_of_the_kernel_is_read_in_place)
{
	struct kdmabuf_importer_message message = {
		.import = self->import,
		.operation = KDMABUF_IMPORTER_MESSAGE_WRITE,
		.offset = PAGE - 5,
	};

	memset(self->bytes, 'x', SIZE);
	ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	EXPECT_STREQ(message.text, self->bytes + message.offset);
	EXPECT_EQ(message.length, strlen(message.text));
	EXPECT_NE(NULL, strstr(message.text, "Linux"));
	EXPECT_NE(NULL, strstr(message.text, "kdmabuf"));
	EXPECT_EQ('x', self->bytes[message.offset - 1]);
	EXPECT_EQ('x', self->bytes[message.offset + message.length + 1]);
}

TEST_F(import_access, a_message_of_user_space_is_read_by_the_kernel)
{
	static const char text[] = "memory that both have mapped";
	struct kdmabuf_importer_message message = {
		.import = self->import,
		.operation = KDMABUF_IMPORTER_MESSAGE_READ,
		.offset = 2 * PAGE - 7,
	};
	size_t i;

	strcpy(self->bytes + message.offset, text);
	ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	EXPECT_STREQ(text, message.text);
	EXPECT_EQ(strlen(text), message.length);

	/* What lies behind the text in the buffer is not told. */
	strcpy(self->bytes + message.offset, "short");
	memset(message.text, 0, sizeof(message.text));
	message.length = 0;
	ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	for (i = strlen("short"); i < sizeof(message.text); i++)
		EXPECT_EQ(0, message.text[i]);
}

TEST_F(import_access, a_message_ends_with_the_buffer)
{
	struct kdmabuf_importer_message message = {
		.import = self->import,
		.operation = KDMABUF_IMPORTER_MESSAGE_READ,
		.offset = SIZE - 3,
	};

	memset(self->bytes, 'y', SIZE);
	ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	EXPECT_STREQ("yyy", message.text);
	message = (struct kdmabuf_importer_message){
		.import = self->import,
		.operation = KDMABUF_IMPORTER_MESSAGE_READ,
	};
	ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
			  &message));
	EXPECT_EQ(KDMABUF_IMPORTER_TEXT_LEN - 1, message.length);
	EXPECT_EQ(0, message.text[message.length]);

	message = (struct kdmabuf_importer_message){
		.import = self->import,
		.operation = KDMABUF_IMPORTER_MESSAGE_WRITE,
		.offset = SIZE - 8,
	};
	EXPECT_EQ(-ERANGE, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
				&message));
	message.offset = SIZE;
	EXPECT_EQ(-ERANGE, call(self->session, KDMABUF_IMPORTER_IOCTL_MESSAGE,
				&message));
	EXPECT_EQ('y', self->bytes[SIZE - 1]);
}

/* The kernel's message, 0 or a negative errno. */
static int write_message(int session, int import, uint64_t offset,
			 struct kdmabuf_importer_message *message)
{
	*message = (struct kdmabuf_importer_message){
		.import = import,
		.operation = KDMABUF_IMPORTER_MESSAGE_WRITE,
		.offset = offset,
	};
	return call(session, KDMABUF_IMPORTER_IOCTL_MESSAGE, message);
}

TEST_F(import_access, a_message_fits_to_the_last_byte)
{
	struct kdmabuf_importer_message message;
	int s = self->session;
	uint64_t last;

	ASSERT_EQ(0, write_message(s, self->import, 0, &message));
	last = SIZE - message.length - 1;
	/* There has to be room for its NUL. */
	EXPECT_EQ(-ERANGE, write_message(s, self->import, last + 1, &message));
	ASSERT_EQ(0, write_message(s, self->import, last, &message));
	EXPECT_STREQ(message.text, self->bytes + last);
}

TEST_HARNESS_MAIN
