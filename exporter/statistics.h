/* SPDX-License-Identifier: GPL-2.0 */
/* What the module tells of itself in sysfs, as attributes of the node's device. */
#ifndef KDMABUF_STATISTICS_H
#define KDMABUF_STATISTICS_H

struct attribute_group;

extern const struct attribute_group *kdmabuf_statistics[];

void kdmabuf_statistics_count(int result);

#endif /* KDMABUF_STATISTICS_H */
