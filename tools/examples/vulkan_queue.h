/* SPDX-License-Identifier: MIT */
/*
 * Vulkan without a window: one device, and a queue for one list of commands. What
 * fails ends the process.
 */
#ifndef VULKAN_QUEUE_H
#define VULKAN_QUEUE_H

#include <vulkan/vulkan.h>

struct vulkan_queue {
	VkDevice device;
	uint32_t family;
	char name[VK_MAX_PHYSICAL_DEVICE_NAME_SIZE];
	/* To be filled. */
	VkCommandBuffer commands;
};

/* Of the first device that has all of these extensions and a queue that copies. */
struct vulkan_queue vulkan_queue_open(const char *const *extensions,
				      uint32_t count);

/* Runs the commands and waits for their end. */
void vulkan_queue_run(const struct vulkan_queue *queue);

/* Ends the process if a function has returned anything but success. */
void vulkan_try(VkResult result, const char *what);

#endif /* VULKAN_QUEUE_H */
