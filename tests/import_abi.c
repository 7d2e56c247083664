// SPDX-License-Identifier: GPL-2.0
/*
 * The importer's ABI: arguments that it refuses, structs of other versions, and that
 * a call which cannot tell what it made has made nothing.
 */
#include "fences.h"
#include "importer.h"

#define SIZE (16 * PAGE)

FIXTURE_ON_IMPORT(import_abi, SIZE)

/* The struct of any ioctl. */
union argument {
	struct kdmabuf_importer_get get;
	struct kdmabuf_importer_put put;
	struct kdmabuf_importer_attach attach;
	struct kdmabuf_importer_detach detach;
	struct kdmabuf_importer_map map;
	struct kdmabuf_importer_unmap unmap;
	struct kdmabuf_importer_segments segments;
	struct kdmabuf_importer_vmap vmap;
	struct kdmabuf_importer_vunmap vunmap;
	struct kdmabuf_importer_cpu_access cpu_access;
	struct kdmabuf_importer_access access;
	struct kdmabuf_importer_message message;
	struct kdmabuf_importer_fence fence;
	struct kdmabuf_importer_signal signal;
	struct kdmabuf_importer_copy copy;
	char bytes[512];
};

/* Every ioctl, by its number. */
static const unsigned long commands[] = {
	KDMABUF_IMPORTER_IOCTL_GET,	 KDMABUF_IMPORTER_IOCTL_PUT,
	KDMABUF_IMPORTER_IOCTL_ATTACH,	 KDMABUF_IMPORTER_IOCTL_DETACH,
	KDMABUF_IMPORTER_IOCTL_MAP,	 KDMABUF_IMPORTER_IOCTL_UNMAP,
	KDMABUF_IMPORTER_IOCTL_SEGMENTS, KDMABUF_IMPORTER_IOCTL_VMAP,
	KDMABUF_IMPORTER_IOCTL_VUNMAP,	 KDMABUF_IMPORTER_IOCTL_CPU_ACCESS,
	KDMABUF_IMPORTER_IOCTL_ACCESS,	 KDMABUF_IMPORTER_IOCTL_MESSAGE,
	KDMABUF_IMPORTER_IOCTL_FENCE,	 KDMABUF_IMPORTER_IOCTL_SIGNAL,
	KDMABUF_IMPORTER_IOCTL_COPY,
};

/* The ioctl for callers whose struct is longer, or shorter. */
static unsigned long resized(unsigned long command, int more)
{
	return _IOC(_IOC_READ | _IOC_WRITE, KDMABUF_IMPORTER_IOC_MAGIC,
		    _IOC_NR(command), _IOC_SIZE(command) + more);
}

/*
 * What the ioctl takes, with things that were made for it, on a buffer of its own: the
 * kernel's check of DMA wonders about one that is mapped many times.
 */
static union argument valid(const FIXTURE_DATA(import_abi) * self,
			    unsigned long command)
{
	static struct kdmabuf_importer_segment segment;
	int fd = allocate(self->node, SIZE), s = self->session;
	int import = get_import(s, fd), standing = get_import(s, fd);
	int attachment = attach(s, standing);
	int mapping = map_device(s, attachment, BOTH);
	union argument argument;

	close(fd);
	memset(&argument, 0, sizeof(argument));
	/* Most begin with an import, and the rest may be zero. */
	argument.put.import = import;
	switch (command) {
	case KDMABUF_IMPORTER_IOCTL_GET:
		argument.get.fd = self->fd;
		break;
	case KDMABUF_IMPORTER_IOCTL_DETACH:
		argument.detach.attachment = attach(s, import);
		break;
	case KDMABUF_IMPORTER_IOCTL_MAP:
		argument.map.attachment = attachment;
		break;
	case KDMABUF_IMPORTER_IOCTL_UNMAP:
		argument.unmap.attachment = attachment;
		argument.unmap.mapping = mapping;
		break;
	case KDMABUF_IMPORTER_IOCTL_SEGMENTS:
		argument.segments.mapping = mapping;
		argument.segments.count = 1;
		argument.segments.segments = (uintptr_t)&segment;
		break;
	case KDMABUF_IMPORTER_IOCTL_VUNMAP:
		map_kernel(s, import);
		break;
	case KDMABUF_IMPORTER_IOCTL_ACCESS:
		argument.access.target = mapping;
		argument.access.operation = KDMABUF_IMPORTER_CRC32;
		argument.access.length = 8;
		break;
	case KDMABUF_IMPORTER_IOCTL_FENCE:
		argument.fence.flags = KDMABUF_IMPORTER_FENCE_SIGNALLED;
		break;
	case KDMABUF_IMPORTER_IOCTL_SIGNAL:
		argument.signal.fence = add_fence(s, import, 0, 0, 0);
		break;
	case KDMABUF_IMPORTER_IOCTL_COPY:
		argument.copy.source = mapping;
		argument.copy.destination = mapping;
		break;
	}
	return argument;
}

