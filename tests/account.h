/* SPDX-License-Identifier: GPL-2.0 */
/* The exporter's limits, for tests that are about them and for those that are not. */
#ifndef TESTS_ACCOUNT_H
#define TESTS_ACCOUNT_H

#include "parameters.h"

#define USER_LIMIT "user_limit_mb"
#define LIMIT "limit_mb"

/* In MiB, 0: none; and whether they were lifted since. */
struct limits {
	unsigned int user;
	unsigned int all;
	bool lifted;
};

static inline void set_limits(struct __test_metadata *_metadata,
			      unsigned int user, unsigned int all)
{
	ASSERT_EQ(0, set_parameter(USER_LIMIT, user));
	ASSERT_EQ(0, set_parameter(LIMIT, all));
}

/* For FIXTURE_SETUP: who takes all memory is to meet its end and no limit. */
static inline void lift_limits(struct __test_metadata *_metadata,
			       struct limits *before)
{
	before->user = parameter(USER_LIMIT);
	before->all = parameter(LIMIT);
	set_limits(_metadata, 0, 0);
	before->lifted = true;
}

/* For FIXTURE_TEARDOWN_PARENT. */
static inline void restore_limits(struct __test_metadata *_metadata,
				  const struct limits *before)
{
	if (before->lifted && !access(PARAMETERS, F_OK))
		set_limits(_metadata, before->user, before->all);
}

/* A fixture that has the node, and no limits. */
#define FIXTURE_WITHOUT_LIMITS(fixture)                         \
	FIXTURE(fixture)                                        \
	{                                                       \
		int node;                                       \
		int live;                                       \
		struct limits limits;                           \
	};                                                      \
	FIXTURE_SETUP(fixture)                                  \
	{                                                       \
		self->node = open_node(_metadata, &self->live); \
		if (self->node >= 0)                            \
			lift_limits(_metadata, &self->limits);  \
	}                                                       \
	FIXTURE_TEARDOWN_PARENT(fixture)                        \
	{                                                       \
		restore_limits(_metadata, &self->limits);       \
		expect_live(_metadata, self->live);             \
	}

#endif /* TESTS_ACCOUNT_H */
