/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An attachment: a device, virtual or edu, that is attached to an import.
 */
#ifndef IMPORTER_ATTACHMENT_H
#define IMPORTER_ATTACHMENT_H

#include <linux/types.h>

#include "session.h"

struct device;
struct dma_buf_attachment;
struct import;

/**
 * struct attachment - a device on an import
 * @object: its handle
 * @import: what it is attached to
 * @device: what is attached
 * @attached: the attachment, as dma-buf knows it
 * @edu: the device is edu
 * @dynamic: attached as a dynamic importer
 * @mappings: how many there are
 * @moves: how often the exporter has said that the memory goes elsewhere. Changes
 *	under the dma-buf's reservation lock, whoever holds the session.
 */
struct attachment {
	struct object object;
	struct import *import;
	struct device *device;
	struct dma_buf_attachment *attached;
	bool edu;
	bool dynamic;
	unsigned int mappings;
	unsigned int moves;
};

#endif /* IMPORTER_ATTACHMENT_H */
