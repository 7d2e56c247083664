/* SPDX-License-Identifier: MIT */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

/*
 * Finds the descriptor that @text names: a number, for one that this process has
 * inherited; /dev/fd/N and /proc/self/fd/N, which are the same; /proc/PID/fd/N,
 * for one of another process. Returns it; -EINVAL if @text is none of these;
 * -EBADF; -ESRCH (no such process); -EPERM (this process may not trace that one);
 * -ENOSYS (Linux before 5.6), -EMFILE, -ENFILE.
 */
int find_descriptor(const char *text);

#endif /* DESCRIPTOR_H */
