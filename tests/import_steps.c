// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of an import, each by itself: what must be refused, what may come in any
 * order, and that the end of a session undoes what is left of it.
 */
#include <sys/wait.h>

#include "bytes.h"
#include "importer.h"
#include "process.h"

#define SIZE (16 * PAGE)
#define NO_HANDLE 0x7fffffff

FIXTURE_ON_IMPORT(import_steps, SIZE)

TEST_F(import_steps, an_import_tells_size_and_exporter)
{
	struct kdmabuf_importer_get get = { .fd = self->fd };

	ASSERT_EQ(0, call(self->session, KDMABUF_IMPORTER_IOCTL_GET, &get));
	EXPECT_NE(self->import, (int)get.import);
	EXPECT_EQ(SIZE, get.size);
	EXPECT_STREQ("kdmabuf", get.exporter);
}

TEST_F(import_steps, only_dma_bufs_are_imported)
{
	EXPECT_EQ(-EBADF, get_import(self->session, -1));
	EXPECT_EQ(-EMEDIUMTYPE, get_import(self->session, self->node));
}

TEST_F(import_steps, what_others_stand_on_is_busy)
{
	int attachment, mapping;

	ASSERT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(-EBUSY, put_import(self->session, self->import));
	attachment = attach(self->session, self->import);
	ASSERT_LT(0, attachment);
	ASSERT_EQ(0, unmap_kernel(self->session, self->import));
	EXPECT_EQ(-EBUSY, put_import(self->session, self->import));
	mapping = map_device(self->session, attachment, BOTH);
	ASSERT_LT(0, mapping);
	EXPECT_EQ(-EBUSY, detach(self->session, self->import, attachment));
	EXPECT_EQ(-EBUSY, put_import(self->session, self->import));

	/* And whatever was refused still works. */
	EXPECT_EQ(0, fill_target(self->session, mapping, 1, 0, SIZE));
	EXPECT_EQ(SIZE, matching_target(self->session, mapping, 1, 0, SIZE));
	EXPECT_EQ(0, unmap_device(self->session, attachment, mapping));
	EXPECT_EQ(0, detach(self->session, self->import, attachment));
	EXPECT_EQ(0, put_import(self->session, self->import));
}

TEST_F(import_steps, a_device_is_detached_only_from_its_own_import)
{
	int other = get_import(self->session, self->fd);
	int attachment = attach(self->session, self->import);

	ASSERT_LT(0, other);
	ASSERT_LT(0, attachment);
	EXPECT_EQ(-EXDEV, detach(self->session, other, attachment));
	EXPECT_EQ(0, detach(self->session, self->import, attachment));
}

static int virtual_devices(void)
{
	DIR *devices = opendir("/sys/bus/platform/devices");
	struct dirent *entry;
	int n = 0;

	while (devices && (entry = readdir(devices)))
		n += !strncmp(entry->d_name, "kdmabuf_importer", 16);
	if (devices)
		closedir(devices);
	return n;
}

TEST_F(import_steps, virtual_devices_go_with_their_attachments)
{
	struct kdmabuf_importer_attach deaf = { .address_bits = 12 };
	int before = virtual_devices();
	int attachment = attach(self->session, self->import);

	ASSERT_LT(0, attachment);
	EXPECT_EQ(before + 1, virtual_devices());
	/* One that there cannot be. */
	EXPECT_EQ(-EADDRNOTAVAIL,
		  attach_with(self->session, self->import, deaf));
	EXPECT_EQ(before + 1, virtual_devices());
	ASSERT_EQ(0, detach(self->session, self->import, attachment));
	EXPECT_EQ(before, virtual_devices());
}

TEST_F(import_steps, a_mapping_is_undone_only_on_its_own_attachment)
{
	int one = attach(self->session, self->import);
	int other = attach(self->session, self->import);
	int mapping = map_device(self->session, one, BOTH);

	ASSERT_LT(0, mapping);
	ASSERT_LT(0, other);
	EXPECT_EQ(-EXDEV, unmap_device(self->session, other, mapping));
	EXPECT_EQ(0, unmap_device(self->session, one, mapping));
}

TEST_F(import_steps, nothing_can_be_undone_twice)
{
	int attachment = attach(self->session, self->import);
	int mapping = map_device(self->session, attachment, BOTH);
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, mapping);
	ASSERT_LT(0, fence);
	EXPECT_EQ(0, signal_fence(self->session, fence, 0));
	EXPECT_EQ(-ENOENT, signal_fence(self->session, fence, 0));
	EXPECT_EQ(0, unmap_device(self->session, attachment, mapping));
	EXPECT_EQ(-ENOENT, unmap_device(self->session, attachment, mapping));
	EXPECT_EQ(0, detach(self->session, self->import, attachment));
	EXPECT_EQ(-ENOENT, detach(self->session, self->import, attachment));
	EXPECT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(0, unmap_kernel(self->session, self->import));
	EXPECT_EQ(-ENXIO, unmap_kernel(self->session, self->import));
	EXPECT_EQ(0, put_import(self->session, self->import));
	EXPECT_EQ(-ENOENT, put_import(self->session, self->import));
}

TEST_F(import_steps, kernel_mappings_are_counted)
{
	int i;

	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, map_kernel(self->session, self->import));
	EXPECT_EQ(0, fill_target(self->session, self->import, 1, 0, SIZE));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(SIZE, matching_target(self->session, self->import, 1,
						0, SIZE));
		EXPECT_EQ(0, unmap_kernel(self->session, self->import));
	}
	EXPECT_EQ(-ENXIO,
		  matching_target(self->session, self->import, 1, 0, SIZE));
}

