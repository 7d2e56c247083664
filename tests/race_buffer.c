// SPDX-License-Identifier: GPL-2.0
/*
 * One buffer, and everything that can be done with it, by eight threads at once.
 */
#define RACES 3

#include "race_imports.h"

FIXTURE(race_buffer)
{
	int live;
};

FIXTURE_VARIANT(race_buffer)
{
	uint64_t size;
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(race_buffer, contiguous){
	.size = KIB(256),
};

FIXTURE_VARIANT_ADD(race_buffer, scattered){
	.size = KIB(256),
	.flags = KDMABUF_ALLOC_SCATTERED,
};

FIXTURE_VARIANT_ADD(race_buffer, huge){
	.size = MIB(4),
};

FIXTURE_SETUP(race_buffer)
{
	struct kdmabuf_alloc alloc = request(variant->size, variant->flags);
	int session = open_importer(_metadata), i;
	char *bytes;

	if (session < 0)
		return;
	close(session);
	shared.node = open_node(_metadata, &self->live);
	if (shared.node < 0)
		return;
	ASSERT_EQ(0, call(shared.node, KDMABUF_IOCTL_ALLOC, &alloc));
	shared.fd = alloc.fd;
	shared.id = alloc.id;
	shared.size = alloc.size;
	shared.window = alloc.size / 2;
	bytes = map(shared.fd, shared.size, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, bytes);
	fill(bytes, SEED_BEFORE, 0, shared.size);
	munmap(bytes, shared.size);
	for (i = SESSIONS; i < SLOTS_END; i++)
		ASSERT_EQ(0, replace(i, open(IMPORTER, O_RDWR | O_CLOEXEC)));
}

FIXTURE_TEARDOWN_PARENT(race_buffer)
{
	expect_live(_metadata, self->live);
}

static struct operation operations[] = {
	OPERATION("VIEW of all", run_whole_view, 2),
	OPERATION("VIEW of a part", run_window, 2, -EBADF, -EACCES, -ERANGE),
	OPERATION("close", run_close, 8, -EBADF),
	OPERATION("QUERY", run_query, 1, -EBADF),
	OPERATION("NEXT", run_next, 1),
	OPERATION("SET_NAME", run_name, 1, -EBADF),
	OPERATION("llseek", run_llseek, 1, -EBADF),
	OPERATION("SYNC", run_sync, 1, -EBADF),
	OPERATION("SYNC of a part", run_sync_range, 1, -EBADF, -EACCES),
	OPERATION("poll", run_poll, 1, -EBADF),
	OPERATION("EXPORT and IMPORT_SYNC_FILE", run_sync_files, 1, -EBADF),
	OPERATION("debugfs and fdinfo", run_files, 4, -ENOENT),

	OPERATION("writing through a mapping", run_write, 1, -EBADF, -EACCES),
	/* ENOENT: nothing in the slot. EFAULT: it was taken away just now. */
	OPERATION("mmap", run_mmap, 1, -EBADF),
	OPERATION("munmap", run_munmap, 1, -ENOENT),
	OPERATION("mremap", run_mremap, 1, -ENOENT),
	OPERATION("madvise", run_zap, 1, -ENOENT),
	OPERATION("process_vm_readv", run_look, 1, -ENOENT, -EFAULT),
	OPERATION("fork", run_fork, 8),

	OPERATION("GET or PUT", run_import, 1, -EBADF, -ENOENT, -EBUSY),
	/* EACCES: the view is read-only; dynamic importers before 6.15 */
	OPERATION("ATTACH or DETACH", run_attach, 1, -ENOENT, -EBUSY, -EXDEV,
		  -EACCES),
	OPERATION("MAP or UNMAP", run_map, 1, -ENOENT, -EXDEV, -EACCES),
	OPERATION("SEGMENTS", run_segments, 1, -ENOENT),
	OPERATION("FILL", run_fill, 1, -ENOENT, -ENXIO, -EACCES),
	OPERATION("CHECK", run_check, 1, -ENOENT, -ENXIO, -EACCES),
	OPERATION("CRC32", run_crc32, 1, -ENOENT, -ENXIO, -EACCES),
	OPERATION("VMAP", run_vmap, 1, -ENOENT, -EOPNOTSUPP),
	OPERATION("VUNMAP", run_vunmap, 1, -ENOENT, -ENXIO),
	OPERATION("CPU_ACCESS", run_cpu_access, 1, -ENOENT),
	OPERATION("MESSAGE", run_message, 1, -ENOENT, -EOPNOTSUPP),
	OPERATION("FENCE or SIGNAL", run_fence, 1, -ENOENT),
	OPERATION("mmap of the importer", run_import_mmap, 1, -ENOENT, -EACCES),
	OPERATION("another session", run_session, 20),
};

TEST_F(race_buffer, whatever_threads_do_at_once_is_done_as_documented)
{
	struct race race = RACE(operations, 2000);
	int fds = open_fds(), lowest = lowest_free_fd();
	struct kdmabuf_query answer;
	unsigned int i;
	char *bytes;

	run_race(_metadata, &race);

	for (i = 0; i < SLOTS; i++)
		if (mapped[i])
			munmap(mapped[i], shared.window);
	ASSERT_EQ(0, close_range(WHOLE_VIEWS, SLOTS_END, 0));
	EXPECT_EQ(fds - ARRAY_SIZE(sessions), open_fds());
	EXPECT_EQ(lowest, lowest_free_fd());
	EXPECT_TRUE(is_ready(shared.fd, POLLOUT));
	EXPECT_EQ(0, query(shared.node, shared.fd, &answer));
	EXPECT_EQ(0, answer.attachments);

	bytes = map(shared.fd, shared.size, PROT_READ);
	ASSERT_NE(MAP_FAILED, bytes);
	for (i = 0; i < RACE_THREADS; i++) {
		EXPECT_EQ(AREA, matching_area(bytes, i));
		EXPECT_EQ(gap(), matching_gap(bytes, i, gap()));
	}
}

TEST_HARNESS_MAIN
