// SPDX-License-Identifier: GPL-2.0
/*
 * Both modules come and go while threads open their nodes, use what they get, and
 * list what the kernel says of them. Who got hold of something keeps the module;
 * who came too late is told so.
 */
#define RACES 1

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "bytes.h"
#include "importer.h"
#include "memory.h"
#include "modules.h"
#include "process.h"
#include "race.h"

#define SIZE (4 * PAGE)

static const char *const names[] = { "kdmabuf", "kdmabuf_importer" };
static struct module modules[ARRAY_SIZE(names)];

FIXTURE(race_module)
{
	/* For the parent, which puts the modules back. */
	struct module modules[ARRAY_SIZE(names)];
};

FIXTURE_SETUP(race_module)
{
	int session = open_importer(_metadata), live, node;
	size_t i;

	if (session < 0)
		return;
	close(session);
	node = open_node(_metadata, &live);
	if (node < 0)
		return;
	close(node);
	if (live)
		SKIP(return, "somebody has buffers");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_TRUE(find_module(names[i], &modules[i]));
		self->modules[i] = modules[i];
	}
}

FIXTURE_TEARDOWN_PARENT(race_module)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		EXPECT_TRUE(is_loaded(&self->modules[i]));
	expect_live(_metadata, 0);
}

static int run_load(struct racer *racer)
{
	return load(&DRAW(racer, modules));
}

static int run_unload(struct racer *racer)
{
	return unload(DRAW(racer, names));
}

static int open_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Whether an open file, which keeps the device, is one of that name. */
static bool is_device(int fd, const char *name)
{
	char path[64], target[256];
	struct stat node;
	ssize_t length;

	if (fstat(fd, &node))
		return false;
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u", major(node.st_rdev),
		 minor(node.st_rdev));
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = 0;
	return !strcmp(strrchr(target, '/') + 1, name);
}

/*
 * A device's node. Its number, which was found first, may have become another's that
 * was loaded just then: then the wanted one has gone as well.
 */
static int open_device(const char *path, const char *name)
{
	int fd = open_path(path, O_RDWR);

	if (fd < 0 || is_device(fd, name))
		return fd;
	close(fd);
	return -ENODEV;
}

/* It is refused, by both sayings: in use, and just being loaded. */
static bool is_busy(const char *name)
{
	int ret = unload(name);

	return ret == -EWOULDBLOCK || ret == -EBUSY;
}

static bool holds_bytes(int fd)
{
	char *bytes = map(fd, SIZE, PROT_READ | PROT_WRITE);
	bool ok;

	if (bytes == MAP_FAILED)
		return false;
	fill(bytes, 1, 0, SIZE);
	ok = is_busy("kdmabuf") && matching(bytes, 1, 0, SIZE) == SIZE;
	munmap(bytes, SIZE);
	return ok;
}

/* The node, then a buffer alone, keep the module. */
static int run_alloc(struct racer *racer)
{
	int node = open_device(NODE, "kdmabuf"), fd;
	bool ok;

	if (node < 0)
		return node;
	ok = is_busy("kdmabuf");
	fd = allocate(node, SIZE);
	close(node);
	if (fd < 0)
		return fd;
	ok = ok && holds_bytes(fd);
	close(fd);
	return ok ? 0 : -EBADMSG;
}

static int run_heap(struct racer *racer)
{
	struct dma_heap_allocation_data data = {
		.len = SIZE,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open_device(HEAP, "kdmabuf-heap-contiguous"), ret;

	if (heap < 0)
		return heap;
	ret = call(heap, DMA_HEAP_IOCTL_ALLOC, &data);
	close(heap);
	if (ret)
		return ret;
	ret = holds_bytes(data.fd) ? 0 : -EBADMSG;
	close(data.fd);
	return ret;
}

/* An import, and a fence that has yet to be signalled when all is closed. */
static int run_import(struct racer *racer)
{
	int session = open_device(IMPORTER, "kdmabuf_importer");
	int node = open_device(NODE, "kdmabuf");
	int fd = node < 0 ? node : allocate(node, SIZE);
	bool ok = true;

	if (session >= 0 && fd >= 0) {
		int import = get_import(session, fd);

		ok = import > 0 && is_busy("kdmabuf_importer") &&
		     attach(session, import) > 0 &&
		     add_fence(session, import, KDMABUF_IMPORTER_FENCE_DELAYED,
			       draw_below(&racer->random, 5), 0) > 0;
	}
	if (draw_below(&racer->random, 2)) {
		close(fd);
		close(session);
	} else {
		close(session);
		close(fd);
	}
	close(node);
	return session < 0 ? session : fd < 0 ? fd : ok ? 0 : -EBADMSG;
}

static int run_files(struct racer *racer)
{
	static const char *const paths[] = {
		"/sys/kernel/debug/kdmabuf/buffers",
		"/sys/kernel/debug/dma_buf/bufinfo",
		"/sys/module/kdmabuf/refcnt",
		"/sys/module/kdmabuf_importer/refcnt",
		"/sys/module/kdmabuf/parameters/heap_alias",
		"/sys/class/misc/kdmabuf/dev",
		"/sys/class/misc/kdmabuf_importer/dev",
		"/proc/modules",
		"/proc/misc",
	};
	int file = open_path(DRAW(racer, paths), O_RDONLY);
	char text[4096];
	ssize_t bytes;

	if (file < 0)
		return file;
	do {
		bytes = read(file, text, sizeof(text));
		if (bytes < 0)
			bytes = -errno;
	} while (bytes > 0);
	close(file);
	return bytes;
}

static int run_directories(struct racer *racer)
{
	static const char *const paths[] = {
		"/dev/dma_heap",
		"/sys/class/misc",
		"/sys/devices/platform",
		"/sys/kernel/debug/kdmabuf",
		"/sys/module/kdmabuf",
		"/sys/module/kdmabuf_importer/sections",
	};
	DIR *directory = opendir(DRAW(racer, paths));

	if (!directory)
		return -errno;
	errno = 0;
	while (readdir(directory))
		;
	closedir(directory);
	return -errno;
}

/* Without rest somebody always holds the modules. */
static int run_rest(struct racer *racer)
{
	usleep(draw_below(&racer->random, 20000));
	return 0;
}

/*
 * ENOENT, ENODEV, ENXIO, EIO: it went before it was opened, while it was, or while it
 * was read.
 */
static struct operation operations[] = {
	OPERATION("loading", run_load, 1, -EEXIST, -EBUSY),
	OPERATION("unloading", run_unload, 2, -ENOENT, -EBUSY, -EWOULDBLOCK),
	OPERATION("ALLOC", run_alloc, 3, -ENOENT, -ENODEV),
	OPERATION("dma-heap ALLOC", run_heap, 3, -ENOENT, -ENODEV),
	OPERATION("GET, ATTACH, FENCE", run_import, 3, -ENOENT, -ENODEV),
	OPERATION("reading a file", run_files, 2, -ENOENT, -ENODEV, -ENXIO,
		  -EIO),
	OPERATION("listing a directory", run_directories, 4, -ENOENT),
	OPERATION("rest", run_rest, 1),
};

TEST_F(race_module, modules_that_come_and_go_are_there_or_not)
{
	struct race race = RACE(operations, 2000);
	int fds = open_fds();

	run_race(_metadata, &race);
	EXPECT_EQ(fds, open_fds());
}

TEST_HARNESS_MAIN
