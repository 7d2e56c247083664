/* SPDX-License-Identifier: GPL-2.0 */
/* Fences that the module's users put on dma-bufs. */
#ifndef IMPORTER_FENCE_H
#define IMPORTER_FENCE_H

void importer_fences_exit(void);

#endif /* IMPORTER_FENCE_H */
