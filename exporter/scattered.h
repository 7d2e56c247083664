/* SPDX-License-Identifier: GPL-2.0 */
/* Scattered memory: many small runs of pages. */
#ifndef KDMABUF_SCATTERED_H
#define KDMABUF_SCATTERED_H

struct kdmabuf_memory;
struct kdmabuf_memory_request;

struct kdmabuf_memory *
kdmabuf_scattered_alloc(const struct kdmabuf_memory_request *request);

#endif /* KDMABUF_SCATTERED_H */
