// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints kdmabuf:*: one event for each thing that becomes of a buffer, with
 * the buffer's id, and bytes.
 */
#include <glob.h>

#include "importer.h"
#include "place.h"
#include "pool.h"
#include "trace.h"

FIXTURE(trace)
{
	int node;
	int live;
	int session;
	unsigned int max;
};

FIXTURE_SETUP(trace)
{
	self->node = open_pool(_metadata, &self->live, &self->max);
	if (self->node < 0)
		return;
	self->session = open(IMPORTER, O_RDWR | O_CLOEXEC);
	if (!start_trace())
		SKIP(return, "this kernel does not trace");
	clear_trace();
}

FIXTURE_TEARDOWN_PARENT(trace)
{
	end_trace();
	close_pool(_metadata, self->live, self->max);
}

static uint64_t id_of(int node, int fd)
{
	struct kdmabuf_query answer;

	return query(node, fd, &answer) ? 0 : answer.id;
}

TEST_F(trace, has_all_the_events)
{
	static const char *const events[] = {
		"alloc", "free",  "attach", "map",
		"unmap", "fault", "sync",   "pool",
	};
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(path, sizeof(path), TRACE_EVENTS "%s/format",
			 events[i]);
		EXPECT_EQ(0, access(path, F_OK));
	}
}

TEST_F(trace, alloc_and_free_tell_buffer_size_and_user)
{
	int fd = allocate(self->node, PAGE + 1);
	int scattered = allocate_with(self->node,
				      request(MIB(1), KDMABUF_ALLOC_SCATTERED));
	uint64_t id = id_of(self->node, fd);
	uint64_t other = id_of(self->node, scattered);

	EXPECT_EQ(1, traced(": alloc: id=%ju size=8192 flags=0x0 uid=0",
			    (uintmax_t)id));
	EXPECT_EQ(1, traced(": alloc: id=%ju size=1048576 flags=0x1 uid=0",
			    (uintmax_t)other));
	EXPECT_EQ(0, traced_events("free"));
	close(make_view(self->node, fd, O_RDONLY, 0, PAGE));
	EXPECT_EQ(0, traced_events("free"));
	ASSERT_EQ(0, seteuid(1000));
	close(fd);
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(1, traced(": free: id=%ju size=8192 flags=0x0 uid=0",
			    (uintmax_t)id));
	EXPECT_EQ(2, traced_events("alloc"));
	EXPECT_EQ(1, traced_events("free"));
}

TEST_F(trace, what_fails_is_no_alloc)
{
	EXPECT_EQ(-ENOMEM, allocate(self->node, 1ull << 50));
	EXPECT_EQ(0, traced_events("alloc"));
	EXPECT_EQ(0, traced_events("free"));
}

/* Of the test importer, one for each attachment. */
#define DEVICES "/sys/bus/platform/devices/kdmabuf_importer.*"

TEST_F(trace, attach_map_and_unmap_tell_the_view)
{
	int fd = allocate(self->node, MIB(1));
	int view = make_view(self->node, fd, O_RDWR, MIB(1) / 2, 2 * PAGE);
	uintmax_t id = id_of(self->node, fd);
	int import, attachment, mapping;
	glob_t devices;

	if (self->session < 0)
		SKIP(return, "no " IMPORTER ", is the module loaded?");
	ASSERT_LE(0, view);
	import = get_import(self->session, view);
	attachment = attach(self->session, import);
	ASSERT_LT(0, attachment);
	ASSERT_EQ(0, glob(DEVICES, 0, NULL, &devices));
	EXPECT_EQ(1,
		  traced(": attach: id=%ju offset=524288 size=8192 device=%s",
			 id, strrchr(devices.gl_pathv[0], '/') + 1));
	globfree(&devices);
	EXPECT_EQ(0, traced_events("map"));
	mapping = map_device(self->session, attachment, TO_DEVICE);
	ASSERT_LT(0, mapping);
	EXPECT_EQ(
		1,
		traced(": map: id=%ju offset=524288 size=8192 direction=to_device segments=1",
		       id));
	EXPECT_EQ(0, traced_events("unmap"));
	ASSERT_EQ(0, unmap_device(self->session, attachment, mapping));
	EXPECT_EQ(
		1,
		traced(": unmap: id=%ju offset=524288 size=8192 direction=to_device segments=1",
		       id));
	/* One that was kept. */
	mapping = map_device(self->session, attachment, TO_DEVICE);
	ASSERT_LT(0, mapping);
	EXPECT_EQ(2, traced_events("map"));
	ASSERT_EQ(0, unmap_device(self->session, attachment, mapping));
	mapping = map_device(self->session, attachment, BOTH);
	EXPECT_EQ(
		1,
		traced(": map: id=%ju offset=524288 size=8192 direction=both segments=1",
		       id));
}

