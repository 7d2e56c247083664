// SPDX-License-Identifier: GPL-2.0
/*
 * KDMABUF_IOCTL_QUERY and KDMABUF_IOCTL_NEXT: every field, and what they refuse.
 */
#include <sys/prctl.h>

#include "node.h"
#include "process.h"
#include "vgem.h"

FIXTURE_ON_NODE(query)

TEST_F(query, an_output_that_is_not_zero_is_einval)
{
	struct kdmabuf_query query;
	struct kdmabuf_next next;
	int fd = allocate(self->node, PAGE);
	size_t byte;

	ASSERT_LE(0, fd);
	for (byte = sizeof(query.fd); byte < sizeof(query); byte++) {
		query = (struct kdmabuf_query){ .fd = fd };
		((char *)&query)[byte] = 1;
		EXPECT_EQ(-EINVAL,
			  call(self->node, KDMABUF_IOCTL_QUERY, &query))
		{
			TH_LOG("byte %zu", byte);
		}
		query.fd = -1;
		EXPECT_EQ(-EINVAL,
			  call(self->node, KDMABUF_IOCTL_QUERY, &query));
	}
	for (byte = sizeof(next.id); byte < sizeof(next); byte++) {
		next = (struct kdmabuf_next){ 0 };
		((char *)&next)[byte] = 1;
		EXPECT_EQ(-EINVAL, call(self->node, KDMABUF_IOCTL_NEXT, &next))
		{
			TH_LOG("byte %zu", byte);
		}
	}
}

TEST_F(query, query_tells_what_was_asked_for)
{
	struct kdmabuf_alloc alloc = request(5 * PAGE + 1, 0);
	struct kdmabuf_query answer;

	strcpy(alloc.name, "camera 0");
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	ASSERT_EQ(0, query(self->node, alloc.fd, &answer));
	EXPECT_EQ(alloc.fd, answer.fd);
	EXPECT_EQ(0, answer.view_flags);
	EXPECT_EQ(6 * PAGE, answer.size);
	EXPECT_EQ(0, answer.offset);
	EXPECT_EQ(6 * PAGE, answer.buffer_size);
	EXPECT_EQ(alloc.id, answer.id);
	EXPECT_EQ(0, answer.flags);
	EXPECT_EQ(0, answer.uid);
	EXPECT_EQ(1, answer.segments);
	EXPECT_EQ(0, answer.page_size % PAGE);
	EXPECT_LE(PAGE, answer.page_size);
	EXPECT_EQ(0, answer.attachments);
	EXPECT_EQ(0, answer.node);
	EXPECT_NE(0, answer.physical_address);
	EXPECT_EQ(0, answer.physical_address % PAGE);
	EXPECT_STREQ("camera 0", answer.name);
	EXPECT_EQ(alloc.window, answer.window);
	EXPECT_EQ(0, answer.mode);
	EXPECT_EQ(0, answer.gid);
}

TEST_F(query, next_tells_what_was_asked_for)
{
	struct kdmabuf_alloc alloc = request(KIB(192), KDMABUF_ALLOC_SCATTERED);
	struct kdmabuf_query answer;
	struct kdmabuf_next next;

	strcpy(alloc.name, "camera 1");
	ASSERT_EQ(0, prctl(PR_SET_NAME, "a test's name"));
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	ASSERT_EQ(0, prctl(PR_SET_NAME, "another"));
	ASSERT_EQ(0, query(self->node, alloc.fd, &answer));
	ASSERT_EQ(0, find_buffer(self->node, alloc.id, &next));
	EXPECT_EQ(KIB(192), next.size);
	EXPECT_EQ(KDMABUF_ALLOC_SCATTERED, next.flags);
	EXPECT_EQ(0, next.uid);
	EXPECT_EQ(getpid(), next.pid);
	EXPECT_EQ(answer.segments, next.segments);
	EXPECT_EQ(1, next.views);
	EXPECT_EQ(0, next.attachments);
	EXPECT_EQ(0, next.node);
	EXPECT_EQ(0, next.mode);
	EXPECT_EQ(answer.physical_address, next.physical_address);
	EXPECT_STREQ("camera 1", next.name);
	EXPECT_STREQ("a test's name", next.comm);
}