/* Every call that takes a handle, on @handle; how many did not say ENOENT. */
static int calls_that_take(int session, int good, int handle)
{
	struct kdmabuf_importer_segment segment;
	struct kdmabuf_importer_message message = { .import = handle };
	struct kdmabuf_importer_copy copy = {
		.source = handle,
		.destination = handle,
	};
	const int answers[] = {
		put_import(session, handle),
		attach(session, handle),
		detach(session, good, handle),
		detach(session, handle, good),
		map_device(session, handle, BOTH),
		unmap_device(session, handle, handle),
		get_segments(session, handle, 0, 1, &segment),
		map_kernel(session, handle),
		unmap_kernel(session, handle),
		cpu_access(session, handle, KDMABUF_IMPORTER_CPU_BEGIN, BOTH),
		fill_target(session, handle, 0, 0, 8),
		matching_target(session, handle, 0, 0, 8),
		call(session, KDMABUF_IMPORTER_IOCTL_MESSAGE, &message),
		add_fence(session, handle, 0, 0, 0),
		signal_fence(session, handle, 0),
		call(session, KDMABUF_IMPORTER_IOCTL_COPY, &copy),
		try_map(session, PAGE, PROT_READ, MAP_SHARED,
			(uint64_t)handle << 32),
	};
	size_t i;
	int taken = 0;

	for (i = 0; i < ARRAY_SIZE(answers); i++)
		taken += answers[i] != -ENOENT;
	return taken;
}

TEST_F(import_steps, a_handle_that_there_is_not_is_enoent)
{
	int other = open(IMPORTER, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, other);
	EXPECT_EQ(0, calls_that_take(self->session, self->import, 0));
	EXPECT_EQ(0, calls_that_take(self->session, self->import, NO_HANDLE));
	EXPECT_EQ(0, calls_that_take(other, self->import, self->import));
}

TEST_F(import_steps, a_handle_of_another_kind_is_enoent)
{
	int attachment = attach(self->session, self->import);
	int mapping = map_device(self->session, attachment, BOTH);
	int fence = add_fence(self->session, self->import, 0, 0, 0);

	ASSERT_LT(0, mapping);
	ASSERT_LT(0, fence);
	EXPECT_EQ(-ENOENT, put_import(self->session, attachment));
	EXPECT_EQ(-ENOENT, put_import(self->session, mapping));
	EXPECT_EQ(-ENOENT, put_import(self->session, fence));
	EXPECT_EQ(-ENOENT, detach(self->session, self->import, self->import));
	EXPECT_EQ(-ENOENT, detach(self->session, self->import, mapping));
	EXPECT_EQ(-ENOENT, map_device(self->session, self->import, BOTH));
	EXPECT_EQ(-ENOENT, map_device(self->session, mapping, BOTH));
	EXPECT_EQ(-ENOENT, unmap_device(self->session, attachment, attachment));
	EXPECT_EQ(-ENOENT, fill_target(self->session, attachment, 0, 0, 8));
	EXPECT_EQ(-ENOENT, fill_target(self->session, fence, 0, 0, 8));
	EXPECT_EQ(-ENOENT, signal_fence(self->session, mapping, 0));
}

TEST_F(import_steps, a_mapping_outlives_the_fd)
{
	char *bytes = map(self->fd, SIZE, PROT_READ | PROT_WRITE);
	int attachment = attach(self->session, self->import);
	int mapping = map_device(self->session, attachment, BOTH);

	ASSERT_NE(MAP_FAILED, bytes);
	ASSERT_LT(0, mapping);
	close(self->fd);
	munmap(bytes, SIZE);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	EXPECT_EQ(0, fill_target(self->session, mapping, 1, 0, SIZE));
	EXPECT_EQ(SIZE, matching_target(self->session, mapping, 1, 0, SIZE));
	EXPECT_EQ(0, unmap_device(self->session, attachment, mapping));
	EXPECT_EQ(0, detach(self->session, self->import, attachment));
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	EXPECT_EQ(0, put_import(self->session, self->import));
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(import_steps, the_end_of_a_session_undoes_what_is_left)
{
	int i, attachment;

	for (i = 0; i < 4; i++) {
		int import = get_import(self->session, self->fd);

		ASSERT_EQ(0, map_kernel(self->session, import));
		attachment = attach_with(
			self->session, import,
			(struct kdmabuf_importer_attach){
				.flags = i % 2 ? KDMABUF_IMPORTER_DYNAMIC : 0,
			});
		ASSERT_LT(0, map_device(self->session, attachment, BOTH));
		ASSERT_LT(0, map_device(self->session, attachment, TO_DEVICE));
		ASSERT_LT(0, add_fence(self->session, import, 0, 0, 0));
	}
	close(self->fd);
	EXPECT_EQ(self->live + 1, live_buffers(self->node));
	close(self->session);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(import_steps, the_death_of_a_process_ends_its_session)
{
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		int session = open(IMPORTER, O_RDWR | O_CLOEXEC);
		int import = get_import(session, allocate(self->node, SIZE));
		int attachment = attach(session, import);

		if (map_device(session, attachment, BOTH) < 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	waitpid(child, NULL, 0);
	EXPECT_TRUE(live_buffers_become(self->node, self->live + 1));
}

TEST_HARNESS_MAIN
