// SPDX-License-Identifier: GPL-2.0
/*
 * A device attaches to one buffer and leaves it, for several open files, and nothing
 * else is done: what a buffer knows of its devices is changed all the time. Attaching
 * never meets attaching here, as DRM imports into a device one by one; leaving meets
 * both.
 */
#define RACES 1

#include "race.h"
#include "vgem.h"

/* What the threads share, and an open file of the device for each. */
static struct {
	int fd;
	int vgem[RACE_THREADS];
} shared;

FIXTURE(race_attach)
{
	int node;
	int live;
};

FIXTURE_SETUP(race_attach)
{
	int i;

	for (i = 0; i < RACE_THREADS; i++) {
		shared.vgem[i] = open_vgem();
		if (shared.vgem[i] < 0)
			SKIP(return, "no vgem");
	}
	self->node = open_node(_metadata, &self->live);
	if (self->node < 0)
		return;
	shared.fd = allocate(self->node, PAGE);
	ASSERT_LE(0, shared.fd);
}

FIXTURE_TEARDOWN_PARENT(race_attach)
{
	expect_live(_metadata, self->live);
}

static int run_attach(struct racer *racer)
{
	int vgem = shared.vgem[racer->number];
	int handle = import_fd(vgem, shared.fd);

	return handle < 0 ? handle : close_handle(vgem, handle);
}

static struct operation operations[] = {
	OPERATION("attach and detach", run_attach, 1),
};

TEST_F(race_attach, whoever_leaves_leaves_others_there)
{
	struct race race = RACE(operations, 5000);
	struct kdmabuf_query answer;

	run_race(_metadata, &race);
	ASSERT_EQ(0, query(self->node, shared.fd, &answer));
	EXPECT_EQ(0, answer.attachments);
}

TEST_HARNESS_MAIN
