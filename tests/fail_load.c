// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the modules, with a fault in every place in turn: where that fails nothing
 * of the module is left, and it can be loaded the next time.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "fail_nth.h"
#include "modules.h"
#include "tracing.h"

/* The loader's trace of its last step before it calls a module's own code. */
#define MODULE_LOAD "module/module_load"
#define TRACE TRACING "trace"

/* More places than there are. */
#define ENDLESS (1u << 30)

FIXTURE(fail_load)
{
	struct injection injection;
	int node; /* -1: there are no buffers to count */
	struct module module; /* as it is loaded now */
	void *image;
	size_t size;
};

/* What is loaded how, what comes of it, and where it would be seen. */
FIXTURE_VARIANT(fail_load)
{
	const char *module;
	const char *parameters;
	int result;
	uint64_t errnos;
	const char *paths[10]; /* up to a NULL */
	const char *thread;
};

#define EXPORTER_PATHS                                            \
	NODE, HEAP, "/dev/dma_heap/spare", "/sys/module/kdmabuf", \
		"/sys/class/misc/kdmabuf",                        \
		"/sys/class/misc/kdmabuf-heap-contiguous",        \
		"/sys/class/misc/kdmabuf-heap-spare",             \
		"/sys/class/misc/kdmabuf-heap-system",            \
		"/sys/kernel/debug/kdmabuf"
#define EXPORTER_THREAD "kdmabuf-pool"

FIXTURE_VARIANT_ADD(fail_load, exporter){
	.module = "kdmabuf",
	.parameters = "heap_alias=spare",
	.errnos = ERRNO(ENOMEM) | ERRNO(EFAULT),
	.paths = { EXPORTER_PATHS },
	.thread = EXPORTER_THREAD,
};

/* Memory or not, nobody gets the name of a heap of the kernel. */
FIXTURE_VARIANT_ADD(fail_load, exporter_with_a_taken_alias){
	.module = "kdmabuf",
	.parameters = "heap_alias=system",
	.result = -EBUSY,
	.errnos = ERRNO(ENOMEM) | ERRNO(EFAULT),
	.paths = { EXPORTER_PATHS },
	.thread = EXPORTER_THREAD,
};

FIXTURE_VARIANT_ADD(fail_load, importer){
	.module = "kdmabuf_importer",
	.parameters = "",
	/* The driver core says EINVAL when it cannot make the module's directory. */
	.errnos = ERRNO(ENOMEM) | ERRNO(EFAULT) | ERRNO(EINVAL),
	.paths = { "/dev/kdmabuf_importer", "/sys/module/kdmabuf_importer",
		   "/sys/class/misc/kdmabuf_importer",
		   "/sys/bus/pci/drivers/kdmabuf_importer" },
};

static void *read_module(const char *path, size_t *size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *image;

	if (file < 0 || fstat(file, &status))
		return NULL;
	*size = status.st_size;
	image = malloc(*size);
	if (image && read(file, image, *size) != (ssize_t)*size)
		image = NULL;
	close(file);
	return image;
}

/* How many threads are called so; -1: it is not known. */
static int count_threads(const char *name)
{
	glob_t found;
	int n = 0;
	size_t i;

	if (glob("/proc/[0-9]*/comm", 0, NULL, &found))
		return -1;
	for (i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "re");
		char line[32];

		n += read_line(file, line, sizeof(line)) && !strcmp(line, name);
		if (file)
			fclose(file);
	}
	globfree(&found);
	return n;
}

/* One that has been stopped can be seen for a moment after that. */
static bool threads_become(const char *name, int n)
{
	return COMES_TRUE(count_threads(name) == n, 10);
}

