/* SPDX-License-Identifier: GPL-2.0 */
/* Tests that load the exporter as each of them needs it. */
#ifndef TESTS_RELOAD_H
#define TESTS_RELOAD_H

#include "modules.h"
#include "node.h"

/* For FIXTURE_SETUP: notes how the module was loaded, and unloads it. */
static inline void unload_exporter(struct __test_metadata *_metadata,
				   struct module *module)
{
	int live, node = open_node(_metadata, &live);

	if (node < 0)
		return;
	close(node);
	if (live)
		SKIP(return, "somebody has buffers");
	ASSERT_TRUE(find_module("kdmabuf", module));
	ASSERT_TRUE(unloads("kdmabuf"));
}

/* For FIXTURE_TEARDOWN_PARENT: loads it so again. */
static inline void restore_exporter(struct __test_metadata *_metadata,
				    const struct module *module)
{
	if (!module->path[0])
		return;
	unloads("kdmabuf");
	EXPECT_TRUE(is_loaded(module));
	expect_live(_metadata, 0);
}

/* A fixture that has the module to itself, not loaded. */
#define FIXTURE_UNLOADED(fixture)                           \
	FIXTURE(fixture)                                    \
	{                                                   \
		struct module module;                       \
	};                                                  \
	FIXTURE_SETUP(fixture)                              \
	{                                                   \
		unload_exporter(_metadata, &self->module);  \
	}                                                   \
	FIXTURE_TEARDOWN_PARENT(fixture)                    \
	{                                                   \
		restore_exporter(_metadata, &self->module); \
	}

#endif /* TESTS_RELOAD_H */