/* There need not be an edu device. */
static int answer_to(unsigned long command)
{
	return command == KDMABUF_IMPORTER_IOCTL_COPY ? -EXDEV : 0;
}

/* A value that a field must not have, and what the answer to it is. */
#define FIELD(NAME, name, field, value, error)          \
	{ KDMABUF_IMPORTER_IOCTL_##NAME,                \
	  #NAME "." #field,                             \
	  offsetof(union argument, name.field),         \
	  sizeof(((union argument *)NULL)->name.field), \
	  value,                                        \
	  error }

static const struct {
	unsigned long command;
	const char *name;
	size_t offset;
	size_t size;
	uint64_t value;
	int error;
} wrong[] = {
	FIELD(GET, get, import, 1, EINVAL),
	FIELD(GET, get, size, 1, EINVAL),
	FIELD(GET, get, exporter[0], 'x', EINVAL),
	FIELD(GET, get, exporter[KDMABUF_IMPORTER_NAME_LEN - 1], 'x', EINVAL),
	FIELD(PUT, put, reserved, 1, EINVAL),
	FIELD(ATTACH, attach, flags, 2, EINVAL),
	FIELD(ATTACH, attach, device, 2, EINVAL),
	FIELD(ATTACH, attach, attachment, 1, EINVAL),
	FIELD(ATTACH, attach, name[0], 'x', EINVAL),
	FIELD(ATTACH, attach, name[KDMABUF_IMPORTER_NAME_LEN - 1], 'x', EINVAL),
	FIELD(ATTACH, attach, address_bits, 65, EADDRNOTAVAIL),
	FIELD(ATTACH, attach, address_bits, 12, EADDRNOTAVAIL),
	FIELD(ATTACH, attach, segment_boundary, 3 * PAGE, EDOM),
	FIELD(ATTACH, attach, segment_boundary, PAGE / 2, EDOM),
	FIELD(ATTACH, attach, max_segment_size, PAGE - 1, ERANGE),
	FIELD(MAP, map, direction, 3, EINVAL),
	FIELD(MAP, map, mapping, 1, EINVAL),
	FIELD(MAP, map, flags, 1, EINVAL),
	FIELD(MAP, map, bad, 1, EINVAL),
	FIELD(MAP, map, segments, 1, EINVAL),
	FIELD(MAP, map, bytes, 1, EINVAL),
	FIELD(SEGMENTS, segments, first, 0x7fffffff, ERANGE),
	FIELD(SEGMENTS, segments, reserved, 1, EINVAL),
	FIELD(SEGMENTS, segments, segments, 8, EFAULT),
	FIELD(VMAP, vmap, flags, 1, EINVAL),
	FIELD(VUNMAP, vunmap, reserved, 1, EINVAL),
	FIELD(CPU_ACCESS, cpu_access, operation, 2, EINVAL),
	FIELD(CPU_ACCESS, cpu_access, direction, 3, EINVAL),
	FIELD(CPU_ACCESS, cpu_access, reserved, 1, EINVAL),
	FIELD(ACCESS, access, operation, 3, EINVAL),
	FIELD(ACCESS, access, offset, SIZE - 7, ERANGE),
	FIELD(ACCESS, access, offset, UINT64_MAX, ERANGE),
	FIELD(ACCESS, access, length, SIZE + 1, ERANGE),
	FIELD(ACCESS, access, seed, 1, EINVAL),
	FIELD(ACCESS, access, matching, 1, EINVAL),
	FIELD(ACCESS, access, crc32, 1, EINVAL),
	FIELD(ACCESS, access, expected, 1, EINVAL),
	FIELD(ACCESS, access, found, 1, EINVAL),
	FIELD(ACCESS, access, reserved, 1, EINVAL),
	FIELD(MESSAGE, message, operation, 2, EINVAL),
	FIELD(MESSAGE, message, offset, SIZE, ERANGE),
	FIELD(MESSAGE, message, length, 1, EINVAL),
	FIELD(MESSAGE, message, reserved, 1, EINVAL),
	FIELD(MESSAGE, message, text[0], 'x', EINVAL),
	FIELD(MESSAGE, message, text[KDMABUF_IMPORTER_TEXT_LEN - 1], 'x',
	      EINVAL),
	FIELD(FENCE, fence, flags, 8, EINVAL),
	FIELD(FENCE, fence, flags, 6, EINVAL),
	FIELD(FENCE, fence, delay_ms, 1, EINVAL),
	FIELD(FENCE, fence, error, EIO, ERANGE),
	FIELD(FENCE, fence, error, -4096, ERANGE),
	FIELD(FENCE, fence, fence, 1, EINVAL),
	FIELD(FENCE, fence, reserved, 1, EINVAL),
	FIELD(SIGNAL, signal, error, EIO, ERANGE),
	FIELD(SIGNAL, signal, error, -4096, ERANGE),
	FIELD(SIGNAL, signal, signalled, 1, EINVAL),
	FIELD(SIGNAL, signal, reserved, 1, EINVAL),
	FIELD(COPY, copy, transfers, 1, EINVAL),
	FIELD(COPY, copy, reserved, 1, EINVAL),
};

