/* SPDX-License-Identifier: GPL-2.0 */
/* debugfs kdmabuf/: what is live, for people. */
#ifndef KDMABUF_DEBUGFS_H
#define KDMABUF_DEBUGFS_H

void kdmabuf_debugfs_init(void);
void kdmabuf_debugfs_exit(void);

#endif /* KDMABUF_DEBUGFS_H */