FIXTURE_SETUP(fail_load)
{
	int live, node = open_node(_metadata, &live);

	if (node < 0 || !begin_injection(_metadata, &self->injection))
		return;
	if (live)
		SKIP(return, "somebody has buffers");
	close(node);
	self->node = -1;
	if (variant->result && access("/dev/dma_heap/system", F_OK))
		SKIP(return, "no heap of the kernel");
	ASSERT_TRUE(find_module(variant->module, &self->module));
	self->image = read_module(self->module.path, &self->size);
	ASSERT_NE(NULL, self->image);
	/* Or that there is none later would tell nothing. */
	if (variant->thread)
		ASSERT_TRUE(threads_become(variant->thread, 1));
	ASSERT_TRUE(unloads(variant->module));
	ASSERT_TRUE(set_event(MODULE_LOAD, true));
}

FIXTURE_TEARDOWN_PARENT(fail_load)
{
	EXPECT_TRUE(set_event(MODULE_LOAD, false));
	end_injection(_metadata, &self->injection);
	if (self->module.path[0])
		EXPECT_TRUE(is_loaded(&self->module));
}

/* From memory: the kernel warns when it has none to read a module's file into. */
static int load_image(void *image, size_t size, const char *parameters)
{
	return syscall(SYS_init_module, image, size, parameters) ? -errno : 0;
}

/* Whether the module's own code has been called since this was asked last. */
static bool code_was_called(void)
{
	FILE *trace = fopen(TRACE, "re");
	bool called = false;
	char line[256];

	while (trace && fgets(line, sizeof(line), trace))
		called |= line[0] != '#' && strstr(line, "module_load:");
	if (trace)
		fclose(trace);
	close(open(TRACE, O_WRONLY | O_TRUNC | O_CLOEXEC));
	return called;
}

/* The first of the paths that exists, or NULL. */
static const char *find_leftover(const char *const *paths)
{
	while (*paths && access(*paths, F_OK))
		paths++;
	return *paths;
}

/* One fault. Returns whether it came as late as in the module's own code. */
static bool fail_load(struct __test_metadata *_metadata,
		      FIXTURE_DATA(fail_load) * self,
		      const FIXTURE_VARIANT(fail_load) * variant,
		      struct faults *faults)
{
	bool called;

	arm_fault(_metadata, faults);
	if (!END_FAULT(*faults, load_image(self->image, self->size,
					   variant->parameters)))
		ASSERT_TRUE(unloads(variant->module));
	called = code_was_called();
	EXPECT_EQ(NULL, find_leftover(variant->paths))
	{
		TH_LOG("fault %u: %s", faults->nth,
		       find_leftover(variant->paths));
	}
	expect_nothing_left(_metadata, faults);
	return called;
}

/*
 * From the last place to the first of the module's own code: those before are the
 * loader's, which reports in many ways what it lacks. It does not always ask for as
 * much, so places are not always numbered alike, and one may be missed.
 */
static void fail_loads(struct __test_metadata *_metadata,
		       FIXTURE_DATA(fail_load) * self,
		       const FIXTURE_VARIANT(fail_load) * variant,
		       struct faults *faults)
{
	unsigned int first;

	set_kind(_metadata, faults->kind);
	faults->nth = ENDLESS;
	ASSERT_TRUE(fail_load(_metadata, self, variant, faults));
	faults->nth -= faults->left;
	first = faults->nth;
	while (fail_load(_metadata, self, variant, faults))
		ASSERT_LT(0, --faults->nth);
	TH_LOG("%u faults in %s", first - faults->nth, kind_name(faults));
}

TEST_F(fail_load, a_failure_leaves_nothing)
{
	struct faults faults = FAULTS(variant->errnos);

	faults.untouched = variant->result;
	code_was_called();
	begin_faults(&faults);
	fail_loads(_metadata, self, variant, &faults);
	faults.kind = PAGES;
	fail_loads(_metadata, self, variant, &faults);
	/* Looking for nodes: few places, in which no load differs from another. */
	choose_slabs("*", false);
	choose_slabs("names_cache", true);
	faults.kind = SLABS;
	fail_loads(_metadata, self, variant, &faults);
	TH_LOG("%u made it fail", faults.failed);
	EXPECT_LT(0, faults.failed);
	/* Whichever load left one, it sleeps for ever. */
	EXPECT_TRUE(!variant->thread || threads_become(variant->thread, 0));
}

TEST_HARNESS_MAIN