TEST_F(import_abi, a_wrong_value_in_any_field_is_refused)
{
	union argument argument, bad;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		argument = valid(self, wrong[i].command);
		bad = argument;
		/* The lower bytes come first. */
		memcpy(bad.bytes + wrong[i].offset, &wrong[i].value,
		       wrong[i].size);
		EXPECT_EQ(-wrong[i].error,
			  call(self->session, wrong[i].command, &bad))
		TH_LOG("%s = %#lx", wrong[i].name, wrong[i].value);
		/* And what it was about is still there. */
		EXPECT_EQ(answer_to(wrong[i].command),
			  call(self->session, wrong[i].command, &argument))
		TH_LOG("%s as it should be", wrong[i].name);
	}
}

TEST_F(import_abi, what_does_not_go_together_is_refused)
{
	EXPECT_EQ(-EINVAL, add_fence(self->session, self->import, 0, 1, 0));
	EXPECT_EQ(-EINVAL, add_fence(self->session, self->import, 0, 0, -EIO));
}

TEST_F(import_abi, what_a_longer_struct_has_more_must_be_zero)
{
	union argument argument;
	size_t i, size;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		size = _IOC_SIZE(commands[i]);
		argument = valid(self, commands[i]);
		argument.bytes[size + 7] = 1;
		EXPECT_EQ(-E2BIG, call(self->session, resized(commands[i], 8),
				       &argument))
		TH_LOG("ioctl %zu", i);
		argument.bytes[size + 7] = 0;
		EXPECT_EQ(-EINVAL, call(self->session, resized(commands[i], -1),
					&argument))
		TH_LOG("ioctl %zu", i);
		EXPECT_EQ(-EFAULT, call(self->session, commands[i], NULL))
		TH_LOG("ioctl %zu", i);
		EXPECT_EQ(answer_to(commands[i]),
			  call(self->session, resized(commands[i], 8),
			       &argument))
		TH_LOG("ioctl %zu", i);
	}
}

TEST_F(import_abi, what_is_no_command_is_enotty)
{
	EXPECT_EQ(-ENOTTY, call(self->session,
				_IO(KDMABUF_IMPORTER_IOC_MAGIC, 15), NULL));
	EXPECT_EQ(-ENOTTY, call(self->session,
				_IO(KDMABUF_IMPORTER_IOC_MAGIC, 255), NULL));
	EXPECT_EQ(-ENOTTY, call(self->session, _IO('x', 0), NULL));
}

