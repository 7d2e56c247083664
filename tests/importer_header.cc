// SPDX-License-Identifier: GPL-2.0
/*
 * <linux/kdmabuf_importer.h> compiles as C++, alone and before anything else, and
 * has there the layout that it has in C. Compiled, not run.
 */
#include <linux/kdmabuf_importer.h>

#include "importer_layout.h"
