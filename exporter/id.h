/* SPDX-License-Identifier: GPL-2.0 */
/* The ids of buffers. */
#ifndef KDMABUF_ID_H
#define KDMABUF_ID_H

#include <linux/types.h>

u64 kdmabuf_id_new(void);

#endif /* KDMABUF_ID_H */
