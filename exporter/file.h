/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/kdmabuf as a file. */
#ifndef KDMABUF_FILE_H
#define KDMABUF_FILE_H

#include <linux/fs.h>

extern const struct file_operations kdmabuf_file_operations;

#endif /* KDMABUF_FILE_H */
