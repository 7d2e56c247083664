/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layout of every struct of <linux/kdmabuf_importer.h>, by number: one for 32
 * and 64 bits.
 */
#ifndef TESTS_IMPORTER_LAYOUT_H
#define TESTS_IMPORTER_LAYOUT_H

#include <assert.h>
#include <stddef.h>

#include <linux/kdmabuf_importer.h>

#define AT(type, field, offset)                                          \
	static_assert(offsetof(struct kdmabuf_importer_##type, field) == \
			      (offset),                                  \
		      #type "." #field)
#define SIZE(type, size) \
	static_assert(sizeof(struct kdmabuf_importer_##type) == (size), #type)
#define COMMAND(name, number) \
	static_assert(KDMABUF_IMPORTER_IOCTL_##name == (number), #name)

AT(get, fd, 0);
AT(get, import, 4);
AT(get, size, 8);
AT(get, exporter, 16);
SIZE(get, 48);

AT(put, import, 0);
AT(put, reserved, 4);
SIZE(put, 8);

AT(attach, import, 0);
AT(attach, flags, 4);
AT(attach, device, 8);
AT(attach, address_bits, 12);
AT(attach, segment_boundary, 16);
AT(attach, max_segment_size, 24);
AT(attach, attachment, 28);
AT(attach, name, 32);
SIZE(attach, 64);

AT(detach, import, 0);
AT(detach, attachment, 4);
SIZE(detach, 8);

AT(map, attachment, 0);
AT(map, direction, 4);
AT(map, mapping, 8);
AT(map, flags, 12);
AT(map, bad, 16);
AT(map, segments, 20);
AT(map, bytes, 24);
SIZE(map, 32);

AT(unmap, attachment, 0);
AT(unmap, mapping, 4);
SIZE(unmap, 8);

AT(segment, address, 0);
AT(segment, length, 8);
SIZE(segment, 16);

AT(segments, mapping, 0);
AT(segments, first, 4);
AT(segments, count, 8);
AT(segments, reserved, 12);
AT(segments, segments, 16);
SIZE(segments, 24);

AT(vmap, import, 0);
AT(vmap, flags, 4);
SIZE(vmap, 8);

AT(vunmap, import, 0);
AT(vunmap, reserved, 4);
SIZE(vunmap, 8);

AT(cpu_access, import, 0);
AT(cpu_access, operation, 4);
AT(cpu_access, direction, 8);
AT(cpu_access, reserved, 12);
SIZE(cpu_access, 16);

AT(access, target, 0);
AT(access, operation, 4);
AT(access, offset, 8);
AT(access, length, 16);
AT(access, seed, 24);
AT(access, matching, 32);
AT(access, crc32, 40);
AT(access, expected, 44);
AT(access, found, 45);
AT(access, reserved, 46);
SIZE(access, 48);

AT(message, import, 0);
AT(message, operation, 4);
AT(message, offset, 8);
AT(message, length, 16);
AT(message, reserved, 20);
AT(message, text, 24);
SIZE(message, 280);

AT(fence, import, 0);
AT(fence, flags, 4);
AT(fence, delay_ms, 8);
AT(fence, error, 12);
AT(fence, fence, 16);
AT(fence, reserved, 20);
SIZE(fence, 24);

AT(signal, fence, 0);
AT(signal, error, 4);
AT(signal, signalled, 8);
AT(signal, reserved, 12);
SIZE(signal, 16);

AT(copy, source, 0);
AT(copy, destination, 4);
AT(copy, source_offset, 8);
AT(copy, destination_offset, 16);
AT(copy, length, 24);
AT(copy, transfers, 32);
AT(copy, reserved, 36);
SIZE(copy, 40);

COMMAND(GET, 0xc030d900);
COMMAND(PUT, 0xc008d901);
COMMAND(ATTACH, 0xc040d902);
COMMAND(DETACH, 0xc008d903);
COMMAND(MAP, 0xc020d904);
COMMAND(UNMAP, 0xc008d905);
COMMAND(SEGMENTS, 0xc018d906);
COMMAND(VMAP, 0xc008d907);
COMMAND(VUNMAP, 0xc008d908);
COMMAND(CPU_ACCESS, 0xc010d909);
COMMAND(ACCESS, 0xc030d90a);
COMMAND(MESSAGE, 0xc118d90b);
COMMAND(FENCE, 0xc018d90c);
COMMAND(SIGNAL, 0xc010d90d);
COMMAND(COPY, 0xc028d90e);

#undef AT
#undef SIZE
#undef COMMAND

#endif /* TESTS_IMPORTER_LAYOUT_H */
