/* SPDX-License-Identifier: MIT */
#ifndef EXECUTE_H
#define EXECUTE_H

#include <stddef.h>

/*
 * Becomes the command @argv, which gets @fds as its descriptors 3, 4 and so on,
 * KDMABUF_FD=3 and KDMABUF_FDS=@count in its environment. @fds are to have
 * FD_CLOEXEC set. Returns an exit status after a complaint, if at all.
 */
int execute(char **argv, const int *fds, size_t count);

#endif /* EXECUTE_H */