TEST_F(trace, sync_is_what_is_done_for_devices)
{
	int fd = allocate(self->node, MIB(1));
	uintmax_t id = id_of(self->node, fd);
	int import, attachment;

	if (self->session < 0)
		SKIP(return, "no " IMPORTER ", is the module loaded?");
	ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ));
	ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ));
	EXPECT_EQ(0, traced_events("sync"));
	import = get_import(self->session, fd);
	attachment = attach(self->session, import);
	ASSERT_LT(0, map_device(self->session, attachment, BOTH));
	ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ));
	EXPECT_EQ(
		1,
		traced(": sync: id=%ju offset=0 size=1048576 direction=from_device begin",
		       id));
	ASSERT_EQ(0, sync_fd(fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE));
	EXPECT_EQ(
		1,
		traced(": sync: id=%ju offset=0 size=1048576 direction=to_device end",
		       id));
	EXPECT_EQ(2, traced_events("sync"));
}

TEST_F(trace, fault_tells_what_is_mapped)
{
	int fd = allocate(self->node, MIB(1));
	int view = make_view(self->node, fd, O_RDWR, MIB(1) / 2, 4 * PAGE);
	uintmax_t id = id_of(self->node, fd);
	char *bytes = map(view, 4 * PAGE, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, bytes);
	EXPECT_EQ(0, traced_events("fault"));
	/* One fault for all of them, where no page table ends in between. */
	fill(bytes, 1, 0, PAGE);
	fill(bytes + 3 * PAGE, 1, 3 * PAGE, PAGE);
	EXPECT_LE(1, traced_events("fault"));
	EXPECT_GE(2, traced_events("fault"));
	if (traced_events("fault") == 1)
		EXPECT_EQ(1, traced(": fault: id=%ju offset=524288 size=16384",
				    id));
}

TEST_F(trace, fault_tells_a_huge_page)
{
	int fd = allocate(self->node, 2 * HUGE);
	uintmax_t id = id_of(self->node, fd);
	struct kdmabuf_query answer;
	char *bytes = place(2 * HUGE, 0);

	ASSERT_EQ(0, query(self->node, fd, &answer));
	if (answer.page_size != HUGE)
		SKIP(return, "no huge pages");
	ASSERT_NE(NULL, bytes);
	ASSERT_EQ(bytes, map_at(bytes, fd, 2 * HUGE, 0, 0));
	fill(bytes + HUGE + PAGE, 1, 0, PAGE);
	EXPECT_EQ(1, traced_events("fault"));
	EXPECT_EQ(1, traced(": fault: id=%ju offset=2097152 size=2097152", id));
	/* Of which there is nothing left to map. */
	fill(bytes + 2 * HUGE - PAGE, 1, 0, PAGE);
	EXPECT_EQ(1, traced_events("fault"));
}

TEST_F(trace, pool_tells_what_is_kept)
{
	int fd = allocate(self->node, MIB(4));

	ASSERT_LE(0, fd);
	clear_trace();
	close(fd);
	EXPECT_EQ(1, traced(": pool: action=keep size=4194304 kept=4194304"));
	fd = allocate(self->node, MIB(4));
	EXPECT_EQ(1, traced(": pool: action=take size=4194304 kept=0"));
	close(fd);
	EXPECT_EQ(2, traced(": pool: action=keep size=4194304 kept=4194304"));
	ASSERT_EQ(0, set_pool_max(0));
	EXPECT_LE(1, traced_events("pool") - 3);
	EXPECT_EQ(1, traced(" kept=0") -
			     traced(": pool: action=take size=4194304 kept=0"));
}

TEST_HARNESS_MAIN