TEST_F(query, views_and_attachments_are_counted)
{
	int vgem = open_vgem(), handle, fd, view;
	struct kdmabuf_query answer;
	struct kdmabuf_next next;

	if (vgem < 0)
		SKIP(return, "no vgem");
	fd = allocate(self->node, 2 * PAGE);
	view = make_view(self->node, fd, O_RDWR, PAGE, PAGE);
	ASSERT_LE(0, view);
	handle = import_fd(vgem, view);
	ASSERT_LT(0, handle);

	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(1, answer.attachments);
	ASSERT_EQ(0, find_buffer(self->node, answer.id, &next));
	EXPECT_EQ(2, next.views);
	EXPECT_EQ(1, next.attachments);

	ASSERT_EQ(0, close_handle(vgem, handle));
	ASSERT_EQ(0, query(self->node, fd, &answer));
	EXPECT_EQ(0, answer.attachments);
}

TEST_F(query, the_name_that_is_set_later_is_another)
{
	struct kdmabuf_alloc alloc = request(PAGE, 0);
	struct kdmabuf_query answer;
	char path[48], line[128] = "", first[128] = "";
	FILE *file;

	strcpy(alloc.name, "first");
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", alloc.fd);
	file = fopen(path, "r");
	ASSERT_NE(NULL, file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "name:", 5))
			strcpy(first, line);
	fclose(file);
	EXPECT_STREQ("name:\tfirst\n", first);

	ASSERT_EQ(0, ioctl(alloc.fd, DMA_BUF_SET_NAME_B, "second"));
	ASSERT_EQ(0, query(self->node, alloc.fd, &answer));
	EXPECT_STREQ("first", answer.name);
}

TEST_F(query, next_walks_in_the_order_of_ids_and_ends_with_enoent)
{
	struct kdmabuf_next next = { 0 };
	uint64_t ids[8], last = 0;
	size_t i, seen = 0;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct kdmabuf_alloc alloc = request(PAGE, 0);

		ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
		ids[i] = alloc.id;
	}
	while (!next_buffer(self->node, &next)) {
		EXPECT_LT(last, next.id);
		last = next.id;
		for (i = 0; i < ARRAY_SIZE(ids); i++)
			seen += ids[i] == next.id;
	}
	EXPECT_EQ(ARRAY_SIZE(ids), seen);
	next.id = last;
	EXPECT_EQ(-ENOENT, next_buffer(self->node, &next));
	next.id = ~0ull;
	EXPECT_EQ(-ENOENT, next_buffer(self->node, &next));
}

TEST_F(query, debugfs_lists_the_buffer)
{
	struct kdmabuf_alloc alloc = request(KIB(192), KDMABUF_ALLOC_SCATTERED);
	struct kdmabuf_next next, listed = { 0 };
	char line[512];
	int fields = 0;
	FILE *file;

	strcpy(alloc.name, "camera 2");
	ASSERT_EQ(0, prctl(PR_SET_NAME, "lister"));
	ASSERT_EQ(0, call(self->node, KDMABUF_IOCTL_ALLOC, &alloc));
	ASSERT_LE(0, make_view(self->node, alloc.fd, O_RDONLY, 0, PAGE));
	file = fopen("/sys/kernel/debug/kdmabuf/buffers", "r");
	if (!file)
		SKIP(return, "no debugfs: %s", strerror(errno));
	while (listed.id != alloc.id && fgets(line, sizeof(line), file))
		fields = sscanf(
			line, "%llu %llu %u %u %u %d %llx %u %d %15s %31[^\n]",
			&listed.id, &listed.size, &listed.segments,
			&listed.views, &listed.attachments, &listed.node,
			&listed.physical_address, &listed.uid, &listed.pid,
			listed.comm, listed.name);
	fclose(file);
	ASSERT_EQ(11, fields);
	/* It tells what NEXT does, but for the flags. */
	ASSERT_EQ(0, find_buffer(self->node, alloc.id, &next));
	EXPECT_EQ(2, next.views);
	listed.flags = next.flags;
	EXPECT_EQ(0, memcmp(&next, &listed, sizeof(next)))
	{
		TH_LOG("%s", line);
	}
}

TEST_HARNESS_MAIN
