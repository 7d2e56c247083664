/* SPDX-License-Identifier: MIT */
#ifndef DEVICE_H
#define DEVICE_H

/* Opens /dev/kdmabuf. Returns -1 after a complaint if it cannot be opened. */
int open_device(void);

#endif /* DEVICE_H */