/* The call with an argument in a page that is read-only. */
static int call_readonly(int session, unsigned long command,
			 const void *argument)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret;

	memcpy(page, argument, _IOC_SIZE(command));
	mprotect(page, PAGE, PROT_READ);
	ret = call(session, command, page);
	munmap(page, PAGE);
	return ret;
}

TEST_F(import_abi, a_call_that_cannot_write_back_has_made_nothing)
{
	int s = self->session;
	struct kdmabuf_importer_get get = { .fd = self->fd };
	struct kdmabuf_importer_attach attach = { .import = self->import };
	struct kdmabuf_importer_map map = { .direction = BOTH };
	struct kdmabuf_importer_fence fence = { .import = self->import };
	struct kdmabuf_importer_vmap vmap = { .import = self->import };
	int i;

	for (i = 0; i < 10; i++) {
		EXPECT_EQ(-EFAULT,
			  call_readonly(s, KDMABUF_IMPORTER_IOCTL_GET, &get));
		EXPECT_EQ(-EFAULT,
			  call_readonly(s, KDMABUF_IMPORTER_IOCTL_ATTACH,
					&attach));
	}
	map.attachment = attach_with(s, self->import, attach);
	ASSERT_LT(0, (int)map.attachment);
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT,
			  call_readonly(s, KDMABUF_IMPORTER_IOCTL_MAP, &map));
	EXPECT_EQ(0, detach(s, self->import, map.attachment));
	EXPECT_EQ(-EFAULT,
		  call_readonly(s, KDMABUF_IMPORTER_IOCTL_FENCE, &fence));
	/* The fence that was not told is signalled: nobody waits for it. */
	EXPECT_EQ(0, start(self->fd, DMA_BUF_SYNC_RW));
	EXPECT_EQ(-EFAULT,
		  call_readonly(s, KDMABUF_IMPORTER_IOCTL_VMAP, &vmap));
	EXPECT_EQ(-ENXIO, unmap_kernel(s, self->import));
	EXPECT_EQ(0, put_import(s, self->import));
	close(self->fd);
	EXPECT_TRUE(live_buffers_become(self->node, self->live));
}

TEST_F(import_abi, a_call_that_only_tells_cannot_either)
{
	static const unsigned long tell[] = {
		KDMABUF_IMPORTER_IOCTL_SEGMENTS,
		KDMABUF_IMPORTER_IOCTL_ACCESS,
		KDMABUF_IMPORTER_IOCTL_MESSAGE,
		KDMABUF_IMPORTER_IOCTL_SIGNAL,
	};
	union argument argument;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tell); i++) {
		argument = valid(self, tell[i]);
		EXPECT_EQ(-EFAULT,
			  call_readonly(self->session, tell[i], &argument))
		TH_LOG("case %zu", i);
	}
	/* The last of them has been obeyed all the same. */
	EXPECT_EQ(-ENOENT,
		  signal_fence(self->session, argument.signal.fence, 0));
}

TEST_F(import_abi, a_call_that_has_nothing_to_tell_does_not_write_back)
{
	int s = self->session;
	struct kdmabuf_importer_put put = { .import = self->import };
	struct kdmabuf_importer_vunmap vunmap = { .import = self->import };
	struct kdmabuf_importer_cpu_access access = { .import = self->import };
	struct kdmabuf_importer_detach detach = {
		.import = self->import,
		.attachment = attach(s, self->import),
	};
	struct kdmabuf_importer_unmap unmap = {
		.attachment = detach.attachment,
		.mapping = map_device(s, detach.attachment, BOTH),
	};

	ASSERT_EQ(0, map_kernel(s, self->import));
	EXPECT_EQ(0,
		  call_readonly(s, KDMABUF_IMPORTER_IOCTL_CPU_ACCESS, &access));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_VUNMAP, &vunmap));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_UNMAP, &unmap));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_DETACH, &detach));
	EXPECT_EQ(0, call_readonly(s, KDMABUF_IMPORTER_IOCTL_PUT, &put));
	EXPECT_EQ(-ENOENT, put_import(s, self->import));
}

TEST_HARNESS_MAIN
